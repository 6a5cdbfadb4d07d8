"""The one-off scan on one machine: walk → pipeline → one writer."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scanner import __version__, clock, plugins
from scanner.custody import families
from scanner.custody.arithmetic import CODES as CUSTODY_CODES
from scanner.custody.arithmetic import Family
from scanner.custody.session import Custody
from scanner.duties import registry
from scanner.errors import FileFault, SandboxFault
from scanner.inventory import baseline, coverage
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.people import agreements
from scanner.inventory.recall import LOOKED_FOR
from scanner.inventory.rejudge import Again
from scanner.inventory.scope import Used
from scanner.inventory.store import Run, Store
from scanner.inventory.transaction import reading
from scanner.model import Contents, FileRef, Outcome, OutcomeKind, Reason, display
from scanner.paths.system import absolute, real
from scanner.patience import answered
from scanner.pipeline import conclude
from scanner.policy.verdict import Judge, points
from scanner.report.summary import Summary
from scanner.ruleset.current import rule_set
from scanner.scan.adapters import LocalTools
from scanner.scan.ahead import Ahead, Stalled
from scanner.scan.exclusions import of_scan, refused
from scanner.scan.interrupt import Interrupt
from scanner.scan.lane import Lane
from scanner.scan.lanes import one_by_one, side_by_side
from scanner.scan.memory import Remembered
from scanner.scan.order import large_first
from scanner.scan.pace import Pace
from scanner.scan.renewing import renew_below
from scanner.sources import terminal
from scanner.sources.excluding import Exclusions
from scanner.sources.smb import is_smb
from scanner.sources.walk import Unseen, WalkNotes, walk

Observer = Callable[[Outcome], None]


@dataclass(slots=True)
class Options:
    """What the user chose."""

    roots: tuple[bytes, ...]
    depth: str = "balanced"
    jobs: int = 1
    full: bool = False
    store: bool = True
    policy_path: str = ""
    policy_sha256: str = ""
    passwords: tuple[str, ...] = ()
    ocr: bool = False
    pace: Pace | None = None
    begins: Callable[[FileRef], None] | None = None
    """Told before a file is examined, where somebody watches."""
    exclude: tuple[str, ...] = ()
    """Patterns of the command line."""
    ignore_files: bool = False
    """Whether a ``.sekishoignore`` counts, whatever the policy says."""
    elsewhere: Elsewhere | None = None
    """Examines on other machines; ``None`` where this one does."""


class Met(NamedTuple):
    """What the walk of a scan passed by, and what it could not look at."""

    notes: WalkNotes
    unseen: list[bytes]
    left_out: dict[bytes, str]
    """Folders that were left out, with the exclusion."""
    exclusions: Exclusions


class Elsewhere(Protocol):
    """Whoever examines files for this scan on other machines."""

    def outcomes(
        self,
        found: Iterator[FileRef | Outcome],
        options: Options,
        home: Home,
        key: bytes,
        custody: Custody | None,
        tools: LocalTools,
        stopped: Callable[[], bool],
    ) -> Iterator[tuple[Outcome, int]]:
        """All outcomes as they come, each with the time of its stat in nanoseconds, until the user has ``stopped``."""
        ...


def scan(options: Options, home: Home, judge: Judge, observe: Observer) -> Summary:
    """Scan; every outcome goes to the inventory (unless ``store`` is off) and to ``observe``, in order of the walk.

    Ctrl-C ends the scan at once: what was finished is kept, the summary says ``interrupted``.
    Raises ``InventoryError`` where the database cannot be written, ``SandboxFault`` where reader or judge cannot work.
    """
    plugins.check()
    summary = Summary()
    started = clock.monotonic()
    store = Store(home.database) if options.store else None
    memory = Remembered(store, None)
    try:
        key = installation_key(home)
        rules = rule_set(options.depth, options.ocr, None if options.full else home.path)
        if store:
            renew_below(absolute_roots(options.roots), store, home.keys, key, options.depth, options.passwords)
        custody = Custody(store.connection, home.keys) if store else None
        memory = Remembered(store, custody, full=options.full, passwords=options.passwords)
        summary.keys_missing = custody.missing if custody else ()
        if store:
            store.begin(
                Run(
                    __version__,
                    rules,
                    options.depth,
                    tuple(map(os.fsdecode, absolute_roots(options.roots))),
                    options.policy_path,
                    options.policy_sha256,
                    custody.generation if custody else "",
                    options.full or bool(options.passwords),
                    used(judge),
                    judge.today,
                )
            )
            store.note_policy(options.policy_path, options.policy_sha256)
            store.note("scan_begun", roots=len(options.roots), rule_set=rules)
        agreed = agreements.patterns(store.connection, judge.today) if store else ()
        roots = absolute_roots(options.roots)
        met = Met(WalkNotes(), [], {}, of_scan(roots, judge, options.exclude, agreed, files=options.ignore_files))
        with Interrupt() as interrupt:
            outcomes = _outcomes(options, home, judge, key, custody, memory, met, interrupt)
            with closing(outcomes) as found:  # whatever happens: first the lanes end, then the inventory is closed
                for outcome, stat_at in found:
                    stands = memory.put(outcome, stat_at)
                    if stands != frozenset(outcome.points):  # decided on by two people, or not this run's to judge
                        outcome = outcome._replace(points=tuple(sorted(stands)))
                    summary.add(outcome)
                    observe(outcome)
                    if options.pace and outcome.kind is not OutcomeKind.UNCHANGED:
                        options.pace.spend(outcome.ref.size)
            summary.interrupted = interrupt.asked
        summary.symlinks, summary.special = met.notes.symlinks, met.notes.special
        summary.systems = [(display(path), kind) for path, kind in met.notes.systems]
        summary.again = [display(path) for path in met.notes.again]
        summary.refused = refused(met.exclusions)
        if store and not summary.interrupted:
            summary.gone = store.sweep_gone(met.notes.roots, met.unseen, met.left_out.items())
        if store:
            store.note_terminal(terminal.state())
            summary.families, summary.judged_again = settle(store, judge)
            summary.open = store.open_points({*registry.CODES, *CUSTODY_CODES})
            summary.points.update(point.code for point in summary.open)
            with reading(store.connection):
                summary.excluded = coverage.excluded(store.connection, roots)
                since = baseline.compared(store.connection, judge.today)
            summary.baseline = since if since.in_force or since.broken else None
        else:
            summary.excluded = [coverage.excluded_by(rule, n, 0) for rule, n in sorted(summary.left_out.items())]
        summary.seconds = clock.monotonic() - started
        if store:
            store.finish(
                "interrupted" if summary.interrupted else "complete",
                summary.counts,
                summary.reasons,
                summary.bytes,
                summary.seconds,
                met.notes.roots,
                met.notes.systems,
            )
            if summary.excluded or summary.refused:
                told = [e._asdict() for e in summary.excluded], [r._asdict() for r in summary.refused]
                store.note("excluded", patterns=told[0], not_applied=told[1])
            store.note("scan_ended", walked=summary.walked, counts=dict(summary.counts), points=dict(summary.points))
            store.seal(store.run)
    except SandboxFault as fault:
        if store:  # what was finished before it is kept
            store.finish("interrupted", summary.counts, summary.reasons, summary.bytes, clock.monotonic() - started)
            store.note("scan_ended", walked=summary.walked, counts=dict(summary.counts), fault=fault.code)
            store.seal(store.run)
        raise
    finally:
        memory.close()
    return summary


def used(judge: Judge) -> Used | None:
    """The policy that points are raised under."""
    policy = judge.policy
    if policy is None:
        return None
    return Used(
        judge.path, judge.digest, tuple(c.id for c in policy.contract), policy.review.due_days, policy.time_zone
    )


def settle(store: Store, judge: Judge) -> tuple[list[Family], list[Again]]:
    """Copies against consents and registers against observations, over everything that the inventory knows to exist. Returns
    the families, and the points that earlier versions had closed blindly."""
    again = store.judge_again(judge.verdict, lambda verdict, personal: points(verdict, personal=personal))
    with reading(store.connection):
        found = families.load(store.connection, judge.policy, judge.today)
        facts = registry.facts(store.connection, judge.policy, found, judge.today)
    store.settle(facts, (*registry.CODES, *CUSTODY_CODES))
    for content in store.contents_of_run():
        store.put_alike(
            (a.content, a.other, a.rows, a.share_here, a.share_there) for a in families.alike(store.connection, content)
        )
    return found, again


def _outcomes(
    options: Options,
    home: Home,
    judge: Judge,
    key: bytes,
    custody: Custody | None,
    memory: Remembered,
    met: Met,
    interrupt: Interrupt,
) -> Generator[tuple[Outcome, int], None, None]:
    """Every outcome as it comes, each with the time of its stat in nanoseconds. Closing it ends the lanes."""
    with ExitStack() as stack:
        all_tools: list[LocalTools] = []
        for _ in range(1 if options.elsewhere is not None else options.jobs):
            lane = Lane(
                options.depth,
                key,
                custody.keys if custody else (),
                passwords=options.passwords,
                ocr=options.ocr,
                prints=custody is not None,
            )
            all_tools.append(LocalTools(stack.enter_context(lane), key, judge, memory, memory.known, memory))
            interrupt.ending(lane.stop)
        tools = all_tools[0]
        found = _refs(_met(options, home, memory, met, tools, interrupt), options, met, tools, interrupt)
        if options.elsewhere is not None:
            yield from options.elsewhere.outcomes(found, options, home, key, custody, tools, interrupt.stopped)
        elif len(all_tools) == 1:
            yield from one_by_one(found, tools, interrupt.stopped)
        else:
            yield from side_by_side(large_first(found), all_tools, interrupt.stopped)


def absolute_roots(roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Roots as every machine must see them."""
    return tuple(r if is_smb(r) else _real(r) for r in roots)


