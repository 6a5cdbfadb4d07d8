"""The record before a verifier that is not ours: a Go program over Go's own packages for signed notes and transparency logs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scanner.inventory import ledger
from scanner.inventory.home import Home, prepare
from scanner.inventory.record import heads, proofs
from scanner.inventory.store import Store
from tests.conftest import lacking

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).with_name("tlog_verifier.go")


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without the network, against Debian's golang-golang-x-mod-dev."""
    if shutil.which("go") is None or not Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").is_dir():
        lacking("go")
    made = tmp_path_factory.mktemp("go")
    around = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(made / "cache"),
        "GOFLAGS": "",
    }
    subprocess.run(["go", "build", "-o", made / "verifier", SOURCE], env=around, check=True)
    return made / "verifier"


@pytest.fixture(scope="module")
def tiles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Path]:
    """A record of several tiles, one of them partial: folder, key, an older head."""
    home = Home(tmp_path_factory.mktemp("record") / "home")
    prepare(home)
    older = home.path / "older"
    for count in (300, 40_0):
        with Store(home.database, only_notes=True) as store, store.transaction() as db:
            for number in range(count):
                ledger.append(db, "declared", contract='契約「一」\u2028"\\', family=f"R-{number}", number=number)
        if not older.exists():
            older.write_text((home.keys / heads.NAME).read_text("utf-8"), "utf-8")
    folder = home.path / "tiles"
    with closing(sqlite3.connect(home.database)) as db:
        proofs.write_tiles(db, folder)
        key = heads.verifiers(db)[-1].vkey
        made = proofs.proof(db, 333)
    (home.path / "one.tlog-proof").write_text(str(made.proof), "utf-8")
    (home.path / "entry").write_bytes(made.entry)
    return folder, key, older


def run(*arguments: str | Path) -> tuple[int, str]:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_all_entries_and_an_older_head(verifier: Path, tiles: tuple[Path, str, Path]) -> None:
    folder, key, older = tiles
    code, out = run(verifier, key, folder, older)
    assert (code, out.split()[0]) == (0, "whole"), out
    assert int(out.split()[1]) > 512


def test_one_entry_alone(verifier: Path, tiles: tuple[Path, str, Path]) -> None:
    folder, key, _ = tiles
    proof, entry = folder.parent / "one.tlog-proof", folder.parent / "entry"
    assert run(verifier, key, proof, entry) == (0, "included 332\n")
    other = folder.parent / "another"
    other.write_bytes(entry.read_bytes().replace(b"R-", b"r-"))
    assert run(verifier, key, proof, other)[0] == 1


def test_what_was_changed_is_refused(verifier: Path, tiles: tuple[Path, str, Path], tmp_path: Path) -> None:
    folder, key, _ = tiles
    for name in ("tile/entries/001", "tile/0/001", "tile/1/000.p/2", "checkpoint"):
        copied = tmp_path / name.replace("/", "-")
        shutil.copytree(folder, copied)
        data = bytearray((copied / name).read_bytes())
        data[len(data) // 2] ^= 1
        (copied / name).write_bytes(data)
        assert run(verifier, key, copied)[0] == 1, name
