"""The one-off scan on one machine: walk → pipeline → one writer."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from scanner import __version__, clock
from scanner.custody import families
from scanner.custody.arithmetic import CODES as CUSTODY_CODES
from scanner.custody.arithmetic import Family
from scanner.custody.prints import Prints
from scanner.custody.session import Custody, Printed
from scanner.duties import registry
from scanner.errors import FileFault, SandboxFault
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.recall import LOOKED_FOR
from scanner.inventory.store import Run, Store
from scanner.inventory.transaction import reading
from scanner.model import Contents, FileRef, Known, Outcome, OutcomeKind, Reason, display
from scanner.patience import answered
from scanner.pipeline import conclude
from scanner.policy.verdict import Judge
from scanner.report.summary import Summary
from scanner.ruleset.current import rule_set
from scanner.scan.adapters import LocalTools
from scanner.scan.ahead import Ahead, Stalled
from scanner.scan.lane import Lane
from scanner.scan.lanes import one_by_one, side_by_side
from scanner.scan.order import large_first
from scanner.scan.pace import Pace
from scanner.sources import terminal
from scanner.sources.smb import is_smb
from scanner.sources.walk import Unseen, WalkNotes, real, walk

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
    elsewhere: Elsewhere | None = None
    """Examines on other machines; ``None`` where this one does."""


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
    ) -> Iterator[tuple[Outcome, int]]:
        """All outcomes as they come, each with the time of its stat in nanoseconds."""
        ...


def scan(options: Options, home: Home, judge: Judge, observe: Observer) -> Summary:
    """Scan; every outcome goes to the inventory (unless ``store`` is off) and to ``observe``, in order of the walk.

    Ctrl-C ends the scan at once: what was finished is kept, the summary says ``interrupted``.
    Raises ``InventoryError`` where the database cannot be written, ``SandboxFault`` where reader or judge cannot work.
    """
    summary = Summary()
    lock = threading.RLock()
    started = clock.monotonic()
    store = Store(home.database) if options.store else None
    try:
        key = installation_key(home)
        rules = rule_set(options.depth, options.ocr, None if options.full else home.path)
        custody = Custody(store.connection, home.keys) if store else None
        summary.keys_missing = custody.missing if custody else ()
        if store:
            store.begin(
                Run(
                    __version__,
                    rules,
                    options.depth,
                    tuple(r.decode("utf-8", "backslashreplace") for r in absolute_roots(options.roots)),
                    options.policy_path,
                    options.policy_sha256,
                    custody.generation if custody else "",
                    options.full or bool(options.passwords),
                )
            )
            store.note_policy(options.policy_path, options.policy_sha256)
            store.note("scan_begun", roots=len(options.roots), rule_set=rules)
        notes = WalkNotes()
        with _Interrupt() as interrupt:
            unseen: list[bytes] = []
            outcomes = _outcomes(options, home, judge, key, store, custody, notes, unseen, interrupt, lock)
            with closing(outcomes) as found:  # whatever happens: first the lanes end, then the inventory is closed
                for outcome, stat_at in found:
                    with lock:
                        quiet = store.put(outcome, stat_at) if store else frozenset()
                    if quiet:  # what two people have decided on is neither shown nor counted again
                        outcome = outcome._replace(points=tuple(p for p in outcome.points if p not in quiet))
                    summary.add(outcome)
                    observe(outcome)
                    if options.pace and outcome.kind is not OutcomeKind.UNCHANGED:
                        options.pace.spend(outcome.ref.size)
            summary.interrupted = interrupt.asked
        summary.symlinks, summary.special = notes.symlinks, notes.special
        summary.systems = [(display(path), kind) for path, kind in notes.systems]
        summary.again = [display(path) for path in notes.again]
        if store and not summary.interrupted:
            summary.gone = store.sweep_gone(notes.roots, unseen)
        if store:
            store.note_terminal(terminal.state())
            summary.families = settle(store, judge)
            summary.points.update(store.open_codes(set(registry.CODES) | set(CUSTODY_CODES)))
        summary.seconds = clock.monotonic() - started
        if store:
            store.finish(
                "interrupted" if summary.interrupted else "complete",
                summary.counts,
                summary.reasons,
                summary.bytes,
                summary.seconds,
            )
            store.note("scan_ended", walked=summary.walked, counts=dict(summary.counts), points=dict(summary.points))
    except SandboxFault as fault:
        if store:  # what was finished before it is kept
            store.finish("interrupted", summary.counts, summary.reasons, summary.bytes, clock.monotonic() - started)
            store.note("scan_ended", walked=summary.walked, counts=dict(summary.counts), fault=fault.code)
        raise
    finally:
        if store:
            with lock:
                store.close()
    return summary


def settle(store: Store, judge: Judge) -> list[Family]:
    """Copies against consents and registers against observations, over everything that the inventory knows to exist."""
    store.commit()
    with reading(store.connection):
        found = families.load(store.connection, judge.policy, judge.today)
        facts = registry.facts(store.connection, judge.policy, found, judge.today)
    days = judge.policy.review.due_days if judge.policy else 14
    store.settle(facts, (*registry.CODES, *CUSTODY_CODES), judge.today, days)
    for content in store.contents_of_run():
        store.put_alike(
            (a.content, a.other, a.rows, a.share_here, a.share_there) for a in families.alike(store.connection, content)
        )
    return found


class _Interrupt:
    """Turns the first Ctrl-C into a wish to stop at once with what is finished; the second one breaks off everything."""

    def __init__(self) -> None:
        self.asked = False
        self._ends: list[Callable[[], None]] = []

    def ending(self, act: Callable[[], None]) -> None:
        """Have ``act`` called when the user stops: it ends what the program waits for."""
        self._ends.append(act)

    def stopped(self) -> bool:
        """Whether the user wants to stop."""
        return self.asked

    def __enter__(self) -> _Interrupt:
        try:
            self._previous = signal.signal(signal.SIGINT, self._note)
        except ValueError:  # not in the main thread
            self._previous = None
        return self

    def _note(self, *_: object) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        for act in self._ends:
            act()

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)


def _outcomes(
    options: Options,
    home: Home,
    judge: Judge,
    key: bytes,
    store: Store | None,
    custody: Custody | None,
    notes: WalkNotes,
    unseen: list[bytes],
    interrupt: _Interrupt,
    lock: threading.RLock,
) -> Generator[tuple[Outcome, int], None, None]:
    skip = frozenset({str(home.path.resolve()).encode("utf-8", "surrogateescape")})
    known = partial(_known, lock, store, options) if store and not options.full else None
    memory = _Shared(lock, store if store and not options.full else None, custody, options)
    jobs = 1 if options.elsewhere is not None else options.jobs
    with ExitStack() as stack:
        all_tools = [
            LocalTools(
                stack.enter_context(
                    Lane(
                        options.depth,
                        key,
                        custody.keys if custody else (),
                        passwords=options.passwords,
                        ocr=options.ocr,
                        prints=custody is not None,
                    )
                ),
                key,
                judge,
                memory,
                known,
                memory,
            )
            for _ in range(jobs)
        ]
        for tools in all_tools:
            interrupt.ending(tools.lane.stop)
        tools = all_tools[0]
        met = _expected(
            _found(options.roots, notes, skip, tools),
            absolute_roots(options.roots),
            notes,
            store if known else None,
            interrupt,
            lock,
        )
        found = _refs(met, options, unseen, tools, interrupt)
        if options.elsewhere is not None:
            yield from options.elsewhere.outcomes(found, options, home, key, custody, tools)
        elif jobs <= 1:
            yield from one_by_one(found, tools, interrupt.stopped)
        else:
            yield from side_by_side(large_first(found), all_tools, interrupt.stopped)


def _known(lock: threading.RLock, store: Store, options: Options, ref: FileRef) -> Known | None:
    with lock:
        found = store.known(ref)
    return None if found is None or _locked(found.contents, options) else found


def _locked(contents: Contents, options: Options) -> bool:
    """Whether something of a content was locked, and there are passwords now."""
    return bool(options.passwords) and (
        contents.reason is Reason.ENCRYPTED or any(n.startswith(Reason.ENCRYPTED.value) for n in contents.notes)
    )


class _Shared:
    """What the lanes ask of the inventory, one at a time: contents that are known, and the tokens of the originals."""

    def __init__(self, lock: threading.RLock, store: Store | None, custody: Custody | None, options: Options) -> None:
        self._lock, self._store, self._custody, self._options = lock, store, custody, options

    def known_content(self, key: bytes) -> Contents | None:
        """What is remembered of the same bytes elsewhere."""
        if self._store is None:
            return None
        with self._lock:
            found = self._store.known_content(key)
        return None if found is None or _locked(found, self._options) else found

    def printed(self, prints: Prints, content_key: bytes | None) -> Printed:
        """Which originals the file is a copy of."""
        if self._custody is None:
            return Printed()
        with self._lock:
            return self._custody.printed(prints, content_key)


def absolute_roots(roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Roots as every machine must see them."""
    return tuple(r if is_smb(r) else _real(r) for r in roots)


