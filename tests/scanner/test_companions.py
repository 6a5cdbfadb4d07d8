"""Files that belong to another: logs of databases, volumes of archives. All is invented."""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.extract import companions, volumes
from scanner.extract.dispatch import dispatch
from scanner.extract.formats import zoo
from scanner.extract.interface import Sink, Source
from scanner.extract.viewing import Extractor
from scanner.limits import limits
from scanner.model import Reason, ref_of
from tests.conftest import lacking

PERSON = "高梨 美穂"


def shown(path: Path) -> tuple[list[str], list[Reason]]:
    """(lines, why something was not read) of a file as a scan opens it."""
    with Extractor() as extractor:
        batches, reading = extractor.read(ref_of(bytes(path)))
        lines = [b.text or "\t".join(text for _, text in b.cells) for batch in batches for b in batch]
    return lines, [r for r in (reading.reason,) if r] + [reason for reason, _ in reading.partial]


def _logged(folder: Path, mode: str) -> Path:
    """A database with rows in its log, as an application leaves it that was ended."""
    kept = folder / "kept"
    kept.mkdir()
    with closing(sqlite3.connect(folder / "a.db", isolation_level=None)) as database:
        database.execute(f"pragma journal_mode={mode}")
        database.execute("create table 名簿 (番号 integer primary key, 氏名 text, 電話 text)")
        database.executemany(
            "insert into 名簿(氏名, 電話) values (?, ?)", [(f"標本{n}", f"03-{n:04}") for n in range(300)]
        )
        if mode == "wal":
            database.execute("pragma wal_checkpoint(truncate)")
        else:
            database.execute("insert into 名簿(氏名, 電話) values (?, '090-4455-6677')", (PERSON,))
            database.execute("pragma cache_size=1")
            database.execute("begin")
        database.execute("delete from 名簿 where 氏名 = ?", (PERSON,))
        if mode == "wal":
            database.execute("insert into 名簿(氏名, 電話) values (?, '090-4455-6677')", (PERSON,))
        else:
            database.execute("update 名簿 set 電話 = '03-9999' || 番号")
        for path in folder.glob("a.db*"):
            shutil.copy(path, kept)
    return kept / f"a.db-{'wal' if mode == 'wal' else 'journal'}"


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_log_is_read_through_its_database(tmp_path: Path, mode: str) -> None:
    lines, missed = shown(_logged(tmp_path, mode))
    assert lines[0] == "番号\t氏名\t電話"
    assert [line.split("\t")[1:] for line in lines if PERSON in line] == [[PERSON, "090-4455-6677"]]
    assert not missed


def test_a_database_is_read_through_its_log(tmp_path: Path) -> None:
    database = _logged(tmp_path, "wal").with_name("a.db")
    lines, missed = shown(database)
    assert sum(PERSON in line for line in lines) == 1
    assert not missed
    database.with_name("a.db-wal").write_bytes(b"something else" * 100)
    lines, _ = shown(database)
    assert sum("標本" in line for line in lines) == 300
    assert not any(PERSON in line for line in lines)


def test_a_log_without_its_database_gives_its_rows(tmp_path: Path) -> None:
    log = _logged(tmp_path, "wal")
    log.with_name("a.db").unlink()
    lines, _ = shown(log)
    assert any(PERSON in line for line in lines)


@pytest.mark.parametrize("base", [b"", b"SQLite format 3\0" + b"\0" * 5000, b"x" * 5000])
def test_a_log_beside_something_else_gives_its_rows(tmp_path: Path, base: bytes) -> None:
    log = _logged(tmp_path, "wal")
    log.with_name("a.db").write_bytes(base)
    lines, _ = shown(log)
    assert any(PERSON in line for line in lines)


@pytest.fixture
def members(tmp_path: Path) -> Path:
    folder = tmp_path / "members"
    folder.mkdir()
    (folder / "noise.bin").write_bytes(random.Random(5).randbytes(250_000))
    (folder / "名簿.txt").write_bytes(f"氏名 {PERSON}\n".encode("cp932"))
    return folder


