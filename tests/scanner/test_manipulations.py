"""What somebody may do to the record and to what was observed, by what he can write to, and that verification finds it.

Levels: ``database`` (the file of the inventory, with any tool), ``keys`` (the folder of keys too: he can sign), ``second`` (also the
second folder), ``machine`` (everything there). What needs a proof outside the machine is tested with a witness.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scanner import clock
from scanner.inventory import custody, key_ids, ledger, points
from scanner.inventory.home import Home, prepare
from scanner.inventory.record import check, commitment, heads, key, proofs, rows, seals, stamps, witnessing
from scanner.inventory.store import Run, Store
from scanner.model import Contents, FileRef, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind
from scanner.tlog.note import COSIGNATURE, Verifier, public_of
from scanner.tlog.proof import parse_add
from scanner.tlog.witness import Refused, Witness

SETTLED = clock.stat_ns()
WITNESS = Witness("city.example/witness", bytes(range(32)))
WITNESS_KEY = Verifier(WITNESS.name, public_of(WITNESS.seed), COSIGNATURE)
LEFT_EMPTY: dict[str, str] = {}
"""Tables that the world of these tests has no row in, and why."""


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
        columns = {
            str(r[1]): "BLOB" if str(r[2]).upper() == "BLOB" else "" for r in db.execute(f'pragma table_info("{name}")')
        }
        columns.pop("id", None)
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
        assert {n for n, f in forms.items() if f.group} == {"tokens"}, (
            "a table without numbers is sealed only as a whole"
        )
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
            statements = [TOKENS[what]] if name == "tokens" and what in TOKENS else EDITS[what](db, name)
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


def test_verifying_while_a_scan_writes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    step = check._rows

    def between(*parts: object) -> None:
        scan(home, range(1, 12))
        step(*parts)  # type: ignore[arg-type]

    monkeypatch.setattr(check, "_rows", between)
    assert report(home).found == []


def ask(home: Home, seen: check.Proof | None = None) -> tuple[str, object]:
    with closing(sqlite3.connect(home.database)) as db:
        asked = parse_add(str(witnessing.request(db, home.keys, WITNESS.name)))
        return str(asked), heads.verifiers(db)[-1]


def test_what_only_a_witness_finds(home: Home, tmp_path: Path) -> None:
    """Everything on the machine goes back to an earlier state: database, keys, second folder. Only who kept a head knows."""
    older = tmp_path / "older"
    shutil.copytree(home.path, older)
    scan(home, range(1, 9))
    with closing(sqlite3.connect(home.database)) as db:
        log = heads.verifiers(db)[-1]
        asked = witnessing.request(db, home.keys, WITNESS.name)
    seen, signature = WITNESS.answer(asked, log, None, 1_800_000_000)
    with Store(home.database, only_notes=True) as store:
        assert witnessing.take(store, signature.line) == (WITNESS.name, seen.size)
    good = report(home)
    assert good.found == []
    assert ("witness", "good", seen.size) in {(p.name, p.state, p.size) for p in good.proofs}
    with closing(sqlite3.connect(home.database)) as db:
        cosigned = heads.cosigned_last(db, home.keys, WITNESS_KEY)
    outside = tmp_path / "at-the-city"
    outside.write_text(str(cosigned), "utf-8")
    shutil.rmtree(home.path)
    shutil.copytree(older, home.path)
    assert report(home).found == [], "nothing on the machine can tell"
    found = report(home, given=[outside])
    assert [(f.code, f.row) for f in found.found] == [("head_rollback", seen.size)]
    scan(home, range(1, 30))  # it goes another way and is longer now
    assert "head_fork" in {f.code for f in report(home, given=[outside]).found}
    with closing(sqlite3.connect(home.database)) as db:
        again = witnessing.request(db, home.keys, WITNESS.name)
    with pytest.raises(Refused):
        WITNESS.answer(again, log, seen, 1_800_000_001)


def test_a_new_key_that_nobody_announced(home: Home) -> None:
    (home.keys / key.FILE).write_bytes(b"x" * 32)
    assert "key" in {f.code for f in report(home).found}
    scan(home, range(1, 3))
    assert "key" in {f.code for f in report(home).found}


def test_a_new_key_that_the_old_one_announced(home: Home) -> None:
    with Store(home.database, only_notes=True) as store:
        witnessing.rotate(store)
    scan(home, range(1, 9))
    assert report(home).found == []


@pytest.mark.parametrize("what", ["gone", "empty", "another"])
def test_the_head_in_the_folder_of_keys(home: Home, what: str) -> None:
    path = home.keys / heads.NAME
    path.unlink() if what == "gone" else path.write_text(
        "" if what == "empty" else path.read_text("utf-8").replace("\n\n", "\nx\n\n"), "utf-8"
    )
    assert report(home).found
    scan(home, range(1, 3))
    assert any(f.code.startswith("told_") for f in report(home).found)


def test_what_the_program_deletes_is_an_entry_and_accepted(home: Home) -> None:
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("delete from incidents")
        db.execute("delete from sweeps where id = 1")
    assert report(home).found == []
    with closing(sqlite3.connect(home.database)) as db:
        told = [json.loads(d) for (d,) in db.execute("select details from ledger where kind = 'removed' order by seq")]
    assert {(t["table"], t["first"], t["count"]) for t in told} == {("incidents", 1, 2), ("sweeps", 1, 1)}
    assert all(len(t["before"]) == 64 for t in told)


def test_a_rescan_of_what_has_not_changed_seals_no_file_anew(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as db:
        before = db.execute(
            "select * from seal_buckets where tab in ('files', 'points', 'contents', 'findings')"
        ).fetchall()
        said = commitment.last_commitment(db)
    with Store(home.database) as store:
        store.begin(Run("t", "rules", "quick", ("/share",)))
        store.connection.execute("select 1")
        with store.transaction() as db:
            db.execute("update files set run_id = ?, last_seen = 'later', size = size, path = path", (store.run,))
            db.execute("update points set run_id = ?, last_seen = 'later'", (store.run,))
        store.finish("complete", Counter(), Counter(), 0, 0.0)
        store.seal(store.run)
    with closing(sqlite3.connect(home.database)) as db:
        assert (
            db.execute("select * from seal_buckets where tab in ('files', 'points', 'contents', 'findings')").fetchall()
            == before
        )
        now = commitment.last_commitment(db)
    assert said is not None
    assert now is not None
    assert not {"files", "points", "contents", "findings"} & set(now["tables"])
    assert report(home).found == []


def test_nothing_written_nothing_signed(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as db:
        before = ledger.anchor(db)
    with Store(home.database, only_notes=True):
        pass
    with closing(sqlite3.connect(home.database)) as db:
        assert ledger.anchor(db) == before


def test_proofs_of_single_entries(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as db:
        verifier = heads.verifiers(db)[-1]
        last = db.execute("select max(size) from checkpoints").fetchone()[0]
        for seq in range(1, last + 1):
            made = proofs.proof(db, seq)
            assert made.proof.holds(made.entry, verifier)
            assert not made.proof.holds(made.entry + b" ", verifier)
            assert json.loads(made.entry)[1] == seq
        for seq in (0, last + 1):
            with pytest.raises(proofs.RecordError):
                proofs.proof(db, seq)


def test_ranges() -> None:
    for numbers in ([], [3], [1, 2, 3], [1, 3, 4, 9]):
        text = commitment.ranges(numbers)
        assert [n for r in commitment.numbers(text) for n in r] == numbers


def put(store: Store, numbers: range) -> None:
    for number in numbers:
        found = outcome(number)
        known = store.known(found.ref)
        store.put(found._replace(kind=OutcomeKind.UNCHANGED, row=known.row) if known else found, SETTLED)
    store.commit()


@pytest.mark.parametrize("broken", [False, True], ids=["to the end", "broken off"])
def test_scans_beside_each_other_raise_no_alarm(home: Home, broken: bool) -> None:
    """A scan while the watch works: the earlier run sees files before and after a later one has ended."""
    with Store(home.database) as store:
        run = store.begin(Run("t", "rules", "quick", ("/share",)))
        put(store, range(1, 3))
        scan(home, range(1, 9))
        assert report(home).found == []
        put(store, range(4, 12))
        assert report(home).found == []
        if not broken:
            store.finish("complete", Counter(examined=8), Counter(), 0, 1.0)
            store.seal(run)
            assert report(home).found == []
    scan(home, range(2, 4))
    assert report(home).found == []
    with closing(sqlite3.connect(home.database)) as db:
        states = dict(db.execute("select id, state from runs"))
    assert states[run] == ("interrupted" if broken else "complete")
    assert not list(home.path.glob(".inventory.db.run-*"))
