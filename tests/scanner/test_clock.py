"""The clock: days of people are days in Japan, what is stored is UTC, and no time passes that a test does not want."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.inventory import ledger
from scanner.inventory.errors import now
from scanner.inventory.points import Fact
from scanner.inventory.store import Store
from scanner.policy.models import Policy
from scanner.policy.verdict import Judge
from scanner.report.forms.interface import wareki_moment
from tests import moments
from tests.conftest import ROOT, Sekisho


@pytest.mark.parametrize(
    ("moment", "stored", "day"),
    [
        ("2027-03-31T23:30:00+00:00", "2027-03-31T23:30:00Z", date(2027, 4, 1)),
        ("2028-02-29T00:10:00+09:00", "2028-02-28T15:10:00Z", date(2028, 2, 29)),
        ("2026-12-31T23:59:59+09:00", "2026-12-31T14:59:59Z", date(2026, 12, 31)),
        ("2026-04-01T08:59:59+09:00", "2026-03-31T23:59:59Z", date(2026, 4, 1)),
    ],
)
def test_days_are_those_of_japan_and_the_record_is_utc(moment: str, stored: str, day: date) -> None:
    with moments.at(moment):
        assert now() == clock.stamp() == stored
        assert clock.today() == clock.day_of(stored) == Judge(None).today == day
        assert clock.today(UTC).isoformat() == stored[:10]


_MAKES_TEXT = re.compile(
    r"strftime|strptime|fromtimestamp|astimezone|:%[YmdHM]|\+9 hours|'localtime'|ZoneInfo|clock\.JAPAN"
    r"|(?:at|opened|closed|started|ended|seen|made|since|moment|stamp\(\)|now\(\))[\"')\]]*\[:\d+\]"
)


_NO_MOMENTS = {"scanner/report/views.py", "scanner/acts/logs/mapping.py"}
"""Names of functions that SQL has, and how the logs of others write their moments, which the clock reads."""


def test_only_the_clock_makes_text_of_moments() -> None:
    """And days: elsewhere a moment would be shown in whatever zone its author thought of."""
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in ("scanner", "config/forms")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".py", ".html")
        and path != ROOT / "scanner/clock.py"
        and path.relative_to(ROOT).as_posix() not in _NO_MOMENTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if _MAKES_TEXT.search(line)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("zone", "day", "shown"),
    [
        ("Asia/Tokyo", date(2027, 4, 1), "2027-04-01 08:30"),
        ("UTC", date(2027, 3, 31), "2027-03-31 23:30"),
        ("America/New_York", date(2027, 3, 31), "2027-03-31 19:30"),
    ],
)
def test_people_read_the_zone_of_the_policy(zone: str, day: date, shown: str) -> None:
    stored = "2027-03-31T23:30:00Z"
    clock.choose(Policy.model_validate({"time_zone": zone}).time_zone)
    try:
        with moments.at(stored):
            assert (clock.today(), clock.day_of(stored), clock.shown(stored)) == (day, day, shown)
            assert clock.begin_of(day) <= stored == clock.stamp() < clock.begin_of(day + timedelta(days=1))
            assert wareki_moment(stored).endswith(shown[-5:])
    finally:
        clock.choose(clock.DEFAULT_ZONE)


_TOKYO, _HAWAII = timezone(timedelta(hours=9)), timezone(timedelta(hours=-10))


@given(st.datetimes(), st.sampled_from([UTC, _TOKYO, _HAWAII]))
def test_every_moment_of_the_calendar_is_written_as_it_is_read_again(moment: datetime, zone: timezone) -> None:
    """Whatever others wrote: years before 1000, and the ends of the calendar, which lie outside it in another zone."""
    told = clock.stamp_of_text(moment.isoformat(timespec="seconds"), "%Y-%m-%dT%H:%M:%S", zone)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told)
    assert clock.day_of(told, zone) in {moment.date(), *(clock.day_of(end, zone) for end in _ENDS)}
    assert len(clock.shown(told)) == 16
    assert len(clock.begin_of(moment.date(), zone)) == 20


_ENDS = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")


def test_a_zone_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="no_such_zone"):
        Policy.model_validate({"time_zone": "Asia/Nowhere"})


def test_a_frozen_clock_waits_without_waiting() -> None:
    with moments.at("2026-04-01T09:00:00+09:00") as frozen:
        steady, stat = clock.monotonic(), clock.stat_ns()
        clock.sleep(3600)
        assert clock.stamp() == "2026-04-01T01:00:00Z"
        assert clock.monotonic() - steady == pytest.approx(3600)
        assert frozen.passed == 3600
        assert clock.stat_ns() - stat >= 3_600_000_000_000
    assert clock.now().year == 2026


@pytest.mark.calendar
def test_the_machines_clock_is_the_default() -> None:
    """And a variable of the environment does not move it."""
    script = "from scanner import clock; import datetime as d; print(abs((clock.now() - d.datetime.now(d.UTC)).total_seconds()) < 60)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_one_night_gives_one_due_date(tmp_path: Path) -> None:
    """At 08:30 in Japan it is still yesterday in UTC: a point of a place and a point of a register are due on one day."""
    with moments.at("2026-07-01T08:30:00+09:00"), Store(tmp_path / "i.db", only_notes=True) as store:
        facts = [Fact("F10-SILENT", subject="host:a")]
        store.settle(facts, ["F10-SILENT"])
        store.settle([Fact("F06-OVERDUE", subject="carryout:b")], ["F06-OVERDUE"])
        store.connection.commit()
        rows = store.connection.execute("select distinct due, opened from points").fetchall()
    assert rows == [("2026-07-15", "2026-06-30T23:30:00Z")]


@pytest.mark.calendar
def test_the_program_under_test_has_the_calendar_of_the_test(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("作業の手順", encoding="utf-8")
    done = sekisho(
        "scan", tmp_path / "a.txt", "--home", tmp_path / "home", "--depth", "quick",
        env={moments.VARIABLE: "2031-03-31T23:30:00+00:00"},
    )  # fmt: skip
    assert done.code == 0, done.err
    db = sqlite3.connect(tmp_path / "home/inventory.db")
    assert {at[:13] for (at,) in db.execute("select at from ledger")} == {"2031-03-31T23"}
    assert list(ledger.verify(db)) == []


@pytest.mark.parametrize(("moment", "year"), [("2027-03-31T23:59:00+09:00", 2026), ("2027-04-01T00:01:00+09:00", 2027)])
def test_a_new_policy_is_of_the_financial_year(sekisho: Sekisho, tmp_path: Path, moment: str, year: int) -> None:
    done = sekisho("init", "-y", "-o", tmp_path / "policy.toml", env={moments.VARIABLE: moment})
    assert done.code == 0, done.err
    assert f"starts = {year}-04-01" in (tmp_path / "policy.toml").read_text(encoding="utf-8")