def _real(root: bytes) -> bytes:
    try:
        return answered(root, real, root)
    except FileFault:
        return absolute(root)


def _met(
    options: Options, home: Home, memory: Remembered, met: Met, tools: LocalTools, interrupt: Interrupt
) -> Iterator[FileRef | Unseen]:
    """What the walk meets, some files ahead, so that the inventory can look them up together."""
    skip = frozenset({real(os.fsencode(home.path))})
    notes = met.notes
    found = _found(options.roots, met, skip, tools)
    try:
        for batch in Ahead(found, LOOKED_FOR, interrupt.stopped, lambda: notes.entries + notes.folders):
            memory.expect([item.path for item in batch if isinstance(item, FileRef)])
            yield from batch
    except Stalled:  # what lies behind is unknown: nothing below any root is said to be gone
        yield from (Unseen(root, Reason.TIME_LIMIT) for root in absolute_roots(options.roots))


def _refs(
    met: Iterator[FileRef | Unseen],
    options: Options,
    kept: Met,
    tools: LocalTools,
    interrupt: Interrupt,
) -> Iterator[FileRef | Outcome]:
    for item in met:
        if options.pace:
            options.pace.wait(lambda: interrupt.asked)
        if interrupt.asked:
            return
        if isinstance(item, Unseen):
            if item.hides:
                kept.unseen.append(item.path)
            if item.hides and item.left_out:
                kept.left_out[item.path] = item.left_out
            contents = Contents("application/octet-stream", reason=item.reason, read=False)
            told = conclude(item.met, tools, contents, None, OutcomeKind.NOT_EXAMINED)
            yield told._replace(left_out=item.left_out)
        else:
            if options.begins:
                options.begins(item)
            yield item


def _found(roots: Iterable[bytes], met: Met, skip: frozenset[bytes], tools: LocalTools) -> Iterator[FileRef | Unseen]:
    chosen = tuple(roots)
    yield from walk((r for r in chosen if not is_smb(r)), met.notes, skip, exclusions=met.exclusions)
    shares = [root for root in chosen if is_smb(root)]
    if shares:
        yield from tools.shares().walk_all(shares, met.notes, met.exclusions)
