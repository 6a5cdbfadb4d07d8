"""The points as a queue: whose each is, until when, what to say to the person at the terminal; numbers of the register only."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from scanner.acts import assigning
from scanner.acts.decisions import DecisionError
from scanner.cli import listing
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.reader import Reader
from scanner.inventory.store import Store
from scanner.report.listing import owners, subjects
from tests.conftest import Sekisho
from tests.scanner.officer import Day
from tests.scanner.world import ME, World, text


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path.resolve(), monkeypatch)


def test_whose_a_point_is(world: World) -> None:
    world.put("desk/one.csv", text(12, 3))
    world.put("desk/sub/two.csv", text(20, 4))
    world.scan()
    reader = Reader(world.home.database)
    every = subjects.load(reader, today=world.day)
    told = owners.load(reader, world.rules, world.day)
    assert {told.of(s) for s in every if s.path} == {"W-1"}  # whose account owns the files
    world.contract("A")["worker"][0]["accounts"] = world.contract("B")["worker"][0]["accounts"] = []
    nobody = owners.load(reader, world.rules, world.day)
    assert ME not in str(nobody)  # an account that no register knows is not named
    assert {nobody.of(s) for s in every if s.path} == {""}
    files = [s for s in every if s.path]
    rows = owners.summed(files, owners.folder, world.day)
    assert [(Path(r.name).name, r.subjects, r.persons) for r in rows] == [("sub", 1, 20), ("desk", 1, 12)]
    number = files[0].first.id
    with Store(world.home.database, only_notes=True) as store:
        given = assigning.assign(store.connection, world.rules, [number], "W-2", "W-1", world.later(3), "急ぎ")
        assert given == "W-2"
        for worker, points, fault in (
            ("W-9", [number], PeopleError),
            ("W-2", [number, 999], DecisionError),
        ):
            with pytest.raises(fault):
                assigning.assign(store.connection, world.rules, points, worker, "W-1", None)
        with pytest.raises(DecisionError):
            assigning.assign(store.connection, world.rules, [number], "W-2", "W-1", world.later(-1))
    after = owners.load(reader, world.rules, world.day)
    assert (after.given[number].worker, len(after.given)) == ("W-2", 1)
    (point,) = (s for s in subjects.load(reader, today=world.day) if s.first.id == number)
    assert point.due == world.later(3).isoformat()
    assert world.db().execute("select count(*) from ledger where kind = 'point_assigned'").fetchone() == (1,)
    reader.close()


def test_nobody_postpones_a_point_by_giving_it_away(world: World) -> None:
    world.put("desk/one.csv", text(12, 3))
    world.scan()
    db = world.db()
    number, due = db.execute("select id, due from points where code = 'F03-OUTSIDE'").fetchone()
    later = date.fromisoformat(due) + timedelta(days=1)
    with Store(world.home.database, only_notes=True) as store:
        db = store.connection
        for by, day, fault in (
            ("W-1", later, DecisionError),
            ("W-404", None, PeopleError),
            ("誰か", None, PeopleError),
        ):
            with pytest.raises(fault):
                assigning.assign(db, world.rules, [number], "W-2", by, day)
        assigning.assign(db, world.rules, [number], "W-2", "w-1", date.fromisoformat(due) - timedelta(days=1))
        with db:
            db.execute("update points set due = ? where id = ?", (world.later(-1).isoformat(), number))
        assigning.assign(db, world.rules, [number], "W-2", "W-1", later)
        assert db.execute("select due from points where id = ?", (number,)).fetchone() == (world.later(-1).isoformat(),)
        assert {by for (by,) in db.execute("select by from assignments")} == {"W-1"}
        assert "誰か" not in str(db.execute("select * from ledger").fetchall())


def test_people_of_two_registers_under_one_number_are_two(world: World) -> None:
    world.put("desk/one.csv", text(12, 3))
    world.scan()
    number = world.db().execute("select id from points where code = 'F03-OUTSIDE'").fetchone()[0]
    world.contract("A")["worker"][0] |= {"name": "見本 一", "accounts": []}
    world.contract("B")["worker"][0] |= {"name": "見本 乙", "accounts": [ME]}
    policy = world.rules
    reader = Reader(world.home.database)
    told = owners.load(reader, policy, world.day)
    assert {told.of(s) for s in subjects.load(reader, today=world.day) if s.path} == {"B/W-1"}
    assert owners.meant(policy, "W-1") == {"A/W-1", "B/W-1"}
    assert owners.meant(policy, "見本 乙") == owners.meant(policy, "B/W-1") == {"B/W-1"}
    assert owners.meant(policy, "W-2") == {"W-2"}
    assert not owners.meant(policy, "W-404")
    with Store(world.home.database, only_notes=True) as store, store.connection as db:
        db.execute("delete from point_contracts where point = ?", (number,))
        db.execute("insert into point_contracts (point, contract) values (?, 'B')", (number,))
    with Store(world.home.database, only_notes=True) as store:
        own = policy.model_copy(update={"contract": policy.contract[:1]})
        with pytest.raises(PeopleError):
            assigning.assign(store.connection, policy, [number], "見本 一", "W-1", None)  # of the other contract alone
        assert assigning.assign(store.connection, own, [number], "見本 一", "W-1", None) == "W-1"
        assert assigning.assign(store.connection, policy, [number], "見本 乙", "W-1", None) == "W-1"
    assert owners.load(reader, policy, world.day).given[number].worker == "B/W-1"
    reader.close()


def test_what_fits_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("LINES", "27")
    assert [listing.fitting(*asked) for asked in ((None, 6), (None, 1), (0, 6), (5, 6))] == [4, 24, None, 5]
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    assert listing.fitting(None, 6) is None


@pytest.mark.slow
def test_a_queue_from_the_command_line(sekisho: Sekisho, tmp_path: Path) -> None:
    day = Day(sekisho, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/名簿.csv").write_bytes(text(12, 5))
    day.scan()
    number = day.points()["F03-OUTSIDE"]
    first = day.run("points", "next")
    assert (first.code, f"points show {number}" in day.run("points", "next", "-n", "9").out) == (1, True)
    soon = (
        date.fromisoformat(day.db().execute("select date(max(at)) from ledger").fetchone()[0]) + timedelta(days=3)
    ).isoformat()
    done = day.run(
        "points", "assign", number, "--to", "従事者 二", "--due", soon, "--note", "月曜までに", "--by", "W-1"
    )
    assert (done.code, "W-2" in done.out) == (0, True), done.err
    asked = day.run("points", "request", number).out
    assert all(word in asked for word in ("W-2", "名簿.csv", soon, "月曜までに", f"declare {number}"))
    cells = (tmp_path / "elsewhere/名簿.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    assert not any(cell in asked + first.out for cell in cells if len(cell) > 3)
    due = day.run("points", "due")
    assert ("W-2: 1" in due.out, soon in due.out) == (True, True), due.out
    assert "W-2" in day.run("points", "summary", "--by", "owner").out
    assert "elsewhere" in day.run("points", "summary").out
    assert day.run("points", "assign", number, "--to", "W-77", "--by", "W-1").code != 0
    assert [
        day.run("points", asked, "--to", who).code for asked in ("next", "due") for who in ("従事者 二", "W-77")
    ] == [1, 2, 0, 2]
