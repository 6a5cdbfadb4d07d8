"""What somebody may do to the record and to what was observed, by what he can write to, and that verification finds it.

Levels: ``database`` (the file of the inventory, with any tool), ``keys`` (the folder of keys too: he can sign), ``second`` (also the
second folder), ``machine`` (everything there). What needs a proof outside the machine is tested with a witness.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scanner import clock
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.record import heads, rows, seals
from scanner.inventory.store import Store
from tests.scanner.sealed_record import change, home, report, scan, template  # noqa: F401

LEFT_EMPTY: dict[str, str] = {}
"""Tables that the world of these tests has no row in, and why."""


def sealed_tables(template: Path) -> list[str]:
    with closing(sqlite3.connect(template / "inventory.db")) as db:
        return rows.names(db)


def test_every_table_is_sealed_or_has_a_reason(template: Path) -> None:
    with closing(sqlite3.connect(template / "inventory.db")) as db:
        every = {
            n
            for (n,) in db.execute("select name from sqlite_master where type = 'table'")
            if not n.startswith("sqlite_")
        }
        sealed = {n for (n,) in db.execute("select tab from seal_tables")}
        assert every == sealed | set(rows.UNSEALED)
        assert all(rows.UNSEALED.values())
        forms = {n: rows.formed(n, form) for n, form in db.execute("select tab, form from seal_tables")}
        whole = {n for n, f in forms.items() if f.group and n not in rows.GROUPS}
        assert whole == set(WITHOUT_NUMBERS), "a table without numbers is sealed only as a whole"
        empty = {n for n in sealed if not db.execute(f'select 1 from "{n}" limit 1').fetchone()}
    assert empty == set(LEFT_EMPTY)


def edit(db: sqlite3.Connection, name: str) -> str:
    """A statement that changes one column of a table."""
    columns = [r for r in db.execute(f'pragma table_info("{name}")') if str(r[2]).upper() != "BLOB"]
    plain = [str(r[1]) for r in columns if not r[5] and r[1] not in ("run_id", "last_seen")]
    if not plain:
        return f'update "{name}" set "{columns[-1][1]}" = 77 where rowid = (select max(rowid) from "{name}")'
    return f'update "{name}" set "{plain[-1]}" = 77'


EDITS: dict[str, Callable[[sqlite3.Connection, str], list[str]]] = {
    "delete": lambda _, n: [f'delete from "{n}" where rowid = (select max(rowid) from "{n}")'],
    "delete_all": lambda _, n: [f'delete from "{n}"'],
    "edit": lambda db, n: [edit(db, n)],
    "drop": lambda _, n: [f'drop table "{n}"'],
    "reorder": lambda _, n: [
        f'update "{n}" set rowid = -1 where rowid = (select min(rowid) from "{n}")',
        f'update "{n}" set rowid = (select max(rowid) + 1 from "{n}") where rowid = -1',
    ],
}


WITHOUT_NUMBERS = {
    "told_originals": ("original", "-original"),
    "told_compared": ("host", "host || 'x'"),
    "told_places": ("host", "host || 'x'"),
}
"""Tables without numbers of rows: a column of their key, and another value of it."""


def by_key(name: str) -> dict[str, str]:
    """What is done to such a table."""
    column, other = WITHOUT_NUMBERS[name]
    return {
        "delete": f'delete from "{name}" where {column} = (select max({column}) from "{name}")',
        "reorder": f'update "{name}" set {column} = {other}',
    }


TOKENS = {
    "delete": "delete from tokens where token = 5",
    "reorder": 'update tokens set "row" = 1 - "row"',
}


@pytest.mark.parametrize("what", EDITS)
def test_every_table(home: Home, template: Path, what: str) -> None:
    """Somebody with the database: every table, and each time the table is named."""
    for name in sealed_tables(template):
        shutil.rmtree(home.path)
        shutil.copytree(template, home.path)
        heads.set_second(home.keys, home.path / "second")
        with closing(sqlite3.connect(home.database)) as db:
            own = TOKENS if name == "tokens" else by_key(name) if name in WITHOUT_NUMBERS else {}
            statements = [own[what]] if what in own else EDITS[what](db, name)
        change(home, *statements)
        found = report(home).found
        assert name in {f.table for f in found}, f"{what} of {name} is not found"
        # and not lost by what the program does next, whether it writes there or not
        if what != "drop":
            scan(home, range(1, 6))
            assert name in {f.table for f in report(home).found}, f"{what} of {name} is lost by the next scan"


def swap(db: sqlite3.Connection) -> list[str]:
    return ["update findings set content_id = 3 - content_id where content_id in (1, 2)"]


DATABASE: dict[str, tuple[list[str], str]] = {
    "swap the findings of two contents": (["update findings set content_id = 3 - content_id where content_id in (1, 2)"], "findings"),
    "swap the paths of two files": (["update files set path = path || case id when 1 then '2' else '1' end where id in (1, 2)"], "files"),
    "another verdict": (["update files set verdict = 'in_place' where id = 2"], "files"),
    "a file that was never seen": (["insert into files (path, host, run_id, outcome) values (x'2f61', '', 1, 'examined')"], "files"),
    "seen by a later scan": (["update files set run_id = 99 where id = 2"], "files"),
    "seen by an earlier scan": (["update files set run_id = 1 where id = 4"], "files"),
    "a point seen by a later scan": (["update points set run_id = 99 where id = 2"], "points"),
    "seen by no scan": (["update files set run_id = 0 where id = 2"], "files"),
    "a point that no scan saw": (["update points set run_id = null where id = 2"], "points"),
    "an index of sketches without one": (["delete from sketches where token = (select min(token) from sketches)"], "sketches"),
    "a sketch of another content": (["update sketches set content = content + 1 where content = (select max(content) from sketches)"], "sketches"),
    "the sketches of two contents swapped": (["create table s as select token, 3 - content as content from sketches where content in (1, 2)", "delete from sketches where content in (1, 2)", "insert into sketches select * from s", "drop table s"], "sketches"),
    "a trigger that deletes what is found": (["create trigger t after insert on findings begin delete from findings where id = new.id; end"], "sqlite_master"),
    "a view more": (["create view v as select 1"], "sqlite_master"),
    "an index that finds nothing": (["pragma writable_schema = on", "update sqlite_master set sql = replace(sql, '''mismatch''', '''nothing''') where name = 'ledger_mismatch'"], "sqlite_master"),
    "an index less": (["drop index ledger_mismatch"], "sqlite_master"),
    "a run that never was": (["insert into runs (id, state, started) values (50, 'complete', '2026-01-01T00:00:00Z')"], "runs"),
    "a point closed by hand": (["update points set state = 'closed', closed_why = 'settled' where id = 3"], "points"),
    "a decision of somebody else": (["update decisions set reviewer = '丙'"], "decisions"),
    "a suppression for ever": (["update suppressions set expires = '2999-01-01'"], "suppressions"),
    "the key of a contract held again": (["update key_ids set state = 'destroyed'"], "key_ids"),
    "fewer tokens": (["delete from tokens where original = 2"], "tokens"),
    "tokens of another original": (["update tokens set original = 1 where token = 6"], "tokens"),
    "text in the place of a number": (["update contents set persons_max = 'two' where id = 1"], "contents"),
    "bytes in the place of text": (["update contents set media_type = x'ff' where id = 1"], "contents"),
    "text that is no text": (["update contents set media_type = cast(x'ff' as text) where id = 1"], "contents"),
    "a column more": (["alter table points add column note text"], "points"),
    "a column less": (["alter table points drop column working"], "points"),
    "a table more": (["create table extra (id integer primary key)"], "extra"),
    "seals made anew": (["update seals set digests = zeroblob(2048) where tab = 'findings'", "delete from findings"], "findings"),
    "seals emptied": (["delete from seals", "delete from seal_buckets", "delete from seal_pending", "delete from seal_tables"], "seal_tables"),
    "no commitment": (["update log_state set committed = 0"], "log_state"),
    "a pending change forged": (["insert into seal_pending select tab, bucket, digest, digest, zeroblob(32) from seal_buckets"], "findings"),
    "an entry changed": (["update ledger set details = '{}' where seq = 5"], "ledger"),
    "an entry with its hash changed": (["update ledger set at = '2020-01-01T00:00:00Z' where seq = 5"], "ledger"),
    "an entry deleted": (["delete from ledger where seq = 5"], "ledger"),
    "entries in another order": (["update ledger set seq = -5 where seq = 5", "update ledger set seq = 5 where seq = 6", "update ledger set seq = 6 where seq = -5"], "ledger"),
    "the end cut": (["delete from ledger where seq > 9"], "ledger"),
    "the record emptied": (["delete from ledger"], "ledger"),
    "the border of two fields moved": (["update ledger set contract = contract || char(31), family = family where seq = 5"], "ledger"),
    "a hash of the tree changed": (["update ledger set hash = zeroblob(32) where seq = 5"], "ledger"),
    "the heads deleted and the end cut": (["delete from checkpoints", "delete from ledger where seq > 12"], "ledger"),
    **{f"{name} dropped": ([f"drop table {name}"], name) for name in ("ledger", "log_state", "checkpoints", "seals", "log_tiles")},
}  # fmt: skip


@pytest.mark.parametrize("name", DATABASE)
def test_by_somebody_with_the_database(home: Home, name: str) -> None:
    statements, table = DATABASE[name]
    change(home, *statements)
    found = report(home).found
    assert found
    assert not table or table in {f.table for f in found}
    if table in ("findings", "contents", "files", "points"):
        assert any(f.since for f in found if f.table == table), "the run is not named"


def forge(home: Home, kind: str, at: str, count: int = 1) -> None:
    """Entries with right hashes in the right places, as the program would make them, but without its key."""
    with closing(sqlite3.connect(home.database, isolation_level=None)) as db:
        db.execute("begin")
        for _ in range(count):
            seq = db.execute("select max(seq) from ledger").fetchone()[0] + 1
            ledger._enter(db, seq, at, kind, "", "", {})
        db.execute("commit")


def test_entries_slipped_in_are_found_before_and_after_the_next_signature(home: Home) -> None:
    forge(home, "gate_released", clock.stamp())
    assert "head" in {f.code for f in report(home).found}
    scan(home, range(1, 3))
    assert ("told", "ledger") in {(f.code, f.table) for f in report(home).found}


def test_entries_of_2020_after_2026_are_found(home: Home) -> None:
    forge(home, "declared", "2020-01-01T00:00:00Z")
    assert "entry_time" in {f.code for f in report(home).found}


def test_a_clock_that_is_set_back_is_an_entry_and_shown(home: Home) -> None:
    from tests import moments

    with moments.at("2020-01-01T00:00:00Z"):
        scan(home, range(1, 3))
    found = report(home)
    assert found.found == []
    assert [n.code for n in found.notices] == ["clock_back"]


def test_an_older_database_put_back(home: Home) -> None:
    shutil.copy(home.path / "older.db", home.database)
    assert "head_rollback" in {f.code for f in report(home).found}
    scan(home, range(1, 9))  # and it grows on until it is longer than it was
    scan(home, range(1, 20))
    codes = {f.code for f in report(home).found}
    assert "conflict" in codes
    assert codes & {"told_rollback", "told_fork"}


def test_one_table_of_an_older_database(home: Home) -> None:
    change(
        home,
        f"attach '{home.path / 'older.db'}' as older",
        "delete from points",
        "insert into points select * from older.points",
    )
    assert "points" in {f.table for f in report(home).found}


def resigned(home: Home, *statements: str) -> None:
    """By somebody who has the keys: changes the tables, seals all anew and signs."""
    change(home, *statements)
    folder = home.keys
    with closing(sqlite3.connect(home.database, isolation_level=None)) as db:
        from scanner.inventory.record import upgrade

        seals.watched(db)
        db.execute("begin")
        upgrade.after(db, folder)
        heads.compare(db, folder)
        copies = heads.sign(db, folder)
        db.execute("commit")
    heads.write(copies)


def test_somebody_with_the_keys_cannot_undo_an_entry(home: Home) -> None:
    """He signs what he likes, but the record does not go on from the head in the second folder any more, nor from an anchor."""
    with closing(sqlite3.connect(home.database)) as db:
        anchor = ledger.anchor(db).split()[1]
    seq, _, digits = anchor.partition(":")
    change(home, "delete from ledger where seq > 12", "delete from checkpoints")
    (home.keys / heads.NAME).unlink()
    for place in (home.path / "second").iterdir():
        kept = place.read_text("utf-8")
    found = report(home, anchor=(int(seq), digits))
    assert {"head_rollback", "entry_tail"} <= {f.code for f in found.found}
    assert ("second", "against") in {(p.name, p.state) for p in found.proofs}
    assert kept


def test_somebody_with_the_keys_who_seals_anew_leaves_the_commitment(home: Home) -> None:
    """A deleted finding sealed over with the keys: the record says so, as an entry that no upgrade explains."""
    resigned(home, "delete from findings where id = 1")
    with closing(sqlite3.connect(home.database)) as db:
        told = [json.loads(d) for (d,) in db.execute("select details from ledger where kind = 'committed'")]
    assert told[-1]["why"] == "upgrade"
    (notice,) = (n for n in report(home).notices if n.code == "sealed_anew")
    assert notice.row == told[-1]["rows"] > 0


def test_an_index_that_leads_elsewhere(home: Home) -> None:
    """Verification itself looks entries up through it."""
    names = ("ledger_log_key", "ledger_mismatch")
    with closing(sqlite3.connect(home.database, isolation_level=None)) as db:
        roots = [db.execute("select rootpage from sqlite_master where name = ?", (n,)).fetchone()[0] for n in names]
        db.execute("pragma writable_schema = on")
        for name, root in zip(names, reversed(roots), strict=True):
            db.execute("update sqlite_master set rootpage = ? where name = ?", (root, name))
    assert ("index", "sqlite_master") in {(f.code, f.table) for f in report(home).found}


def test_a_trigger_of_somebody_else_is_told_by_the_next_scan_and_stays(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as db:
        db.execute("create trigger t after insert on findings begin delete from findings where id = new.id; end")
    scan(home, range(1, 9))
    with closing(sqlite3.connect(home.database)) as db:
        db.execute("drop trigger t")
    assert ("told", "sqlite_master") in {(f.code, f.table) for f in report(home).found}


def test_a_change_after_one_that_is_not_committed_yet(home: Home) -> None:
    """The bucket has a line under the code already; a row of it is changed together with its seal."""
    store = Store(home.database)
    with store.transaction() as inside:
        inside.execute("update points set due = '2030-01-01' where id = 1")
    store.close()
    change(home, "update points set due = '2099-01-01' where id = 1")
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        (table,) = (t for t in seals.sealed(other) if t.name == "points")
        values = other.execute(f"select {table.listed} from points t where id = 1").fetchone()
        kept = other.execute("select digests from seals where tab = 'points' and bucket = 0").fetchone()[0]
        anew = kept[:32] + table.row(1, values) + kept[64:]
        other.execute("update seals set digests = ? where tab = 'points' and bucket = 0", (anew,))
        digest = seals.bucket_digest(0, anew)
        other.execute("update seal_buckets set digest = ? where tab = 'points' and bucket = 0", (digest,))
    assert ("commitment", "points") in {(f.code, f.table) for f in report(home).found}
