"""A witness as the public body runs it, by files and over HTTP; and records of earlier versions that become trees."""

from __future__ import annotations

import sqlite3
import threading
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from scanner.acts import witness
from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.record import check, heads, proofs, witnessing
from scanner.inventory.store import Store
from scanner.tlog.checkpoint import read
from scanner.tlog.note import NoteError, parse
from scanner.tlog.proof import AddCheckpoint
from scanner.tlog.witness import Refused
from tests.conftest import Sekisho
from tests.scanner.failing import old_inventory

NAME = "city.example/witness"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    more(made)
    return made


def more(home: Home, entries: int = 3) -> None:
    with Store(home.database, only_notes=True) as store, store.transaction() as db:
        for number in range(entries):
            ledger.append(db, "declared", number=number)


def db_of(home: Home) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(home.database))


def met(home: Home, folder: Path) -> witness.Desk:
    """A witness and a record that know each other."""
    desk = witness.begin(folder, NAME)
    with Store(home.database, only_notes=True) as store:
        witnessing.add(store, desk.vkey)
    with db_of(home) as db:
        desk.add(heads.verifiers(db)[-1].vkey)
    return desk


def asked(home: Home) -> str:
    with db_of(home) as db:
        return str(witnessing.request(db, home.keys, NAME))


def test_by_files_with_the_commands(sekisho: Sekisho, home: Home, tmp_path: Path) -> None:
    desk, request, answer = tmp_path / "desk", tmp_path / "request", tmp_path / "answer"
    key = sekisho("witness", "init", desk, "--name", NAME).out.strip()
    assert sekisho("witness", "init", desk, "--name", NAME).code == 2
    assert sekisho("ledger", "witness", key, "--home", home.path).code == 0
    record = sekisho("ledger", "checkpoint", "--home", home.path).err.split()[-1]
    assert sekisho("ledger", "witness", record, "--home", home.path).code == 2, (
        "the key of a record is none of a witness"
    )
    for _ in range(2):
        more(home)
        made = ("ledger", "checkpoint", "--request", NAME, "-o", request, "--home", home.path)
        assert sekisho(*made).code == 0
        signed = sekisho("witness", "sign", desk, request, "-o", answer)
        if signed.code == 1:
            assert "witness add" in signed.err
            assert sekisho("witness", "add", desk, record).code == 0
            assert sekisho("witness", "sign", desk, request, "-o", answer).code == 0
        assert sekisho("ledger", "cosigned", answer, "--home", home.path).code == 0
    assert b"\r" not in request.read_bytes() + answer.read_bytes(), "signed notes are compared by their bytes"
    assert sekisho("witness", "sign", desk, request).code == 1, "the same request again begins where it is no more"
    verified = sekisho("ledger", "verify", "--home", home.path)
    assert verified.code == 0
    assert NAME in verified.out
    name = record.partition("+")[0]
    (tmp_path / "head").write_text(sekisho("witness", "head", desk, name).out, "utf-8")
    assert sekisho("ledger", "verify", "--home", home.path, "--checkpoint", tmp_path / "head").code == 0
    assert name in sekisho("witness", "list", desk).out
    assert sekisho("ledger", "cosigned", request, "--home", home.path).code == 2
    assert sekisho("ledger", "checkpoint", "--request", "nobody", "--home", home.path).code == 2
    assert sekisho("ledger", "prove", "1", "--home", home.path).out.startswith("c2sp.org/tlog-proof@v1\n")
    assert sekisho("ledger", "prove", "999", "--home", home.path).code == 2


def test_over_http(home: Home, tmp_path: Path) -> None:
    desk = met(home, tmp_path / "desk")
    with witness.server(desk, "127.0.0.1", 0, lambda _: None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:

            def post(text: str, path: str = "/add-checkpoint") -> tuple[int, str]:
                url = f"http://127.0.0.1:{server.server_port}{path}"
                try:
                    with urllib.request.urlopen(urllib.request.Request(url, text.encode()), timeout=10) as answer:
                        return int(answer.status), answer.read().decode()
                except urllib.error.HTTPError as error:
                    with error:
                        return error.code, error.read().decode()

            request = asked(home)
            status, line = post(request)
            assert status == 200
            with Store(home.database, only_notes=True) as store:
                name, size = witnessing.take(store, line)
            assert name == NAME
            assert post(request) == (409, f"{size}\n")
            assert post("old 0\n\nnonsense")[0] == 400
            assert post(request, "/other")[0] == 404
            other = Home(tmp_path / "other")
            prepare(other)
            more(other)
            with Store(other.database, only_notes=True) as store:
                witnessing.add(store, desk.vkey)
            assert post(asked(other))[0] == 404
        finally:
            server.shutdown()
            thread.join()


def test_a_fork_is_refused(home: Home, tmp_path: Path) -> None:
    desk = met(home, tmp_path / "desk")
    desk.answer(asked(home))
    more(home)
    with db_of(home) as db:
        size = read(parse(proofs.latest(db)).text).size
    forged = AddCheckpoint(size - 4, (), asked(home).partition("\n\n")[2])
    with pytest.raises((Refused, NoteError)):
        desk.answer(str(forged))


def test_a_record_of_an_earlier_version_is_the_first_leaf(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    old_inventory(home.database)
    with db_of(home) as db:
        last = bytes(db.execute("select hash from ledger order by seq desc limit 1").fetchone()[0]).hex()
    more(home)
    with db_of(home) as db:
        assert check.verify(db, home.keys, (3, last[:32])).found == [], "an anchor of that time holds"
        assert check.verify(db, home.keys, (3, "0" * 32)).found
        row = db.execute("select kind, details from ledger where seq = 4").fetchone()
        assert row[0] == "log_begun"
        assert last in row[1]
        with pytest.raises(proofs.RecordError):
            proofs.proof(db, 3)
        made = proofs.proof(db, 4)
        assert made.proof.index == 0
        assert made.proof.holds(made.entry, heads.verifiers(db)[-1])
    for change in (
        "update ledger set contract = 'B' where seq = 1",
        "delete from ledger where seq = 2",
        "update ledger set hash = zeroblob(32) where seq = 3",
        "update ledger set details = replace(details, '\"entries\":3', '\"entries\":2') where seq = 4",
    ):
        with db_of(home) as db:
            db.execute("drop trigger if exists ledger_no_update")
            db.execute("drop trigger if exists ledger_no_delete")
            db.execute(change)
            assert check.verify(db, home.keys).found, change
            db.rollback()
