"""How much of the machine the watch takes: budget, battery, quiet hours."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest

from scanner.policy.models import Budget as Rules
from scanner.scan.priority import within
from scanner.watch.budget import Budget, cpu_seconds
from tests.scanner.watch_parts import Clock


class Machine:
    """A machine whose clocks, load and battery are set by the test."""

    def __init__(self, rules: Rules) -> None:
        self.clock, self.cpu, self.threads = Clock(), 0.0, 0.0
        self.busy = self.battery = False
        self.moment = datetime(2026, 11, 30, 9, 0)
        self.budget = Budget(
            rules, clock=self.clock, used=lambda: (self.cpu, self.threads), busy=lambda: self.busy,
            battery=lambda: self.battery, moment=lambda: self.moment,
        )  # fmt: skip

    def work(self, seconds: float, size: int = 0, *, walking: bool = False, thread: float = 0.0) -> float:
        """Do work of so many CPU seconds; returns the wait after it, and waits."""
        self.budget.begin()
        self.pass_(seconds)
        self.cpu += seconds
        self.threads += thread
        self.budget.spend(size, walking=walking)
        wait = self.budget.wait(walking=walking)
        self.pass_(wait)
        return wait

    def pass_(self, seconds: float) -> None:
        self.clock.at += seconds
        self.moment += timedelta(seconds=seconds)


def test_budget_waits_off_what_was_used() -> None:
    machine = Machine(Rules(cpu_percent=25, mb_per_second=10))
    assert machine.work(1.0) == pytest.approx(3.0)
    assert machine.work(0.1, 20_000_000) == pytest.approx(1.9)
    assert machine.work(1_000.0) == pytest.approx(10.0), "no file makes others wait longer"
    assert machine.work(0.0) == 0.0


def test_file_does_not_pay_for_a_walk_but_a_walk_for_everything() -> None:
    machine = Machine(Rules(cpu_percent=25, mb_per_second=0))
    machine.budget.begin()
    machine.cpu, machine.threads = 1.0, 1.0
    machine.budget.spend(walking=True)
    assert machine.budget.wait(walking=True) == pytest.approx(8.0)
    assert machine.budget.wait() == 0.0
    machine.budget.begin()
    machine.cpu += 2.5
    machine.budget.spend()
    assert machine.budget.wait() == pytest.approx(10.0)
    assert machine.budget.wait(walking=True) == pytest.approx(10.0)


def test_busy_machine_gets_a_smaller_share_for_some_minutes_and_no_standstill() -> None:
    machine = Machine(Rules(cpu_percent=25, reduced_percent=10, pause_minutes=5, mb_per_second=0))
    machine.busy = True
    assert machine.work(0.1) == pytest.approx(0.9)
    mode = machine.budget.mode()
    assert (mode.kind, mode.why) == ("reduced", "busy")
    assert mode.until - mode.since == pytest.approx(300)
    files = 0
    while machine.clock.at < 1_000 + 150:
        machine.work(0.01)
        files += 1
    assert files > 1_000, "not one a minute"
    machine.pass_(300)
    assert machine.budget.mode().kind == "full", "the ceiling"
    machine.busy = False
    machine.pass_(10)
    machine.budget.mode()
    machine.busy = True
    machine.pass_(10)
    assert machine.budget.mode().kind == "reduced"
    machine = Machine(Rules(pause_when_busy=False))
    machine.busy = True
    assert machine.budget.mode().kind == "full"


def test_battery_pauses_for_some_minutes_and_then_slows_down() -> None:
    machine = Machine(Rules(pause_minutes=3))
    machine.battery = True
    assert machine.budget.mode().kind == "paused"
    machine.pass_(170)
    assert machine.budget.mode().kind == "paused"
    machine.pass_(20)
    assert (machine.budget.mode().kind, machine.budget.mode().why) == ("reduced", "battery")
    machine.battery = False
    machine.pass_(10)
    assert machine.budget.mode().kind == "full"


@pytest.mark.parametrize(
    ("hours", "now", "end"),
    [
        ("08:30-17:15", "09:00", "30 17:15"),
        ("22:00-06:00", "23:30", "01 06:00"),
        ("22:00-06:00", "05:59", "30 06:00"),
        ("00:00-24:00", "12:00", "01 00:00"),
    ],
)
def test_quiet_hours_say_when_they_end(hours: str, now: str, end: str) -> None:
    machine = Machine(Rules(quiet_hours=hours))
    machine.moment = datetime.strptime(f"2026-11-30 {now}", "%Y-%m-%d %H:%M")
    mode = machine.budget.mode()
    assert (mode.kind, mode.why) == ("paused", "quiet_hours")
    assert datetime.fromtimestamp(mode.until).strftime("%d %H:%M") == end
    assert mode.since == machine.moment.timestamp()


def test_cost_of_children_and_threads_is_counted() -> None:
    main, threads = cpu_seconds()
    until = time.thread_time() + 0.05
    while time.thread_time() < until:
        pass
    assert cpu_seconds()[0] >= main + 0.05
    thread = threading.Thread(target=lambda: sum(range(2_000_000)))
    thread.start()
    thread.join()
    assert cpu_seconds()[1] > threads


@pytest.mark.parametrize(
    ("hours", "time_", "inside"),
    [
        ("08:30-17:15", "12:00", True),
        ("08:30-17:15", "18:00", False),
        ("22:00-06:00", "23:30", True),
        ("22:00-06:00", "12:00", False),
    ],
)
def test_quiet_hours(hours: str, time_: str, inside: bool) -> None:
    assert within(hours, datetime.strptime(time_, "%H:%M")) is inside
