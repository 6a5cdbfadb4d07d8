"""Scans at fixed hours: which of them passed, what is made up for, and the texts that systems are given."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from detectors.resources import config_dir
from scanner import clock
from scanner.cli.schedule import command
from scanner.inventory.home import locate
from scanner.inventory.reader import Reader
from scanner.service import timers
from scanner.service.schedule import DAYS, NAME, Schedule, ScheduleError, due, load, save
from scanner.service.tasks import settings
from tests import moments
from tests.conftest import Sekisho

ZONE = timezone(timedelta(hours=9))
BEGUN = datetime(2026, 4, 1, 12, 0, tzinfo=ZONE)  # a Wednesday
COMMAND = ("/opt/関所 1/python", "-m", "scanner.cli.main", "schedule", "run", "--home", "/home/a b/100%")


def _schedule(at: str = "19:30", days: tuple[str, ...] = DAYS) -> Schedule:
    return Schedule.model_validate({"paths": ["/srv"], "at": at, "days": days, "begins": BEGUN})


def test_hours_that_passed_are_told_once_and_the_last_is_made_up_for() -> None:
    daily = _schedule()
    assert due(daily, None, None, BEGUN + timedelta(hours=7)) == (None, ())
    first = datetime(2026, 4, 1, 19, 30, tzinfo=ZONE)
    assert due(daily, None, None, first) == (first, ())
    later = first + timedelta(days=3, hours=2)
    found = due(daily, None, None, later)
    assert (found.hour, found.missed) == (first + timedelta(days=3), tuple(first + timedelta(days=n) for n in range(3)))
    assert due(daily, None, found.missed[-1], later) == (found.hour, ())  # told already, still to be made up for
    assert due(daily, found.hour, found.missed[-1], later) == (None, ())


@given(
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 60 * 24 * 40),
    st.integers(0, 60 * 24 * 40),
)
def test_no_hour_is_lost_or_counted_twice(days: set[str], hour: int, minute: int, one: int, two: int) -> None:
    made = _schedule(f"{hour:02}:{minute:02}", tuple(sorted(days)))
    begin, end = sorted((BEGUN + timedelta(minutes=one), BEGUN + timedelta(minutes=two)))
    whole = list(made.hours(BEGUN, end))
    assert whole == [*made.hours(BEGUN, begin), *made.hours(begin, end)]
    assert all(DAYS[h.weekday()] in days and (h.hour, h.minute) == (hour, minute) for h in whole)
    assert made.next(end) > end


def test_a_schedule_comes_back_as_it_was_written(tmp_path: Path) -> None:
    save(tmp_path, _schedule(days=("mon", "fri")))
    assert load(tmp_path) == _schedule(days=("mon", "fri"))
    (tmp_path / "schedule.toml").write_bytes(b"at = '25:00'")
    with pytest.raises(ScheduleError):
        load(tmp_path)


def test_what_the_systems_are_given() -> None:
    some = _schedule(days=("mon", "wed"))
    units = timers.systemd(some, COMMAND)
    assert "OnCalendar=Mon,Wed *-*-* 19:30:00\nPersistent=true" in units["sekisho-scan.timer"]
    assert '"/opt/関所 1/python"' in units["sekisho-scan.service"]
    assert "100%%" in units["sekisho-scan.service"]
    line, again = timers.crontab(some, COMMAND).splitlines()
    assert line.startswith("30 19 * * 1,3 '/opt/関所 1/python'")
    assert (again.split()[0], "100\\%" in line) == ("@reboot", True)
    assert timers.crontab(_schedule(days=("sun",)), COMMAND).split()[4] == "0"
    text = timers.task(some, COMMAND, (config_dir() / "service/sekisho-scan-task.xml").read_text(encoding="utf-8"))
    told = settings(text)
    assert told["Triggers/CalendarTrigger/StartBoundary"] == "2026-04-01T19:30:00"
    assert "Triggers/CalendarTrigger/ScheduleByWeek/DaysOfWeek/Monday" in told
    assert told["Settings/StartWhenAvailable"] == "true"
    assert ET.fromstring(text[text.index("<Task") :]).tag.endswith("Task")


@pytest.mark.slow
def test_a_scheduled_scan_from_the_command_line(sekisho: Sekisho, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "files").mkdir()
    (tmp_path / "files/a.txt").write_bytes("本日は晴天なり".encode())
    assert sekisho("schedule", "show", "--home", home).code == 2
    words = ("schedule", "set", tmp_path / "files", "--at", "00:00", "--days", "月,火,水,木,金,土,日", "--home", home)
    assert sekisho(*words).code == 0
    assert sekisho("schedule", "run", "--home", home).out.startswith("Nothing is due")
    later = {moments.VARIABLE: (clock.local() + timedelta(days=3)).isoformat()}
    assert sekisho("schedule", "show", "--home", home, env=later).code == 1
    ran = sekisho("schedule", "run", "--home", home, env=later)
    assert (ran.code, "Missed: 2" in ran.err) == (0, True), ran.err
    told = json.loads(sekisho("schedule", "show", "--format", "json", "--home", home, env=later).out)
    assert (told["missed"], told["due"]) == (2, "")
    assert "@reboot" in sekisho("schedule", "install", "--print", "cron", "--home", home).out
    assert sekisho("schedule", "remove", "--home", home).code == 0
    record = sekisho("ledger", "show", "--home", home)
    assert (record.code, "schedule of scans" in record.out, "scheduled scan missed" in record.out) == (0, True, True), (
        record.err
    )


@pytest.mark.parametrize("act", ["set", "remove"])
@pytest.mark.parametrize("file", ["as it was", "edited", "unreadable"])
def test_no_missed_hour_is_lost_when_the_schedule_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, file: str
) -> None:
    home = locate(str(tmp_path / "home"))
    monkeypatch.setattr(timers, "remove", list)

    def run(*words: str) -> None:
        done = CliRunner().invoke(command, [*words, "--home", str(home.path)])
        assert done.exception is None, done.output

    words = ("set", str(tmp_path), "--at", "19:30", "--exclude", "*.iso", "--depth", "quick")
    run(*words)
    begun = clock.local()
    if file == "edited":
        far = load(home.path).model_copy(
            update={"begins": begun + timedelta(days=900), "at": "00:01", "days": ("mon",)}
        )
        save(home.path, far)
    elif file == "unreadable":
        (home.path / NAME).write_bytes(b"\xff")
    later = begun + timedelta(days=5)
    monkeypatch.setattr(clock, "local", lambda: later)
    run(*(words if act == "set" else ("remove",)))
    rows = Reader(home.database).rows("select kind, details from ledger where kind like 'schedule%' order by seq")
    assert [row["kind"] for row in rows] == ["schedule_set", "schedule_missed", "schedule_set"]
    first, missed, _ = (json.loads(row["details"]) for row in rows)
    assert (first["exclude"], first["depth"], missed["count"]) == (1, "quick", 5)
