"""An act at the gate from one state to the next: who is asked what, when it is over, what a day of stops means, what is told of it."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner import clock
from scanner.acts import gate
from scanner.acts.gate import GateError
from scanner.acts.questions import QUESTIONS
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.model import Contents, Reason
from tests import moments
from tests.scanner.one_person import CONTENTS, RULES, World, phrase, rules, template, world  # noqa: F401

WAY = "city.example.jp"


def asked(
    world: World, act: str = "send", to: str = WAY, contents: Contents = CONTENTS, path: bytes = b"", digest: str = ""
) -> gate.Gate:
    key = gate.examine_file(world.home, bytes(world.folder / "a.csv"), "quick")[1]
    return gate.ask(
        world.home, RULES.policy.contract[0], path or bytes(world.folder / "a.csv"), act, to, (contents, key),
        depth="quick", digest=digest or RULES.digest,
    )  # fmt: skip


def code_of(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(GateError) as refused:
        call(*arguments, **named)
    return str(refused.value.code)


def in_store(world: World, ask: Any, *arguments: Any) -> Any:
    with Store(world.home.database, only_notes=True) as store:
        return ask(*arguments, store, 1)


def released(world: World) -> bool:
    return bool(in_store(world, gate.released, world.home, RULES.policy))


def test_each_state_and_what_is_asked_in_it(world: World) -> None:
    number = world.gate()
    assert (world.shown(number), released(world), in_store(world, gate.turn)) == ("waiting", False, QUESTIONS[0])
    assert world.answer(number, "W-2", ask=phrase) == "waiting"
    assert (world.shown(number), released(world), in_store(world, gate.turn)) == ("waiting", False, QUESTIONS[1])
    assert world.answer(number, "W-1") == "released"
    assert (world.shown(number), released(world), in_store(world, gate.turn)) == ("released", True, QUESTIONS[1])
    assert in_store(world, gate.together) == "account"
    (world.folder / "a.csv").write_text("氏名\n丙\n", encoding="utf-8")
    assert (world.shown(number), released(world)) == ("changed", False)
    assert code_of(in_store, world, lambda store, _: gate.load(store, number + 1)) == "no_such"


@pytest.mark.parametrize(("persons", "state", "told"), [("2", "released", True), ("3", "stopped", False)])
def test_the_table_keeps_what_was_asked_of_a_released_act_alone(
    world: World, persons: str, state: str, told: bool
) -> None:
    number = world.gate()
    assert world.answer(number, "W-1", persons=persons) == ("waiting" if told else "stopped")
    if told:
        assert world.answer(number, "W-2", ask=phrase) == state
    with closing(world.db()) as db:
        kept, row = db.execute("select state, summary from gates").fetchone()
    kinds = {"persons": [2, 2], "kinds": ["PERSON"], "consent": "承諾-9"}
    assert (kept, json.loads(row)) == (state, {"depth": "balanced", **(kinds if told else {})})
    assert world.shown(number) == state
    assert [e["why"] for e in world.entries("gate_stopped")] == ([] if told else ["wrong"])


@pytest.mark.parametrize(
    "over", ["stopped by an answer", "stopped in the record", "released in the record", "table", "never asked"]
)
def test_an_act_that_is_over_takes_no_answer(world: World, over: str) -> None:
    """Each sign that it is over counts by itself, whatever the others say."""
    number = world.gate()
    if over == "stopped by an answer":
        assert world.answer(number, "W-1", persons="9") == "stopped"
    elif over == "table":
        world.edit("update gates set state = 'withdrawn'")
    elif over == "never asked":
        world.edit("update gates set id = 7")
        number = 7
    else:
        world.forge((f"gate_{over.split()[0]}", {"gate": number, "why": "wrong"}))
    before = len(world.entries("gate_answered"))
    assert code_of(world.answer, number, "W-1") == "not_waiting"
    assert len(world.entries("gate_answered")) == before


def wrong(world: World, count: int) -> None:
    for _ in range(count):
        assert world.answer(world.gate(), "W-1", persons="9") == "stopped"


@pytest.mark.parametrize(("count", "after", "refused"), [
    (gate.STOPS - 1, 0, False), (gate.STOPS, 0, True), (gate.STOPS, 86_399, True), (gate.STOPS, 86_400, False),
])  # fmt: skip
def test_how_many_stops_a_day_bears(world: World, count: int, after: int, refused: bool) -> None:
    begun = clock.stamp()
    with moments.at(begun):
        wrong(world, count)
    later = (datetime.fromisoformat(begun) + timedelta(seconds=after)).isoformat()
    with moments.at(later):
        if refused:
            assert code_of(world.gate) == "too_often"
        else:
            world.gate()
    assert gate.STOPS == 3, "docs/people.md says so"


def test_stops_of_other_files_and_for_other_reasons_do_not_count(world: World) -> None:
    wrong(world, gate.STOPS - 1)
    for _ in range(gate.STOPS):
        assert code_of(asked, world, to="stranger.example.net") == "stopped_no_consent"
    world.gate()
    wrong(world, 1)
    (world.folder / "a.csv").write_text("氏名\n甲\n丙\n", encoding="utf-8")
    assert code_of(asked, world) == "too_often", "the same name"
    asked(world, path=bytes(world.folder / "b.csv"))


@pytest.mark.parametrize(("act", "to", "contents", "why"), [
    ("send", "stranger.example.net", CONTENTS, "no_consent"), ("publish", "everybody", CONTENTS, "no_consent"),
    ("send", WAY, Contents("text/csv", (), 0, 0, reason=Reason.CORRUPT), "unread"),
    ("dispose", "", Contents("text/csv", (), 0, 0, reason=Reason.CORRUPT), "unread"),
])  # fmt: skip
def test_what_is_stopped_at_once(world: World, act: str, to: str, contents: Contents, why: str) -> None:
    assert code_of(asked, world, act, to, contents) == f"stopped_{why}"
    assert [(e["gate"], e["why"]) for e in world.entries("gate_stopped")] == [(1, why)]
    with closing(world.db()) as db:
        state, closed = db.execute("select state, closed from gates").fetchone()
    assert (state, bool(closed)) == ("stopped", True)


@pytest.mark.parametrize(("to", "given", "state"), [
    ("", "", "released"), ("", "somebody.example.jp", "stopped"), ("works.example.jp", "works.example.jp", "released"),
    ("works.example.jp", "", "stopped"),
])  # fmt: skip
def test_a_disposal_goes_to_nobody_or_to_somebody_who_is_named(world: World, to: str, given: str, state: str) -> None:
    number = asked(world, "dispose", to).number
    done = world.answer(number, "W-1", recipient=given)
    if state == "released":
        assert done == "waiting"
        done = world.answer(number, "W-2", ask=phrase, consent="")
    assert (done, world.shown(number)) == (state, state)


@pytest.mark.parametrize("digits", ["asked", "given"])
def test_another_policy_is_told_by_digits_that_can_be_compared(world: World, digits: str) -> None:
    number, other = world.gate(), rules(two_persons=False)
    with pytest.raises(GateError) as refused:
        world.answer(number, "W-1", under=other)
    told = {"asked": RULES.digest[:16], "given": other.digest[:16]}
    assert refused.value.code == "other_policy"
    assert refused.value.details[digits] == told[digits]


def test_an_unproved_release_is_told_once_for_each_act(world: World) -> None:
    numbers = [world.gate() for _ in range(2)]
    world.edit("update gates set state = 'released'")
    for _ in range(2):
        assert [world.shown(n) for n in numbers] == ["unproved", "unproved"]
    assert [(e["gate"], e["why"]) for e in world.entries("attempt_refused")] == [(n, "unproved") for n in numbers]


@pytest.mark.parametrize("column", ["target", "contract", "content_key", "recipient", "act"])
def test_what_the_table_says_of_an_act_is_what_was_asked(world: World, column: str) -> None:
    number = world.gate()
    other = {"target": str(world.folder / "b.csv"), "content_key": "00" * 16, "act": "publish", "contract": "B"}
    world.edit(f"update gates set {column} = ?", other.get(column, "other.example.jp"))
    assert code_of(world.answer, number, "W-1") == ("other_policy" if column == "contract" else "edited")


@pytest.mark.parametrize("column", ["target", "contract"])
def test_a_release_is_of_the_file_and_contract_that_were_signed(world: World, column: str) -> None:
    number = world.gate()
    for worker in ("W-2", "W-1"):
        world.answer(number, worker, ask=phrase)
    other = {"target": str(world.folder / "b.csv"), "contract": "B"}
    shutil.copy(world.folder / "a.csv", world.folder / "b.csv")
    world.edit(f"update gates set {column} = ?", other[column])
    assert (world.shown(number), released(world)) == ("unproved", False)


def test_the_account_of_the_system_is_told(world: World) -> None:
    world.answer(world.gate(), "W-1")
    with closing(world.db()) as db:
        accounts = db.execute("select account from gates union all select account from answers").fetchall()
    assert accounts == [(ledger.who()[1],)] * 2


@pytest.mark.posix("names that are no UTF-8")
def test_a_name_that_is_no_text_stays_what_it_is(world: World) -> None:
    for number, path in enumerate((b"/share/\xff\x83.csv", "/share/名簿.csv".encode()), 1):
        assert asked(world, path=path).target == path
        with Store(world.home.database, only_notes=True) as store:
            assert gate.load(store, number).target == path


def test_the_bytes_of_a_file_are_the_same_to_both_ways_of_reading(tmp_path: Path) -> None:
    from scanner.inventory.home import prepare

    home, path = Home(tmp_path / "home"), tmp_path / "a.csv"
    prepare(home)
    Store(home.database).close()
    path.write_text("氏名\n山田 太郎\n", encoding="utf-8")
    first = gate.examine_file(home, bytes(path), "quick")[1]
    assert gate._content(home, bytes(path)) == first != b""
    path.write_text("氏名\n山田 次郎\n", encoding="utf-8")
    assert gate._content(home, bytes(path)) not in (first, b"")
    path.unlink()
    assert gate._content(home, bytes(path)) == b""
    assert code_of(gate.examine_file, home, bytes(path), "quick") == "unreadable"
