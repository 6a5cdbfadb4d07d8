"""``data:`` addresses in html, svg and xml: what they carry is a member of the file."""

from __future__ import annotations

import binascii
import io
import re
from urllib.parse import unquote_to_bytes

from scanner.extract.interface import Sink, Source
from scanner.model import Reason

_HEAD = re.compile(r"\s*data:([\w.+-]+/[\w.+-]+)?((?:;[\w-]+=[^;,]*)*)(;base64)?,", re.IGNORECASE)


def member(value: str, source: Source, sink: Sink) -> bool:
    """Hand over what ``value`` carries; whether it was such an address."""
    head = _HEAD.match(value)
    if head is None:
        return False
    kind = (head[1] or "text/plain").lower()
    raw = unquote_to_bytes(value[head.end() :])
    if head[3]:
        raw = re.sub(rb"[^A-Za-z0-9+/_-]", b"", raw).translate(bytes.maketrans(b"-_", b"+/"))
        try:
            raw = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
        except binascii.Error:
            sink.missed(Reason.CORRUPT, source.at("", "picture" if kind.startswith("image/") else "object"))
            return True
    ending = kind.rpartition("/")[2].partition("+")[0][:8]
    sort = "picture" if kind.startswith("image/") else "object"
    if not kind.startswith(("font/", "application/font", "application/x-font")):
        sink.member(source.inner(f"{sort}.{ending}", io.BytesIO(raw), len(raw), sort))
    return True
