"""Many terminals in a few processes: each has its share of them, and does with all what it is told."""

from __future__ import annotations

import multiprocessing
import queue
import random
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.hub.simulated import Simulated
from scanner.agent import client
from scanner.agent.errors import Later, Unreachable
from scanner.fleet import token

_THREADS = 12


@dataclass(slots=True)
class Figures:
    """Of one act."""

    took: list[float] = field(default_factory=list)
    """Seconds of each call that was taken."""
    later: int = 0
    """How many were told to come later, or had no answer, and came again."""
    behind: float = 0.0
    """Seconds by which the generator itself was late at worst."""
    cpu: float = 0.0
    """Of the generator."""
    seconds: float = 0.0

    def add(self, other: Figures) -> None:
        """What another process did at the same time."""
        self.took += other.took
        self.later += other.later
        self.behind = max(self.behind, other.behind)
        self.cpu += other.cpu
        self.seconds = max(self.seconds, other.seconds)


class Fleet:
    """All processes together."""

    def __init__(self, count: int, processes: int, hub: str, address: client.Address, given: token.Token) -> None:
        self._ends: list[Connection] = []
        self._children = []
        context = multiprocessing.get_context("spawn")
        for number in range(processes):
            mine, theirs = context.Pipe()
            share = list(range(number, count, processes))
            child = context.Process(target=_share, args=(theirs, share, hub, address, given), daemon=True)
            child.start()
            self._ends.append(mine)
            self._children.append(child)

    def all(self, what: str, **how: Any) -> Figures:
        """Have each do ``what`` (``enrol``, ``converse``, ``steady``); rates are of all together."""
        if "rate" in how:
            how["rate"] /= len(self._ends)
        for one in self._ends:
            one.send((what, how))
        total = Figures()
        for one in self._ends:
            total.add(one.recv())
        return total

    def close(self) -> None:
        """End them."""
        for child in self._children:
            child.terminate()
            child.join()


def _share(end: Connection, numbers: list[int], hub: str, address: client.Address, given: token.Token) -> None:
    fleet = [Simulated(n, hub, address) for n in numbers]
    pick = random.Random(len(numbers))
    while True:
        what, how = end.recv()
        before, began = _cpu(), time.monotonic()
        if what == "steady":
            found = _steady(fleet, pick, **how)
        else:
            act: Callable[[Simulated], float] = (
                (lambda one: one.enrol(given)) if what == "enrol" else Simulated.converse
            )
            found = _once(fleet, act)
        found.cpu, found.seconds = _cpu() - before, time.monotonic() - began
        end.send(found)


def _once(fleet: list[Simulated], act: Callable[[Simulated], float]) -> Figures:
    """Everybody once, as fast as it goes."""
    waiting: queue.SimpleQueue[tuple[float, Simulated]] = queue.SimpleQueue()
    for one in fleet:
        waiting.put((0.0, one))
    found = Figures()
    _in_threads(waiting, act, found)
    return found


def _steady(fleet: list[Simulated], pick: random.Random, rate: float, seconds: float) -> Figures:
    """Conversations begin at random moments, so many a second, whether the hub is fast or not."""
    waiting: queue.SimpleQueue[tuple[float, Simulated]] = queue.SimpleQueue()
    order, at, begins = pick.sample(fleet, len(fleet)), time.monotonic(), 0
    end = at + seconds
    while (at := at + pick.expovariate(rate)) < end and begins < len(order):
        waiting.put((at, order[begins]))
        begins += 1
    found = Figures()
    _in_threads(waiting, Simulated.converse, found)
    return found


def _in_threads(
    waiting: queue.SimpleQueue[tuple[float, Simulated]], act: Callable[[Simulated], float], found: Figures
) -> None:
    def work() -> None:
        while True:
            try:
                at, one = waiting.get_nowait()
            except queue.Empty:
                return
            late = time.monotonic() - at
            if at and late < 0:
                time.sleep(-late)
            elif at:
                found.behind = max(found.behind, late)
            try:
                found.took.append(act(one))
            except (Later, Unreachable):
                found.later += 1
                time.sleep(0.2)
                waiting.put((0.0, one))

    workers = [threading.Thread(target=work) for _ in range(_THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
