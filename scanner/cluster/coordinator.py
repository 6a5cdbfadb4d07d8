"""Hands batches of files to the workers and concludes what comes back: same steps, same inventory as a scan on one machine.

A batch that comes back without results (its worker died) is halved until the file that kills workers stands alone; that file
alone is told as not examined. When the scheduler goes away, what was out is handed out again after it is back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from scanner import clock
from scanner.cluster import jobs
from scanner.cluster.tasks import SHARE_FAILED, Result, Settings, Setup, look, pieces, rules, work
from scanner.custody.session import Custody
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory.home import Home
from scanner.model import Contents, FileRef, Outcome, Reason
from scanner.pipeline import conclude, met_again
from scanner.ruleset import current
from scanner.scan.adapters import LocalTools
from scanner.scan.local import Options, absolute_roots
from scanner.scan.order import Dealt

_AHEAD = 3
_LOSSES = 30
"""So often the connection may be lost in one scan."""
_DEADLY = 3
"""So often a single file may kill its worker before it is given up: once beside others, who die with the same worker, and then
twice alone."""
RECONNECT_SECONDS = 120.0
_NAMED = 5
"""So many differences between two machines are named; who installs the same version mends all."""


class ClusterError(SekishoError):
    """``code`` names the message."""

    section = "cluster"
    exit_code = EXIT_USAGE


class Coordinator:
    """One scan over a cluster."""

    def __init__(self, connect: Callable[[], Any], settings: Settings, home: Home, custody: Custody | None) -> None:
        self._connect, self._settings, self._custody = connect, settings, custody
        self._jobs = jobs.Jobs(home.path / "cluster-jobs.db")
        self._client: Any = None
        self.workers: list[str] = []
        self._losses = 0

    def open(self, wait: float = 60.0, *, again: bool = False) -> None:
        """Connect, give every worker its settings, and check that paths mean the same everywhere. Raises ``ClusterError``.

        ``again``: in the same scan. Workers that still have its settings keep them: taking them away would break what
        they are working on, and that would look like the next loss.
        """
        try:
            self._client = self._connect()
            self._client.wait_for_workers(1, timeout=wait)
            self._agree(again)
        except ClusterError:
            raise
        except Exception as error:  # Dask tells a server that is missing, or goes away meanwhile, in many ways
            raise ClusterError("no_workers", kind=type(error).__name__) from None

    def _agree(self, again: bool) -> None:
        """Settings to every worker; the same rules and the same paths as here, or ``ClusterError``."""
        setup = Setup(self._settings)
        setup.idempotent = again
        self._client.register_plugin(setup)
        self._same_rules()
        mine = look(self._settings.roots)
        for address, seen in self._client.run(look, self._settings.roots).items():
            for root, here, there in zip(self._settings.roots, mine, seen, strict=True):
                name = root.decode("utf-8", "backslashreplace")
                if there.startswith(SHARE_FAILED):
                    reason = there.removeprefix(SHARE_FAILED)
                    raise ClusterError("no_share", worker=address.rpartition("/")[2], root=name, reason=reason)
                if here != there:
                    raise ClusterError("other_paths", worker=address.rpartition("/")[2], root=name)
        self.workers = sorted(self._client.scheduler_info()["workers"])

    def _same_rules(self) -> None:
        """One inventory holds findings of one rule set: a worker with another version of anything is named with it."""
        for address, theirs in self._client.run(rules, on_error="return").items():
            if theirs == self._settings.rules:
                continue
            here, there = pieces(), self._client.run(pieces, workers=[address], on_error="return")[address]
            differing = ["sekisho"]  # so old or new that it cannot even be asked
            if isinstance(there, dict):
                differing = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
            named = ", ".join(differing[:_NAMED]) + (" …" if len(differing) > _NAMED else "")
            raise ClusterError("other_rules", worker=address.rpartition("/")[2], pieces=named)

    def outcomes(self, found: Dealt, tools: LocalTools) -> Iterator[tuple[Outcome, int]]:
        """All outcomes as they come."""
        waiting: deque[tuple[list[FileRef], int]] = deque()
        out: dict[Any, tuple[int, list[FileRef], int]] = {}
        batch: list[FileRef] = []
        exhausted = False
        suspects: deque[tuple[list[FileRef], int]] = deque()
        while not exhausted or waiting or out or batch or suspects:
            room = _AHEAD * max(2, len(self.workers))
            while not exhausted and len(waiting) + len(out) < room:
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
                if batch and (exhausted or jobs.batches(batch, found.left, max(1, len(self.workers)))):
                    waiting.append((batch, 0))
                    batch = []
            while waiting:
                refs, tries = waiting.popleft()
                self._submit(refs, tries, out)
            if not out and exhausted and suspects:  # one at a time, with nothing beside it that could be blamed for it
                self._submit(*suspects.popleft(), out)
            if not out:
                continue
            for number, refs, tries, results, killed in self._finished(out):
                if results is None:
                    again = self._lost(number, refs, tries, killed=killed)
                    if again is None:
                        yield self._given_up(refs[0], tools), clock.stat_ns()
                    elif killed and len(refs) == 1:
                        suspects.extend(again)
                    else:
                        waiting.extend(again)
                    continue
                stat_at = clock.stat_ns()
                for result in results:
                    yield self._concluded(result, tools), stat_at
                self._jobs.done(number)

    def _submit(self, refs: list[FileRef], tries: int, out: dict[Any, tuple[int, list[FileRef], int]]) -> None:
        number = self._jobs.lease(refs, tries)
        key = f"sekisho-{number}-{clock.stat_ns()}"
        try:
            future = self._client.submit(work, refs, key=key, pure=False, retries=0)
        except Exception:  # as above: the connection went before anybody looked
            self._lost_connection()
            future = self._client.submit(work, refs, key=key, pure=False, retries=0)
        out[future] = (number, refs, tries)

    def _finished(
        self, out: dict[Any, tuple[int, list[FileRef], int]]
    ) -> list[tuple[int, list[FileRef], int, list[Result] | None, bool]]:
        """Batches that are over: with their results, or without and whether their worker died of them."""
        ended = [f for f in out if f.status != "pending"]
        if not ended:
            if self._client.status in ("running", "connecting"):
                clock.sleep(0.02)
                return []
            ended = list(out)  # nobody is there any more who could end them
        done: list[tuple[int, list[FileRef], int, list[Result] | None, bool]] = []
        lost = False
        for future in ended:
            number, refs, tries = out.pop(future)
            results: list[Result] | None = None
            killed = False
            try:
                if future.status == "finished":
                    results = future.result(timeout=60)
                elif future.status == "error":
                    killed = type(future.exception(timeout=20)).__name__ == "KilledWorker"
            except Exception:  # the result went with its worker: the batch is handed out again
                results = None
            lost = lost or (results is None and not killed)
            done.append((number, refs, tries, results, killed))
            future.release()
        if lost:
            # what is still out goes with the connection: left in ``out`` it would look like the next loss, and the next
            done += [(*out[future], None, False) for future in out]
            out.clear()
            self._lost_connection()
        return done

    def _lost_connection(self) -> None:
        self._losses += 1
        if self._losses > _LOSSES:
            raise ClusterError("keeps_failing", count=self._losses)
        self._reconnect()

    def _reconnect(self) -> None:
        deadline = clock.monotonic() + RECONNECT_SECONDS
        while True:
            try:
                self._client.close(timeout=2)
            except Exception:  # noqa: S110  # it is lost either way
                pass
            try:
                self.open(wait=20.0, again=True)
                return
            except ClusterError as error:
                if error.code != "no_workers" or clock.monotonic() > deadline:
                    raise
                clock.sleep(1.0)

    def _lost(
        self, number: int, refs: list[FileRef], tries: int, *, killed: bool
    ) -> list[tuple[list[FileRef], int]] | None:
        """What to hand out again; ``None`` where a single file has killed its workers too often."""
        self._jobs.lost(number, "killed" if killed else "lost")
        if not killed:
            return [(refs, tries)]
        if len(refs) > 1:
            middle = len(refs) // 2
            return [(refs[:middle], 0), (refs[middle:], 0)]
        return [(refs, tries + 1)] if tries + 1 < _DEADLY else None

    def _given_up(self, ref: FileRef, tools: LocalTools) -> Outcome:
        contents = Contents("application/octet-stream", reason=Reason.CRASHED, read=False)
        return conclude(ref, tools, contents, None, None)

    def _concluded(self, result: Result, tools: LocalTools) -> Outcome:
        seen, contents, key, prints = result
        if prints is not None and self._custody is not None:
            printed = self._custody.printed(prints, key)
            contents = contents._replace(
                copies=printed.copies,
                sketch=printed.sketch,
                modulus=printed.modulus,
                rows=printed.rows,
                custody=printed.custody,
            )
        return conclude(seen, tools, contents, key, None)

    def close(self) -> None:
        """Let the cluster go."""
        self._jobs.close()
        if self._client is not None:
            self._client.close(timeout=5)


class Workers:
    """What a scan is given where the workers of a cluster examine; ``connect`` makes a client of it."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect

    def outcomes(
        self,
        found: Iterator[FileRef | Outcome],
        options: Options,
        home: Home,
        key: bytes,
        custody: Custody | None,
        tools: LocalTools,
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
        coordinator = Coordinator(self._connect, settings, home, custody)
        try:
            coordinator.open()
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
    return Settings(depth, key, tuple(contracts), passwords, ocr, roots, rules)
