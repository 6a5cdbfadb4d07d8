from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from scanner.model import FileRef, Reason, display
from scanner.sources import walk as walking
from scanner.sources.walk import Unseen, WalkNotes, walk


def names(root: Path, **options: frozenset[bytes]) -> tuple[list[bytes], WalkNotes]:
    notes = WalkNotes()
    return [i.path for i in walk([os.fsencode(root)], notes, **options)], notes


def test_links_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a" / "f")
    found, notes = names(tmp_path)
    assert found == [os.fsencode(tmp_path / "a" / "f")]
    assert notes.symlinks == 2


@pytest.mark.skipif(os.name != "posix", reason="byte names are a POSIX matter")
def test_names_are_bytes(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "表計算".encode("cp932") + b".txt"
    with open(raw, "wb") as file:
        file.write(b"x")
    found, _ = names(tmp_path)
    assert found == [raw]
    assert "\\x95" in display(raw)


def test_sockets_are_counted_not_read(tmp_path: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    cwd = Path.cwd()
    os.chdir(tmp_path)
    server.bind("s")
    os.chdir(cwd)
    os.mkfifo(tmp_path / "p")
    found, notes = names(tmp_path)
    server.close()
    assert found == []
    assert notes.special == 2


def test_unreadable_folder_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").write_text("x")
    real = os.open

    def opening(path: bytes, flags: int) -> int:
        if path.endswith(b"closed"):
            raise PermissionError(13, "denied")
        return real(path, flags)

    monkeypatch.setattr(walking.os, "open", opening)
    items = list(walk([os.fsencode(tmp_path)], WalkNotes()))
    assert [type(i) for i in items] == [FileRef, Unseen]
    assert items[1].reason is Reason.UNREADABLE  # type: ignore[union-attr]


def test_name_that_the_system_refuses(tmp_path: Path) -> None:
    items = list(walk([os.fsencode(tmp_path) + b"/" + "長".encode() * 200], WalkNotes()))
    assert items == [Unseen(items[0].path, Reason.NAME_TOO_LONG)]


def test_overlapping_roots_give_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("x")
    notes = WalkNotes()
    roots = [os.fsencode(p) for p in (tmp_path, tmp_path / "a", tmp_path / "a" / "f", tmp_path)]
    assert len(list(walk(roots, notes))) == 1


def test_own_state_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "inventory.db").write_text("x")
    (tmp_path / "f").write_text("x")
    found, notes = names(tmp_path, skip=frozenset({os.fsencode(tmp_path / "state")}))
    assert found == [os.fsencode(tmp_path / "f")]
    assert notes.own == 1


def test_deep_tree(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    deep = tmp_path
    for _ in range(60):
        deep = deep / "深い階層"
    os.makedirs(deep)
    (deep / "f").write_text("x")
    os.close(here)
    assert len(names(tmp_path)[0]) == 1


@pytest.mark.parametrize(
    ("more", "placeholder"),
    [
        ({}, False),
        ({"st_file_attributes": 0x20}, False),
        ({"st_file_attributes": 0x400020}, True),
        ({"st_file_attributes": 0x1000}, True),
        ({"st_flags": 0x40000000}, True),
    ],
)
def test_cloud_placeholders_are_recognised(more: dict[str, int], placeholder: bool) -> None:
    from types import SimpleNamespace

    from scanner.sources.walk import is_placeholder

    assert is_placeholder(SimpleNamespace(**more)) is placeholder  # type: ignore[arg-type]
