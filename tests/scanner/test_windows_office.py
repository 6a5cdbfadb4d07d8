"""What lies about on the terminals of an office that works with Windows, and what is expected of each.

What needs the system itself is tried on a Windows Python (``make test-windows``); the rest holds on every system.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import sqlite3
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scanner.duties.interface import PersonalFile, View
from scanner.duties.terminal import Plain
from scanner.errors import reason_of, reason_of_reading
from scanner.model import FileRef, Ground, Reason
from scanner.paths import entries, names, windows
from scanner.paths.comparing import comparable, under
from scanner.policy.models import Policy
from scanner.sources.access import access_of
from scanner.sources.ground import ground_of
from scanner.sources.walk import Unseen, WalkNotes, walk
from tests.conftest import Sekisho
from tests.scanner.compound import compound

LIST = "氏名,電話番号\n" + "見本 花子,090-1234-5678\n" * 3


def explorers_zip(name: str, content: bytes) -> bytes:
    """As Explorer packs it: the name in the code page, and no flag that says so."""
    raw = name.encode("cp932")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x" * len(raw), content)
    return packed.getvalue().replace(b"x" * len(raw), raw)


def thumbnails() -> bytes:
    """A ``Thumbs.db`` of Windows XP and shares: a list of names, and pictures by number."""
    entry = struct.pack("<IIQ", 32, 1, 0) + "履歴書.jpg\0".encode("utf-16-le")
    picture = struct.pack("<III", 12, 1, 4) + b"\xff\xd8\xff\xe0"
    return compound({"Catalog": struct.pack("<HHIII", 16, 7, 1, 96, 96) + entry, "1": picture})


def binned(path: str) -> bytes:
    """A ``$I…`` of the recycle bin: where the file beside it lay before."""
    return struct.pack("<QQQI", 2, 999, 133_000_000_000_000_000, len(path) + 1) + f"{path}\0".encode("utf-16-le")


def test_files_that_windows_leaves_behind_are_read_or_named(sekisho: Sekisho, tmp_path: Path) -> None:
    folder = tmp_path / "利用者 髙橋\u3000\U00020bb7" / "デスクトップ"
    folder.mkdir(parents=True)
    (folder / "名簿.csv").write_text(LIST, encoding="cp932")
    (folder / "~$名簿.xlsx").write_bytes(b"\x05user \0" + "利用者".encode("utf-16-le").ljust(158, b"\0"))
    (folder / "desktop.ini").write_text("[.ShellClassInfo]\r\nIconIndex=0\r\n", encoding="utf-16")
    (folder / "Thumbs.db").write_bytes(thumbnails())
    (folder / "$I0A1B2C.csv").write_bytes(binned("C:\\Users\\見本\\名簿.csv"))
    (folder / "一式.zip").write_bytes(explorers_zip("申込書類/名簿.csv", LIST.encode("cp932")))
    (folder / "~WRL0001.tmp").write_text(LIST, encoding="utf-8")
    files = sekisho("scan", "--format", "jsonl", folder).files()
    told = {name: (file["outcome"], file["reason"], bool(file["entities"])) for name, file in files.items()}
    assert told == {
        "名簿.csv": ("examined", None, True),
        "~$名簿.xlsx": ("not_examined", "lock_file", False),
        "desktop.ini": ("examined", None, False),
        "Thumbs.db": ("not_examined", "unsupported", False),  # its pictures are seen by nobody, and that is said
        "$I0A1B2C.csv": ("partial", "unsupported", False),
        "一式.zip": ("examined", None, True),
        "~WRL0001.tmp": ("examined", None, True),
    }
    shown = sekisho("extract", folder / "一式.zip").out
    assert "申込書類/名簿.csv" in shown


@pytest.mark.parametrize(
    ("path", "ground"),
    [
        ("C:\\$Recycle.Bin\\S-1-5-21-1-2-3-1001\\$R0A1B2C.xlsx", Ground.RECYCLE_BIN),
        ("D:\\RECYCLER\\S-1-5-21-1-2-3-1001\\Dd1.xls", Ground.RECYCLE_BIN),
        ("C:\\Users\\見本\\AppData\\Local\\Microsoft\\Outlook\\見本.ost", Ground.MAIL_STORE),
        ("C:\\Users\\見本\\Documents\\Outlook ファイル\\見本.pst", Ground.MAIL_STORE),
        ("C:\\Users\\見本\\OneDrive - 見本市\\名簿.xlsx", Ground.CLOUD_SYNC),
        ("C:\\Users\\見本\\Box\\名簿.xlsx", Ground.CLOUD_SYNC),
        ("C:\\Users\\見本\\AppData\\Local\\Temp\\名簿.csv", Ground.TEMP),
        (
            "C:\\Users\\見本\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\AB12\\名簿.xlsx",
            Ground.TEMP,
        ),
        ("\\\\fs1\\redirect$\\見本\\Desktop\\名簿.xlsx", Ground.NETWORK),
        ("\\\\fs1\\redirect$\\見本\\OneDrive\\名簿.xlsx", Ground.CLOUD_SYNC),
        ("C:\\inetpub\\wwwroot\\名簿.csv", Ground.WEB_ROOT),
    ],
)
def test_folders_of_windows_have_their_ground(path: str, ground: Ground) -> None:
    assert ground_of(path.encode()) is ground
    assert ground_of(path.replace("見本", "山田 髙橋").encode()) is ground


@pytest.mark.parametrize(
    ("written", "seen", "same"),
    [
        ("\\\\fs1\\redirect$\\見本", "\\\\FS1\\Redirect$\\見本\\Desktop\\a.xlsx", True),
        ("//fs1/itaku", "\\\\fs1\\itaku\\a.xlsx", True),
        ("smb://fs1/itaku/", "\\\\fs1.\\ITAKU\\a.xlsx", True),
        ("C:\\Users\\Public\\Documents", "c:\\users\\public\\documents\\a.xlsx", True),
        ("\\\\?\\C:\\itaku", "C:\\itaku\\a.xlsx", True),
        ("C:\\itaku", "C:\\itaku2\\a.xlsx", False),
        ("\\\\fs1\\itaku", "\\\\fs10\\itaku\\a.xlsx", False),
        ("Z:\\itaku", "\\\\fs1\\itaku\\a.xlsx", False),  # a service sees no drive of its users: policies name the share
    ],
)
def test_an_agreed_place_is_known_by_every_name_of_it(written: str, seen: str, same: bool) -> None:
    assert under(comparable(seen), comparable(written, encoded=True)) is same


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("C:\\Users\\Public\\Documents\\名簿.xlsx", True),
        ("C:\\Users\\髙橋\\Desktop\\名簿.xlsx", True),
        ("\\\\fs1\\redirect$\\髙橋\\デスクトップ\\名簿.xlsx", True),
        ("C:\\Users\\髙橋\\Documents\\名簿.xlsx", False),
        ("C:\\Publications\\名簿.xlsx", False),
    ],
)
def test_folders_that_everybody_sees_are_told(path: str, public: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.duties.terminal.encrypted_hosts", lambda _: set())
    view = View(sqlite3.connect(":memory:"), Policy(), [], date(2026, 6, 1))
    kinds = frozenset({"PERSON"})
    one = PersonalFile(
        1,
        path.encode(),
        "",
        "outside",
        "fixed",
        "",
        "",
        "",
        "",
        "",
        "text/csv",
        1,
        1,
        kinds,
        (),
        "2026-05-01T00:00:00Z",
        "",
    )
    assert ("F10-PUBLIC" in {fact.code for fact in Plain(view).file(one)}) is public


def test_placeholders_and_junctions_are_never_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a cloud folder, of one file in it, and of a folder that leads elsewhere."""
    for name in ("here", "cloud", "junction"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "here/online.xlsx").write_bytes(b"")
    kinds = {
        b"cloud": (entries.DIRECTORY | entries.REPARSE_POINT | entries.RECALL_ON_OPEN, 0x9000101A),
        b"online.xlsx": (entries.REPARSE_POINT | entries.RECALL_ON_DATA_ACCESS | entries.OFFLINE, 0x9000701A),
        b"junction": (entries.DIRECTORY | entries.REPARSE_POINT, 0xA0000003),
    }

    def look(path: bytes) -> windows.Look:
        found = os.stat(path)
        plain = entries.DIRECTORY if os.path.isdir(path) else 0
        attributes, tag = kinds.get(names.name(path), (plain, 0))
        one = windows.status_of(attributes, tag, found.st_size, 1, 1, found.st_ino, found.st_dev)
        return one

    monkeypatch.setattr("scanner.sources.walk.look", look)
    monkeypatch.setattr("scanner.sources.walk._listed", lambda f: (f.device, [(n, look(f.path + os.fsencode(os.sep) + n)) for n in sorted(os.listdir(f.path))]))  # fmt: skip
    notes = WalkNotes()
    met = list(walk([os.fsencode(tmp_path)], notes))
    unseen = {names.name(m.path): m.reason for m in met if isinstance(m, Unseen)}
    assert unseen == {b"cloud": Reason.PLACEHOLDER, b"online.xlsx": Reason.PLACEHOLDER}
    assert [names.name(m.path) for m in met if isinstance(m, FileRef)] == [b"a.csv"]
    assert notes.symlinks == 1


