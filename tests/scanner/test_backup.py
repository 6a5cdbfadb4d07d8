"""A copy is whole or refused; what was restored goes on, and what is lost since the copy is told."""

from __future__ import annotations

import io
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.acts.backup import BackupError, make
from scanner.acts.restoring import restore
from scanner.inventory.home import Home, prepare
from scanner.inventory.installation import installation_key
from scanner.inventory.people.errors import PeopleError
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.store import Store
from scanner.policy.load import load
from tests.conftest import Sekisho
from tests.scanner.world import text

PASSPHRASE = "しろいくもとあおいうみ"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    prepare(made)
    installation_key(made)
    (made.path / "policy.toml").write_text("# 方針", encoding="utf-8")
    (made.path / "forms").mkdir()
    (made.path / "forms/1.xlsx").write_bytes(b"form")
    (made.path / "sekisho.log").write_text("not copied")
    with Store(made.database) as store:
        for count in range(3):
            store.note("incident", count=count)
    return made


@pytest.fixture
def copies(home: Home, tmp_path: Path) -> tuple[Path, Path]:
    whole, keys = tmp_path / "copy.zip", tmp_path / "copy.keys"
    make(home, whole, keys, lambda: PASSPHRASE)
    return whole, keys


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def found(home: Home) -> set[str]:
    return {f.code for f in check.verify(Reader(home.database).db, home.keys).found}


def test_what_was_restored_goes_on(home: Home, copies: tuple[Path, Path], tmp_path: Path) -> None:
    again = Home(tmp_path / "again")
    made = restore(*copies[:1], again, copies[1], lambda: PASSPHRASE)
    assert made.found == 0
    assert made.files == 3
    assert (again.path / "forms/1.xlsx").read_bytes() == b"form"
    assert not (again.path / "sekisho.log").exists()
    assert content(again.keys).keys() == content(home.keys).keys()
    assert (again.keys / "installation.key").read_bytes() == (home.keys / "installation.key").read_bytes()
    with Store(again.database) as store:
        store.note("incident", count=4)
        kinds = [k for (k,) in store.connection.execute("select kind from ledger order by seq")]
    assert kinds.count("incident") == 4
    assert {"backed_up", "restored"} <= set(kinds)
    assert found(again) == set()


def test_what_is_lost_since_the_copy_is_found(home: Home, copies: tuple[Path, Path]) -> None:
    with Store(home.database) as store:
        store.note("incident", count=99)
    for path in home.path.glob("inventory.db*"):
        path.unlink()
    shutil.rmtree(home.path / "forms")
    (home.path / "policy.toml").unlink()
    restore(copies[0], home, None, str)
    assert found(home), "the head in the folder of keys is ahead of what was restored"


def test_a_folder_with_something_in_it_is_left_alone(home: Home, copies: tuple[Path, Path], tmp_path: Path) -> None:
    before = content(home.path)
    with pytest.raises(BackupError, match="occupied"):
        restore(copies[0], home, copies[1], lambda: PASSPHRASE)
    assert content(home.path) == before
    other = Home(tmp_path / "other")
    with pytest.raises(BackupError, match="no_keys"):
        restore(copies[0], other, None, str)
    assert not other.path.exists()
    prepare(other)
    installation_key(other)
    with pytest.raises(BackupError, match="keys_there"):
        restore(copies[0], other, copies[1], lambda: PASSPHRASE)
    (other.path / "policy.toml").write_text("another")
    with pytest.raises(BackupError, match="exists"):
        restore(copies[0], other, None, str)
    assert (other.path / "policy.toml").read_text() == "another"
    assert not other.database.exists()


def test_a_copy_is_never_written_over_and_leaves_nothing_half(home: Home, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    for output, keys in (("there", None), ("new", "there")):
        with pytest.raises(BackupError, match="exists"):
            make(home, tmp_path / output, tmp_path / keys if keys else None, lambda: PASSPHRASE)
    with pytest.raises(BackupError, match="unwritable"):
        make(home, tmp_path / "no/such/folder/copy", None, str)
    with pytest.raises(PeopleError):
        make(home, tmp_path / "new", tmp_path / "new.keys", lambda: "short")
    with pytest.raises(BackupError, match="nothing"):
        make(Home(tmp_path / "empty"), tmp_path / "new", None, str)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "there"]


