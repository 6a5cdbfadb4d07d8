"""One name for one place, however it is written."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model import FileRef, Ground, VerdictKind
from scanner.paths.comparing import comparable
from scanner.paths.shares import share
from scanner.policy.load import load
from scanner.policy.verdict import Judge
from scanner.sources import smb
from scanner.sources.smb import Shares, SmbError, is_smb, parse
from scanner.sources.walk import Unseen, WalkNotes
from tests.conftest import Sekisho

NFD = unicodedata.normalize("NFD", "デ")


@pytest.mark.parametrize(
    "text",
    [
        "smb://fs1/itaku/データ",
        "smb://FS1/Itaku/データ",
        "SMB://fs1:445/ITAKU/データ/",
        "smb://fs1./itaku//./データ",
        "smb://fs1/itaku/x/../データ",
        f"smb://fs1/itaku/{NFD}ータ",
        "//fs1/itaku/データ",
        r"\\fs1\itaku\データ",
        r"\\FS1\Itaku\データ\\",
        r"\\?\UNC\fs1\itaku\データ",
        "//fs1:445/itaku/データ",
    ],
)
def test_names_of_one_share(text: str) -> None:
    assert comparable(text) == "//fs1/itaku/データ"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("smb://[::1]/s", "//[::1]/s"),
        ("smb://[0:0:0:0:0:0:0:1]:445/S", "//[::1]/s"),
        ("smb://[FE80::A%eth0]:4450/s/x", "//[fe80::a%eth0]:4450/s/x"),
        (r"\\fe80--a.ipv6-literal.net\s\x", "//[fe80::a]/s/x"),
        ("smb://fs1:4450/s", "//fs1:4450/s"),
        ("smb://ｆｓ１/s", "//fs1/s"),
    ],
)
def test_servers_by_address_and_port(text: str, name: str) -> None:
    assert comparable(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "smb://fs1",
        "smb://",
        "smb:///x",
        "smb://u@fs1/s",
        "smb://[::zz]/s",
        "smb://fs1:0/s",
        "smb://fs1:99999/s",
        "smb://./s",
    ],
)
def test_what_names_no_share(text: str) -> None:
    assert share(text) is None
    with pytest.raises(SmbError):
        parse(text.encode())


def test_only_addresses_are_percent_encoded_and_only_where_people_write_them() -> None:
    assert comparable("smb://fs1/s/My%20Share", encoded=True) == "//fs1/s/my share"
    assert comparable("smb://fs1/s/My%20Share") == "//fs1/s/my%20share"
    assert comparable(r"\\fs1\s\My%20Share", encoded=True) == "//fs1/s/my%20share"


_PART = st.text(
    st.characters(exclude_characters="/\\", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(lambda t: unicodedata.normalize("NFC", t).strip(".") != "")


@given(st.lists(_PART, min_size=1, max_size=4), st.sampled_from(["fs1", "FS1", "fs1.", "Fs1.."]), st.booleans())
def test_every_way_to_write_a_share_is_one_name(parts: list[str], server: str, port: bool) -> None:
    expected = comparable("smb://fs1/share/" + "/".join(parts))
    host = server + (":445" if port else "")
    for text in (f"smb://{host}/SHARE/" + "/".join(parts), f"//{host}/Share/" + "/".join(parts) + "/"):
        assert comparable(text) == expected
    url = share("smb://fs1/share/" + "/".join(parts))
    assert url is not None
    assert share(url.url) == url  # the name of a name is itself
    assert comparable(expected) == expected


def judge(tmp_path: Path, place: str) -> Judge:
    file = tmp_path / "p.toml"
    file.write_text(
        f'[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="work"\n{place}\n', encoding="utf-8"
    )
    return Judge(load(file), base=tmp_path)


@pytest.mark.parametrize("field", ["unc", "path"])
@pytest.mark.parametrize("written", [r"'\\FS1\Itaku'", "'smb://fs1:445/itaku'", "'smb://FS1./%69taku/'"])
def test_a_share_of_the_policy_by_any_name(tmp_path: Path, field: str, written: str) -> None:
    found = judge(tmp_path, f"{field} = {written}")
    for path in (b"smb://fs1/itaku/a/b.csv", b"smb://FS1:445/Itaku/b.csv", b"\\\\fs1\\itaku\\b.csv", b"//fs1/itaku"):
        assert found.verdict(path, Ground.NETWORK).kind is VerdictKind.IN_PLACE, path
    for path in (b"smb://fs1/itaku2/b.csv", b"smb://fs2/itaku/b.csv", b"smb://fs1:4450/itaku/b.csv", b"/fs1/itaku/b"):
        assert found.verdict(path, Ground.NETWORK).kind is VerdictKind.OUTSIDE, path


@pytest.mark.posix("os.symlink")
def test_a_place_named_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real/store").mkdir(parents=True)
    (tmp_path / "name").symlink_to("real")
    base = os.fsencode(tmp_path)
    for place in ("real/store", "name/store", "real/store/not yet/there", "name/store/not yet/there"):
        found = judge(tmp_path, f'path = "{place}"')
        inner = place.removeprefix("real/").removeprefix("name/").encode()
        assert found.verdict(base + b"/real/" + inner + b"/f", Ground.FIXED).kind is VerdictKind.IN_PLACE
        assert found.verdict(base + b"/real/f", Ground.FIXED).kind is VerdictKind.OUTSIDE
    assert judge(tmp_path, 'path = "name"').verdict(base + b"/name/f", Ground.FIXED).kind is VerdictKind.IN_PLACE
    twice = judge(tmp_path, f'path = "/{tmp_path}/real"')
    assert twice.verdict(base + b"/real/f", Ground.FIXED).kind is VerdictKind.IN_PLACE


@pytest.mark.posix("os.symlink")
def test_scanned_by_any_name_a_file_has_one_row_and_one_verdict(sekisho: Sekisho, tmp_path: Path) -> None:
    import sqlite3

    (tmp_path / "real/store").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    for name in ("real/store/a.txt", "outside/b.txt"):
        (tmp_path / name).write_text("電話 090-1234-5678\n", encoding="utf-8")
    (tmp_path / "name").symlink_to("real")
    (tmp_path / "real/store/way-out").symlink_to(tmp_path / "outside")
    policy = tmp_path / "p.toml"
    policy.write_text(
        '[[contract]]\nid="A"\ntitle="a"\n[[contract.place]]\nid="s"\nkind="work"\npath="name/store"\n',
        encoding="utf-8",
    )
    options = ("-p", policy, "--depth", "quick", "--format", "jsonl")
    for roots in (["name"], ["real"], ["name/store", "real", "name"], ["real/store/a.txt"], ["name/store/a.txt"]):
        files = sekisho("scan", *[tmp_path / r for r in roots], *options).files()
        assert {n: o["verdict"] for n, o in files.items()} == {"a.txt": "in_place"}, roots
    leaving = sekisho("scan", tmp_path / "real/store/way-out", *options)  # named by the user, and judged where it leads
    assert {n: o["verdict"] for n, o in leaving.files().items()} == {"b.txt": "outside"}
    db = sqlite3.connect(Path(os.environ["SEKISHO_HOME"]) / "inventory.db")
    assert sorted(os.path.basename(r[0]) for r in db.execute("select path from files where gone is null")) == [
        b"a.txt",
        b"b.txt",
    ]
    shown = sekisho("policy", "show", "-p", policy, tmp_path / "real/store/way-out/b.txt")
    assert "A/s" not in shown.out


@pytest.mark.posix("os.symlink")
def test_rows_under_a_former_name_do_not_stay(sekisho: Sekisho, tmp_path: Path) -> None:
    """An inventory that was made when files still had the name by which they were reached."""
    import sqlite3

    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.txt").write_text("電話 090-1234-5678\n", encoding="utf-8")
    (tmp_path / "name").symlink_to("real")
    sekisho("scan", tmp_path / "real", "--depth", "quick")
    db = sqlite3.connect(Path(os.environ["SEKISHO_HOME"]) / "inventory.db")
    with db:
        db.execute("update files set path = ?", (os.fsencode(tmp_path / "name/a.txt"),))
    sekisho("scan", tmp_path / "name", "--depth", "quick")
    rows = db.execute("select path from files where gone is null").fetchall()
    assert rows == [(os.fsencode(tmp_path / "real/a.txt"),)]


class NoSuchFile(ValueError):
    """As some versions of the library answer where nothing fits a pattern."""


class Server:
    """A share in memory that knows no case, as ``smbclient`` shows one."""

    def __init__(self, *files: str) -> None:
        self.files = files
        self.asked: list[str] = []

    def _below(self, unc: str) -> dict[str, bool]:
        folder = "/".join(unc.strip("\\").split("\\")[2:])
        front = folder.lower() + "/" if folder else ""
        below = [f[len(front) :] for f in self.files if f.lower().startswith(front)]
        if not below:
            from smbprotocol.exceptions import SMBOSError

            raise SMBOSError(0xC0000034, unc)
        return {f.partition("/")[0]: "/" in f for f in below if f}

    def scandir(self, unc: str, search_pattern: str = "*", port: int = 445) -> Iterator[Any]:
        self.asked.append(search_pattern)
        matched = False
        for name, folder in self._below(unc).items():
            if search_pattern != "*" and name.lower() != search_pattern.lower():
                continue
            matched = True
            moment = datetime(2026, 4, 1)
            info = SimpleNamespace(
                file_attributes=0x10 if folder else 0,
                end_of_file=1,
                last_write_time=moment,
                change_time=moment,
                file_id=1,
            )
            yield SimpleNamespace(name=name, smb_info=info)
        if not matched:
            raise NoSuchFile()

    def stat(self, unc: str, port: int = 445) -> Any:
        self._below(unc)
        return SimpleNamespace(st_mode=0o040755, st_size=0, st_mtime_ns=0, st_ino=0)

    def register_session(self, *_: object, **__: object) -> None: ...


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server("委託/名簿.csv", "委託/Inner Folder/a.csv", "100%20/literal.csv", f"{NFD}ータ/b.csv", "other/c.csv")
    monkeypatch.setattr(smb, "_client", lambda: made)
    return made


@pytest.mark.parametrize(
    ("root", "own"),
    [
        ("smb://FS1:445/Share/委託/INNER folder/", "smb://fs1/share/委託/Inner Folder"),
        ("smb://fs1/share/委託/inner%20folder", "smb://fs1/share/委託/Inner Folder"),
        ("smb://fs1/share/100%20", "smb://fs1/share/100%20"),
        ("smb://fs1/share/データ", f"smb://fs1/share/{NFD}ータ"),
        ("smb://fs1/SHARE", "smb://fs1/share"),
        ("smb://fs1:4450/share", "smb://fs1:4450/share"),
        ("smb://fs1/share/missing/more", "smb://fs1/share/missing/more"),
        ("smb://fs1/share/委*/x", "smb://fs1/share/委*/x"),
    ],
)
def test_a_share_is_spelt_as_its_server_does(served: Server, root: str, own: str) -> None:
    assert Shares().spelt(root.encode()) == own.encode()
    assert Shares().spelt(own.encode()) == own.encode()
    assert "委*" not in served.asked


def test_roots_on_a_share_are_walked_once_whatever_their_names(served: Server) -> None:
    roots = [
        "smb://FS1/share/委託/inner%20folder",
        "smb://fs1:445/SHARE/委託/",
        "smb://fs1/share/委託",
        "SMB://fs1/share/other",
    ]
    assert all(is_smb(r.encode()) for r in roots)
    notes = WalkNotes()
    found = list(Shares().walk_all([r.encode() for r in roots], notes))
    assert sorted(i.path.decode() for i in found) == [
        "smb://fs1/share/other/c.csv",
        "smb://fs1/share/委託/Inner Folder/a.csv",
        "smb://fs1/share/委託/名簿.csv",
    ]
    assert all(isinstance(i, FileRef) for i in found)
    assert {"smb://fs1/share/委託", "smb://fs1:445/SHARE/委託"} <= {r.decode() for r in notes.roots}


def test_a_root_that_is_not_there_is_not_seen(served: Server) -> None:
    notes = WalkNotes()
    (found,) = Shares().walk_all([b"smb://FS1/share/gone"], notes)
    assert isinstance(found, Unseen)
    assert notes.roots == [b"smb://fs1/share/gone"]
    with pytest.raises(SmbError):
        Shares().check(b"smb://FS1/share/gone")
    Shares().check("smb://FS1/share/委託/inner%20folder".encode())