def _real(root: bytes) -> bytes:
    try:
        return answered(root, real, root)
    except FileFault:
        return os.path.abspath(root)


def _expected(
    met: Iterator[FileRef | Unseen],
    roots: tuple[bytes, ...],
    notes: WalkNotes,
    store: Store | None,
    interrupt: _Interrupt,
    lock: threading.RLock,
) -> Iterator[FileRef | Unseen]:
    """What the walk meets, some files ahead, so that the inventory can look them up together."""
    try:
        for batch in Ahead(met, LOOKED_FOR, interrupt.stopped, lambda: notes.entries + notes.folders):
            if store is not None:
                with lock:
                    store.expect([item.path for item in batch if isinstance(item, FileRef)])
            yield from batch
    except Stalled:  # what lies behind is unknown: nothing below any root is said to be gone
        yield from (Unseen(root, Reason.TIME_LIMIT) for root in roots)


def _refs(
    met: Iterator[FileRef | Unseen],
    options: Options,
    unseen: list[bytes],
    tools: LocalTools,
    interrupt: _Interrupt,
) -> Iterator[FileRef | Outcome]:
    for item in met:
        if options.pace:
            options.pace.wait(lambda: interrupt.asked)
        if interrupt.asked:
            return
        if isinstance(item, Unseen):
            unseen.append(item.path)
            ref = FileRef(item.path, 0, 0, 0, 0, 0)
            contents = Contents("application/octet-stream", reason=item.reason, read=False)
            yield conclude(ref, tools, contents, None, OutcomeKind.NOT_EXAMINED)
        else:
            if options.begins:
                options.begins(item)
            yield item


def _found(
    roots: Iterable[bytes], notes: WalkNotes, skip: frozenset[bytes], tools: LocalTools
) -> Iterator[FileRef | Unseen]:
    chosen = tuple(roots)
    yield from walk((r for r in chosen if not is_smb(r)), notes, skip)
    shares = [root for root in chosen if is_smb(root)]
    if shares:
        yield from tools.shares().walk_all(shares, notes)
