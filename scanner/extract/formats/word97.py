"""Word 97-2003 (doc) by the piece table, PowerPoint 97-2003 (ppt) by its text atoms, on olefile."""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

from scanner.extract.formats import officeart
from scanner.extract.formats import ole as ole_files
from scanner.extract.interface import Encrypted, ExtractError, Sink, Source, join
from scanner.extract.telling import telling
from scanner.model import BlockKind, Reason

_FIELD = re.compile("\x13[^\x13\x14\x15]*\x14?")
_RUBY_FIELD = re.compile("\x13([^\x13\x14\x15]*EQ[^\x13\x14\x15]*)\x15?")
_RUBY_BASE = re.compile(r",([^,()]+)\)")
"""Ruby in doc files is an EQ field: the base text stands last, the reading before it is left out."""
_ADDRESS = re.compile('\x13[^\x13\x14\x15]*mailto:([^"?\x13-\x15]+)')
_CODE = re.compile("\x13([^\x13\x14\x15]+)")
_RUBY = re.compile(r"(?i)\bEQ\b")
_PARAGRAPH = re.compile(r"[\r\x0b\x0c]")
_STORIES = ("", "footnote", "header", "macro", "comment", "endnote", "textbox", "header textbox")
_TEXT_CHARS, _TEXT_BYTES, _CSTRING, _TAG_DATA, _OBJECT = 0x0FA0, 0x0FA8, 0x0FBA, 0x138B, 0x1011
_KINSOKU = 0x0FC8
"""Characters that may not begin or end a line: no text of the slides."""
_TEXTS = frozenset((_TEXT_CHARS, _TEXT_BYTES, _CSTRING))
_ATOM = re.compile(rb"[\x00-\xf0]\x00[\xa0\xa8]\x0f(?s:..)[\x00-\x0f]\x00")
"""The head of a text atom, up to a million bytes."""
_PLAIN = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffd]+")


def extract_doc(source: Source, sink: Sink) -> None:
    """Put all stories of a doc; raises ``Encrypted``."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        ole_files.properties(ole, source, sink)
        ole_files.objects(ole, source, sink)
        document(ole, [], source, sink)


def document(ole: Any, folder: list[str], source: Source, sink: Sink) -> None:
    """The Word document whose streams lie in ``folder`` of a compound file."""

    def stream(name: str) -> bytes:
        entry = [*folder, name]
        return ole_files.stream(ole, entry, sink) if ole.exists(entry) else b""

    main = stream("WordDocument")
    if len(main) < 0x60 or struct.unpack_from("<H", main, 0)[0] not in (0xA5EC, 0xA5DC):
        raise ExtractError("doc header")
    flags = struct.unpack_from("<H", main, 0x0A)[0]
    if flags & 0x100:
        raise Encrypted("doc")
    table = stream("1Table" if flags & 0x200 else "0Table")
    if not table:
        _raw_text(main[0x300:], source, sink)
        return
    for data in (stream("Data"), main, table):  # where drawings may lie
        officeart.blips(data, source, sink)
    _people(main, table, source, sink)
    lengths = struct.unpack_from("<8i", main, 0x4C)
    start, size = struct.unpack_from("<II", main, 0x01A2)
    text = _pieces(main, table[start : start + size], sink)
    at = 0
    for story, length in zip(_STORIES, lengths, strict=True):
        piece, at = text[at : at + max(0, length)], at + max(0, length)
        _story(piece, join(source.part, story), sink)


def _people(main: bytes, table: bytes, source: Source, sink: Sink) -> None:
    """Authors of comments and of tracked changes, in the table stream (MS-DOC: GrpXstAtnOwners, SttbfRMark)."""
    for field, label, head in ((36, "comment", 0), (51, "change", 6)):
        start, size = struct.unpack_from("<II", main, 0x9A + 8 * field)
        at, end = start + head, start + size
        while at + 2 <= min(end, len(table)):
            length = struct.unpack_from("<H", table, at)[0]
            author = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace")
            if author != "Unknown":
                sink.field(join(source.part, label), "author", author)
            at += 2 + 2 * length


def _pieces(main: bytes, clx: bytes, sink: Sink) -> str:
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise ExtractError("piece table")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    body = clx[at + 5 : at + 5 + size]
    count = (size - 4) // 12
    positions = struct.unpack_from(f"<{count + 1}I", body, 0)
    out: list[str] = []
    for i in range(count):
        place = struct.unpack_from("<I", body, 4 * (count + 1) + 8 * i + 2)[0]
        length = max(0, positions[i + 1] - positions[i])
        sink.unpacked(min(2 * length, len(main)))  # pieces may share their text
        if place & 0x40000000:
            begin = (place & 0x3FFFFFFF) // 2
            out.append(main[begin : begin + length].decode("cp1252", "replace"))
        else:
            out.append(main[place : place + 2 * length].decode("utf-16-le", "replace"))
    return "".join(out)


def _story(text: str, part: str, sink: Sink) -> None:
    row: list[str] = []
    rows = 0
    for number, paragraph in enumerate(_PARAGRAPH.split(text), 1):
        for address in _ADDRESS.findall(paragraph):
            sink.field(part, "link", address)
        for code in _CODE.findall(paragraph):
            if "mailto:" not in code and not _RUBY.search(code) and telling(code):
                sink.field(part, "field", code)
        shown = _FIELD.sub("", _RUBY_FIELD.sub(_ruby_base, paragraph)).replace("\x1e", "-")
        clean = re.sub(r"[\x00-\x06\x08\x0e-\x1f]", "", shown)
        if "\x07" in clean:
            row += clean.split("\x07")
            if row[-1] == "" and len(row) > 1:
                rows += 1
                sink.row(join(part, "table"), rows, enumerate(row, 1))
                row = []
        else:
            sink.text(BlockKind.PARAGRAPH, part, number, clean)
    if row:
        sink.row(join(part, "table"), rows + 1, enumerate(row, 1))


def _ruby_base(field: re.Match[str]) -> str:
    base = _RUBY_BASE.findall(field[1])
    return base[-1] if base else field.group()


def _raw_text(data: bytes, source: Source, sink: Sink) -> None:
    """Word 6 and 95 have no table stream: CP932 text between control characters."""
    for number, run in enumerate(
        re.findall(rb"(?:[\x20-\x7e\t]|[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]){4,}", data), 1
    ):
        sink.text(BlockKind.PARAGRAPH, source.part, number, run.decode("cp932", "replace"))


def extract_ppt(source: Source, sink: Sink) -> None:
    """Put all text atoms of a ppt in the order of the file; raises ``Encrypted``."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        data = ole_files.stream(ole, "PowerPoint Document", sink)
        user = ole_files.stream(ole, "Current User", sink) if ole.exists("Current User") else b""
        if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == 0xF3D1C4DF:
            raise Encrypted("ppt")
        if ole.exists("EncryptedSummary"):
            raise Encrypted("ppt")
        ole_files.properties(ole, source, sink)
        ole_files.objects(ole, source, sink)
        if ole.exists("Pictures"):
            officeart.pictures(ole_files.stream(ole, "Pictures", sink), source, sink)
    slides(data, source, sink)


