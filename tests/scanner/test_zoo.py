"""Archives that the library of the system reads, and methods of zip that Python's does not: members by their own formats, or told."""

from __future__ import annotations

import lzma
import random
import struct

import pytest
from backports import zstd
from inflate64 import Deflater
from pyppmd import Ppmd8Encoder

from scanner.extract.formats import zoo
from scanner.model import Reason
from tests.scanner import archives
from tests.scanner.test_text_kinds import PERSON, looked

BODY = (PERSON + "\n").encode() * 9
OTHER = "御中\n".encode()


def _deflate64(data: bytes) -> bytes:
    packer = Deflater()
    return bytes(packer.deflate(data) + packer.flush())


def _ppmd(data: bytes) -> bytes:
    packer = Ppmd8Encoder(6, 16 << 20, 0)
    return struct.pack("<H", 5 | 15 << 4) + bytes(packer.encode(data) + packer.flush())


READ = {
    "old.rar": archives.rar({"a.txt": OTHER, "名簿.csv": BODY}),
    "new.rar": archives.rar5({"a.txt": OTHER, "名簿.csv": BODY}),
    "binary.deb": archives.ar({"debian-binary/": b"2.0\n", "data.bin/": bytes(200), "b.csv/": BODY}),
    "deflate64.zip": archives.zip_by(9, "名簿.csv", _deflate64(BODY), BODY),
    "xz.zip": archives.zip_by(95, "名簿.csv", lzma.compress(BODY), BODY),
    "zstandard.zip": archives.zip_by(93, "名簿.csv", zstd.compress(BODY), BODY),
    "ppmd.zip": archives.zip_by(98, "名簿.csv", _ppmd(BODY), BODY),
}


_LIBRARY = pytest.mark.posix(
    "libarchive: Windows has archiveint.dll, Wine has none, and there it is told as unsupported"
)


@pytest.mark.parametrize("name", [pytest.param(n, marks=_LIBRARY if n.endswith(".rar") else ()) for n in sorted(READ)])
def test_members_are_read(name: str) -> None:
    text, missed = looked(READ[name], name)
    assert text.count("高梨 美穂") == 9
    assert [reason for reason in missed if name != "binary.deb" or reason is not Reason.UNSUPPORTED] == []


@_LIBRARY
def test_cut_archive_gives_what_is_there() -> None:
    text, missed = looked(archives.rar({"名簿.csv": BODY})[:-60], "a.rar")
    assert "高梨 美穂" in text
    assert missed == [Reason.CORRUPT]


@pytest.mark.parametrize("name", ["old.rar", "new.rar"])
def test_without_the_library_it_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking() -> object:
        raise ImportError("libarchive")

    monkeypatch.setattr(zoo, "_library", lacking)
    text, missed = looked(READ[name], name)
    assert missed == [Reason.UNSUPPORTED]
    assert "高梨 美穂" in text  # stored, so that it lies in clear


def test_method_that_nobody_knows_is_told() -> None:
    assert looked(archives.zip_by(77, "a.csv", BODY, BODY), "a.zip")[1] == [Reason.UNSUPPORTED]


@pytest.mark.parametrize("name", sorted(READ))
def test_damage_never_stops_a_reader(name: str) -> None:
    chance = random.Random(name)
    for number in range(40):
        changed = bytearray(READ[name])
        for _ in range(chance.choice((1, 8))):
            changed[chance.randrange(7, len(changed))] = chance.randrange(256)
        looked(bytes(changed[: chance.randrange(7, len(changed))] if number % 3 == 0 else changed), name)
