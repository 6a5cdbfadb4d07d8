"""The sums of open points that the inventory keeps, and the list that is read a page at a time."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.inventory import migrations, point_sums
from scanner.inventory.reader import Reader
from scanner.report.listing import paging, wanted
from scanner.report.listing.wanted import NONE, OUTSIDE, Wanted
from tests.scanner.plans import slow

DAY = date(2026, 6, 15)
CODES = ("F03-OUTSIDE", "F07-UNDECLARED", "F10-PUBLIC", "F99-UNKNOWN")
DUES = ("", "2026-06-01", "2026-06-15", "2026-07-01")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sums") / "inventory.db"
    migrations.apply(str(path))
    return path


@pytest.fixture
def db(made: Path) -> Iterator[sqlite3.Connection]:
    """An empty inventory; what is written is taken back."""
    with closing(sqlite3.connect(made, isolation_level=None)) as db:
        db.execute("pragma recursive_triggers = on")
        db.execute("begin")
        yield db
        db.execute("rollback")


def recounted(db: sqlite3.Connection) -> Counter[tuple[str, str, str]]:
    """What the sums must be, by the rows."""
    found: Counter[tuple[str, str, str]] = Counter()
    for number, code, due in db.execute(
        "select id, code, coalesce(due, '') from points where state = 'open'"
    ).fetchall():
        found["", code, due] += 1
        for (contract,) in db.execute("select contract from point_contracts where point = ?", (number,)).fetchall():
            found[contract, code, due] += 1
    return found


_STEPS = st.one_of(
    st.tuples(
        st.just("put"),
        st.integers(1, 6),
        st.sampled_from(CODES),
        st.sampled_from(DUES),
        st.sampled_from(["open", "closed"]),
    ),
    st.tuples(st.just("state"), st.integers(1, 6), st.sampled_from(["open", "closed"])),
    st.tuples(st.just("due"), st.integers(1, 6), st.sampled_from(DUES)),
    st.tuples(st.just("drop"), st.integers(1, 6)),
    st.tuples(st.just("about"), st.integers(1, 6), st.sampled_from(["A", "B"])),
    st.tuples(st.just("not about"), st.integers(1, 6), st.sampled_from(["A", "B"])),
    st.tuples(st.just("renamed"), st.sampled_from(["A", "B"]), st.sampled_from(["C", "A"])),
)
_SAID = {
    "put": "insert or replace into points (id, code, due, state, subject, contract, stage) values (?, ?, ?, ?, '', '', 'new')",
    "state": "update points set state = ?2 where id = ?1",
    "due": "update points set due = ?2 where id = ?1",
    "drop": "delete from points where id = ?",
    "about": "insert or ignore into point_contracts values (?, ?)",
    "not about": "delete from point_contracts where point = ? and contract = ?",
    "renamed": "update or replace point_contracts set contract = ?2 where contract = ?1",
}


@settings(max_examples=60, deadline=None)
@given(st.lists(_STEPS, max_size=25))
def test_sums_are_those_of_the_rows_whatever_is_written(made: Path, steps: list[tuple[Any, ...]]) -> None:
    """By whatever kind of statement: also one that replaces, ignores, or comes in another order than the program's."""
    with closing(sqlite3.connect(made, isolation_level=None)) as db:
        db.execute("pragma recursive_triggers = on")
        db.execute("begin")
        for name, *values in steps:
            db.execute(_SAID[str(name)], values)
        kept = {row[:3]: row[3] for row in db.execute("select contract, code, due, open from point_sums").fetchall()}
        assert kept == dict(recounted(db))
        db.execute("rollback")


_POINT = st.tuples(
    st.sampled_from(CODES), st.integers(0, 5), st.sampled_from(DUES), st.sampled_from(["new", "review"]),
    st.sampled_from(["open", "open", "closed"]), st.sampled_from([(), ("A",), ("B",), ("A", "B")]),
)  # fmt: skip
_ASKED = st.builds(
    Wanted,
    contract=st.sampled_from(["", "A", "B", NONE]),
    codes=st.frozensets(st.sampled_from(CODES), max_size=2),
    place=st.sampled_from(["", OUTSIDE, "A/store"]),
    late=st.booleans(),
    stage=st.sampled_from(["", "new", "review"]),
    workers=st.sampled_from([None, frozenset({"W-1"})]),
    accounts=st.just(frozenset({"third"})),
)


