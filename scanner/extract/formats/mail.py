"""Mail (eml): headers, all text parts, attachments. Parts are walked without recursion; labels are not believed.

Headers are cut to a length before anything takes them apart: the standard library goes through the parameters of a
header with the square of their number, and an encoded word may begin anywhere.

The standard library knows neither ``iso-2022-jp-ms`` nor ``x-sjis`` and turns what it cannot decode into U+FFFD, so
bodies and headers are decoded here.
"""

from __future__ import annotations

import base64
import binascii
import email
import io
import quopri
import re
from email import policy
from email.message import Message
from urllib.parse import unquote_to_bytes

from scanner.extract import encoding
from scanner.extract.charsets import NAMES
from scanner.extract.formats import html
from scanner.extract.interface import LimitReached, Sink, Source, join
from scanner.model import BlockKind, Reason

_HEADERS = ("From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Subject", "Date", "Organization", "Comments")
_MAX_PARTS_DEPTH = 100
_BOUNDARY_FLOOD = 500
_LONGEST_HEADER, _LONGEST_LABEL = 1 << 18, 1 << 13
"""Characters of a header: of one with addresses of a thousand people, and of one that only describes its part."""
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([qQbB])\?((?:[^?]|\?(?!=)){0,4000}?)\?=")
"""An encoded word; programs write ones longer than the 75 characters of the standard."""


class _Bounded(policy.Compat32):
    """Headers as they stand, up to a length; what was cut is told to ``cut``."""

    cut: list[str]

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "cut", [])  # policies take no other attributes than their own

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        longest = _LONGEST_LABEL if name.lower().startswith("content-") else _LONGEST_HEADER
        if len(value) > longest:
            self.cut.append(name[:40])
            value = value[:longest]
        return name, value

    def clone(self, **_: object) -> _Bounded:
        return self


def extract(source: Source, sink: Sink) -> None:
    """Put one mail."""
    source.file.seek(0)
    raw = source.file.read()
    if len(re.findall(rb"(?i)content-type:\s*multipart/", raw)) > _BOUNDARY_FLOOD:
        raise LimitReached("parts", Reason.DEPTH_LIMIT)
    rules = _Bounded()
    try:
        message = email.message_from_bytes(raw, policy=rules)
    except RecursionError:
        raise LimitReached("parts", Reason.DEPTH_LIMIT) from None
    put(message, source, sink)
    if rules.cut:
        sink.missed(Reason.OUTPUT_LIMIT, join(source.part, "header"))


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
            html.Reader(inner.part, sink).read(_decoded(data, charset))
        else:
            html.extract(inner, sink)
        return
    for number, line in enumerate(_decoded(data, charset).replace("\r\n", "\n").split("\n"), 1):
        sink.text(BlockKind.LINE, join(where, "body"), number, line)


def _decoded(data: bytes, charset: str) -> str:
    codec = NAMES.get(charset, charset)
    if codec == "iso2022_jp" or b"\x1b$" in data:
        return encoding.decode(data, "iso2022_jp")
    if codec and codec != "ascii":
        try:
            return data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            pass
    return encoding.decode(data, encoding.detect(io.BytesIO(data)))


_EXTENDED = {key: re.compile(rf"{key}\*(\d{{0,3}})(\*?)=\s*(?:\"([^\"]*)\"|([^;\s]+))") for key in ("filename", "name")}
_PLAIN = {
    key: re.compile(rf"{key}=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\r\n]+))", re.DOTALL) for key in ("filename", "name")
}


def _filename(part: Message) -> str:
    """Name of an attachment: RFC 2231, RFC 2047 in quotes (Outlook), or raw 8-bit."""
    for header_name, key in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        raw = str(part.get(header_name, ""))
        pieces = _EXTENDED[key].findall(raw)
        if pieces:
            joined = "".join(a or b for _, _, a, b in sorted(pieces, key=lambda p: int(p[0] or 0)))
            charset, mark, rest = joined.partition("''")
            if mark:
                return _decoded(unquote_to_bytes(rest), charset.lower())
            return header(joined)
        plain = _PLAIN[key].search(raw)
        if plain:
            return header((plain[1] or plain[2]).strip())
    return ""


def header(value: str) -> str:
    """A header for people: encoded words joined before decoding, raw 8-bit text detected."""
    value = re.sub(r"\r?\n[ \t]+", " ", value[:_LONGEST_HEADER])
    value = re.sub(r"\?=\s+=\?", "?==?", value)
    pieces: list[str] = []
    pending, charset = b"", ""
    at = 0
    for word in _WORD.finditer(value):
        data = _word(word[2].lower(), word[3])
        if data is None:
            continue
        if pending and (word.start() > at or word[1].lower() != charset):
            pieces.append(_decoded(pending, charset))
            pending = b""
        if word.start() > at:
            pieces.append(_raw(value[at : word.start()]))
        pending, charset, at = pending + data, word[1].lower(), word.end()
    if pending:
        pieces.append(_decoded(pending, charset))
    if at < len(value):
        pieces.append(_raw(value[at:]))
    return "".join(pieces)


def _raw(text: str) -> str:
    return text if text.isascii() else _decoded(text.encode("utf-8", "surrogateescape"), "")


def _word(form: str, text: str) -> bytes | None:
    """The bytes of an encoded word; ``None`` if it is none after all."""
    data = text.encode("utf-8", "surrogateescape")
    if form == "q":
        return quopri.decodestring(data, header=True)
    try:
        return base64.b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return None
