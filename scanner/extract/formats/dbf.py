"""dBASE tables (dbf): fields in CP932 unless they say otherwise; deleted records are read too, they are still there."""

from __future__ import annotations

import struct

from scanner.extract.interface import ExtractError, Sink, Source, Truncated
from scanner.model import Reason

_VERSIONS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0xCB, 0xF5, 0xFB})
_MOST_FIELDS = 2_046
_TEXT = frozenset(b"CMVWNFDL")
_CODEPAGES = {0x13: "cp932", 0x7B: "cp932", 0x03: "cp1252", 0x02: "cp850", 0x01: "cp437"}


def looks_like_dbf(head: bytes, size: int) -> bool:
    """Whether header, record length and date make sense together."""
    if len(head) < 65 or head[0] not in _VERSIONS:
        return False
    records, header, record = struct.unpack_from("<IHH", head, 4)
    month, day = head[2], head[3]
    return (
        month <= 12
        and day <= 31
        and header >= 65
        and record > 1
        and header + (records - 1) * record <= size
        and (header - 1) % 32 <= 8
    )


def extract(source: Source, sink: Sink) -> None:
    """Put all records under their field names; memo files lie beside the table and are files of their own."""
    source.file.seek(0)
    head = source.file.read(32)
    if len(head) < 32:
        raise Truncated("dbf header")
    count, header_size, record_size = struct.unpack_from("<IHH", head, 4)
    codec = _CODEPAGES.get(head[29], "cp932")
    fields: list[tuple[str, bytes, int, int]] = []
    at = 1
    for raw in iter(lambda: source.file.read(32), b""):
        if raw[:1] in (b"\r", b"\n", b"\0") or len(raw) < 32:
            break
        name = raw[:11].partition(b"\0")[0].decode(codec, "replace")
        fields.append((name, raw[11:12], at, raw[16]))
        at += raw[16]
        if len(fields) > _MOST_FIELDS:
            raise ExtractError("dbf fields")
    if not fields or record_size < 2 or at > record_size + 1:
        raise ExtractError("dbf fields")
    source.file.seek(header_size)
    sink.row(source.part, 1, enumerate((f[0] for f in fields), 1))
    for number in range(count):
        record = source.file.read(record_size)
        if len(record) < record_size:
            sink.missed(Reason.TRUNCATED, source.part)
            return
        sink.row(
            source.part,
            number + 2,
            (
                (column, record[at : at + size].decode(codec, "replace").strip("\0 "))
                for column, (_, kind, at, size) in enumerate(fields, 1)
                if kind[0] in _TEXT
            ),
        )