def _filled(db: sqlite3.Connection, points: list[tuple[Any, ...]]) -> None:
    for n in range(1, 6):
        owner, rule = ("PC\\third" if n % 2 else "other"), ("A/store" if n % 3 else "")
        db.execute(
            "insert into files (id, path, size, host, owner, rule, verdict, ground) values (?, ?, 1, '', ?, ?, 'outside', 'fixed')",
            (n, str(n).encode(), owner, rule),
        )
    for number, (code, about, due, stage, state, contracts) in enumerate(points, 1):
        file, subject = (about, "") if about else (None, f"worker:W-{number % 3}")
        db.execute(
            "insert into points (id, code, file_id, state, opened, subject, contract, stage, due) values (?,?,?,?,'2026-01-01',?,'',?,?)",
            (number, code, file, state, subject, stage, due),
        )
        db.executemany("insert into point_contracts values (?, ?)", [(number, c) for c in contracts])


@settings(max_examples=60, deadline=None)
@given(st.lists(_POINT, max_size=20), _ASKED, st.integers(1, 4), st.booleans(), st.integers(1, 3))
def test_pages_put_together_are_the_whole_list(
    made: Path, points: list[tuple[Any, ...]], asked: Wanted, size: int, walk: bool, chunk: int
) -> None:
    """Each subject once, where its most urgent point stands, whether the list is walked or read whole, on pages of any size."""
    with closing(sqlite3.connect(made, isolation_level=None)) as db, pytest.MonkeyPatch.context() as patch:
        db.row_factory = sqlite3.Row
        reader = Reader.__new__(Reader)
        reader.db, reader.path = db, made
        db.execute("begin")
        _filled(db, points)
        if walk:
            patch.setattr(wanted, "FEW", -1)
            patch.setattr(paging, "_CHUNK", chunk)
            patch.setattr(paging, "LOOKED_AT", 2)
        found, after = [], None
        for _ in range(200):
            page = paging.page(reader, asked, DAY, after, size)
            found += [(s.path, s.name) for s in page.subjects]
            assert len(page.subjects) <= size
            after = paging.place(page.following.said) if page.following else None
            if after is None:
                break
        assert after is None, "there is an end"
        where, values = wanted.condition(reader, asked, DAY)
        rows = reader.rows(f"select p.id, p.code, p.file_id, p.subject, p.due from {where}", values)
        order: dict[tuple[str, str], paging.Place] = {}
        for row in rows:
            key = (str(row["file_id"]), "") if row["file_id"] else ("", row["subject"])
            mine = paging._where(row["code"], row["due"], row["id"], DAY)
            order[key] = min(mine, order.get(key, mine))
        assert found == sorted(order, key=lambda key: order[key])
        told = paging.sums(reader, asked, DAY, 7)
        assert told is None or told.open == len(rows)
        db.execute("rollback")


@pytest.mark.parametrize(
    "text", ["", "0", "0.1.0.2026-01-01", "2.0.0..1", "0.1.0.2026-01-01.1' or 1", "0.1.0.2026-1-1.1"]
)
def test_what_is_no_place_is_the_beginning(text: str) -> None:
    assert paging.place(text) is None


def test_no_statement_of_the_list_goes_through_a_table(
    db: sqlite3.Connection, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when the list is walked nor when it is few, with every kind of condition."""
    reader = Reader.__new__(Reader)
    reader.db, reader.path = db, made
    db.row_factory = sqlite3.Row
    _filled(db, [("F03-OUTSIDE", n % 6, "2026-07-01", "review" if n % 2 else "new", "open", ("A",)) for n in range(30)])
    said: list[str] = []
    for few in (-1, 4000):
        monkeypatch.setattr(wanted, "FEW", few)
        db.set_trace_callback(said.append)
        for asked in (
            Wanted(), Wanted("A"), Wanted(NONE), Wanted(codes=frozenset(CODES)), Wanted(late=True), Wanted(stage="review"), Wanted(place=OUTSIDE),
            Wanted("A", workers=frozenset({"W-1"}), accounts=frozenset({"third"})),
        ):  # fmt: skip
            paging.page(reader, asked, DAY, None, 3)
            paging.sums(reader, asked, DAY, 7)
            paging.by_code(reader, asked, DAY)
        db.set_trace_callback(None)
    assert said
    assert not slow(db, said)


def test_sums_are_made_of_what_an_earlier_version_left(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as db:
        migrations.steps(db, "m022_point_sums")
        db.execute("begin")
        _filled(
            db,
            [
                (CODES[n % 4], n % 6, DUES[n % 4], "new", "open" if n % 3 else "closed", ("A",) * (n % 2))
                for n in range(40)
            ],
        )
        point_sums.create(db)
        kept = {row[:3]: row[3] for row in db.execute("select contract, code, due, open from point_sums").fetchall()}
        assert kept == dict(recounted(db))
        assert sum(point_sums.by_code(db).values()) == sum(n for (c, _, _), n in kept.items() if not c)