@pytest.mark.parametrize(
    ("number", "reason"), [(32, "in_use"), (33, "in_use"), (2, "vanished"), (5, "unreadable"), (389, "placeholder")]
)
def test_answers_of_windows_have_their_reasons(number: int, reason: str) -> None:
    error = OSError(0, "said by Windows")
    error.winerror = number  # type: ignore[attr-defined,unused-ignore]
    assert reason_of(error).value == reason


def test_a_lock_on_a_part_is_told_by_the_reading() -> None:
    """Under Wine a lock (``LockFile``) keeps nobody from reading."""
    assert reason_of_reading(PermissionError(13, "locked")) is Reason.IN_USE
    assert reason_of_reading(OSError(5, "input/output error")) is Reason.UNREADABLE


@contextlib.contextmanager
def held(path: Path, *, access: int, share: int) -> Iterator[None]:
    """A file as another program has it open: Excel shares reading (1), Outlook nothing (0)."""
    if sys.platform != "win32":
        raise OSError("a call of Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = ctypes.c_void_p
    kernel.CreateFileW.argtypes = (ctypes.c_wchar_p, *[ctypes.c_uint32] * 2, ctypes.c_void_p, *[ctypes.c_uint32] * 2, ctypes.c_void_p)  # fmt: skip
    handle = ctypes.c_void_p(kernel.CreateFileW(str(path), access, share, None, 3, 0, None))
    assert handle.value != ctypes.c_void_p(-1).value
    try:
        yield
    finally:
        kernel.CloseHandle(handle)


READ_WRITE = 0xC0000000


@pytest.mark.windows("CreateFileW with its sharing")
def test_what_another_program_has_open(sekisho: Sekisho, tmp_path: Path) -> None:
    folder = tmp_path / "案件"
    folder.mkdir()
    for name in ("excel.csv", "outlook.csv"):
        (folder / name).write_text(LIST, encoding="utf-8")
    with (
        held(folder / "excel.csv", access=READ_WRITE, share=1),
        held(folder / "outlook.csv", access=READ_WRITE, share=0),
    ):
        files = sekisho("scan", "--format", "jsonl", folder).files()
        assert {n: (f["outcome"], f["reason"]) for n, f in files.items()} == {
            "excel.csv": ("examined", None),
            "outlook.csv": ("not_examined", "in_use"),
        }
    files = sekisho("scan", "--format", "jsonl", folder).files()
    assert {n: f["outcome"] for n, f in files.items()} == {
        "excel.csv": "unchanged",
        "outlook.csv": "examined",
    }


@pytest.mark.windows("paths beyond MAX_PATH, device names by \\\\?\\")
def test_names_that_only_the_system_itself_can_have_made(sekisho: Sekisho, tmp_path: Path) -> None:
    deep = "\\\\?\\" + str(tmp_path / "\\".join(["とても長い名前のフォルダー" * 3] * 8))
    os.makedirs(deep)
    for name in ("名簿.csv", "aux.csv", "点."):
        with open(f"{deep}\\{name}", "w", encoding="utf-8") as file:
            file.write(LIST)
    files = sekisho("scan", "--format", "jsonl", tmp_path).lines()[:-1]
    assert all(len(f["path"]) > 260 and f["outcome"] == "examined" and f["entities"] for f in files)
    assert sorted(f["path"].rpartition("\\")[2] for f in files) == ["aux.csv", "名簿.csv", "点."]


@pytest.mark.windows("GetNamedSecurityInfo")
def test_owner_and_rights_come_from_the_security_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "名簿.csv"
    path.write_text(LIST, encoding="utf-8")
    found = access_of(os.fsencode(path))
    assert found.owner
    kinds = {grant.split(":")[0] for grant in found.grants.split(";")}
    assert kinds
    assert kinds <= {"user", "group", "everyone"}
    assert access_of(os.fsencode(tmp_path / "absent")).owner == ""


@pytest.mark.windows("GetShortPathNameW")
def test_a_short_name_is_the_file_with_the_long_one(sekisho: Sekisho, tmp_path: Path) -> None:
    path = tmp_path / "委託業務の名簿一覧.backup.csv"
    path.write_text(LIST, encoding="utf-8")
    if sys.platform != "win32":
        raise OSError("a call of Windows")
    buffer = ctypes.create_unicode_buffer(1024)
    assert ctypes.WinDLL("kernel32").GetShortPathNameW(str(path), buffer, 1024)
    told = [
        {name: f["outcome"] for name, f in sekisho("scan", "--format", "jsonl", asked).files().items()}
        for asked in (path, buffer.value, buffer.value.upper(), str(path).upper())
    ]
    assert told == [{path.name: "examined"}, *[{path.name: "unchanged"}] * 3]


@pytest.mark.windows("CreateFileW with its sharing")
@pytest.mark.parametrize("act", ["saved", "renamed", "deleted", "written"])
def test_nobody_is_kept_from_a_file_that_is_read(tmp_path: Path, act: str) -> None:
    """Excel saves into a new file and gives it the name of the old one, which it deletes."""
    path, other = tmp_path / "名簿.xlsx", tmp_path / "~1F2A.tmp"
    path.write_bytes(b"before")
    descriptor = windows.open_to_read(os.fsencode(path))
    try:
        if act == "saved":
            other.write_bytes(b"after")
            path.rename(tmp_path / "~old.tmp")
            other.rename(path)
            (tmp_path / "~old.tmp").unlink()
        elif act == "renamed":
            path.rename(other)
        elif act == "deleted":
            path.unlink()
        else:
            path.write_bytes(b"after")
        assert os.read(descriptor, 100) == (b"after" if act == "written" else b"before")
    finally:
        os.close(descriptor)
    assert path.exists() is (act in ("saved", "written"))


@pytest.mark.windows("GetDriveTypeW")
def test_a_drive_that_a_user_has_mapped_is_told_where_it_is_not(sekisho: Sekisho, tmp_path: Path) -> None:
    """A service has none of the drives of its users: what is asked for there is refused by name, nothing passes as clean."""
    letter = next(f"{letter}:\\" for letter in "QRSTUVWY" if not os.path.exists(f"{letter}:\\"))
    result = sekisho("scan", letter + "案件")
    assert (result.code, letter + "案件" in result.err) == (2, True)
