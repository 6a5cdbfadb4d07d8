"""Mail (eml): headers, all text parts, attachments. Parts are walked without recursion; labels are not believed.

The standard library knows neither ``iso-2022-jp-ms`` nor ``x-sjis`` and turns what it cannot decode into U+FFFD, so
bodies and headers are decoded here.
"""

from __future__ import annotations

import email
import io
import re
from email.header import decode_header
from email.message import Message
from urllib.parse import unquote_to_bytes

from scanner.extract import encoding
from scanner.extract.formats import html
from scanner.extract.interface import LimitReached, Sink, Source, join
from scanner.model import BlockKind, Reason

_HEADERS = ("From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Subject", "Date", "Organization", "Comments")
_MAX_PARTS_DEPTH = 100
_BOUNDARY_FLOOD = 500


def extract(source: Source, sink: Sink) -> None:
    """Put one mail."""
    source.file.seek(0)
    raw = source.file.read()
    if len(re.findall(rb"(?i)content-type:\s*multipart/", raw)) > _BOUNDARY_FLOOD:
        raise LimitReached("parts", Reason.DEPTH_LIMIT)
    try:
        message = email.message_from_bytes(raw)
    except RecursionError:
        raise LimitReached("parts", Reason.DEPTH_LIMIT) from None
    put(message, source, sink)


def put(message: Message, source: Source, sink: Sink) -> None:
    """Put a parsed mail: headers first, then parts in order."""
    for name in _HEADERS:
        for value in message.get_all(name, []):
            sink.field(source.part, name, f"{name}: {header(str(value))}" if name != "Date" else header(str(value)))
    stack: list[tuple[Message, str, int]] = [(message, source.part, 0)]
    number = 0
    while stack:
        part, where, depth = stack.pop()
        if depth > _MAX_PARTS_DEPTH:
            sink.missed(Reason.DEPTH_LIMIT, where)
            continue
        payload = part.get_payload()
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
            number += 1
            inner = source.inner(f"mail {number}", io.BytesIO(b""), 0, "mail", number)
            if inner.depth > sink.limits.depth:
                sink.missed(Reason.DEPTH_LIMIT, inner.part)
            else:
                put(payload[0], inner, sink)
            continue
        if isinstance(payload, list):
            stack.extend((p, where, depth + 1) for p in reversed(payload) if isinstance(p, Message))
            continue
        _leaf(part, kind, where, source, sink)


def _leaf(part: Message, kind: str, where: str, source: Source, sink: Sink) -> None:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    name = _filename(part)
    if name or not kind.startswith("text/"):
        if data:
            inner = source.inner(name or kind.replace("/", "."), io.BytesIO(data), len(data), "attachment")
            sink.entitled(inner.part, name)
            sink.member(inner)
        return
    if not data.strip():
        return
    charset = str(part.get_content_charset() or "").lower()
    if kind == "text/html":
        inner = Source(
            "body.html",
            io.BytesIO(data if not charset else _decoded(data, charset).encode()),
            len(data),
            join(where, "html"),
            source.depth,
        )
        if charset:  # already decoded by the mail's own label, whatever the page states
            reader = html._Reader(inner.part, sink)
            reader.feed_all(_decoded(data, charset))
        else:
            html.extract(inner, sink)
        return
    for number, line in enumerate(_decoded(data, charset).replace("\r\n", "\n").split("\n"), 1):
        sink.text(BlockKind.LINE, join(where, "body"), number, line)


def _decoded(data: bytes, charset: str) -> str:
    codec = html.NAMES.get(charset, charset)
    if codec == "iso2022_jp" or b"\x1b$" in data:
        return encoding.decode(data, "iso2022_jp")
    if codec and codec != "ascii":
        try:
            return data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            pass
    return encoding.decode(data, encoding.detect(io.BytesIO(data)))


def _filename(part: Message) -> str:
    """Name of an attachment: RFC 2231, RFC 2047 in quotes (Outlook), or raw 8-bit."""
    for header_name, key in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        raw = str(part.get(header_name, ""))
        pieces = re.findall(rf"{key}\*(\d*)(\*?)=\s*(?:\"([^\"]*)\"|([^;\s]+))", raw)
        if pieces:
            joined = "".join(a or b for _, _, a, b in sorted(pieces, key=lambda p: int(p[0] or 0)))
            charset, mark, rest = joined.partition("''")
            if mark:
                return _decoded(unquote_to_bytes(rest), charset.lower())
            return header(joined)
        plain = re.search(rf"{key}=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\r\n]+))", raw, re.DOTALL)
        if plain:
            return header((plain[1] or plain[2]).strip())
    return ""


def header(value: str) -> str:
    """A header for people: encoded words joined before decoding, raw 8-bit text detected."""
    value = re.sub(r"\r?\n[ \t]+", " ", value)
    value = re.sub(r"\?=\s+=\?", "?==?", value)
    pieces: list[str] = []
    try:
        words = decode_header(value)
    except (ValueError, LookupError):
        words = [(value, None)]
    pending = b""
    pending_charset = ""
    for word, charset in words:
        if isinstance(word, str):
            word = word.encode("utf-8", "surrogateescape")
        if charset and charset == pending_charset:
            pending += word
            continue
        if pending:
            pieces.append(_decoded(pending, pending_charset))
        pending, pending_charset = word, charset or ""
        if not charset:
            pieces.append(_decoded(pending, ""))
            pending = b""
    if pending:
        pieces.append(_decoded(pending, pending_charset))
    return "".join(pieces)
