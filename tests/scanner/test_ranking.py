"""The beginning of the list of points is that of the whole list, whichever is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.inventory import migrations
from scanner.inventory.reader import Reader
from scanner.report.listing import ranking, subjects, urgency
from scanner.report.listing.filters import Filter

DAY = date(2026, 6, 15)
FILES = 6
_POINT = st.tuples(
    st.sampled_from(("F03-OUTSIDE", "F07-UNDECLARED", "F10-PUBLIC", "F99-UNKNOWN")),
    st.integers(0, FILES),
    st.sampled_from(("", "2026-06-01", "2026-06-15", "2026-07-01")),
    st.sampled_from(("open", "open", "closed")),
    st.sampled_from(((), ("A",), ("B",), ("A", "B"))),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ranking") / "inventory.db"
    migrations.apply(str(path))
    with closing(sqlite3.connect(path)) as db, db:
        for n in range(1, FILES + 1):
            db.execute(
                "insert into contents (id, key, rule_set, media_type, read, notes, persons_min, persons_max) values (?, ?, 'r', 't', 1, '[]', 0, ?)",
                (n, str(n).encode(), n // 2),
            )
            for entity in ("PERSON", "JP_MY_NUMBER")[: 1 + n % 2]:
                db.execute(
                    "insert into findings (content_id, entity, count, places, about) values (?, ?, 1, '[]', ?)",
                    (n, entity, "person" if n % 3 else "organisation"),
                )
            db.execute(
                "insert into files (id, path, size, host, content_id, verdict, ground) values (?, ?, 1, '', ?, 'outside', 'fixed')",
                (n, f"/書類/{n % 3}{n}".encode(), n),
            )
    return path


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_POINT, max_size=20),
    st.integers(1, 9),
    st.sampled_from(("", "A", "B", "C")),
    st.sampled_from((True, False)),
)
def test_the_first_ones_are_the_first_of_all(
    made: Path, points: list[tuple[str, int, str, str, tuple[str, ...]]], most: int, contract: str, others: bool
) -> None:
    with closing(sqlite3.connect(made, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        reader = Reader.__new__(Reader)
        reader.db, reader.path = db, made
        db.execute("begin")
        for number, (code, file, due, state, contracts) in enumerate(points, 1):
            about = (file, "") if file else (None, f"worker:W-{number % 3 if others else 0}")
            db.execute(
                "insert into points (id, code, file_id, subject, state, opened, contract, stage, due) values (?,?,?,?,?,'2026-01-01','','new',?)",
                (number, code, *about, state, due),
            )
            db.executemany("insert into point_contracts values (?, ?)", [(number, c) for c in contracts])
        every = Filter(contract=contract).apply(subjects.load(reader, today=DAY), DAY)
        found = ranking.ranked(reader, most, DAY, contract)
        db.execute("rollback")
    ranks = [subjects._order(one, DAY)[:-1] for one in every]
    assert [subjects._order(one, DAY)[:-1] for one in found.first] == ranks[:most]
    assert all(one in every for one in found.first)
    if most >= len(every):
        assert found.first == every
    told = (found.subjects, found.points, found.now, found.late)
    now, late = sum(urgency.urgency(s.first.code) == 0 for s in every), sum(s.late(DAY) for s in every)
    assert told == (len(every), sum(len(s.points) for s in every), now, late)
