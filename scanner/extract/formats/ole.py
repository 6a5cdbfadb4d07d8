"""What compound files (doc, xls, ppt, msg, embedded objects) share: properties, objects inside, strings in records."""

from __future__ import annotations

import io
import re
import struct
from typing import Any

from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.model import BlockKind, Reason

_UTF16_RUN = re.compile(
    rb"(?:[\x20-\x7e]\x00|[^\x00]\x30|[\x00-\xff][\x4e-\x9f]|[\x01-\xee]\xff|[\x00-\xff][\xf9\xfa]){2,}"
)
_PAIR = re.compile(rb"(?s)..")
_LETTERS = re.compile(rb"[A-Za-z0-9_./:\\-]{2}")
_MOST_NARROW, _STILL_NARROW = 0.6, 0.4
_CP932_RUN = re.compile(rb"(?:[\x20-\x7e]|[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]){4,}")
_TELLING = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]{2}|[\\w.+-]@[\\w.-]|0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}")
_FIELDS = ("author", "last_saved_by", "title", "subject", "company", "manager", "keywords", "comments")


def extract(source: Source, sink: Sink) -> None:
    """A compound file of no known application: what is packed into it, macros; what is left is told as missed."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        before = sink.members
        properties(ole, source, sink)
        objects(ole, source, sink)
        for entry in ole.listdir():
            if entry[-1] in _TEXT_STREAMS:
                control(stream(ole, entry, sink), source.at("/".join(entry), "part"), sink)
        only_macros = any(entry[-2:] == ["VBA", "dir"] for entry in ole.listdir())
    if sink.members == before and not only_macros:
        raise ExtractError("compound file", Reason.UNSUPPORTED)
    if not only_macros:
        sink.missed(Reason.UNSUPPORTED, source.at("", "application", 1))


def stream(ole: Any, entry: Any, sink: Sink) -> bytes:
    """A whole stream, counted: thousands of entries may name the same sectors."""
    sink.unpacked(ole.get_size(entry))
    return bytes(ole.openstream(entry).read())


def properties(ole: Any, source: Source, sink: Sink) -> None:
    """Author, title, company and the properties that users define."""
    metadata = ole.get_metadata()
    part = join(source.part, "properties")
    for name in _FIELDS:
        _put(part, name, getattr(metadata, name, None), metadata.codepage, sink)
    summary = "\x05DocumentSummaryInformation"
    if ole.exists(summary):
        for item in ole.get_userdefined_properties(summary) or ():
            name = _text(item.get("property_name"), None)
            if not name.startswith("_PID_"):  # what the system writes there is a blob
                _put(part, name, item.get("value"), metadata.codepage, sink)


def _put(part: str, name: str, value: Any, codepage: int | None, sink: Sink) -> None:
    if isinstance(value, (bytes, str)) and value:
        sink.field(part, name, _text(value, codepage).strip("\x00"))


def _text(value: Any, codepage: int | None) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8" if codepage in (65001, -535) else "cp932", "replace")
    return value if isinstance(value, str) else ""


_TEXT_STREAMS = frozenset(("CONTENTS", "Contents", "VisioDocument", "Var2Data", "Var2data", "Props", "TBkndTask"))
"""Where Publisher, Visio and Project keep what people wrote, in clear."""
_WHOLE = frozenset(("WordDocument", "PowerPoint Document"))
"""Streams of applications whose objects cannot be read without their storage around them."""


def objects(ole: Any, source: Source, sink: Sink) -> None:
    """Files embedded as objects: whole packages, packed files, workbooks; macros. A Word object of the old kind is named."""
    from scanner.extract.formats import vba

    for entry in ole.listdir():
        leaf, holder = entry[-1], "/".join(entry[:-1])
        if leaf in ("Package", "EmbeddedOdf") or (leaf == "CONTENTS" and "Quill" not in holder):
            data = stream(ole, entry, sink)
            sink.member(source.inner(f"object {holder}".strip(), io.BytesIO(data), len(data), "object"))
        elif leaf == "\x01Ole10Native":
            name, data = native(stream(ole, entry, sink))
            sink.member(source.inner(name or "object", io.BytesIO(data), len(data), "object"))
        elif leaf in ("Workbook", "Book") and holder:
            data = stream(ole, entry, sink)
            sink.member(source.inner(f"object {holder}.xls", io.BytesIO(data), len(data), "object"))
        elif leaf in _WHOLE and holder:
            sink.missed(Reason.UNSUPPORTED, source.at(f"object {holder}", "object"))
        elif leaf == "dir" and entry[-2:-1] == ["VBA"]:
            vba.project(ole, entry[:-1], source, sink)
        elif leaf in ("o", "f") and holder:  # controls of a user form
            control(stream(ole, entry, sink), join(source.part, "form"), sink)


def native(data: bytes) -> tuple[str, bytes]:
    """(name, contents) of a packed file."""
    try:
        end = data.index(b"\0", 6)
        name = data[6:end].decode("cp932", "replace")
        at = data.index(b"\0", end + 1) + 1 + 4
        at += 4 + struct.unpack_from("<I", data, at)[0]
        size = struct.unpack_from("<I", data, at)[0]
    except (ValueError, struct.error):
        return "", data[4:]
    return name, data[at + 4 : at + 4 + size]


def control(data: bytes, part: str, sink: Sink) -> None:
    """What people wrote into a control or a record whose structure is not followed: its UTF-16 and CP932 strings."""
    strings(data, part, sink)
    for run in _CP932_RUN.findall(data):
        text = run.decode("cp932", "replace")
        if _TELLING.search(text):
            sink.text(BlockKind.FIELD, part, 0, text)


def _narrow(run: bytes, behind: bytes) -> bool:
    """Whether a run is text of one byte a letter: two Latin letters make a kanji. Of real kanji one in nine looks like that; so
    half of them are enough only where such letters go on behind the run."""
    kanji = [pair for pair in _PAIR.findall(run) if 0x4E <= pair[1] <= 0x9F]
    share = _STILL_NARROW if _LETTERS.fullmatch(behind) else _MOST_NARROW
    return bool(kanji) and sum(1 for pair in kanji if _LETTERS.fullmatch(pair)) >= share * len(kanji)


def strings(data: bytes, part: str, sink: Sink) -> None:
    """Japanese or an address in a record that is not understood, at either alignment."""
    for shift in (0, 1):
        for run in _UTF16_RUN.finditer(data, shift):
            if run.start() % 2 == shift:
                if _narrow(run.group(), data[run.end() : run.end() + 2]):
                    continue
                text = run.group().decode("utf-16-le", "replace")
                if _TELLING.search(text):
                    sink.text(BlockKind.FIELD, part, 0, text)
