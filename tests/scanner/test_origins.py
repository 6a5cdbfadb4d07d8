"""Where a file came from: marks as systems and browsers write them, and any other text, from which nothing is kept."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.paths import origins
from scanner.report import wording
from scanner.sources.origin import of_streams, origin_of
from tests.conftest import Sekisho

WORDS = {"", *origins.ZONES, *(f"{z}/{w}" for z in origins.ZONES for w in origins.WAYS)}


def mark(zone: object, **more: str) -> str:
    return "\r\n".join(["[ZoneTransfer]", f"ZoneId={zone}", *(f"{k}={v}" for k, v in more.items())]) + "\r\n"


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        (mark(3), "internet"),
        (mark(3, HostUrl="about:internet"), "internet"),
        (mark(3, ReferrerUrl="https://x.example.jp/", HostUrl="https://x.example.jp/a.xlsx"), "internet/web"),
        (mark(3, HostUrl="https://mail.google.com/mail/u/0/?attid=1"), "internet/webmail"),
        (mark(3, HostUrl="https://doc-1.googleusercontent.com/a"), "internet/cloud"),
        (mark(3, HostUrl="https://abc-my.sharepoint.com/a"), "internet/cloud"),
        (mark(3, HostUrl="https://81.gigafile.nu/download.php"), "internet/transfer"),
        (mark(3, ReferrerUrl="C:\\Users\\見本\\Downloads\\一式.zip"), "internet/archive"),
        (mark(3, ReferrerUrl="C:\\Users\\見本\\一式.zip\\中\\名簿.xlsx"), "internet/archive"),
        (mark(1, HostUrl="file://fs1/itaku/a.xlsx"), "intranet/share"),
        (mark(1, ReferrerUrl="\\\\fs1\\itaku\\"), "intranet/share"),
        (mark(4), "restricted"),
        (mark(0), "local"),
        (mark(5), ""),
        (mark(-1), ""),
        (mark("３"), ""),
        (mark(""), ""),
        (mark(3, HostUrl="https://[x/"), "internet"),
        ("zoneid = 3", "internet"),
        ("", ""),
        (mark(3, HostUrl="https://notgigafile.nu/"), "internet/web"),
    ],
)
def test_a_mark_of_the_web(text: str, origin: str) -> None:
    assert origins.of_zone(text) == origin


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://www.example.jp/list.csv", "internet/web"),
        ("http://kintai/list.csv", "intranet/web"),
        ("http://fs1.corp/list.csv", "intranet/web"),
        ("http://192.168.0.9/list.csv", "intranet/web"),
        ("http://[fe80::1]/list.csv", "intranet/web"),
        ("smb://fs1/itaku/list.csv", "intranet/share"),
        ("https://onedrive.live.com/x", "internet/cloud"),
        ("data:text/csv,x", ""),
        ("", ""),
    ],
)
def test_the_address_of_a_download(address: str, origin: str) -> None:
    assert origins.of_address(address) == origin


@given(st.text(max_size=60), st.sampled_from(["", "https://", "C:\\", "file:", "//", "smb://"]), st.integers(-2, 7))
def test_nothing_of_an_address_is_kept(text: str, scheme: str, zone: int) -> None:
    address = scheme + text
    assert origins.of_address(address) in WORDS
    assert origins.of_zone(mark(zone, HostUrl=address, ReferrerUrl=text)) in WORDS
    assert origins.of_zone(text) in WORDS
    kept = origins.parts(text)
    assert kept == ("", "") or text.split("/")[0] in origins.ZONES or kept[1] in origins.WAYS


def test_every_word_has_a_text() -> None:
    assert all(bool(wording.origin(word)) is bool(word) for word in WORDS)
    assert wording.origin("of a later version/too") == ""


def test_the_mark_of_the_browser_stands_where_the_other_was_taken_away() -> None:
    def opened(**streams: bytes) -> str:
        def one(name: str) -> bytes:
            if name not in streams:
                raise OSError(errno.ENOENT, "no such stream")
            return streams[name]

        return of_streams(one)

    zone = {"Zone.Identifier": mark(2).encode("utf-16")}
    assert opened(**zone) == "trusted"
    assert opened(**{"Zone.Identifier": b"", "SmartScreen": b"Anaheim"}) == "internet"
    assert opened(SmartScreen=b"Anaheim") == "internet"
    assert opened() == ""


@pytest.mark.posix("os.setxattr")
def test_a_download_is_told_with_its_point(sekisho: Sekisho, office: Path, tmp_path: Path) -> None:
    folder = tmp_path / "見本"
    folder.mkdir()
    found = folder / "届いた名簿.csv"
    found.write_text("氏名,電話番号\n" + "見本 花子,090-1234-5678\n" * 5, encoding="utf-8")
    os.setxattr(found, "user.Zone.Identifier", mark(3, HostUrl="https://firestorage.jp/見本花子").encode())
    assert origin_of(os.fsencode(found)) == "internet/transfer"
    policy = office / "policy.toml"
    assert sekisho("scan", "-p", policy, folder).code == 1
    shown = sekisho("points", "show", "1")
    assert "from a file transfer service" in shown.out
    told = sekisho("points", "--format", "jsonl")
    assert told.lines()[0]["origin"] == "internet/transfer"
    assert "firestorage" not in shown.out + told.out
    assert "mark of origin" not in sekisho("points", "show", "1", env={"SEKISHO_LANG": "ja"}).out
