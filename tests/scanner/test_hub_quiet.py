"""Times of quiet that the hub asks for: in the zone of people, within what terminals take, and only of its own terminals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner import clock
from scanner.agent import link
from scanner.agent.enrolling import leave
from scanner.fleet.quiet import problem
from scanner.hub import handing, terminals
from scanner.hub.errors import HubError
from scanner.inventory.store import Store
from tests.scanner.officers_hub import rows

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def of(begins: float, hours: float) -> tuple[datetime, datetime]:
    start = NOW + timedelta(hours=begins)
    return start, start + timedelta(hours=hours)


def test_a_moment_without_a_zone_is_that_of_people() -> None:
    assert clock.moment_given("2026-12-01T09:00") == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert clock.moment_given("2026-12-01T09:00-05:00") == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="isoformat"):
        clock.moment_given("あす")


@pytest.mark.parametrize(
    ("time", "known", "why"),
    [
        (of(1, 12), [], ""),
        (of(1, 12.1), [], "long"),
        (of(-2, 1), [], "over"),
        (of(1, -1), [], "over"),
        (of(-1, 2), [], ""),
        (of(7 * 24, 1), [], ""),
        (of(7 * 24 + 1, 1), [], "far"),
        (of(1, 12), [of(24, 12)], ""),
        (of(1, 1), [of(24, 12), of(48, 12)], "crowded"),
        (of(1, 12), [of(-8 * 24, 12), of(-9 * 24, 12)], ""),
        (of(1, 1), [of(-24, 12), of(-48, 12)], "crowded"),
    ],
)
def test_bounds(time: tuple[datetime, datetime], known: list[tuple[datetime, datetime]], why: str) -> None:
    assert problem(time, known, NOW) == why


def test_the_hub_asks_for_nothing_that_is_not_taken(tmp_path: Path) -> None:
    hub, terminal = Hub(tmp_path / "hub"), Terminal(tmp_path / "PC-01", "PC-01")

    def ask(begins: float, hours: float) -> None:
        now = clock.now()
        times = [clock.stamp_at((now + timedelta(hours=h)).timestamp()) for h in (begins, begins + hours)]
        handing.quieten(hub.desk.database, ("PC-01",), *times)

    with connected(hub):
        terminal.enrol(hub.token())
        ask(-0.1, 12)
        for why, begins, hours in (
            ("long", 1, 13),
            ("far", 24 * 30, 2),
            ("over", -24 * 365, 2),
            ("crowded", 40, 12),
        ):
            if why == "crowded":
                ask(20, 11)
            with pytest.raises(HubError, match=f"quiet_{why}"):
                ask(begins, hours)
        terminal.send()
        assert len(rows(terminal.home, "select 1 from quiet_times")) == 2
        terminals.decide(hub.desk.database, ("PC-01",), terminals.REVOKED)
        with pytest.raises(HubError, match="not_approved"):
            ask(1, 0.1)
    leave(terminal.home)
    assert rows(terminal.home, "select 1 from quiet_times") == []
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("insert into quiet_times values ('q', '', '', '')")
        link.begin(db, link.fresh("https://x", "hub", "", None, {}, "PC-01", {}))
        assert db.execute("select count(*) from quiet_times").fetchone()[0] == 0
    hub.desk.database.close()
