"""An inventory with a sealed record, and what is said of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from scanner import clock
from scanner.inventory import custody, key_ids, points
from scanner.inventory.home import Home, prepare
from scanner.inventory.record import check, heads, rows, stamps, witnessing
from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind
from scanner.tlog.note import COSIGNATURE, Verifier, public_of
from scanner.tlog.witness import Witness

SETTLED = clock.stat_ns()


WITNESS = Witness("city.example/witness", bytes(range(32)))


WITNESS_KEY = Verifier(WITNESS.name, public_of(WITNESS.seed), COSIGNATURE)


def outcome(number: int, persons: int = 2) -> Outcome:
    findings = tuple(Finding(e, 2, 0.9, "none", ("row 1",), "漢字4") for e in ("PERSON", "PHONE_NUMBER"))
    contents = Contents("text/csv", findings, persons, persons, sketch=(number, number + 1_000))
    verdict = Verdict(VerdictKind.OUTSIDE, Ground.FIXED, contract="A")
    ref = FileRef(f"/share/{number}.csv".encode(), 100, 1, 1, number, 1)
    return Outcome(ref, OutcomeKind.EXAMINED, verdict, contents, number.to_bytes(16, "big"), ("F03-OUTSIDE",))


def scan(home: Home, numbers: range) -> None:
    """Files of a share, as a scan enters them."""
    with Store(home.database) as store:
        store.begin(Run("t", "rules", "quick", ("/share",)))
        for number in numbers:
            found = outcome(number)
            known = store.known(found.ref)
            if known is not None:
                found = found._replace(kind=OutcomeKind.UNCHANGED, row=known.row)
            store.put(found, SETTLED)
        store.finish("complete", Counter(examined=len(numbers)), Counter(), 0, 1.0)
        store.seal(store.run)


def fill(store: Store, name: str, number: int) -> None:
    """A row in a table that the acts above leave empty, as some act of the program would write it."""
    with store.transaction() as db:
        told = [(str(r[1]), str(r[2]).upper()) for r in db.execute(f'pragma table_info("{name}")')]
        counted = {("id", "INTEGER")}  # numbered by the database itself
        columns = {c: "BLOB" if kind == "BLOB" else "" for c, kind in told if (c, kind) not in counted}
        columns = {c: kind for c, kind in columns.items() if c not in ("run_id", "last_seen")}
        values = [
            b"x%d" % number if kind else number if c.endswith("_id") else str(number) for c, kind in columns.items()
        ]
        listed = ", ".join(f'"{c}"' for c in columns)
        db.execute(f'insert into "{name}" ({listed}) values ({", ".join("?" * len(values))})', values)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans, an original, a decision, a key, a witness, a second folder; and copies of the database after each scan."""
    home = Home(tmp_path_factory.mktemp("template") / "home")
    prepare(home)
    (home.path / "second").mkdir()
    scan(home, range(1, 4))
    shutil.copy(home.database, home.path / "older.db")
    with Store(home.database, only_notes=True) as store:
        witnessing.add(store, WITNESS_KEY.vkey)
        with store.transaction() as db:
            original = custody.Original(
                *(0, "A", b"/share/1.csv", b"k" * 16, "text/csv", 1, "provided", "2026-11-01", "", ""),
                *(2, 2, 0, 2, 2, (), "id", "held", "2026-11-01T00:00:00Z"),
            )
            for token in (5, 6):
                custody.add_original(db, original, {token: 0, token + 10: 1})
            db.execute("insert into copies (content_id, original, exact) values (1, 1, 1), (2, 1, 1)")
            key_ids.state(db, "A", "id")
            key_ids.state(db, "B", "other")
        for _ in range(2):
            stamps.keep_request(store, stamps.ask(store.connection))
        store.settle([points.Fact("F10-SILENT", subject="host:1", contract="A")], ("F10-SILENT",))
        for name in rows.names(store.connection):
            for number in range(1 + store.connection.execute(f'select count(*) from "{name}"').fetchone()[0], 3):
                fill(store, name, number)
    scan(home, range(1, 6))
    with Store(home.database, only_notes=True) as store:
        witnessing.set_second(store, home.path / "second")
    with closing(sqlite3.connect(home.database)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    assert not report(home).found
    return home.path


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    shutil.copytree(template, made.path)
    second = made.path / "second"
    heads.set_second(made.keys, second)
    assert not report(made).found
    return made


def report(home: Home, **more: object) -> check.Report:
    with closing(sqlite3.connect(f"{home.database.as_uri()}?mode=ro", uri=True)) as db:
        return check.verify(db, home.keys, **more)  # type: ignore[arg-type]


def change(home: Home, *statements: str, data: tuple[object, ...] = ()) -> None:
    """With a tool of his own: no temporary triggers, and the ones of the file taken away first."""
    with closing(sqlite3.connect(home.database, isolation_level=None)) as db:
        for action in ("update", "delete"):
            db.execute(f"drop trigger if exists ledger_no_{action}")
        for statement in statements:
            db.execute(statement, data)
