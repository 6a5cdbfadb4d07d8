from __future__ import annotations

import errno
import os
import random
import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import FileRef, Reason, display
from scanner.sources import walk as walking
from scanner.sources.walk import Unseen, WalkNotes, walk
from tests.scanner.walked import names, whole


@pytest.mark.posix("os.symlink")
def test_links_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "f").write_text("x")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a" / "f")
    found, notes = names(tmp_path)
    assert found == [os.fsencode(tmp_path / "a" / "f")]
    assert notes.symlinks == 2


@pytest.mark.posix("names of any bytes")
def test_names_are_bytes(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "表計算".encode("cp932") + b".txt"
    with open(raw, "wb") as file:
        file.write(b"x")
    found, _ = names(tmp_path)
    assert found == [raw]
    assert "\\x95" in display(raw)


@pytest.mark.posix("AF_UNIX, os.mkfifo")
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


@pytest.mark.posix("a folder is listed through a descriptor")
def test_unreadable_folder_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open").write_text("x")
    real = os.open

    def opening(path: bytes, flags: int) -> int:
        if path.endswith(b"closed"):
            raise PermissionError(13, "denied")
        return real(path, flags)

    monkeypatch.setattr(os, "open", opening)
    items = list(walk([os.fsencode(tmp_path)], WalkNotes()))
    assert [type(i) for i in items] == [FileRef, Unseen]
    assert items[1].reason is Reason.UNREADABLE  # type: ignore[union-attr]


@pytest.mark.posix("ENAMETOOLONG")
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


@pytest.mark.posix("os.open of a folder")
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

    from scanner.paths.entries import is_placeholder

    assert is_placeholder(SimpleNamespace(**more)) is placeholder


# --- what is met, counted by a model of its own

KINDS = ("file", "empty", "folder", "link", "loop", "outside", "dangling", "hard", "pipe", "socket", "bytes", "longest")


def build(here: Path, plan: list[tuple[str, int]], outside: Path) -> None:
    """Make ``plan``: each step puts a thing into one of the folders that there are by then."""
    folders, files = [here], [outside / "file"]
    for number, (kind, where) in enumerate(plan):
        parent = folders[where % len(folders)]
        path = parent / f"{number}-{kind}"
        if kind in ("file", "empty"):
            path.write_bytes(b"x" * number * (kind == "file"))
            files.append(path)
        elif kind == "folder":
            path.mkdir()
            folders.append(path)
        elif kind == "link":
            path.symlink_to(folders[(where * 7) % len(folders)])
        elif kind == "loop":
            path.symlink_to(path.name)
        elif kind == "outside":
            path.symlink_to(outside)
        elif kind == "dangling":
            path.symlink_to("nothing")
        elif kind == "hard":
            os.link(files[where % len(files)], path)
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            os.mknod(path, 0o140644)
        elif kind == "bytes":
            raw = os.fsencode(path) + b"\x83\x5c\xff\n\x1b[31m"
            os.close(os.open(raw, os.O_CREAT | os.O_WRONLY))
        else:
            name = f"{number}-".ljust(255, "n")
            (parent / name).write_bytes(b"x")


def counted(root: bytes) -> tuple[list[bytes], int, int, int]:
    """Files, links, special things and folders below ``root``: by ``os.walk``, without what the walk itself uses."""
    files: list[bytes] = []
    links = special = folders = 0
    for here, inner, files_here in os.walk(root, followlinks=False):
        folders += 1
        for name in (*inner, *files_here):
            path = os.path.join(here, name)
            if os.path.islink(path):
                links += 1
            elif os.path.isfile(path):
                files.append(path)
            elif not os.path.isdir(path):
                special += 1
    return files, links, special, folders


@pytest.mark.posix("os.symlink, os.mkfifo, names of any bytes")
@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 1000)), max_size=40),
    st.lists(st.integers(0, 1000), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_every_name_is_accounted_for(plan: list[tuple[str, int]], roots: list[int], rng: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(os.path.realpath(folder))
        outside, here = base / "outside", base / "here"
        outside.mkdir()
        here.mkdir()
        (outside / "file").write_bytes(b"secret")
        build(here, plan, outside)
        expected = counted(os.fsencode(here))
        notes = WalkNotes()
        found = list(walk([os.fsencode(here)], notes))
        paths = [i.path for i in found]
        assert sorted(paths) == sorted(expected[0])
        assert all(isinstance(i, FileRef) for i in found)
        assert (notes.symlinks, notes.special, notes.folders) == expected[1:]
        assert whole(notes, len(found), 0)
        # any choice of roots, inner ones, twice, and by links: each file once, by the name it has
        below = [os.fsencode(here), *(os.path.join(h, d) for h, ds, _ in os.walk(os.fsencode(here)) for d in ds)]
        chosen = [below[r % len(below)] for r in roots]
        rng.shuffle(chosen)
        notes = WalkNotes()
        again = list(walk(chosen, notes))
        real = [os.path.realpath(c) for c in chosen]
        reached = {f for r in real for f in counted(r)[0]} | {r for r in real if os.path.isfile(r)}
        assert sorted(i.path for i in again if isinstance(i, FileRef)) == sorted(reached)
        lost = [i for i in again if isinstance(i, Unseen)]
        assert {i.path for i in lost} == {r for r in real if not os.path.isdir(r) and not os.path.isfile(r)}
        assert whole(notes, len(again) - len(lost), len(lost))


@pytest.mark.posix("os.symlink")
def test_a_root_that_is_a_link_gives_real_names_and_both_names_are_swept(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/f").write_text("x")
    (tmp_path / "name").symlink_to("real")
    (tmp_path / "more").symlink_to("name")
    notes = WalkNotes()
    roots = [os.fsencode(tmp_path / n) for n in ("name", "more", "real", "name/")]
    assert [i.path for i in walk(roots, notes)] == [os.fsencode(tmp_path / "real/f")]
    assert notes.roots == [os.fsencode(tmp_path / n) for n in ("real", "more", "name")]


@pytest.mark.posix("os.symlink")
def test_a_name_below_which_something_was_not_seen_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / "real/closed").mkdir(parents=True)
    (tmp_path / "name").symlink_to("real")
    notes = WalkNotes()
    for item in walk([os.fsencode(tmp_path / "name")], notes):
        assert isinstance(item, Unseen)
    assert len(notes.roots) == 2
    (tmp_path / "real/closed").rmdir()
    (tmp_path / "real").rmdir()
    notes = WalkNotes()
    assert [i.reason for i in walk([os.fsencode(tmp_path / "name")], notes) if isinstance(i, Unseen)] == [
        Reason.VANISHED
    ]
    assert notes.roots == [os.fsencode(tmp_path / "real")]


@pytest.mark.posix("os.symlink")
def test_a_folder_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    """Between the listing that met it and its own: another tree would be read under its name."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "shadow").write_text("x")
    for level in ("tree/a", "tree/a/b"):
        shutil.rmtree(tmp_path / "tree", ignore_errors=True)
        (tmp_path / "tree/a/b").mkdir(parents=True)
        (tmp_path / "tree/0").write_text("met first")
        found: list[FileRef | Unseen] = []
        for item in walk([os.fsencode(tmp_path / "tree")], WalkNotes()):
            found.append(item)
            if len(found) == 1:
                shutil.rmtree(tmp_path / level)
                (tmp_path / level).symlink_to(secret)
        assert not any(b"shadow" in i.path for i in found)
        if level == "tree/a":
            assert found[1:] == [Unseen(os.fsencode(tmp_path / level), Reason.CHANGED)]


@pytest.mark.posix("os.symlink")
def test_a_folder_put_in_place_of_another_is_walked(tmp_path: Path) -> None:
    (tmp_path / "tree/a").mkdir(parents=True)
    (tmp_path / "tree/0").write_text("met first")
    found = []
    for item in walk([os.fsencode(tmp_path / "tree")], WalkNotes()):
        found.append(item)
        if len(found) == 1:
            (tmp_path / "tree/a").rename(tmp_path / "away")
            (tmp_path / "tree/a").mkdir()
            (tmp_path / "tree/a/new").write_text("x")
    assert [i.path for i in found if isinstance(i, FileRef)][1:] == [os.fsencode(tmp_path / "tree/a/new")]


@pytest.mark.posix("os.symlink")
def test_swaps_at_random_moments_never_show_another_tree(tmp_path: Path) -> None:
    """A thread swaps folders for links to a secret tree and back while the walk goes over them."""
    (tmp_path / "secret/deep").mkdir(parents=True)
    for name in ("secret/shadow", "secret/deep/shadow"):
        (tmp_path / name).write_text("x")
    names = [tmp_path / f"tree/{n}" for n in range(8)]
    for folder in names:
        (folder / "deep").mkdir(parents=True)
        (folder / "deep/file").write_text("x")
    stop = threading.Event()

    def swapping() -> None:
        while not stop.is_set():
            for name in names:
                name.rename(tmp_path / "aside")
                name.symlink_to(tmp_path / "secret")
                name.unlink()
                (tmp_path / "aside").rename(name)

    thread = threading.Thread(target=swapping)
    thread.start()
    try:
        for _ in range(150):
            notes = WalkNotes()
            found = list(walk([os.fsencode(tmp_path / "tree")], notes))
            assert not any(i.path.endswith(b"shadow") for i in found)
            files = sum(isinstance(i, FileRef) for i in found)
            # a folder that went between its listing and its own turn was one entry and is one that was not seen
            assert whole(notes, files, len(found) - files)
    finally:
        stop.set()
        thread.join()


@pytest.mark.posix("dir_fd")
def test_paths_longer_than_the_system_takes_are_named(tmp_path: Path) -> None:
    """Made and met step by step: the whole path cannot be said to the system."""
    name = "d" * 250
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    notes = WalkNotes()
    found = list(walk([os.fsencode(tmp_path)], notes))
    assert [i.reason for i in found if isinstance(i, Unseen)] == [Reason.NAME_TOO_LONG]
    assert whole(notes, 0, 1)
    subprocess.run(["rm", "-rf", tmp_path / name], check=True)


@pytest.mark.posix("a folder is listed through a descriptor")
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOTCONN, Reason.NOT_CONNECTED),
        (errno.ESTALE, Reason.NOT_CONNECTED),
        (errno.EHOSTDOWN, Reason.NOT_CONNECTED),
        (errno.EIO, Reason.UNREADABLE),
        (errno.EACCES, Reason.UNREADABLE),
        (errno.EMFILE, Reason.UNREADABLE),
        (errno.ENOENT, Reason.VANISHED),
        (errno.ENOTDIR, Reason.CHANGED),
        (errno.ELOOP, Reason.CHANGED),
        (errno.ENAMETOOLONG, Reason.NAME_TOO_LONG),
    ],
)
@pytest.mark.parametrize("call", ["open", "fstat", "scandir", "stat"])
def test_whatever_a_folder_answers_has_its_reason(
    tmp_path: Path, number: int, reason: Reason, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "z").write_text("x")
    notes = WalkNotes()
    if call == "stat":
        monkeypatch.setattr(walking, "_look", lambda entry, folder=b"": OSError(number, "no"))
    else:
        real = getattr(os, call)
        inner = {os.lstat(tmp_path / "a").st_ino}

        def failing(target: bytes | int, *more: object) -> object:
            if os.stat(target).st_ino in inner:
                raise OSError(number, "no")
            return real(target, *more)

        monkeypatch.setattr(os, call, failing)
    found = list(walk([os.fsencode(tmp_path)], notes))
    unseen = [i for i in found if isinstance(i, Unseen)]
    assert {i.reason for i in unseen} == {reason}
    assert {os.path.basename(i.path) for i in unseen} == ({b"a", b"z"} if call == "stat" else {b"a"})
    assert whole(notes, len(found) - len(unseen), len(unseen))
