"""Several files at once: as many lanes of reader and judge as the user wants, each driven by a thread; one thread concludes.

A fault of the sandbox is no fault of the file at hand: that file is tried once more alone, after the others; if it happens
again the scan stops with advice.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence

from scanner import clock
from scanner.errors import SandboxFault
from scanner.model import FileRef, Outcome
from scanner.pipeline import Examined, conclude, examine, met_again, scan_file
from scanner.scan.adapters import LocalTools

_LOOKS = 0.2
_AHEAD = 2
"""Files that are handed to a lane before it asks: a thread that waits for the one that concludes would stand still."""

Done = tuple[FileRef, int, Examined | BaseException]


def one_by_one(
    found: Iterator[FileRef | Outcome], tools: LocalTools, stopped: Callable[[], bool]
) -> Iterator[tuple[Outcome, int]]:
    """Examine in order of the walk. A file at which the user stops is left out."""
    for item in found:
        stat_at = clock.stat_ns()
        if isinstance(item, Outcome):
            yield item, stat_at
            continue
        try:
            outcome = _twice(item, tools)
        except SandboxFault:
            if stopped():
                return
            raise
        if stopped():
            return
        yield outcome, stat_at


def _twice(ref: FileRef, tools: LocalTools) -> Outcome:
    try:
        return scan_file(ref, tools)
    except SandboxFault:
        tools.lane.close()
        return scan_file(ref, tools)


def side_by_side(
    found: Iterator[FileRef | Outcome], all_tools: Sequence[LocalTools], stopped: Callable[[], bool]
) -> Iterator[tuple[Outcome, int]]:
    """Examine in as many threads as there are ``all_tools``; outcomes come as they are ready."""
    tasks: queue.SimpleQueue[tuple[FileRef, int] | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[Done] = queue.SimpleQueue()
    first = all_tools[0]
    threads = [threading.Thread(target=_drive, args=(tasks, done, tools), daemon=True) for tools in all_tools]
    for thread in threads:
        thread.start()
    again: list[tuple[FileRef, int]] = []
    running = 0
    exhausted = finished = False
    try:
        while not exhausted or running:
            while not exhausted and not again and running < len(all_tools) * _AHEAD:
                item = next(found, None)
                if item is None:
                    exhausted = True
                elif isinstance(item, Outcome):
                    yield item, clock.stat_ns()
                else:
                    stat_at = clock.stat_ns()
                    known = first.known(item)
                    if known is not None:
                        yield met_again(item, first, known), stat_at
                    else:
                        tasks.put((item, stat_at))
                        running += 1
            if not running:
                yield from one_by_one_again(again, first, stopped)
                again.clear()
                continue
            try:
                ref, stat_at, result = done.get(timeout=_LOOKS)
            except queue.Empty:
                if stopped():
                    return
                continue
            if stopped():
                return
            running -= 1
            if isinstance(result, SandboxFault):
                again.append((ref, stat_at))  # nothing is handed out until it has been tried alone
            elif isinstance(result, BaseException):
                raise result
            else:
                yield conclude(result.ref, first, result.contents, result.key, None), stat_at
        yield from one_by_one_again(again, first, stopped)
        finished = True
    finally:
        if not finished:
            for tools in all_tools:
                tools.lane.stop()
            while not tasks.empty():
                tasks.get()
        for _ in all_tools:
            tasks.put(None)
        for thread in threads:
            thread.join(timeout=1)  # one that hangs at a medium is left; the inventory is closed under its lock


def one_by_one_again(
    again: Sequence[tuple[FileRef, int]], tools: LocalTools, stopped: Callable[[], bool]
) -> Iterator[tuple[Outcome, int]]:
    """Files at which the sandbox failed, each alone. Raises ``SandboxFault`` where it fails again."""
    for ref, stat_at in again:
        try:
            yield _twice(ref, tools), stat_at
        except SandboxFault:
            if stopped():
                return
            raise


def _drive(
    tasks: queue.SimpleQueue[tuple[FileRef, int] | None], done: queue.SimpleQueue[Done], tools: LocalTools
) -> None:
    while (task := tasks.get()) is not None:
        ref, stat_at = task
        try:
            done.put((ref, stat_at, examine(ref, tools)))
        except BaseException as error:  # told by the thread that concludes
            done.put((ref, stat_at, error))
