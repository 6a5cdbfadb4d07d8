"""Paths of every system, generated: what holds of one name must hold of all, and what SQL finds must be what Python finds."""

from __future__ import annotations

import os
import sqlite3
import stat
import unicodedata
from datetime import date
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner import clock
from scanner.model import Ground, VerdictKind
from scanner.paths import entries, names, system, windows
from scanner.paths.comparing import comparable, folded, under
from scanner.paths.names import Flavour
from scanner.policy import verdict
from scanner.policy.models import Policy
from scanner.sources import walk as walking

# names as people and programs make them, with the bytes that lie around the separators in the order of bytes
_LETTERS = st.sampled_from(
    [*"abAB09.~$ -_[]^!0/\\:", "名", "簿", "\u00e9", "e\u0301", "ß", "\u212a", "\u0130", "\u0131", "Ａ", "\U00020bb7"]
)


def _name(banned: str) -> st.SearchStrategy[bytes]:
    texts = st.lists(_LETTERS, min_size=1, max_size=6).map("".join)
    fine = texts.filter(lambda t: not set(t) & set(banned) and t not in (".", ".."))
    return fine.map(lambda t: t.encode())


_POSIX = _name("/") | st.binary(min_size=1, max_size=4).filter(
    lambda b: b"/" not in b and b"\0" not in b and b not in (b".", b"..")
)
_ANCHORED: dict[Flavour, tuple[list[bytes], st.SearchStrategy[bytes]]] = {
    Flavour.POSIX: ([b"/"], _POSIX),
    Flavour.WINDOWS: (
        [b"C:\\", b"z:\\", b"\\\\fs1\\itaku\\", b"\\\\?\\C:\\", b"\\\\?\\UNC\\fs1\\itaku\\", b"\\\\10.0.0.1\\c$\\"],
        _name("/\\:"),
    ),
    Flavour.SHARE: ([b"smb://fs1/itaku/", b"smb://fs1:4450/itaku/", b"SMB://[fe80::1]/a/"], _name("/")),
}


@st.composite
def trees(draw: st.DrawFn) -> tuple[bytes, tuple[bytes, ...]]:
    """(anchor, names below it)."""
    anchors, name = _ANCHORED[draw(st.sampled_from(list(Flavour)))]
    return draw(st.sampled_from(anchors)), tuple(draw(st.lists(name, min_size=1, max_size=5)))


def path_of(anchor: bytes, steps: tuple[bytes, ...]) -> bytes:
    path = anchor
    for step in steps:
        path = names.join(path, step)
    return path


@given(trees())
def test_a_path_is_cut_where_it_was_joined(tree: tuple[bytes, tuple[bytes, ...]]) -> None:
    anchor, steps = tree
    path = path_of(anchor, steps)
    assert names.anchor(path) == anchor
    assert names.name(path) == steps[-1]
    assert names.front(names.parent(path)) == names.front(path_of(anchor, steps[:-1]))
    assert len(list(names.above(path))) == len(steps)
    assert all(names.inside(path, folder) for folder in names.above(path))
    assert names.below(path, anchor) == steps
    assert not names.inside(path, path)
    assert names.within(path, path)
    assert names.within(names.front(path), path)


@given(st.lists(trees(), min_size=2, max_size=8))
def test_a_span_finds_in_a_database_what_lies_inside(found: list[tuple[bytes, tuple[bytes, ...]]]) -> None:
    paths = {path_of(*tree) for tree in found} | {path_of(a, s[:k]) for a, s in found for k in range(len(s))}
    db = sqlite3.connect(":memory:")
    db.execute("create table files (path blob primary key) without rowid")
    db.executemany("insert into files values (?)", ((p,) for p in paths))
    for folder in paths:
        span = names.span(folder)
        rows = db.execute("select path from files where path = ? or (path >= ? and path < ?)", span)
        assert {bytes(r[0]) for r in rows} == {p for p in paths if names.within(p, folder)}


@given(st.lists(trees(), min_size=1, max_size=8))
def test_the_outermost_cover_all_and_each_other_never(found: list[tuple[bytes, tuple[bytes, ...]]]) -> None:
    paths = [path_of(*tree) for tree in found]
    outer = names.outermost(paths)
    assert all(any(names.within(p, o) for o in outer) for p in paths)
    assert not any(names.inside(a, b) for a in outer for b in outer)


@given(trees())
def test_a_name_that_merely_begins_alike_is_not_inside(tree: tuple[bytes, tuple[bytes, ...]]) -> None:
    path = path_of(*tree)
    for more in (b"0", b" 2", b".bak", b"-", b"]"):
        assert not names.within(path + more, path)
        assert names.inside(names.join(path, more), path)