def test_a_copy_is_made_beside_a_writer(home: Home, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home.database)) as db, db:
        db.execute("begin")
        db.execute("select count(*) from ledger").fetchall()
        assert make(home, tmp_path / "copy.zip", None, str).found == 0


def test_nothing_in_the_copy_of_keys_is_in_clear(home: Home, copies: tuple[Path, Path], tmp_path: Path) -> None:
    secrets = [p.read_bytes() for p in home.keys.rglob("*.key")]
    for path in copies:
        data = path.read_bytes()
        with zipfile.ZipFile(copies[0]) as packed:
            data += b"".join(packed.read(n) for n in packed.namelist())
        assert not any(secret in data for secret in secrets)
    with pytest.raises(BackupError, match="wrong_passphrase"):
        restore(copies[0], Home(tmp_path / "again"), copies[1], lambda: PASSPHRASE + "x")
    assert not (tmp_path / "again").exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_copy_is_refused_or_gives_the_same(
    home: Home, copies: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    which = data.draw(st.sampled_from((0, 1)))
    content_of = bytearray(copies[which].read_bytes())
    at = data.draw(st.integers(0, len(content_of) - 1))
    kind = data.draw(st.sampled_from(("flip", "cut", "double")))
    if kind == "flip":
        content_of[at] ^= data.draw(st.integers(1, 255))
    else:
        content_of = content_of[:at] if kind == "cut" else content_of + content_of[at:]
    changed = [folder / "copy.zip", folder / "copy.keys"]
    for number, path in enumerate(copies):
        shutil.copy(path, changed[number])
    changed[which].write_bytes(content_of)
    again = Home(folder / "again")
    try:
        made = restore(changed[0], again, changed[1], lambda: PASSPHRASE)
    except BackupError:
        assert not again.database.exists()
    else:
        assert made.found == 0
        assert found(again) == set()


def crafted() -> Iterator[tuple[str, bytes]]:
    def packed(members: dict[str, bytes]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as target:
            for name, data in members.items():
                target.writestr(name, data)
        return made.getvalue()

    yield "no zip", b"PK nothing"
    yield "no manifest", packed({"inventory.db": b""})
    for name in ("../out", "/out", "a/../../out", "..\\out", "C:out"):
        told = f'{{"sekisho-backup":1,"at":"x","entries":1,"version":"1","files":{{"inventory.db":{{"sha256":"","size":0}},"{name}":{{"sha256":"x","size":1}}}}}}'
        yield name, packed({"manifest.json": told.replace("\\", "\\\\").encode(), name: b"x", "inventory.db": b""})
    for told in ("[]", "{}", '"x"', '{"sekisho-backup":1}', '{"sekisho-backup":1,"files":[]}', "\ud800"):
        yield told, packed({"manifest.json": told.encode("utf-8", "surrogatepass")})
    large = b'{"sekisho-backup":1,"at":"x","entries":1,"version":"1","files":{"inventory.db":{"sha256":"","size":3}}}'
    yield "larger than told", packed({"manifest.json": large, "inventory.db": b"0" * 1_000_000})


@pytest.mark.parametrize(("name", "data"), list(crafted()), ids=lambda v: v if isinstance(v, str) else "")
def test_crafted_copies_write_nothing(home: Home, tmp_path: Path, name: str, data: bytes) -> None:
    file, again = tmp_path / "crafted.zip", Home(tmp_path / "deep/again")
    file.write_bytes(data)
    shutil.copytree(home.keys, again.keys)
    with pytest.raises(BackupError):
        restore(file, again, None, str)
    assert sorted(p.name for p in again.path.iterdir()) == ["keys"]
    assert not (tmp_path / "deep/out").exists()
    assert not (tmp_path / "out").exists()


def test_cut_off_at_any_rename_it_can_be_done_again(
    home: Home, copies: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = os.replace
    for cut in range(4):
        again, done = Home(tmp_path / f"again{cut}"), iter(range(cut, -1, -1))

        def moved(entry: Path, target: Path, done: Iterator[int] = done) -> None:
            if next(done) == 0:
                raise KeyboardInterrupt
            true(entry, target)

        monkeypatch.setattr(os, "replace", moved)
        with pytest.raises(KeyboardInterrupt):
            restore(copies[0], again, copies[1], lambda: PASSPHRASE)
        monkeypatch.setattr(os, "replace", true)
        assert not again.database.exists()
        held = any(again.keys.iterdir()) if again.keys.exists() else False
        for name in ("policy.toml", "forms"):
            if (again.path / name).is_dir():
                shutil.rmtree(again.path / name)
            else:
                (again.path / name).unlink(missing_ok=True)
        assert restore(copies[0], again, None if held else copies[1], lambda: PASSPHRASE).found == 0


def test_from_the_command_line(sekisho: Sekisho, home: Home, tmp_path: Path) -> None:
    word = tmp_path / "word"
    word.write_text(PASSPHRASE + "\n", encoding="utf-8")
    word.chmod(0o600)
    given_by = ("--passphrase-file", word)
    made = sekisho("backup", "--home", home.path, "-o", tmp_path / "c.zip", "--keys", tmp_path / "c.keys", *given_by)
    assert made.code == 0, made.err
    assert "3 files" in made.out
    assert "No policy is included" not in made.out
    again = tmp_path / "again"
    done = sekisho("restore", tmp_path / "c.zip", "--keys", tmp_path / "c.keys", *given_by, "--home", again)
    assert done.code == 0, done.err
    counts = [re.search(r"([\d,]+) entries", one.out) for one in (made, done)]
    assert counts[0]
    assert counts[1]
    assert counts[0][1] == counts[1][1]
    assert sekisho("ledger", "verify", "--home", again).code == 0
    refused = sekisho("restore", tmp_path / "c.zip", "--home", again)
    assert refused.code == 2
    assert "Move that folder away" in refused.err


def test_a_policy_from_another_place_goes_in(sekisho: Sekisho, home: Home, tmp_path: Path) -> None:
    (home.path / "policy.toml").unlink()
    without = sekisho("backup", "--home", home.path, "-o", tmp_path / "a.zip")
    assert "No policy is included" in without.out
    rules = tmp_path / "rules.toml"
    rules.write_bytes(b"# mine\n")
    given = sekisho("backup", "--home", home.path, "-o", tmp_path / "b.zip", "-p", rules)
    assert "No policy is included" not in given.out
    with zipfile.ZipFile(tmp_path / "b.zip") as held:
        assert held.read("policy.toml") == b"# mine\n"
    assert sekisho("backup", "--home", home.path, "-o", tmp_path / "c.zip", "-p", tmp_path / "none").code == 2
    assert not (tmp_path / "c.zip").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "{0}/p.toml", "--yes", "--starts", "2027-04-01", "--ends", "2026-04-01"),
        ("--excel", "{0}/t.txt"),
        ("--excel", "{0}/t.xlsx", "--contract", "A"),
    ],
)
def test_init_writes_nothing_that_it_refuses(sekisho: Sekisho, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    done = sekisho("init", "--home", tmp_path / "state", *(w.format(folder) for w in words))
    assert done.code == 2, done.out
    assert not list(folder.iterdir())


def test_relative_places_stay_where_they_were(sekisho: Sekisho, tmp_path: Path) -> None:
    office, again = tmp_path / "office", tmp_path / "again"
    (office / "庫").mkdir(parents=True)
    (office / "庫/名簿.csv").write_bytes(text(3, 8))
    rules = """
[gate]
outbox = "送付前"
[watch]
roots = ["庫", "~/受信"]
[[contract]] # 集計
id = "A"
title = "a"
[[contract.place]]
id = "p"
kind = "storage"
path = "庫"
consent = "承諾-1"
[[contract.place]]
id = "usb"
kind = "storage"
volume = "V-1"
path = "箱"
"""
    (office / "policy.toml").write_text(rules, encoding="utf-8")
    common = ("-p", office / "policy.toml", "--home", tmp_path / "h")
    assert sekisho("scan", office / "庫", "--depth", "quick", *common).code == 0
    secret = tmp_path / "words"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    secret.chmod(0o600)
    kept = ("--keys", tmp_path / "k", "--passphrase-file", secret)
    assert sekisho("backup", "-o", tmp_path / "c.zip", *kept, *common).code == 0
    done = sekisho("restore", tmp_path / "c.zip", *kept, "--home", again)
    assert done.code == 0, done.err
    assert "3" in done.out
    back = load(again / "policy.toml")
    assert [p.path for p in back.contract[0].place] == [str(office / "庫"), "箱"]
    assert (back.gate.outbox, back.watch.roots) == (str(office / "送付前"), (str(office / "庫"), "~/受信"))
    assert "# 集計" in (again / "policy.toml").read_text(encoding="utf-8")
    assert sekisho("scan", office / "庫", "--depth", "quick", "--home", again).code == 0
