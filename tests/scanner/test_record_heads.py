"""What only a witness, the keys or another scan can tell of the record."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.record import check, commitment, heads, key, proofs, witnessing
from scanner.inventory.store import Run, Store
from scanner.model import OutcomeKind
from scanner.tlog.proof import parse_add
from scanner.tlog.witness import Refused
from tests.scanner.sealed_record import SETTLED, WITNESS, WITNESS_KEY, home, outcome, report, scan, template  # noqa: F401


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
