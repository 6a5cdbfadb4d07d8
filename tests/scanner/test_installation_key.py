"""Keys are checked before they are used, never silently replaced, and the record never knows less than happened to them."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from scanner.acts import keyholding
from scanner.custody import keys
from scanner.custody.keys import Key, KeyProblem
from scanner.inventory import key_ids, secretfile
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home, HomeError, prepare
from scanner.inventory.installation import FILE, identifier, installation_key
from scanner.inventory.store import Store
from tests.conftest import Sekisho
from tests.scanner.failing import Failing, failing_at, old_inventory


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    return made


def entries(home: Home) -> list[str]:
    with closing(sqlite3.connect(home.database)) as db:
        own = "('committed', 'log_key')"  # what the record says of itself
        return [kind for (kind,) in db.execute(f"select kind from ledger where kind not in {own} order by seq")]


BAD = {
    "missing": None,
    "empty": b"",
    "short": b"\x01" * 31,
    "long": b"\x01" * 33,
    "foreign": b"\x01" * 32,
}


@pytest.mark.parametrize("kind", BAD)
def test_another_key_than_the_inventory_was_made_with_is_refused_and_kept(home: Home, kind: str) -> None:
    Store(home.database).close()
    first = installation_key(home)
    assert installation_key(home) == first
    path, bad = home.keys / FILE, BAD[kind]
    path.unlink()
    if bad is not None:
        path.write_bytes(bad)
    expected = "missing" if not bad else "foreign" if len(bad) == 32 else "damaged"
    for _ in range(2):
        with pytest.raises(HomeError) as caught:
            installation_key(home)
        assert caught.value.code == f"installation_key_{expected}"
        assert (path.read_bytes() if path.exists() else None) == bad
    path.write_bytes(first)
    assert installation_key(home) == first


@pytest.mark.parametrize("kind", ["missing", "empty"])
@pytest.mark.parametrize("inventory", [False, True])
def test_a_first_start_that_was_cut_off_is_begun_again(home: Home, kind: str, inventory: bool) -> None:
    if inventory:
        Store(home.database).close()
    if kind == "empty":
        (home.keys / FILE).touch()
    made = installation_key(home)
    assert len(made) == 32
    assert (home.keys / FILE).read_bytes() == made
    assert os.name == "nt" or (home.keys / FILE).stat().st_mode & 0o077 == 0
    assert {p.name for p in home.keys.iterdir()} <= {FILE, "record.key"}
    assert installation_key(home) == made


@pytest.mark.parametrize("kind", ["short", "long"])
def test_what_is_no_key_is_never_used_even_at_the_first_start(home: Home, kind: str) -> None:
    (home.keys / FILE).write_bytes(BAD[kind] or b"")
    with pytest.raises(HomeError):
        installation_key(home)


def test_an_older_inventory_takes_its_key_over_and_is_not_given_a_new_one(home: Home) -> None:
    old_inventory(home.database)
    with closing(sqlite3.connect(home.database)) as db:
        db.execute("insert into contents (id, key) values (1, x'00')")
        db.execute("insert into files (path, host, content_id) values (x'61', '', 1)")
        db.commit()
    for _ in ("before its schema is brought up", "after"):
        with pytest.raises(HomeError):
            installation_key(home)
        Store(home.database).close()
    (home.keys / FILE).write_bytes(b"k" * 32)
    assert installation_key(home) == b"k" * 32
    with closing(sqlite3.connect(home.database)) as db:
        assert key_ids.stated(db, "") == (identifier(b"k" * 32), False)


def test_a_scan_says_what_to_do_about_its_key(sekisho: Sekisho, home: Home, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/a.txt").write_text("電話 03-1234-5678")
    scan = ("scan", "--home", home.path, "--depth", "quick", tmp_path / "tree")
    assert sekisho(*scan).code == 0
    (home.keys / FILE).write_bytes(b"")
    refused = sekisho(*scan)
    assert refused.code == 2
    assert "Restore the key folder" in refused.err
    assert (home.keys / FILE).read_bytes() == b""
    assert "Restore the key folder" in sekisho("doctor", "--home", home.path).out


class Cut(Exception):
    """The process ends here."""


def cut(*_: object, **__: object) -> None:
    raise Cut


@pytest.fixture
def held(home: Home) -> Key:
    """A key of contract A that the inventory knows."""
    with Store(home.database, only_notes=True) as store:
        return keyholding.for_receiving(store, home.keys, "A")


def test_a_destruction_that_is_cut_off_is_in_the_record_and_can_be_finished(
    home: Home, held: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(keys, "destroy", cut)
        with pytest.raises(Cut):
            keyholding.destroy(home, "A", "甲", "指示-1")
    assert entries(home) == ["key_made", "key_destroyed"]
    with Store(home.database, only_notes=True) as store, pytest.raises(KeyProblem) as caught:
        keys.held(store.connection, home.keys, "A")  # still there, but never used again
    assert caught.value.code == "key_left"
    assert keyholding.destroy(home, "A", "甲", "指示-1") == held.id
    assert entries(home) == ["key_made", "key_destroyed"]
    assert list(home.keys.glob("*A*")) == []


def test_a_key_half_overwritten_is_not_taken_for_a_key(home: Home, held: Key) -> None:
    keys.path_of(home.keys, "A").write_bytes(secrets.token_bytes(32))
    with Store(home.database, only_notes=True) as store, pytest.raises(KeyProblem) as caught:
        keys.held(store.connection, home.keys, "A")
    assert caught.value.code == "key_foreign"


@pytest.mark.parametrize("act", ["export", "take_in", "make", "destroy"])
def test_no_act_on_a_key_precedes_its_entry(home: Home, act: str, tmp_path: Path) -> None:
    """At whichever statement the database fails: no act without its entry."""
    copy, output = tmp_path / "copy", tmp_path / "out"
    with Store(home.database, only_notes=True) as store:
        kept = keyholding.for_receiving(store, home.keys, "A")
    keyholding.export(home, "A", copy, "乙")
    if act in ("take_in", "make"):
        keyholding.destroy(home, "A", "甲", "指示-1")
    shutil.copytree(home.path, tmp_path / "template")

    def make() -> None:
        with Store(home.database, only_notes=True) as store:
            keyholding.for_receiving(store, home.keys, "B")

    acts: dict[str, tuple[Callable[[], object], str]] = {
        "export": (lambda: keyholding.export(home, "A", output, "乙"), "key_exported"),
        "take_in": (lambda: keyholding.take_in(home, copy), "key_imported"),
        "make": (make, "key_made"),
        "destroy": (lambda: keyholding.destroy(home, "A", "甲", "指示-1"), "key_destroyed"),
    }
    work, kind = acts[act]
    with failing_at(0):
        work()
    statements = Failing.count
    step = 4 if os.name == "nt" else 1  # each laying out of the folder anew takes its time there
    for number in range(1, statements + 1, step):
        for after in (False, True):
            shutil.rmtree(home.path)
            shutil.copytree(tmp_path / "template", home.path)
            output.unlink(missing_ok=True)
            before = entries(home).count(kind)
            with failing_at(number, after=after), pytest.raises(InventoryError):
                work()
            entered = entries(home).count(kind) > before
            done = {
                "export": output.exists(),
                "take_in": keys.path_of(home.keys, "A").exists(),
                "make": keys.path_of(home.keys, "B").exists(),
                "destroy": not keys.path_of(home.keys, "A").exists(),
            }[act]
            assert entered or not done
            output.unlink(missing_ok=True)
            if entered and done:
                continue  # what failed is the sealing after it; the next run does that
            work()
            assert entries(home).count(kind) > before
    assert kept.whole


def test_a_damaged_key_is_named_and_a_copy_takes_its_place(home: Home, held: Key, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    keyholding.export(home, "A", copy, "乙")
    with pytest.raises(KeyProblem) as caught:
        keyholding.take_in(home, copy)
    assert caught.value.code == "key_exists"
    keys.path_of(home.keys, "A").write_bytes(b"short")
    with pytest.raises(KeyProblem) as caught:
        keys.load(home.keys, "A")
    assert caught.value.code == "key_damaged"
    assert keyholding.take_in(home, copy).id == held.id
    assert keys.load(home.keys, "A") == held


def test_what_a_cut_off_placing_leaves_is_destroyed_with_the_key(
    home: Home, held: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = home.keys / f".{keys.path_of(home.keys, 'A').name}.123"
    left.write_bytes(held.secret)
    keyholding.destroy(home, "A", "甲", "指示-1")
    assert not left.exists()


def test_a_secret_is_there_wholly_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    for name in ("fsync", "link"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, cut)
            with pytest.raises(Cut):
                secretfile.place(path, b"s" * 32)
        assert list(tmp_path.iterdir()) == []
    secretfile.place(path, b"s" * 32)
    with pytest.raises(FileExistsError):
        secretfile.place(path, b"t" * 32)
    assert path.read_bytes() == b"s" * 32
    secretfile.place(path, b"t" * 32, over=True)
    assert path.read_bytes() == b"t" * 32