@given(trees())
def test_comparing_knows_case_where_the_system_does(tree: tuple[bytes, tuple[bytes, ...]]) -> None:
    anchor, steps = tree
    text = path_of(anchor, steps).decode("utf-8", "backslashreplace")
    plain = comparable(text)
    assert unicodedata.is_normalized("NFC", plain)
    other = "".join(c.swapcase() if len(c.swapcase()) == 1 and c.swapcase().swapcase() == c else c for c in text)
    if names.flavour(anchor) is Flavour.POSIX:
        assert (comparable(other) == plain) is (
            unicodedata.normalize("NFC", other) == unicodedata.normalize("NFC", text)
        )
        assert comparable(folded(text), ignore_case=True) == comparable(text, ignore_case=True)
    elif not text.startswith("\\\\?"):
        assert comparable(folded(text)) == plain
    inner = names.join(path_of(anchor, steps), b"x").decode("utf-8", "backslashreplace")
    assert under(comparable(inner), plain)
    assert not under(comparable(text + "x"), plain)


@given(st.lists(_name("/\\:?%@[]"), min_size=1, max_size=4))
def test_all_spellings_of_a_share_are_one(steps: list[bytes]) -> None:
    inner = "/".join(s.decode() for s in steps)
    spellings = [
        f"smb://fs1/itaku/{inner}",
        f"smb://FS1:445/ITAKU/{inner}",
        f"//fs1./itaku/{inner}",
        "\\\\fs1\\itaku\\" + inner.replace("/", "\\"),
        "\\\\?\\UNC\\fs1\\itaku\\" + inner.replace("/", "\\"),
    ]
    assert len({comparable(s) for s in spellings}) == 1


def test_letters_fold_one_for_one_and_only_where_the_way_back_is_the_same() -> None:
    assert folded("ABCＡÉ名簿") == "abcａé名簿"
    assert folded("\u212a\u0130\u0131ßſ") == "\u212a\u0130\u0131ßſ"  # neither K nor i nor SS


@given(trees())
def test_what_is_opened_is_exactly_the_name(tree: tuple[bytes, tuple[bytes, ...]]) -> None:
    path = path_of(*tree)
    opened = system.openable(path)
    if names.flavour(path) is not Flavour.WINDOWS:
        assert opened == path
        return
    assert system.plain(opened) == system.plain(path)
    if any(step.endswith((b".", b" ")) for step in tree[1]):
        assert opened.startswith(b"\\\\?\\")


@pytest.mark.parametrize("name", ["NUL", "con.txt", "Com1", "lpt9.csv", "aux .x", "名簿.", "a "])
def test_names_that_windows_would_take_for_others_are_opened_as_they_are(name: str) -> None:
    assert system.openable(f"C:\\a\\{name}".encode()) == f"\\\\?\\C:\\a\\{name}".encode()
    assert system.openable(f"\\\\s\\h\\{name}\\x".encode()) == f"\\\\?\\UNC\\s\\h\\{name}\\x".encode()
    assert system.openable(f"C:\\a\\x{name}.txt".encode()) == f"C:\\a\\x{name}.txt".encode()


def test_long_paths_are_opened_as_such() -> None:
    path = b"C:\\" + b"\\".join([b"n" * 50] * 6)
    assert system.openable(path) == b"\\\\?\\" + path
    assert system.plain(system.openable(path)) == path


@given(st.integers(0, (1 << 128) - 1))
def test_numbers_of_files_fit_into_the_inventory(inode: int) -> None:
    number = entries.number_of(inode)
    assert -(1 << 63) <= number < 1 << 63
    if inode < 1 << 63:
        assert number == inode


@given(st.sets(st.integers(1 << 62, (1 << 64) - 1), min_size=2, max_size=20))
def test_numbers_of_64_bits_stay_apart(inodes: set[int]) -> None:
    assert len({entries.number_of(i) for i in inodes}) == len(inodes)


@pytest.mark.parametrize(
    ("attributes", "tag", "kind"),
    [
        (0x20, 0, stat.S_IFREG),
        (0x10, 0, stat.S_IFDIR),
        (0x420, 0xA000000C, stat.S_IFLNK),  # symbolic link
        (0x410, 0xA0000003, stat.S_IFLNK),  # junction, or a volume in a folder
        (0x410, 0xA0000019, stat.S_IFLNK),  # global reparse
        (0x420, 0xA000001D, stat.S_IFLNK),  # link of WSL
        (0x420, 0x80000013, stat.S_IFREG),  # deduplicated
        (0x420, 0x80000017, stat.S_IFREG),  # compressed by the system
        (0x410, 0x9000601A, stat.S_IFDIR),  # folder of OneDrive
        (0x420, 0x9000601A, stat.S_IFREG),  # file of OneDrive that is here
        (0x420, 0x80000023, stat.S_IFSOCK),  # socket
        (0x420, 0x80000024, stat.S_IFSOCK),  # pipe of WSL
        (0x420, 0x8000001B, stat.S_IFSOCK),  # alias of a store application
        (0x40, 0, stat.S_IFSOCK),
    ],
)
def test_kinds_of_entries(attributes: int, tag: int, kind: int) -> None:
    look = windows.status_of(attributes, tag, 5, 132_537_600_000_000_000, 0, 7, 8)
    assert stat.S_IFMT(look.st_mode) == kind
    assert (look.st_size, look.st_ino, look.st_dev) == (5, 7, 8)
    assert look.st_ctime_ns == look.st_mtime_ns == 1_609_286_400_000_000_000


