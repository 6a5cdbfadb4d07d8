"""Hands batches of files to the workers and concludes what comes back: same steps, same inventory as a scan on one machine.

A batch that comes back without results (its worker died) is halved until the file that kills workers stands alone; that file
alone is told as not examined. When the server goes away, what was out is handed out again after it is back.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from scanner import clock
from scanner.cluster import jobs
from scanner.cluster.crew import Crew, Ended, believed
from scanner.cluster.errors import ClusterError, Lost
from scanner.cluster.identity import Identity
from scanner.cluster.messages import Failed, Settings, Told
from scanner.custody.session import Custody
from scanner.inventory.home import Home
from scanner.model import Contents, FileRef, Outcome, Reason
from scanner.pipeline import conclude, met_again
from scanner.ruleset import current
from scanner.scan.adapters import LocalTools
from scanner.scan.local import Options, absolute_roots
from scanner.scan.order import Dealt

_AHEAD = 3
_EACH = 2
"""Leases of one worker: that it works on, and the next, so that it does not wait for us."""
_LOSSES = 30
"""So often the connection may be lost in one scan."""
_FAILURES = 3
"""So often reader or judge of one worker may be unable to work."""
_DEADLY = 3
"""So often a single file may kill its worker before it is given up: once beside others, who die with the same worker, and then
twice alone."""
RECONNECT_SECONDS = 120.0
_FIRST_SECONDS = 60.0
_LOOKS = 0.2


class Batch(NamedTuple):
    """Files that are handed out together."""

    refs: list[FileRef]
    tries: int = 0
    job: int = 0


class Coordinator:
    """One scan over a cluster."""

    def __init__(self, crew: Crew, home: Home, custody: Custody | None, stopped: Callable[[], bool]) -> None:
        self._crew, self._custody, self._stopped = crew, custody, stopped
        self._jobs = jobs.Jobs(home.path / "cluster-jobs.db")
        self._out: dict[int, Batch] = {}
        self._waiting: deque[Batch] = deque()
        self._suspects: deque[Batch] = deque()
        self._losses = 0
        self._failures: Counter[str] = Counter()
        self._alone_since: float | None = None

    def open(self, wait: float = _FIRST_SECONDS) -> None:
        """Connect, and wait until at least one worker, and every one that is there, agrees. Raises ``ClusterError``, ``Lost``."""
        self._crew.connect()
        deadline = clock.monotonic() + wait
        while not self._stopped():
            self._crew.poll(_LOOKS)
            members = self._crew.members.values()
            late = clock.monotonic() > deadline
            if members and (all(m.ready for m in members) or (late and self._crew.ready)):
                return
            if late:
                raise ClusterError("no_workers")

    def outcomes(self, found: Dealt, tools: LocalTools) -> Iterator[tuple[Outcome, int]]:
        """All outcomes as they come."""
        batch: list[FileRef] = []
        exhausted = False
        while not self._stopped() and (not exhausted or self._waiting or self._out or batch or self._suspects):
            workers = max(1, len(self._crew.ready))
            while not exhausted and len(self._waiting) + len(self._out) < _AHEAD * max(2, workers):
                item = next(found, None)
                if item is None:
                    exhausted = True
                elif isinstance(item, Outcome):
                    yield item, clock.stat_ns()
                    continue
                else:
                    known = tools.known(item)
                    if known is not None:
                        yield met_again(item, tools, known), clock.stat_ns()
                        continue
                    batch.append(item)
                if batch and (exhausted or jobs.batches(batch, found.left, workers)):
                    self._waiting.append(Batch(batch))
                    batch = []
            if not self._out and not self._waiting and exhausted and self._suspects:
                self._waiting.append(self._suspects.popleft())  # with nothing beside it that could be blamed for it
            try:
                self._hand_out()
                ended = self._crew.poll(_LOOKS) if self._out or self._waiting else []
            except Lost:
                self._lost_connection()
                continue
            self._somebody_there()
            for end in ended:
                yield from self._over(end, tools)

    def _hand_out(self) -> None:
        while self._waiting:
            free = [m for m in self._crew.ready if len(m.out) < _EACH]
            if not free:
                return
            member = min(free, key=lambda m: len(m.out))
            batch = self._waiting[0]
            number = self._crew.send(member, batch.refs)
            self._waiting.popleft()
            self._out[number] = batch._replace(job=self._jobs.lease(batch.refs, batch.tries))

    def _somebody_there(self) -> None:
        if self._crew.ready or not (self._out or self._waiting):
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = clock.monotonic()
        elif clock.monotonic() - self._alone_since > RECONNECT_SECONDS:
            raise ClusterError("no_workers")

    def _over(self, end: Ended, tools: LocalTools) -> Iterator[tuple[Outcome, int]]:
        batch = self._out.pop(end.number, None)
        if batch is None:
            return
        if isinstance(end.answer, list):
            stat_at = clock.stat_ns()
            if [told.ref.path for told in end.answer] != [ref.path for ref in batch.refs]:
                raise ClusterError("not_believed", worker=end.worker, what="files")
            for told in end.answer:
                yield self._concluded(end.worker, told, tools), stat_at
            self._jobs.done(batch.job)
            return
        self._jobs.lost(batch.job, "killed" if end.killed else "lost")
        if isinstance(end.answer, Failed):
            self._failures[end.worker] += 1
            if self._failures[end.worker] >= _FAILURES:
                raise ClusterError("cannot_work", worker=end.worker, kind=end.answer.failed)
        if not end.killed:
            self._waiting.append(batch)
        elif len(batch.refs) > 1:
            middle = len(batch.refs) // 2
            self._waiting += [Batch(batch.refs[:middle]), Batch(batch.refs[middle:])]
        elif batch.tries + 1 < _DEADLY:
            self._suspects.append(batch._replace(tries=batch.tries + 1))
        else:
            contents = Contents("application/octet-stream", reason=Reason.CRASHED, read=False)
            yield conclude(batch.refs[0], tools, contents, None, None), clock.stat_ns()

    def _lost_connection(self) -> None:
        self._losses += 1
        if self._losses > _LOSSES:
            raise ClusterError("keeps_failing", count=self._losses)
        for batch in self._out.values():  # what was out went with the connection
            self._jobs.lost(batch.job, "lost")
            self._waiting.append(batch)
        self._out.clear()
        deadline = clock.monotonic() + RECONNECT_SECONDS
        while not self._stopped():
            try:
                self.open(wait=20.0)
                return
            except Lost:
                error: ClusterError | None = None
            except ClusterError as problem:
                error = problem
            if clock.monotonic() > deadline or (error and error.code not in ("no_workers", "no_server", "in_use")):
                raise error or ClusterError("keeps_failing", count=self._losses)
            clock.sleep(1.0)

    def _concluded(self, worker: str, told: Told, tools: LocalTools) -> Outcome:
        contents = told.contents
        if told.prints is not None and self._custody is not None:
            with believed(worker):
                prints = told.prints.prints
            printed = self._custody.printed(prints, told.key)
            contents = contents._replace(
                copies=printed.copies,
                sketch=printed.sketch,
                modulus=printed.modulus,
                rows=printed.rows,
                custody=printed.custody,
            )
        return conclude(FileRef(*told.ref), tools, contents, told.key, None)._replace(told_by=worker)

    def close(self) -> None:
        """Let the cluster go."""
        self._jobs.close()
        self._crew.end()


class Workers:
    """What a scan is given where the workers of a cluster examine."""

    def __init__(self, folder: Path) -> None:
        """``folder``: of the coordinator, as ``cluster init`` made it."""
        self._identity = Identity.load(folder)

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
        """All outcomes as they come. Raises ``ClusterError``."""
        settings = settings_of(
            options.depth,
            key,
            custody,
            options.passwords,
            options.ocr,
            absolute_roots(options.roots),
            current.number(None if options.full else home.path),
        )
        coordinator = Coordinator(Crew(self._identity, settings), home, custody, stopped)
        try:
            try:
                coordinator.open()
            except Lost:
                raise ClusterError("keeps_failing", count=1) from None
            yield from coordinator.outcomes(Dealt(found, jobs.LEAST), tools)
        finally:
            coordinator.close()


def settings_of(
    depth: str,
    key: bytes,
    custody: Custody | None,
    passwords: tuple[str, ...],
    ocr: bool,
    roots: tuple[bytes, ...],
    rules: str,
) -> Settings:
    """What every worker must know."""
    contracts = custody.keys if custody else ()
    return Settings(depth, key, tuple(contracts), passwords, ocr, roots, rules)  # type: ignore[arg-type]
