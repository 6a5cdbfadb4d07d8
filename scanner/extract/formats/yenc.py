"""yEnc, as newsreaders send files: bytes moved by 42 between two lines of ASCII. It must be taken out before a text is decoded."""

from __future__ import annotations

import io
import re
from dataclasses import replace

from scanner.extract import charsets
from scanner.extract.interface import Sink, Source

_BEGIN = re.compile(rb"^=ybegin [^\r\n]*?name=([^\r\n]*)\r?\n(?:=ypart [^\r\n]*\r?\n)?", re.MULTILINE)
_END = b"\n=yend"
_PLAIN = bytes((b - 42) & 0xFF for b in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


def without(source: Source, sink: Sink) -> Source:
    """The source without what it carries so, which has been read as members."""
    source.file.seek(0)
    head = source.file.read(1 << 20)
    source.file.seek(0)
    if b"=ybegin " not in head:
        return source
    rest = split(source.file.read(sink.limits.part_bytes), source, sink)
    return replace(source, file=io.BytesIO(rest), size=len(rest))


def split(data: bytes, source: Source, sink: Sink) -> bytes:
    """``data`` without its encoded files; each of them is a member."""
    kept: list[bytes] = []
    at = 0
    for begin in _BEGIN.finditer(data):
        if begin.start() < at:
            continue
        end = data.find(_END, begin.end() - 1)
        stop = end if end >= 0 else len(data)
        body = data[begin.end() : stop].replace(b"\r", b"").replace(b"\n", b"")
        body = _ESCAPED.sub(lambda m: bytes(((m[1][0] - 64) & 0xFF,)), body).translate(_PLAIN)
        name = charsets.by_codec(begin[1], "utf-8").strip()
        inner = source.inner(name, io.BytesIO(body), len(body), "attachment")
        sink.entitled(inner.part, name)
        sink.member(inner)
        kept.append(data[at : begin.start()])
        line_end = data.find(b"\n", stop + 1)
        at = line_end + 1 if end >= 0 and line_end >= 0 else len(data)
    kept.append(data[at:])
    return b"".join(kept)