@pytest.mark.parametrize("ending", ["zip.001", "7z.001", "7z.0001"])
def test_a_split_archive_is_read_from_its_first_volume(tmp_path: Path, members: Path, ending: str) -> None:
    import py7zr

    whole = tmp_path / "whole"
    if ending.startswith("zip"):
        with zipfile.ZipFile(whole, "w") as archive:
            for path in sorted(members.iterdir()):
                archive.write(path, path.name)
    else:
        with py7zr.SevenZipFile(whole, "w") as archive:
            archive.writeall(members, "m")
    data, width = whole.read_bytes(), len(ending.rpartition(".")[2])
    stem = ending.rpartition(".")[0]
    for number, at in enumerate(range(0, len(data), 100_000), 1):
        (tmp_path / f"a.{stem}.{number:0{width}}").write_bytes(data[at : at + 100_000])
    lines, _ = shown(tmp_path / f"a.{ending}")
    assert f"氏名 {PERSON}" in lines
    (tmp_path / f"a.{stem}.{2:0{width}}").unlink()
    lines, missed = shown(tmp_path / f"a.{ending}")
    assert missed


@pytest.mark.slow
def test_a_zip_file_of_several_disks_is_read(tmp_path: Path, members: Path) -> None:
    if shutil.which("zip") is None:
        lacking("zip")
    subprocess.run(["zip", "-q", "-s", "100k", "-r", "a.zip", "members"], check=True, cwd=tmp_path)
    assert (tmp_path / "a.z02").exists()
    lines, missed = shown(tmp_path / "a.zip")
    assert f"氏名 {PERSON}" in lines
    assert Reason.CORRUPT not in missed
    lines, missed = shown(tmp_path / "a.z01")
    assert missed


@pytest.mark.posix("os.symlink")
def test_links_and_folders_beside_a_file_are_not_opened(tmp_path: Path) -> None:
    log = _logged(tmp_path, "wal")
    database = log.with_name("a.db")
    database.rename(tmp_path / "elsewhere.db")
    database.symlink_to(tmp_path / "elsewhere.db")
    lines, _ = shown(log)
    assert lines[0] != "番号\t氏名\t電話"
    database.unlink()
    database.mkdir()
    assert any(PERSON in line for line in shown(log)[0])


@given(st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=6), st.integers(1, 500))
def test_volumes_are_the_file_that_they_were_cut_from(parts: list[bytes], step: int) -> None:
    first, *rest = (io.BytesIO(part) for part in parts)
    joined = volumes.joined(Source("a.7z.001", first, len(parts[0]), beside=tuple(rest)))
    whole = b"".join(parts)
    assert joined.size == len(whole)
    joined.file.seek(0)
    assert joined.file.read(len(whole)) == whole
    for at in range(0, len(whole), step):
        joined.file.seek(at)
        assert joined.file.read(step) == whole[at : at + step]


def test_a_member_that_is_shorter_than_stated_is_told() -> None:
    entry = SimpleNamespace(pathname="名簿.txt", mode=0o100644, size=100, get_blocks=lambda: iter([b"x" * 10]))
    sink = Sink(limits(), lambda items: None, dispatch)
    zoo._put(entry, 1, False, OSError, Source("a.rar", io.BytesIO(b""), 0), sink)
    assert [reason for reason, _ in sink.partial] == [Reason.TRUNCATED]


@given(st.binary(max_size=40))
def test_only_names_of_the_same_folder_are_made(name: bytes) -> None:
    path = b"/share/" + name.replace(b"/", b"").replace(b"\0", b"")
    made = list(companions.names(path))
    assert len(made) <= companions.MOST
    assert all(other.rpartition(b"/")[0] == b"/share" and other != path for other in made)
