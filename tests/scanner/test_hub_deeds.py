"""Decisions of the hub's officers about points of a terminal: taken there as if they had been signed there, and nothing else closes a point."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hub.world import Hub, Terminal
from scanner import clock
from scanner.acts import decisions
from scanner.acts.decisions import DecisionError
from scanner.acts.declaring import declare
from scanner.agent import quiet
from scanner.fleet import deeds
from scanner.fleet.calls import Body
from scanner.hub import handing
from scanner.inventory.people.standing import SELECT, Standings
from scanner.inventory.points import rows_of
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.store import Store
from tests.scanner.officers_hub import (
    ask,
    copied,
    decided,
    open_points,
    rows,
    rules_in,
    staged,
    talked,
    there,
)


@pytest.fixture
def hub(hub_begun: Path, tmp_path: Path) -> Iterator[Hub]:
    yield from copied(hub_begun, tmp_path)


@pytest.fixture
def terminal(hub: Hub, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "w/PC-01", "PC-01", seed=2)


def state(terminal: Terminal, point: int) -> tuple[Any, ...]:
    return rows(terminal.home, "select state, closed_why, stage from points where id = ?", point)[0]


def standings(terminal: Terminal) -> list[str]:
    reader = Reader(terminal.home.database)
    found = Standings(reader.db)
    said = [found.of(row) for row in rows_of(reader.db, SELECT)]
    reader.close()
    return said


def answers(hub: Hub) -> dict[str, str]:
    with hub.desk.database.reading() as work:
        return dict(work.all("select id, answer from deeds"))


@pytest.mark.parametrize(("action", "why"), [("accept", "accepted"), ("dismiss", "false_alarm")])
def test_what_two_officers_closed_is_closed_at_both_ends(hub: Hub, terminal: Terminal, action: str, why: str) -> None:
    point = open_points(hub.home)[3]
    decided(hub, point, action)
    talked(hub, terminal)
    assert state(terminal, there(hub, point))[:2] == ("closed", why)
    assert standings(terminal) == ["signed"]
    for home in (hub.home, terminal.home):
        (told,) = rows(home, "select details from ledger where kind = 'decided'")
        assert len(json.loads(told[0])["signatures"]) == 2
        reader = Reader(home.database)
        assert check.verify(reader.db, home.keys).found == []
        reader.close()
    assert rows(hub.home, "select json_extract(details, '$.answer') from ledger where kind = 'deed_answered'") == [
        ("taken",)
    ]
    terminal.change()
    talked(hub, terminal)
    assert rows(hub.home, "select state, closed_why from points where id = ?", point) == [("closed", why)]


def test_a_decision_that_waits_for_the_second_goes_nowhere(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[0]
    assert not decided(hub, point, reviewer="").done
    talked(hub, terminal)
    assert state(terminal, there(hub, point))[0] == "open"
    waits = decisions.proposed(hub.home, point)
    assert waits is not None
    decisions.approve(hub.home, rules_in(hub.home.path), point, "W-2", ask, waits["proposal"])
    talked(hub, terminal)
    assert state(terminal, there(hub, point))[0] == "closed"


def test_a_decision_is_taken_back_at_both_ends(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[0]
    decided(hub, point)
    talked(hub, terminal)
    (number,) = rows(hub.home, "select id from suppressions")[0]
    decisions.revoke(hub.home, rules_in(hub.home.path), number, "W-2", "誤りだった", ask)
    talked(hub, terminal)
    assert rows(terminal.home, "select revoked is not null from suppressions") == [(1,)]
    assert standings(terminal) == ["signed"]
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update suppressions set revoked = null")
    assert standings(terminal) == ["broken"]


def test_reviews_and_declarations_arrive_and_close_nothing(hub: Hub, terminal: Terminal) -> None:
    first, second = open_points(hub.home)[:2]
    staged(hub, first, "review")
    staged(hub, second, "correct", clock.today() + timedelta(days=3))
    declare(hub.home, None, first, "W-3", reason="試験用のデータ")
    terminal.change()
    talked(hub, terminal)
    assert state(terminal, there(hub, first)) == ("open", None, "review")
    assert state(terminal, there(hub, second)) == ("open", None, "correcting")
    assert rows(terminal.home, "select by, consent, reason from declarations") == [("W-3", "", "試験用のデータ")]
    assert set(answers(hub).values()) == {"taken"}


def test_a_pattern_is_nothing_for_points_of_terminals(hub: Hub, terminal: Terminal) -> None:
    wish = decisions.Wish("accept", "様式", clock.today() + timedelta(days=3), "*.xlsx", 10)
    with pytest.raises(DecisionError, match="pattern_of_terminal"):
        decisions.end(hub.home, rules_in(hub.home.path), open_points(hub.home)[0], wish, "W-1", ask, "W-2")


def test_bytes_that_changed_meanwhile_are_not_what_was_accepted(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[0]
    decided(hub, point)
    hub.fold()
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        (file,) = db.execute("select file_id from points where id = ?", (there(hub, point),)).fetchone()
        terminal._content(db, file)
    talked(hub, terminal)
    assert state(terminal, there(hub, point))[0] == "open"
    assert rows(hub.home, "select state, stage from points where id = ?", point) == [("open", "new")]
    assert rows(hub.home, "select exceeded is not null from suppressions") == [(1,)]


def forged(hub: Hub, terminal: Terminal, body: Body, kind: str = "ended") -> str:
    """As a hub that somebody took over does; what the terminal answers."""
    number = f"x{len(answers(hub))}"
    of = hub.of(terminal.name).id
    with hub.desk.database.transaction() as work:
        handing.keep(work, number, of, kind, body)
    terminal.send()
    return answers(hub)[number]


def a_decision(hub: Hub, point: int) -> deeds.Ended:
    """One that two officers have signed, and that was not handed over."""
    decided(hub, point)
    details = json.loads(rows(hub.home, "select details from ledger where kind = 'decided' order by seq desc")[0][0])
    return deeds.Ended(said=details["said"], signatures=details["signatures"], reason="前年度からの様式")


def test_what_officers_signed_is_good_for_nothing_else(hub: Hub, terminal: Terminal) -> None:
    good = a_decision(hub, open_points(hub.home)[1])
    other = {
        "there": 10**6, "until": "2099-01-01", "code": "F07-EXCESS", "terminal": "0" * 16, "content": "", "nonce": "0",
        "act": "dismiss", "pattern": "*",
    }  # fmt: skip
    for field, value in other.items():
        bad = good.model_copy(update={"said": {**good.said, field: value}})
        assert forged(hub, terminal, bad) == "not_signed", field
    assert rows(terminal.home, "select count(*) from suppressions") == [(0,)]
    refused = rows(terminal.home, "select details from ledger where kind = 'attempt_refused'")
    assert [json.loads(r[0])["why"] for r in refused] == ["not_signed"] * len(other)


def test_one_signature_or_one_key_twice_closes_nothing(hub: Hub, terminal: Terminal) -> None:
    good = a_decision(hub, open_points(hub.home)[1])
    first = good.signatures["W-1"]
    for signatures in (
        {"W-1": first},
        {"W-1": first, "W-2": first},
        {"W-1": first, "w-1": first},
        {"W-1": first, "W-9": first},
    ):
        assert forged(hub, terminal, good.model_copy(update={"signatures": signatures})) == "not_signed"
    assert forged(hub, terminal, good.model_copy(update={"reason": "ほかの理由"})) == "malformed"


def test_another_terminals_decision_is_none_here(hub: Hub, terminal: Terminal, tmp_path: Path) -> None:
    other = Terminal(tmp_path / "PC-02", "PC-02", seed=5)
    other.enrol(hub.token())
    other.change(5)
    talked(hub, other)
    good = a_decision(hub, open_points(hub.home)[1])
    assert forged(hub, other, good) == "not_signed"
    assert rows(other.home, "select count(*) from points where state = 'closed' and closed_why = 'accepted'") == [(0,)]


def test_a_decision_that_was_taken_back_is_not_taken_again(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[0]
    good = a_decision(hub, point)
    talked(hub, terminal)
    (number,) = rows(hub.home, "select id from suppressions")[0]
    decisions.revoke(hub.home, rules_in(hub.home.path), number, "W-2", "誤りだった", ask)
    talked(hub, terminal)
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update points set state = 'open' where id = ?", (there(hub, point),))
    assert forged(hub, terminal, good) == "taken"
    assert state(terminal, there(hub, point))[0] == "open"


def test_officers_of_another_hub_close_nothing_for_long(hub: Hub, terminal: Terminal) -> None:
    decided(hub, open_points(hub.home)[0])
    talked(hub, terminal)
    assert standings(terminal) == ["signed"]
    from scanner.agent.enrolling import leave

    leave(terminal.home)
    assert standings(terminal) == ["broken"]


def test_what_is_not_known_is_passed_over(hub: Hub, terminal: Terminal) -> None:
    assert forged(hub, terminal, deeds.Staged(there=1, action="review", by="W-1"), "run") == "unknown"
    of = hub.of("PC-01").id
    with hub.desk.database.transaction() as work:
        work.run(
            "insert into deeds (id, terminal, kind, body, made, answer, answered, entered) values ('y', ?, 'staged', ?, '', '', '', 0)",
            (of, '{"there": "rm", "action": "run"}'),
        )
    terminal.send()
    assert answers(hub)["y"] == "malformed"


@pytest.mark.parametrize(
    ("begins", "ends", "answer"),
    [
        ("", "", "malformed"),
        ("2026-12-01T09:00", "2026-12-01T10:00", "malformed"),
        ("2026-12-01T10:00:00Z", "2026-12-01T09:00:00Z", "malformed"),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "too_long"),  # past the ends of the calendar
        ("2026-12-01T09:00:00Z", "9999-12-31T23:59:59-12:00", "too_long"),
    ],
)
def test_a_time_that_is_none_is_refused(hub: Hub, terminal: Terminal, begins: str, ends: str, answer: str) -> None:
    assert forged(hub, terminal, deeds.Quiet(id="q", begins=begins, ends=ends), "quiet") == answer


def test_nobody_silences_a_terminal_for_ever(hub: Hub, terminal: Terminal) -> None:
    now = clock.now()

    def asked(begins: timedelta, hours: float) -> list[str]:
        before = set(answers(hub))
        first, last = [clock.stamp_at((now + begins + timedelta(hours=h)).timestamp()) for h in (0, hours)]
        number, of = f"q{len(before)}", hub.of("PC-01").id
        with hub.desk.database.transaction() as work:  # as a hub that asks for more than it may
            handing.keep(work, number, of, "quiet", deeds.Quiet(id=number, begins=first, ends=last))
        terminal.send()
        return [a for n, a in answers(hub).items() if n not in before]

    assert asked(timedelta(hours=1), 13) == ["too_long"]
    assert asked(timedelta(days=8), 1) == ["too_long"]
    assert asked(timedelta(days=1), 12) == ["taken"]
    assert asked(timedelta(days=2), 11) == ["taken"]
    assert asked(timedelta(days=4), 2) == ["too_long"]
    assert asked(-timedelta(minutes=5), 0.5) == ["taken"]
    reader = Reader(terminal.home.database)
    assert quiet.until(reader.db) > clock.stamp()
    reader.close()
    from scanner.agent import sending

    calls = len(hub.calls)
    assert 0 < sending.send(terminal.home, patient=True).later <= 1800
    assert len(hub.calls) == calls
    terminal.send()  # a person may
    assert len(rows(terminal.home, "select 1 from ledger where kind = 'quiet_time'")) == 3
