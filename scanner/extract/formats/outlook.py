"""Outlook: single messages (msg) on olefile, and whole stores (pst, ost) through libpff."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace
from typing import Any

from scanner.extract import charsets
from scanner.extract.formats import clear, lzfu, mapi, tnef
from scanner.extract.formats import ole as ole_files
from scanner.extract.formats.text import Lines
from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink, Source, Unsupported, join
from scanner.model import Reason
from scanner.places import named

_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})(?:-[0-9A-F]{8})?", re.IGNORECASE)
_FIXED = "__properties_version1.0"
_HEAD, _INNER_HEAD, _SMALL_HEAD = 32, 24, 8
"""Bytes before the first of the fixed properties: of a message, of one in another, of recipients and attachments (MS-OXMSG 2.4.1)."""
_OBJECT = "__substg1.0_3701000D"


def extract_msg(source: Source, sink: Sink) -> None:
    """Outlook messages: what a person reads of them, of their recipients and attachments, and mails inside them."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        found = _message(_Storage(ole, sink), (), source, sink)
    if not found:
        raise ExtractError("no readable property")


class _Storage:
    """The streams and storages of a compound file by the storage that holds them."""

    def __init__(self, ole: Any, sink: Sink) -> None:
        self._ole, self._sink = ole, sink
        self.streams: dict[tuple[str, ...], list[str]] = {}
        self.storages: dict[tuple[str, ...], list[str]] = {}
        for entry in ole.listdir(streams=True, storages=True):
            into = self.streams if ole.get_type(entry) == 2 else self.storages
            into.setdefault(tuple(entry[:-1]), []).append(entry[-1])

    def read(self, place: tuple[str, ...], name: str) -> bytes:
        return ole_files.stream(self._ole, [*place, name], self._sink)

    def properties(self, place: tuple[str, ...], head: int) -> mapi.Properties:
        """The properties that are stored in one storage."""
        found: mapi.Properties = {}
        for name in self.streams.get(place, ()):
            entry = _STREAM.fullmatch(name)
            if entry:
                kind = int(entry[2], 16)
                if kind & 0xFFF in (mapi.STRING8, mapi.UNICODE, mapi.BINARY):
                    value = mapi.Value(kind & 0xFFF, self.read(place, name))
                    found.setdefault(int(entry[1], 16), []).append(value)
            elif name.lower() == _FIXED:
                data = self.read(place, name)[head:]
                for at in range(0, len(data) - 15, 16):
                    kind, tag = struct.unpack_from("<HH", data, at)
                    if kind == mapi.LONG:
                        found.setdefault(tag, []).append(mapi.Value(kind, data[at + 8 : at + 12]))
        return found


def _message(storage: _Storage, place: tuple[str, ...], source: Source, sink: Sink) -> bool:
    """Put one message and all below it; whether there was anything."""
    properties = storage.properties(place, _INNER_HEAD if place else _HEAD)
    codec = mapi.codec(properties)
    mapi.put(properties, codec, source, sink)
    below = storage.storages.get(place, ())
    for name in below:
        if name.lower().startswith("__recip"):
            mapi.put(storage.properties((*place, name), _SMALL_HEAD), codec, source, sink)
    attached = [name for name in below if name.lower().startswith("__attach")]
    for number, name in enumerate(attached, 1):
        _attachment(storage, (*place, name), codec, number, source, sink)
    return bool(properties or attached)


def _attachment(storage: _Storage, place: tuple[str, ...], codec: str, number: int, source: Source, sink: Sink) -> None:
    properties = storage.properties(place, _SMALL_HEAD)
    inside = next((name for name in storage.storages.get(place, ()) if name.upper() == _OBJECT.upper()), None)
    if inside is None:
        tnef.attachment(properties, codec, number, source, sink)
        return
    name = mapi.first(properties, mapi.LONG_NAME, mapi.FILE_NAME, mapi.DISPLAY_NAME, name=codec) or "mail"
    sink.field(source.part, "attachment", name)
    inner = source.inner(name, io.BytesIO(b""), 0, "mail", number)
    held = (*place, inside)
    if inner.depth > sink.limits.depth:
        sink.missed(Reason.DEPTH_LIMIT, inner.part)
    elif any(stream.lower() == _FIXED for stream in storage.streams.get(held, ())):
        _message(storage, held, inner, sink)
    else:
        _object(storage, held, inner, sink)


def _object(storage: _Storage, place: tuple[str, ...], source: Source, sink: Sink) -> None:
    """An embedded object of some program: read where it holds a file."""
    for stream in storage.streams.get(place, ()):
        if stream in ("Package", "CONTENTS", "EmbeddedOdf", "Workbook", "Book"):
            data = storage.read(place, stream)
            sink.member(source.inner(stream, io.BytesIO(data), len(data), "object"))
            return
    for stream in storage.streams.get(place, ()):
        clear.texts(storage.read(place, stream), source.part, sink)
    sink.missed(Reason.UNSUPPORTED, source.part)


def extract_store(source: Source, sink: Sink) -> None:
    """Put every message of a store, folder by folder. Needs the extra ``[pst]``; without it the store is declared."""
    try:
        import pypff
    except ImportError:
        raise Unsupported("pst") from None
    source.file.seek(0)
    store = pypff.file()
    try:
        store.set_ascii_codepage("cp932")  # stores of the old kind are in the code page of their machine
        store.open_file_object(source.file)
        _folder(store.get_root_folder(), source.part, source, sink, 0)
    except OSError as error:
        if "encrypt" in str(error).lower():
            raise Encrypted("pst") from None
        raise ExtractError("pst") from None
    finally:
        store.close()


def _folder(folder: Any, where: str, source: Source, sink: Sink, depth: int, position: int = 1) -> None:
    if depth > 50:
        raise LimitReached("folders", Reason.DEPTH_LIMIT)
    here = join(where, named(folder.name or "", "folder", position)) if depth else where
    for number in range(folder.number_of_sub_messages):
        part = join(here, f"mail {number + 1}")
        try:
            _stored(folder.get_sub_message(number), part, source, sink)
        except OSError:
            sink.missed(Reason.CORRUPT, part)
    for number in range(folder.number_of_sub_folders):
        _folder(folder.get_sub_folder(number), here, source, sink, depth + 1, number + 1)


def _stored(message: Any, part: str, source: Source, sink: Sink) -> None:
    for label, value in (("From", message.sender_name), ("Subject", message.subject)):
        if value:
            sink.field(part, label, f"{label}: {value}" if label == "From" else value)
    for label, value in (("headers", message.transport_headers), ("body", message.plain_text_body)):
        text = charsets.by_codec(value, "utf-8") if isinstance(value, bytes) else value or ""
        out = Lines(source, sink, join(part, label))
        out.piece(text.replace("\r\n", "\n"))
        out.end()
    if not message.plain_text_body and not message.html_body and getattr(message, "rtf_body", None):
        body = lzfu.unpacked(message.rtf_body)
        sink.member(source.inner("body.rtf", io.BytesIO(body), len(body)))
    if not message.plain_text_body and message.html_body:
        sink.member(source.inner("body.html", io.BytesIO(message.html_body), len(message.html_body)))
    for number in range(message.number_of_attachments):
        attachment = message.get_attachment(number)
        name = attachment.get_long_filename() if hasattr(attachment, "get_long_filename") else attachment.name
        data = attachment.read_buffer(min(attachment.size, sink.limits.part_bytes))
        sink.field(part, "attachment", name or "")
        mail = replace(source, part=part)
        sink.member(mail.inner(name or "attachment", io.BytesIO(data), len(data), "attachment", number + 1))
