"""What compound files (doc, xls, ppt, msg, embedded objects) share: properties, objects inside, strings in records."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace
from typing import Any

from scanner.extract.formats import clear, labels
from scanner.extract.formats import properties as property_sets
from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.model import Reason


def extract(source: Source, sink: Sink) -> None:
    """A compound file of no known application: what is packed into it, macros, texts in clear; that the rest was not read is told
    where there is a rest."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        before = sink.members
        properties(ole, source, sink)
        left = objects(ole, source, sink)
    if not left:
        return
    if sink.members == before:
        raise ExtractError("compound file", Reason.UNSUPPORTED)
    sink.missed(Reason.UNSUPPORTED, source.at("", "application", 1))


def stream(ole: Any, entry: Any, sink: Sink) -> bytes:
    """A whole stream, counted: thousands of entries may name the same sectors. One that says it is larger than the file gives what
    its chain of sectors holds; a chain that runs in a circle holds no more than the file."""
    stated = ole.direntries[ole._find(entry)]
    stated.size = min(stated.size, ole._filesize)
    sink.unpacked(stated.size)
    return bytes(ole.openstream(entry).read())


def properties(ole: Any, source: Source, sink: Sink) -> None:
    """Author, title, company and the properties that users define; and the labels that the file bears."""
    part = join(source.part, "properties")
    sets = [(name, stream(ole, name, sink)) for name in property_sets.STREAMS if ole.exists(name)]
    for name, data in sets:
        for label, text in property_sets.strings(data, name):
            sink.field(part, label, text)
    labels.of_compound(ole, sets, source, sink)


_STRUCTURE = re.compile(
    r"[\x01\x03](?:CompObj|Ole|ObjInfo|LinkInfo|PRINT|EPRINT)|\x02OlePres\d+|\x05(?:Document)?SummaryInformation|Current User|[01]Table"
    r"|__nameid.*|\x06DataSpaces|.*/_VBA_PROJECT|_VBA_PROJECT|__SRP_\d+|PROJECT|PROJECTwm|PROJECTlk|VBFrame|\x03VBFrame|Data|Pictures"
    r"|EncryptedSummary|Properties|Preview\.png|\x01HwpSummaryInformation|ObjInfo|Object Data|xmlsignatures.*"
)
"""Streams without text of people: what an object is and looks like, the parts of a project beside its modules."""
_WHOLE = {"worddocument": "doc", "powerpoint document": "ppt", "workbook": "xls", "book": "xls", "documenttext": "jtd"}
"""Streams, in lower case, that are a document, which their application's reader reads."""
_LONGEST = 16_000_000


def objects(ole: Any, source: Source, sink: Sink) -> int:
    """Files embedded as objects: whole packages, packed files, documents; macros; texts in clear of streams that nobody else
    reads. Returns how many of these there were: a reader of documents knows its own streams, which stand at the root."""
    from scanner.extract.formats import vba

    entries = ole.listdir()
    projects = [entry[:-1] for entry in entries if entry[-2:] == ["VBA", "dir"]]
    left = 0
    for entry in entries:
        leaf, holder = entry[-1], "/".join(entry[:-1])
        if leaf in ("Package", "EmbeddedOdf") or (leaf == "CONTENTS" and "Quill" not in holder):
            data = stream(ole, entry, sink)
            sink.member(source.inner(f"object {holder}".strip(), io.BytesIO(data), len(data), "object"))
        elif leaf == "\x01Ole10Native":
            name, data = native(stream(ole, entry, sink))
            inner = source.inner(name or "object", io.BytesIO(data), len(data), "object")
            sink.entitled(inner.part, name)
            sink.member(inner)
        elif leaf.lower() in _WHOLE:
            if holder:
                _document(ole, entry, source, sink)
        elif leaf == "dir" and entry[:-1] in projects:
            vba.project(ole, entry[:-1], source, sink)
        elif entry[:-1] not in projects and not _STRUCTURE.fullmatch(leaf):
            left += _other(ole, entry, source, sink)
    return left


def _document(ole: Any, entry: list[str], source: Source, sink: Sink) -> None:
    """A document that was embedded stream by stream."""
    from scanner.extract.formats import word97

    holder = "/".join(entry[:-1])
    inner = replace(source, part=source.at(f"object {holder}", "object"))
    try:
        leaf = entry[-1].lower()
        if leaf == "worddocument":
            word97.document(ole, entry[:-1], inner, sink)
        elif leaf == "powerpoint document":
            word97.slides(stream(ole, entry, sink), inner, sink)
        else:
            data = stream(ole, entry, sink)
            name = f"object {holder}.{_WHOLE[leaf]}"
            sink.member(source.inner(name, io.BytesIO(data), len(data), "object"))
    except (ExtractError, struct.error, OSError, IndexError, ValueError) as error:
        clear.texts(stream(ole, entry, sink)[:_LONGEST], inner.part, sink)
        sink.missed(error.reason if isinstance(error, ExtractError) else Reason.CORRUPT, inner.part)


def _other(ole: Any, entry: list[str], source: Source, sink: Sink) -> int:
    """A stream that no reader knows; whether it held anything."""
    data = stream(ole, entry, sink)[:_LONGEST]
    if not data.strip(b"\0"):
        return 0
    head = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0")
    part = source.at("/".join(entry), "part")
    if head.startswith((b"<?xml", b"<", b"PK\x03\x04")):
        sink.member(source.inner("/".join(entry), io.BytesIO(data), len(data), "object"))
    else:
        clear.texts(data, part, sink)
    return 1


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
