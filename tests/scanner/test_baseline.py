"""A baseline: two people accept the points of a day; new, worse and gone are told until it ends, and nothing is hidden."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.inventory import baseline, ledger
from scanner.inventory.baseline import Held
from scanner.inventory.people import agreements
from scanner.inventory.people.agreements import Agreement
from scanner.inventory.store import Store
from tests.conftest import Sekisho
from tests.scanner.officer import Day
from tests.scanner.world import World, text


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path.resolve(), monkeypatch)


def test_what_is_new_worse_and_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("same", "more", "fewer", "other", "gone"):
        world.put(f"desk/{name}.csv", text(12, len(name)))
    world.scan()
    db = world.db()
    held = baseline.open_now(db)
    assert len(held) == 5
    with db:
        baseline.enter(db, 7, held)
    assert baseline.rows(db, 7) == held
    said = {"act": "baseline", "rows": baseline.digest(held), "until": world.later(30).isoformat()}
    signed = Agreement(7, "baseline", said, "W-1", "導入時", "", second="W-2")
    monkeypatch.setattr(agreements, "in_force", lambda _, act, day: [signed] if act == "baseline" else [])
    assert baseline.compared(db, world.day).counts == {"new": 0, "worse": 0, "same": 5, "gone": 0}
    world.put("desk/new.csv", text(12, 9))
    world.put("desk/more.csv", text(30, 9))
    world.put("desk/fewer.csv", text(6, 5))
    world.put("desk/other.csv", text(12, 77))
    (world.root / "desk/gone.csv").unlink()
    world.scan()
    told = baseline.compared(world.db(), world.day)
    assert told.counts == {"new": 1, "worse": 3, "same": 1, "gone": 1}
    assert world.open()["F03-OUTSIDE"] == 5  # nothing was closed by it
    db = world.db()
    db.execute("update baselines set persons = 100000")
    assert (baseline.compared(db, world.day).broken, baseline.compared(db, world.day).counts["new"]) == ([7], 5)


def test_one_department_is_compared_with_its_own_baseline(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("税務課/a", "税務課/b", "福祉課/c", "税務課2/d"):
        world.put(f"desk/{name}.csv", text(12, len(name)))
    world.scan()
    db = world.db()
    signed = []
    for number, name in ((7, "税務課"), (9, "福祉課")):
        folder = world.root / "desk" / name
        held = baseline.open_now(db, "", os.fsencode(folder))
        with db:
            baseline.enter(db, number, held)
        said = {"act": "baseline", "rows": baseline.digest(held), "until": world.later(30).isoformat(), "contract": ""}
        signed.append(
            Agreement(number, "baseline", {**said, "folder": str(folder), "name": name}, "W-1", "", "", "W-2")
        )
    monkeypatch.setattr(agreements, "in_force", lambda _, act, day: signed if act == "baseline" else [])
    for name in ("税務課/new", "福祉課/new", "税務課2/new"):
        world.put(f"desk/{name}.csv", text(12, 40 + len(name)))
    (world.root / "desk/税務課/a.csv").unlink()
    world.scan()
    db = world.db()
    assert baseline.compared(db, world.day).counts == {"new": 4, "worse": 0, "same": 2, "gone": 1}
    assert baseline.compared(db, world.day, signed[0]).counts == {"new": 1, "worse": 0, "same": 1, "gone": 1}
    assert baseline.compared(db, world.day, signed[1]).counts == {"new": 1, "worse": 0, "same": 1, "gone": 0}


def test_after_its_last_day_everything_counts_again(world: World) -> None:
    until = world.later(5)
    said = {"act": "baseline", "rows": "", "until": until.isoformat()}
    one = Agreement(7, "baseline", said, "W-1", "導入時", "")
    assert [one.state(day) for day in (world.day, until)] == ["waiting", "waiting"]
    one.second = "W-2"
    assert [one.state(day) for day in (world.day, until, world.later(6))] == ["in_force", "in_force", "expired"]
    one.ended_by = "W-1"
    assert one.state(world.day) == "ended"


def test_nobody_signs_alone(world: World) -> None:
    """What stands in the record without the signatures of two enrolled people is no agreement."""
    said = {"act": "baseline", "rows": "", "until": world.later(5).isoformat()}
    with Store(world.home.database, only_notes=True) as store:
        store.note("agreement_proposed", agreement="baseline", by="W-1", reason="x", said=said, signature="00" * 64)
        store.note("agreement_signed", agreement="baseline", of=1, by="W-2", signature="00" * 64)
    assert agreements.load(world.db()) == []


def test_other_kinds_are_worse() -> None:
    before = Held(1, "F03-OUTSIDE", 3, "", 10, ("PERSON", "PHONE_NUMBER"))
    assert before._replace(persons=9, kinds=("PERSON",)).within(before)
    assert not before._replace(persons=11).within(before)
    assert not before._replace(kinds=("JP_MY_NUMBER", "PERSON")).within(before)
    assert not before._replace(content="02").within(before._replace(content="01"))
    assert before._replace(content="02").within(before)  # signed before contents were kept


@given(st.integers(0, 9), st.integers(0, 9), st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc")))
def test_a_point_about_no_file_is_worse_when_it_is_about_more(
    before: int, now: int, some: set[str], others: set[str]
) -> None:
    def held(number: int, families: set[str]) -> Held:
        told = {"observed": number, "host": "PC-1", "families": sorted(families)}
        return baseline._now(1, "F13-NOT-RETURNED", None, "family:R-1", 0, "[]", None, json.dumps(told), '["A"]')

    assert held(now, others).within(held(before, some)) == (now <= before and others <= some)
    old = Held(1, "F13-NOT-RETURNED", None, "family:R-1", 0, ())
    assert held(now, others).within(old)


FACTS = st.fixed_dictionaries(
    {
        "right": st.sampled_from(("r", "rw")),
        "since": st.sampled_from(("2026-06-01", "2026-07-01")),
        "files": st.integers(0, 3),
    }
)


@given(FACTS, FACTS, st.sampled_from("AB"), st.sampled_from("AB"))
def test_another_fact_or_contract_is_not_what_was_accepted(
    before: dict[str, object], now: dict[str, object], one: str, other: str
) -> None:
    def held(told: dict[str, object], contract: str) -> Held:
        facts = json.dumps({"nested": [told]}) if told["since"] == "2026-07-01" else json.dumps(told)
        return baseline._now(1, "F02-EXCESS", None, "right:store:x", 0, "[]", None, facts, json.dumps([contract]))

    first, second = held(before, one), held(now, other)
    assert (first.key == second.key) == (one == other)
    said = [{name: value for name, value in told.items() if name != "files"} for told in (before, now)]
    assert second.within(first) == (one == other and said[0] == said[1] and second.persons <= first.persons)


def test_a_file_that_comes_to_hold_another_contract_is_worse() -> None:
    before = Held(1, "F07-UNDECLARED", 3, "", 10, ("PERSON",), "01", ("A",), "")
    assert before.within(before)
    assert before.key == before._replace(contracts=("A", "B")).key
    assert not before._replace(contracts=("A", "B")).within(before)


@pytest.mark.slow
def test_two_people_accept_the_points_of_today(sekisho: Sekisho, tmp_path: Path) -> None:
    day = Day(sekisho, tmp_path)
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "山田花子の名簿.csv").write_bytes(text(12, 5))
    day.scan()
    day.begin()
    until = (clock.today() + timedelta(days=20)).isoformat()
    words = ("--reason", "導入時の状態", "--until", until, "--by", "W-1", *day.signs("W-1"))
    made = day.run("baseline", "propose", "--folder", outside, *words)
    assert made.code == 0, made.err
    number = made.out.split()[1].rstrip(":")
    assert day.run("baseline", "show", policy=False).code == 1  # one signature accepts nothing
    assert day.run("baseline", "confirm", number, "--by", "W-1", *day.signs("W-1")).code != 0
    done = day.run("baseline", "confirm", number, "--by", "W-2", *day.signs("W-2"))
    assert done.code == 0, done.err
    scan = ("scan", tmp_path / "store", outside, "--depth", "quick", "--format", "jsonl")
    found = day.run(*scan)
    told = found.summary()["baseline"]
    assert told["same"] == 1, told
    listed = day.run("points", policy=False)
    assert ("accepted by a baseline" in listed.out, "F03-OUTSIDE" in listed.out) == (True, False)
    assert "F03-OUTSIDE" in day.run("points", "--accepted", policy=False).out
    for style in ("csv", "jsonl", "xlsx"):
        written = day.run("points", "-o", tmp_path / f"p.{style}", policy=False)
        assert "accepted by a baseline" in written.err, style
    (outside / "新しい.csv").write_bytes(text(12, 6))
    again = day.run(*scan)
    assert (again.code, again.summary()["baseline"]["new"] - told["new"]) == (1, 1)
    plain = json.loads(day.run("baseline", "show", "--format", "json", policy=False).out)
    one = json.loads(day.run("baseline", "show", number, "--format", "json", policy=False).out)
    assert (one["new"], one["same"]) == (1, 1)
    assert day.run("baseline", "show", "nowhere", policy=False).code == 2
    assert [p["code"] for p in plain["points"]["new"]].count("F03-OUTSIDE") == 1
    kinds = [k for (k,) in day.db().execute("select kind from ledger where kind like 'agreement%'")]
    assert (kinds, set(kinds) <= set(ledger.KINDS)) == (["agreement_proposed", "agreement_signed"], True)
    kept = "".join(str(row) for row in day.db().execute("select * from baselines")) + made.out
    assert "山田花子" not in kept