@pytest.mark.parametrize("attribute", [0x1000, 0x40000, 0x400000])
@pytest.mark.parametrize("kind", [0x20, 0x10, 0x420, 0x220])
def test_what_is_in_a_cloud_only_is_a_placeholder(attribute: int, kind: int) -> None:
    there = windows.status_of(kind | attribute, 0x9000601A, 1, 0, 0, 1, 1)
    assert entries.is_placeholder(there)
    assert not entries.is_placeholder(there._replace(st_file_attributes=kind))


def test_a_change_that_size_and_date_hide_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"x = 1")
    before = system.look_through(os.fsencode(path))
    clock.System().sleep(0.05)  # ticks of the file system's clock
    path.write_bytes(b"x = 2")
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
    after = system.look_through(os.fsencode(path))
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (before.st_size, before.st_mtime_ns, before.st_ino)
    assert after.st_ctime_ns > before.st_ctime_ns


def test_case_is_asked_of_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "Akten"
    folder.mkdir()
    system.ignores_case.cache_clear()
    same = (tmp_path / "aKTEN").exists()
    assert system.ignores_case(os.fsencode(folder)) is same
    assert system.ignores_case(os.fsencode(folder / "not there yet")) is same


@pytest.mark.parametrize(("ignores", "kind"), [(True, VerdictKind.IN_PLACE), (False, VerdictKind.OUTSIDE)])
def test_a_verdict_follows_the_case_of_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignores: bool, kind: VerdictKind
) -> None:
    """A stick with FAT knows no case under Linux; a folder of Windows may be told to know it."""
    monkeypatch.setattr(system, "ignores_case", lambda path: ignores)
    policy = Policy.model_validate(
        {
            "contract": [
                {
                    "id": "2026-001",
                    "title": "t",
                    "entruster": "e",
                    "purpose": "p",
                    "responsible": {"type": "person", "name": "r", "contact": "c"},
                    "my_number": False,
                    "items": ["PERSON"],
                    "starts": date(2026, 4, 1),
                    "ends": date(2027, 3, 31),
                    "place": [{"id": "s", "kind": "storage", "path": str(tmp_path / "Akten"), "consent": "k"}],
                }
            ]
        }
    )
    judge = verdict.Judge(policy, today=date(2026, 6, 1))
    inner = os.fsencode(os.path.realpath(tmp_path / "AKTEN" / "x.csv"))
    assert judge.verdict(inner, Ground.FIXED).kind is kind


def test_streams_behind_files_are_walked_and_marks_of_the_system_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "d").mkdir()

    def look(path: bytes) -> windows.Look:
        found = os.lstat(path)
        return windows.Look(*(getattr(found, n) for n in windows.Look._fields[:6]))

    monkeypatch.setattr(walking, "look", look)
    monkeypatch.setattr(windows, "streams", lambda path: [("Zone.Identifier", 20), ("名簿", 300)])
    here = look(os.fsencode(tmp_path))
    found = walking._listed_by_name(walking._Folder(os.fsencode(tmp_path), here.st_dev, here.st_ino))
    assert [name for name, _ in found] == [b"a.txt", "a.txt:名簿".encode(), b"d"]
    assert [s.st_size for _, s in found if isinstance(s, windows.Look)][:2] == [1, 300]


@given(trees())
def test_the_address_of_a_path_leads_back_to_it(tree: tuple[bytes, tuple[bytes, ...]]) -> None:
    path = path_of(*tree)
    found = names.uri(path.decode("utf-8", "surrogateescape"))
    assert found.isascii()
    kind, _, rest = found.partition(":")
    back = unquote_to_bytes(rest)
    if names.flavour(path) is Flavour.SHARE:
        assert kind.lower() == "smb"
        assert names.name(back) == names.name(path)
    elif names.flavour(path) is Flavour.POSIX:
        assert (kind, back) == ("file", b"//" + path)
    else:
        assert back.startswith(b"//" if path.startswith(b"\\\\") else b"///")
        assert back.rpartition(b"/")[2] == names.name(path)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("C:\\a b\\名.csv", "file:///C:/a%20b/%E5%90%8D.csv"),
        ("\\\\fs1\\itaku\\a.csv", "file://fs1/itaku/a.csv"),
        ("/srv/a#b", "file:///srv/a%23b"),
        ("smb://fs1/itaku/a b", "smb://fs1/itaku/a%20b"),
    ],
)
def test_the_address_of_a_path(path: str, uri: str) -> None:
    assert names.uri(path) == uri
