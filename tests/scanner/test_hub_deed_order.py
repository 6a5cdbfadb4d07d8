"""Decisions on their way to a terminal: in their order, once each, and none holds up the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from benchmarks.hub.world import Hub, Terminal
from scanner import clock
from scanner.acts import decisions
from scanner.acts.decisions import DecisionError
from scanner.acts.declaring import declare
from scanner.fleet import deeds
from scanner.fleet.calls import Enrolment
from scanner.hub import handing, terminals
from scanner.hub.standing import whole
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.store import Store
from tests.scanner.officers_hub import ask, copied, decided, open_points, rows, rules_in, staged, talked, there


@pytest.fixture
def hub(hub_begun: Path, tmp_path: Path) -> Iterator[Hub]:
    yield from copied(hub_begun, tmp_path)


@pytest.fixture
def terminal(hub: Hub, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "w/PC-01", "PC-01", seed=2)


def test_what_is_too_long_for_a_terminal_is_not_decided(hub: Hub) -> None:
    point = open_points(hub.home)[0]
    rules, until = rules_in(hub.home.path), clock.today() + timedelta(days=30)
    long = "様" * (decisions.REASON_MOST + 1)
    with pytest.raises(DecisionError, match="reason_long"):
        decisions.end(hub.home, rules, point, decisions.Wish("accept", long, until), "W-1", ask, "W-2")
    with pytest.raises(DecisionError, match="reason_long"):
        declare(hub.home, None, point, "W-3", reason=long)
    for person in ("従事\n者", "あ" * (decisions.PERSON_MOST + 1)):
        with pytest.raises(DecisionError, match="bad_person"):
            declare(hub.home, None, point, person, reason="試験用")
        with (
            Store(hub.home.database, only_notes=True) as store,
            pytest.raises(DecisionError, match="bad_person"),
        ):
            decisions.stage(store.connection, point, "review", person)
    deeds.Declared(there=1, by="あ" * decisions.PERSON_MOST, reason="様" * decisions.REASON_MOST)


def test_a_row_that_cannot_be_handed_over_holds_up_no_other(hub: Hub, terminal: Terminal) -> None:
    """As an earlier version or another program left it."""
    bad, good = open_points(hub.home)[:2]
    decided(hub, bad)
    staged(hub, good, "review")
    with Store(hub.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update suppressions set reason = ?", ("様" * 2_001,))
        db.execute("update decisions set by = ? where action = 'review'", ("あ\nい",))
    decided(hub, good)
    talked(hub, terminal)
    assert rows(terminal.home, "select count(*) from suppressions") == [(1,)]
    assert rows(hub.home, "select state, stage from points where id = ?", bad) == [("open", "new")]
    told = {(kind, answer) for _, kind, answer, _, _ in whole(hub.desk).not_taken}
    assert told == {("ended", "unsendable"), ("staged", "unsendable")}


def test_a_subject_of_rare_letters_is_handed_over(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[2]
    with Store(terminal.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("update points set subject = ? where id = ?", ("\U00020b9f" * 990, there(hub, point)))
    talked(hub, terminal)
    decided(hub, point)
    talked(hub, terminal)
    assert rows(terminal.home, "select count(*) from suppressions") == [(1,)]


def test_decisions_arrive_in_the_order_in_which_they_were_made(hub: Hub, terminal: Terminal) -> None:
    first, *others = open_points(hub.home)[:9]
    for other in others:
        staged(hub, other, "review")
    staged(hub, first, "review")
    staged(hub, first, "correct", clock.today() + timedelta(days=5))
    talked(hub, terminal)
    assert rows(terminal.home, "select stage from points where id = ?", there(hub, first)) == [("correcting",)]


def test_what_is_taken_back_goes_behind_what_it_takes_back(
    hub: Hub, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing, "_TOGETHER", 1)
    for point in open_points(hub.home)[:2]:
        decided(hub, point)
    (last,) = rows(hub.home, "select max(id) from suppressions")[0]
    decisions.revoke(hub.home, rules_in(hub.home.path), last, "W-2", "誤りだった", ask)
    talked(hub, terminal)
    assert whole(hub.desk).not_taken == []
    assert rows(terminal.home, "select count(*) from suppressions where revoked is not null") == [(1,)]


def test_an_answer_is_a_word_of_the_program() -> None:
    deeds.Done(done=(("e1", "taken"), ("e2", "no_such")))
    for answer in ("", "taken\x1b[2J", "山田", "taken\x00", "a" * 41, "taken "):
        with pytest.raises(ValidationError):
            deeds.Done(done=(("e1", answer),))


def test_a_number_means_the_terminal_that_has_it(hub: Hub) -> None:
    one = hub.of("PC-01")
    with hub.desk.database.transaction() as work:
        work.run(
            "insert into terminals select 'a', ?, ?, state, why, token, enrolled, decided, heard, version, call, number, digest, records,"
            " seen, root, signed, record_state, leaves, frontier, policy from terminals where id = ?",
            (one.id, b"k", one.id),
        )
        assert terminals.named(work, one.id).name == "PC-01"
        assert terminals.named(work, "PC-01").id == one.id
    said = {"token": "t", "secret": "s", "key": "0" * 64, "record": "", "version": "1"}
    Enrolment(name=one.id[:12], **said)
    for name in (one.id, one.id.upper(), "PC-01~2"):
        with pytest.raises(ValidationError):
            Enrolment(name=name, **said)


def test_a_deed_whose_answer_was_lost_is_done_once(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[0]
    number = there(hub, point)
    staged(hub, point, "review")
    declare(hub.home, None, point, "W-3", reason="試験用")
    hub.fold()
    terminal.send()
    with Store(terminal.home.database, only_notes=True) as store:
        decisions.stage(store.connection, number, "correct", "W-9")
    before = rows(terminal.home, "select count(*) from ledger where kind in ('decided', 'declared')")
    with hub.desk.database.transaction() as work:
        work.run("update deeds set answer = ''")
    terminal.send()
    assert rows(terminal.home, "select stage from points where id = ?", number) == [("correcting",)]
    assert rows(terminal.home, "select count(*) from declarations") == [(1,)]
    assert rows(terminal.home, "select count(*) from ledger where kind in ('decided', 'declared')") == before
    of = hub.of("PC-01").id
    with hub.desk.database.transaction() as work:  # a hub that was put back gives the number to another one
        work.run("delete from deeds")
        again = deeds.Staged(there=number, action="review", by="W-2")
        handing.keep(work, "s1", of, "staged", again)
    terminal.send()
    assert rows(terminal.home, "select stage from points where id = ?", number) == [("review",)]


def test_a_decision_that_was_taken_back_before_it_came_is_none(hub: Hub, terminal: Terminal) -> None:
    point = open_points(hub.home)[0]
    decided(hub, point)
    (last,) = rows(hub.home, "select max(id) from suppressions")[0]
    decisions.revoke(hub.home, rules_in(hub.home.path), last, "W-2", "誤りだった", ask)
    hub.fold()
    with hub.desk.database.transaction() as work:
        work.run("update deeds set place = -place")
    for _ in range(2):
        terminal.send()
        with hub.desk.database.reading() as work:
            assert dict(work.all("select kind, answer from deeds")) == {"ended": "revoked", "revoked": "taken"}
        with hub.desk.database.transaction() as work:
            work.run("update deeds set answer = ''")
    assert rows(terminal.home, "select state from points where id = ?", there(hub, point)) == [("open",)]
    assert rows(terminal.home, "select count(*) from suppressions") == [(0,)]
    assert rows(terminal.home, "select count(*) from ledger where kind = 'decision_revoked'") == [(1,)]
    reader = Reader(terminal.home.database)
    assert check.verify(reader.db, terminal.home.keys).found == []
    reader.close()
