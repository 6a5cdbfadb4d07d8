"""The one-off scan on one machine: walk → pipeline → one writer."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from detectors import RULE_SET
from scanner import __version__, clock
from scanner.custody import families
from scanner.custody.arithmetic import CODES as CUSTODY_CODES
from scanner.custody.arithmetic import Family
from scanner.custody.session import Custody
from scanner.duties import registry
from scanner.extract.pool import Extractor
from scanner.inventory.home import Home, installation_key
from scanner.inventory.reader import Reader
from scanner.inventory.recall import LOOKED_FOR
from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Outcome, OutcomeKind
from scanner.pipeline import conclude, examine, scan_file
from scanner.policy.verdict import Judge
from scanner.report.summary import Summary
from scanner.scan.adapters import LocalTools
from scanner.scan.order import large_first
from scanner.scan.pace import Pace
from scanner.sources import terminal
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


def rule_set(depth: str, ocr: bool = False) -> str:
    """The rule set that findings are kept under: pictures read or not is another one."""
    return f"{RULE_SET}/{depth}" + ("/ocr" if ocr else "")


def scan(options: Options, home: Home, judge: Judge, observe: Observer) -> Summary:
    """Scan; every outcome goes to the inventory (unless ``store`` is off) and to ``observe``, in order of the walk.

    Ctrl-C ends the scan after the present file: what was examined is kept, the summary says ``interrupted``.
    Raises ``InventoryError`` where the database cannot be written.
    """
    summary = Summary()
    started = clock.monotonic()
    store = Store(home.database) if options.store else None
    try:
        key = installation_key(home)
        custody = Custody(store.connection, home.keys, key) if store else None
        summary.keys_missing = custody.missing if custody else ()
        if store:
            store.begin(
                Run(
                    __version__,
                    rule_set(options.depth, options.ocr),
                    options.depth,
                    tuple(
                        (r if is_smb(r) else os.path.abspath(r)).decode("utf-8", "backslashreplace")
                        for r in options.roots
                    ),
                    options.policy_path,
                    options.policy_sha256,
                    custody.generation if custody else "",
                )
            )
            store.note_policy(options.policy_path, options.policy_sha256)
            store.note("scan_begun", roots=len(options.roots), rule_set=rule_set(options.depth, options.ocr))
        notes = WalkNotes()
        with _Interrupt() as interrupt:
            unseen: list[bytes] = []
            for outcome, stat_at in _outcomes(options, home, judge, key, store, custody, notes, unseen, interrupt):
                quiet = store.put(outcome, stat_at) if store else frozenset()
                if quiet:  # what two people have decided on is neither shown nor counted again
                    outcome = outcome._replace(points=tuple(p for p in outcome.points if p not in quiet))
                summary.add(outcome)
                observe(outcome)
                if options.pace and outcome.kind is not OutcomeKind.UNCHANGED:
                    options.pace.spend(outcome.ref.size)
            summary.interrupted = interrupt.asked
        summary.symlinks, summary.special = notes.symlinks, notes.special
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
    finally:
        if store:
            store.close()
    return summary


def settle(store: Store, judge: Judge) -> list[Family]:
    """Copies against consents and registers against observations, over everything that the inventory knows to exist."""
    store.commit()
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
    """Turns the first Ctrl-C into a wish to stop after the present file; the second one stops at once."""

    def __init__(self) -> None:
        self.asked = False

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
) -> Iterator[tuple[Outcome, int]]:
    skip = frozenset({str(home.path.resolve()).encode("utf-8", "surrogateescape")})
    known = store.known if store and not options.full else None
    with Extractor(passwords=options.passwords, ocr=options.ocr) as extractor:
        memory = store if store and not options.full else None
        tools = LocalTools(options.depth, extractor, key, judge, memory, known, custody)
        met = _expected(_found(options.roots, notes, skip, tools), store if known else None)
        found = _refs(met, options, unseen, tools, interrupt)
        if options.elsewhere is not None:
            yield from options.elsewhere.outcomes(found, options, home, key, custody, tools)
        elif options.jobs <= 1:
            for item in found:
                stat_at = clock.stat_ns()
                yield (item, stat_at) if isinstance(item, Outcome) else (scan_file(item, tools), stat_at)
        else:
            yield from _parallel(large_first(found), options, home, key, tools, interrupt)


def absolute_roots(roots: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Roots as every machine must see them."""
    return tuple(r if is_smb(r) else os.path.abspath(r) for r in roots)


def _expected(met: Iterator[FileRef | Unseen], store: Store | None) -> Iterator[FileRef | Unseen]:
    """What the walk meets, some files ahead, so that the inventory can look them up together."""
    if store is None:
        yield from met
        return
    while some := list(islice(met, LOOKED_FOR)):
        store.expect([item.path for item in some if isinstance(item, FileRef)])
        yield from some


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
    for root in chosen:
        if is_smb(root):
            yield from tools.shares().walk(root, notes)


_worker_tools: LocalTools | None = None


def _start_worker(
    depth: str, key: bytes, database: str, keys: str, full: bool, passwords: tuple[str, ...], ocr: bool
) -> None:
    global _worker_tools
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    custody = Custody(Reader(Path(database)).db, Path(keys), key) if database else None
    memory = Reader(Path(database), rule_set(depth, ocr), custody.generation) if custody and not full else None
    extractor = Extractor(passwords=passwords, ocr=ocr)
    _worker_tools = LocalTools(depth, extractor, key, memory=memory, custody=custody)


def _work(ref: FileRef) -> tuple[Contents, bytes | None]:
    assert _worker_tools is not None
    return examine(ref, _worker_tools)


def _parallel(
    found: Iterator[FileRef | Outcome],
    options: Options,
    home: Home,
    key: bytes,
    tools: LocalTools,
    interrupt: _Interrupt,
) -> Iterator[tuple[Outcome, int]]:
    """``jobs`` processes examine, this one looks up and concludes. A process that dies costs the files it held a
    second reading here, where a crash costs only the reading child."""
    import multiprocessing

    arguments = (
        options.depth,
        key,
        str(home.database) if options.store else "",
        str(home.keys),
        options.full,
        options.passwords,
        options.ocr,
    )

    def pool() -> ProcessPoolExecutor:
        return ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn"), _start_worker, arguments)

    executor = pool()
    running: dict[Future[tuple[Contents, bytes | None]], tuple[FileRef, int]] = {}
    exhausted = False
    try:
        while not exhausted or running:
            while not exhausted and len(running) < options.jobs * 3:
                item = next(found, None)
                if item is None:
                    exhausted = True
                elif isinstance(item, Outcome):
                    yield item, clock.stat_ns()
                else:
                    stat_at = clock.stat_ns()
                    known = tools.known(item)
                    if known is not None:
                        yield conclude(item, tools, known[0], known[1], OutcomeKind.UNCHANGED), stat_at
                    else:
                        running[executor.submit(_work, item)] = (item, stat_at)
            if not running:
                continue
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                ref, stat_at = running.pop(future)
                try:
                    contents, content_key = future.result()
                except BrokenProcessPool:
                    lost = [(ref, stat_at), *running.values()]
                    running.clear()
                    executor.shutdown(wait=False, cancel_futures=True)
                    executor = pool()
                    for again, at in lost:
                        yield scan_file(again, tools), at
                    break
                yield conclude(ref, tools, contents, content_key, None), stat_at
    finally:
        executor.shutdown(wait=not interrupt.asked, cancel_futures=True)
