"""Archives, compressed files and databases as they are found in offices: odd, appended to each other, cut. All is invented."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import plistlib
import random
import sqlite3
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.model import Reason
from tests.scanner import archives
from tests.scanner.test_text_kinds import PERSON, looked

BODY = (PERSON + "\n").encode()
OTHER = "御中\n".encode()


def _zip(members: dict[str, bytes], comment: str = "", note: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name)
            info.comment = note.encode("cp932")
            archive.writestr(info, body)
        archive.comment = comment.encode("cp932")
    return buffer.getvalue()


def _tar(members: dict[str, bytes], **extra: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            for key, value in extra.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


def _damaged(data: bytes) -> bytes:
    """The header of the second member with another sum."""
    at = 512 + 512
    return data[: at + 148] + b"0000000\0" + data[at + 156 :]


def _dirname() -> bytes:
    return _zip({"a.txt": OTHER, "b.csv": BODY}).replace(b"b.csv", b"b.cs/")


PLAIN_ZIP, PERSON_ZIP = _zip({"a.txt": OTHER}), _zip({"b.csv": BODY})
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj trailer<</Root 1 0 R>>\n%%EOF\n"

READ = {
    "two.zip": PERSON_ZIP + PLAIN_ZIP,
    "two other way.zip": PLAIN_ZIP + PERSON_ZIP,
    "comment.zip": _zip({"a.txt": OTHER}, comment=PERSON),
    "note.zip": _zip({"a.txt": OTHER}, note=PERSON),
    "dirname.zip": _dirname(),
    "tail.zip": PLAIN_ZIP + BODY,
    "program.exe": b"MZ" + bytes(500) + PERSON_ZIP,
    "text.txt": OTHER * 900 + PERSON_ZIP,
    "two.tar": _tar({"a.txt": OTHER}) + _tar({"b.csv": BODY}),
    "pax.tar": _tar({"a.txt": OTHER}, pax_headers={"comment": PERSON}),
    "unknown type.tar": _tar({"a.txt": OTHER}) + _tar({"b.csv": BODY}, type=b"Z"),
    "link.tar": _tar({"a.txt": OTHER}) + _tar({"b": b""}, type=tarfile.SYMTYPE, linkname=f"{PERSON}.txt"),
    "two.gz": gzip.compress(OTHER) + gzip.compress(BODY),
    "tail.gz": gzip.compress(OTHER) + bytes(100) + BODY,
    "two.bz2": bz2.compress(OTHER) + bz2.compress(BODY),
    "tail.bz2": bz2.compress(OTHER) + BODY,
    "two.xz": lzma.compress(OTHER) + bytes(4) + lzma.compress(BODY),
    "tail.xz": lzma.compress(OTHER) + BODY,
    "a.lzma": lzma.compress(BODY, format=lzma.FORMAT_ALONE),
    "two.lzh": archives.lzh({"a.txt": OTHER}) + archives.lzh({"b.csv": BODY}),
    "same.lzh": archives.lzh({"a.txt": BODY})[:-1] + archives.lzh({"a.txt": OTHER}),
    "tail.lzh": archives.lzh({"a.txt": OTHER}) + BODY,
    "two.cab": archives.cab({"a.txt": OTHER}) + archives.cab({"b.csv": BODY}),
    "two.cpio": archives.cpio({"a.txt": OTHER}) + bytes(100) + archives.cpio({"b.csv": BODY}),
}


@pytest.mark.parametrize("name", sorted(READ))
def test_nothing_of_an_archive_is_passed_over(name: str) -> None:
    text, missed = looked(READ[name], name)
    assert "高梨 美穂" in text
    assert "090-4455-6677" in text
    assert not missed


def test_name_and_comment_of_a_compressed_file() -> None:
    name, comment = "高梨.csv".encode("cp932"), "美穂 090-4455-6677".encode("cp932")
    raw = gzip.compress(OTHER)
    text, missed = looked(raw[:3] + b"\x18" + raw[4:10] + name + b"\0" + comment + b"\0" + raw[10:], "a.gz")
    assert "高梨.csv" in text
    assert "美穂 090-4455-6677" in text
    assert not missed


def test_zstandard_and_brotli() -> None:
    import brotli
    from backports import zstd

    assert "高梨" in looked(zstd.compress(BODY) + zstd.compress(OTHER), "a.zst")[0]
    assert "高梨" in looked(brotli.compress(BODY), "a.csv.br")[0]
    assert looked(random.Random(3).randbytes(5000), "a.br")[1] == [Reason.CORRUPT]


DIGITS = random.Random(5).randbytes(5000).hex().encode()
SAID = {
    "cut.gz": (gzip.compress(BODY * 50 + DIGITS)[:-1000], Reason.TRUNCATED),
    "cut.bz2": (bz2.compress(BODY * 9) + bz2.compress(DIGITS)[:-1000], Reason.TRUNCATED),
    "damaged.tar": (_damaged(_tar({"a.txt": OTHER, "b.csv": BODY, "c.txt": OTHER})), Reason.CORRUPT),
    "cut.lzh": (archives.lzh({"b.csv": BODY, "c.txt": OTHER * 9})[:-20], Reason.TRUNCATED),
}


@pytest.mark.parametrize("name", sorted(SAID))
def test_what_is_damaged_is_said_and_the_rest_read(name: str) -> None:
    data, reason = SAID[name]
    text, missed = looked(data, name)
    assert "高梨" in text
    assert reason in missed


@pytest.mark.parametrize("at", [PERSON_ZIP.index(b"PK\x01\x02") + 16, 30])
def test_member_whose_sum_or_name_is_another(at: int) -> None:
    changed = bytearray(PERSON_ZIP)
    changed[at] ^= 1
    text, missed = looked(bytes(changed), "a.zip")
    assert "高梨 美穂" in text
    assert missed == [Reason.CORRUPT]


@pytest.mark.parametrize("wide", [True, False])
def test_image_of_a_disc(wide: bool) -> None:
    assert archives.iso({"名簿/一覧.csv": BODY, "A.TXT": OTHER}, wide=wide)[32769:32774] == b"CD001"
    text, missed = looked(archives.iso({"名簿/一覧.csv": BODY, "A.TXT": OTHER}, wide=wide), "a.iso")
    assert "高梨 美穂" in text
    assert "名簿/一覧.csv" in text
    assert not missed


MAIL_HEAD = b"From: a@example.jp\nTo: b\nSubject: x\n\nx\n"
LINEAR: dict[str, Callable[[int], bytes]] = {
    "tokens.txt": lambda n: b"Ab1" * 8 * n + b" " + b"Ab1cD2eF3gH4iJ5kL6mN7oP8q " * n,
    "blank.eml": lambda n: b"\n" * 20 * n + MAIL_HEAD,
    "comments.html": lambda n: b"<html><style>" + b"/*" * 10 * n + b"</style>",
    "quotes.vcf": lambda n: b"BEGIN:VCARD\nA" + b';"x' * 7 * n + b"\n",
    "gaps.zip": lambda n: PLAIN_ZIP * (n // 40 + 1),
    "blocks.tar": lambda n: _tar({"a.txt": OTHER}) + b"x" * 20 * n,
    "appended.txt": lambda n: (b"line of text\n" + "2026 log\r\n".encode("utf-16-le")) * (n // 4),
    "escapes.txt": lambda n: b"=?a?b?" * n + b"\\u" * n + b"%E3" * n + b"&#9" * n,
    "zeros.lzh": lambda n: archives.lzh({"a.txt": OTHER}) + bytes(20 * n) + archives.lzh({"a.txt": OTHER}),
}


@pytest.mark.parametrize("name", sorted(LINEAR))
def test_new_loops_are_linear(name: str) -> None:
    """Instructions of the interpreter, not seconds: twice the file, about twice the work."""
    small, large = (_work(LINEAR[name](n), name) for n in (2_000, 4_000))
    assert large < 3 * small + 20_000


def _work(data: bytes, name: str) -> int:
    count = 0

    def counted(*_: object) -> object:
        nonlocal count
        count += 1
        return counted

    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        looked(data, name)
    finally:
        sys.settrace(None)
    return count


def test_folder_of_a_cabinet_with_more_than_its_list() -> None:
    whole = archives.cab({"a.txt": OTHER, "b.csv": BODY}, kind=0)
    listed = bytearray(whole)
    struct.pack_into("<H", listed, 28, 1)
    assert "高梨" in looked(bytes(listed), "a.cab")[0]


def _database(script: str, *values: object) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(script)
    if values:
        connection.execute("insert into t values (" + ",".join("?" * len(values)) + ")", values)
        connection.commit()
    return connection.serialize()


DATABASES = {
    "name": _database(f"create table SQLiteCustomers (x); insert into SQLiteCustomers values ('{PERSON}')"),
    "cp932 in a blob": _database("create table t (x)", PERSON.encode("cp932")),
    "utf-16 in a blob": _database("create table t (x)", PERSON.encode("utf-16-le")),
    "file in a blob": _database("create table t (x)", PERSON_ZIP),
    "view": _database(f"create table t (x); create view v as select '{PERSON}' as p"),
    "default": _database(f"create table t (x default '{PERSON}')"),
    "trigger": _database(f"create table t (x); create trigger g after insert on t begin select '{PERSON}'; end"),
    "json": _database("create table t (x)", json.dumps({"a": PERSON})),
    "base64": _database("create table t (x)", base64.b64encode(PERSON.encode()).decode()),
    "rtf": _database(
        "create table t (x)",
        "{\\rtf1\\ansi\\ansicpg932 " + "".join(f"\\'{b:02x}" for b in PERSON.encode("cp932")) + "}",
    ),
    "html": _database("create table t (x)", PERSON.replace("高梨", "<b>高</b>梨</b>")),
    "deflated": _database("create table t (x)", zlib.compress((PERSON * 9).encode())),
    "property list": _database("create table t (x)", plistlib.dumps({"a": PERSON}, fmt=plistlib.FMT_BINARY)),
    "full text": _database(f"create virtual table f using fts5(x); insert into f values ('{PERSON}')"),
}


@pytest.mark.parametrize("name", sorted(DATABASES))
def test_databases(name: str) -> None:
    text, missed = looked(DATABASES[name], "a.db")
    assert "高梨 美穂" in text
    assert not missed


def test_text_of_old_programs_in_a_database() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (x text)")
    connection.execute("insert into t values (cast(? as text))", (PERSON.encode("cp932"),))
    connection.commit()
    assert PERSON in looked(connection.serialize(), "a.db")[0]


def test_binary_values_are_declared() -> None:
    vectors = _database("create table t (name, face)", "高梨", random.Random(6).randbytes(512))
    assert looked(vectors, "a.db")[1] == [Reason.UNSUPPORTED]
    floats = _database("create table t (name, face)", "高梨", struct.pack("<128f", *[0.1] * 128))
    text, missed = looked(floats, "a.db")
    assert missed == [Reason.UNSUPPORTED]
    assert "ﾌﾌ" not in text


@pytest.mark.parametrize("mode", ["wal", "persist"])
def test_logs_beside_a_database(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute(f"pragma journal_mode={mode}")
    connection.execute("create table t (a, b, c)")
    connection.execute("insert into t values (1, ?, 2.5)", (PERSON,))
    connection.commit()
    if mode == "persist":
        connection.execute("begin")
        connection.execute("update t set b = 'x'")
        connection.execute("pragma cache_spill=on")
    log = path.with_name("a.db-wal" if mode == "wal" else "a.db-journal")
    data = log.read_bytes()
    if mode == "persist":
        data = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + data[8:]  # its head is written last
        data = data[:20] + struct.pack(">II", 512, 4096) + data[28:512]
        page = path.read_bytes()[4096:8192]
        data += struct.pack(">I", 2) + page + bytes(4)
    text, missed = looked(data, log.name)
    connection.close()
    assert PERSON in text
    assert not missed


@pytest.mark.parametrize(
    "name", ["two.zip", "two.tar", "two.gz", "two.xz", "two.lzh", "two.cab", "two.cpio", "a.db", "a.db-wal"]
)
def test_damage_never_stops_a_reader(name: str, tmp_path: Path) -> None:
    data = DATABASES["file in a blob"] if name == "a.db" else READ.get(name, b"")
    if name == "a.db-wal":
        page = DATABASES["name"][4096:8192]
        data = b"\x37\x7f\x06\x82" + struct.pack(">IIIIIII", 3007000, 4096, 0, 0, 0, 0, 0) + bytes(24) + page
    chance = random.Random(name)
    for number in range(60):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 5, 30))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        looked(bytes(changed[: chance.randrange(len(changed))] if number % 3 == 0 else changed), name)


@pytest.mark.parametrize("codec", ["cp932", "euc_jp", "utf-8"])
def test_headers_of_digits_are_no_text(codec: str) -> None:
    """The octal header of cpio looks like text to which something was appended."""
    raw = "名簿一覧.txt".encode(codec) + b"\0"
    device = b"070707" + b"000000" + b"000001" + b"100644" + b"000000" * 4 + b"0" * 11
    last = b"070707" + b"000000" * 7 + b"0" * 11 + b"000013" + b"0" * 11 + b"TRAILER!!!\0"
    text, missed = looked(device + b"%06o%011o" % (len(raw), len(BODY)) + raw + BODY + last, "a.cpio")
    assert "名簿一覧.txt" in text
    assert "高梨 美穂" in text
    assert not missed