def slides(data: bytes, source: Source, sink: Sink) -> None:
    """All text atoms in the order of the file; those behind a length that lies too."""
    read: set[int] = set()
    at = number = 0
    while at + 8 <= len(data):
        version, kind, size = struct.unpack_from("<HHI", data, at)
        if kind in _TEXTS:
            read.add(at)
            number += 1
            _atom(kind, data[at + 8 : at + 8 + size], number, source, sink)
        elif kind == _OBJECT:
            _stored(version >> 4, data[at + 8 : at + 8 + size], source, sink)
        inside = (version & 0xF == 0xF and kind != _KINSOKU) or kind == _TAG_DATA
        if kind == _KINSOKU:
            read.update(range(at, min(len(data), at + 8 + size)))
        at += 8 if inside else 8 + size
    for match in _ATOM.finditer(data):
        at = match.start()
        kind, size = struct.unpack_from("<HI", data, at + 2)
        if at not in read and 0 < size <= len(data) - at - 8 and not any(at - 8 < r <= at for r in read):
            text = _decoded(kind, data[at + 8 : at + 8 + size])
            if _PLAIN.fullmatch(text):
                number += 1
                sink.text(BlockKind.PARAGRAPH, source.part, number, text)
                sink.note("texts behind records whose length is wrong")


def _atom(kind: int, body: bytes, number: int, source: Source, sink: Sink) -> None:
    sink.text(BlockKind.PARAGRAPH, source.part, number, _decoded(kind, body))


def _decoded(kind: int, body: bytes) -> str:
    text = body.decode("latin-1" if kind == _TEXT_BYTES else "utf-16-le", "replace")
    return text.replace("\r", "\n").replace("\x0b", "\n")


def _stored(instance: int, body: bytes, source: Source, sink: Sink) -> None:
    """An embedded object: a compound file, packed where the instance is 1 (MS-PPT 2.10.34)."""
    if instance == 1 and len(body) > 4:
        stated = struct.unpack_from("<I", body)[0]
        sink.unpacked(min(stated, len(body) * 1100))
        try:
            body = zlib.decompressobj().decompress(body[4:], max(1, stated))
        except zlib.error:
            sink.missed(Reason.CORRUPT, source.at("", "object"))
            return
    sink.member(source.inner("object", io.BytesIO(body), len(body), "object"))
