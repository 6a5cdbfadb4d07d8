"""Mail (eml): headers, all parts and what stands around them, attachments. Parts are walked without recursion; labels are not
believed.

Headers are cut to a length before anything takes them apart: the standard library goes through the parameters of a
header with the square of their number, and an encoded word may begin anywhere.

The standard library knows neither ``iso-2022-jp-ms`` nor ``x-sjis`` and turns what it cannot decode into U+FFFD, so
bodies and headers are decoded in ``mailwords.py``.
"""

from __future__ import annotations

import email
import io
import re
from collections.abc import Iterator
from email import policy
from email.message import Message

from scanner.extract.charsets import decoded
from scanner.extract.formats import html, yenc
from scanner.extract.formats.mailwords import file_name, header
from scanner.extract.formats.text import Lines
from scanner.extract.inletters import unpacked
from scanner.extract.interface import LimitReached, Sink, Source, join
from scanner.extract.telling import telling
from scanner.model import Reason

__all__ = ["extract", "header", "put"]

_HEADERS = ("From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Subject", "Date", "Organization", "Comments")
_MACHINES = re.compile(
    r"(?:received|message-id|in-reply-to|references|dkim-signature|domainkey-signature|arc-.*|authentication-results|received-spf|"
    r"content-.*|mime-version|x-mailer|user-agent|x-ms-.*|x-microsoft-.*|thread-.*|x-google-.*|x-spam-.*|x-virus-.*|list-.*|precedence|"
    r"feedback-id|x-gm-.*|x-received|dkim.*|x-proofpoint.*|x-forefront-.*|return-path|delivered-to)$",
    re.IGNORECASE,
)
"""Headers that machines write to each other; whom they address stands in the others too."""
_TELLING = re.compile("[^\x00-\x7f]|=\\?|@")
_OF_PEOPLE = re.compile("[^\x00-\x7f]|=\\?[^?\\s]{1,40}\\?[bqBQ]\\?")
"""What machines do not write to each other: letters beyond ASCII."""
_OF_THE_PART = frozenset(("content-type", "content-disposition"))
"""They hold the name of an attachment, which is read as such."""
_MAX_PARTS_DEPTH = 100
_BOUNDARY_FLOOD = 500
_LONGEST_HEADER, _LONGEST_LABEL = 1 << 18, 1 << 13
"""Characters of a header: of one with addresses of a thousand people, and of one that only describes its part."""
_PACKED_LINE = re.compile(
    r"[A-Za-z0-9+/]{20,}={0,2}|(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)|(?:[A-Za-z0-9+/]{4})+"
)
"""Lines of base64 may have any length; a short one of another is a word."""
_CUT_ANYHOW = re.compile(r"[A-Za-z0-9+/\s]++(?:=\s*){0,2}[^A-Za-z0-9+/=_-]{0,8}")
"""Base64 in lines of any length, with a mark or two of something else at its end."""
_NO_LETTERS = re.compile("[^A-Za-z0-9+/]")
_PACKED = ("base64", "quoted-printable")
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf|[ \t]*\r?\n)+|>?From [^\r\n]*\r?\n")


class _Bounded(policy.Compat32):
    """Headers as they stand, raw bytes and all, up to a length; what was cut is told to ``cut``."""

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

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value  # the library would put U+FFFD for every byte that is not ASCII

    def clone(self, **_: object) -> _Bounded:
        return self


def extract(source: Source, sink: Sink) -> None:
    """Put one mail."""
    source.file.seek(0)
    raw = source.file.read()
    at = 0
    while before := _BEFORE.match(raw, at):
        at = before.end()
    raw = raw[at:]
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
    _headers(message, source, sink)
    stack: list[tuple[Message, str, int]] = [(message, source.part, 0)]
    number = 0
    while stack:
        part, where, depth = stack.pop()
        if depth > _MAX_PARTS_DEPTH:
            sink.missed(Reason.DEPTH_LIMIT, where)
            continue
        payload = part.get_payload()
        kind = part.get_content_type()
        if depth:
            _headers(part, source, sink)
        for around in (part.preamble, part.epilogue):
            if around and (depth or around is not payload):
                _lines(_bytes(str(around)), "", join(where, "body"), source, sink)
        if isinstance(payload, list) and kind.startswith("message/"):
            if kind == "message/delivery-status" or kind == "message/disposition-notification":
                stack.extend((block, where, depth + 1) for block in payload if isinstance(block, Message))
                continue
            for inner_mail in payload:
                number += 1
                if isinstance(inner_mail, Message):
                    _inner(part, inner_mail, number, source, sink)
            continue
        if isinstance(payload, list):
            stack.extend((p, where, depth + 1) for p in reversed(payload) if isinstance(p, Message))
            continue
        _leaf(part, kind, where, source, sink)


def _headers(message: Message, source: Source, sink: Sink) -> None:
    for name in _HEADERS:
        for value in message.get_all(name, []):
            sink.field(source.part, name, f"{name}: {header(str(value))}" if name != "Date" else header(str(value)))
    known = {name.lower() for name in _HEADERS}
    for name, value in message.items():
        if name.lower() in known or name.lower() in _OF_THE_PART:
            continue
        people = not _MACHINES.match(name)
        if (_TELLING if people else _OF_PEOPLE).search(str(value)) or (people and telling(str(value))):
            sink.field(join(source.part, "header"), "", f"{name[:60]}: {header(str(value))}")


def _inner(holder: Message, mail: Message, number: int, source: Source, sink: Sink) -> None:
    """A mail in a mail, also one that was packed, which the standard forbids and programs do."""
    packing = str(holder.get("Content-Transfer-Encoding", "")).strip().lower()
    if packing in _PACKED and not mail.keys():
        body = mail.get_payload()
        mail.add_header("Content-Transfer-Encoding", packing)
        data = mail.get_payload(decode=True) if isinstance(body, str) else b""
        if isinstance(data, bytes) and data:
            sink.member(source.inner(f"mail {number}.eml", io.BytesIO(data), len(data), "mail", number))
        return
    inner = source.inner(f"mail {number}", io.BytesIO(b""), 0, "mail", number)
    if inner.depth > sink.limits.depth:
        sink.missed(Reason.DEPTH_LIMIT, inner.part)
    else:
        put(mail, inner, sink)


def _leaf(part: Message, kind: str, where: str, source: Source, sink: Sink) -> None:
    data = _contents(part)
    name = file_name(part)
    if name or kind not in ("text/plain", "text/html"):
        inner = source.inner(name or kind.replace("/", "."), io.BytesIO(data), len(data), "attachment")
        sink.entitled(inner.part, name)
        if data:
            sink.member(inner)
        return
    if not data.strip():
        return
    charset = str(part.get_content_charset() or "").lower()
    if kind == "text/html":  # decoded by the mail's own label, whatever the page states
        page = decoded(data, charset) if charset else html.decoded(data)
        html.Reader(source, join(where, "html"), sink).read(page)
        return
    if b"=ybegin " in data:
        data = yenc.split(data, source, sink)
    flowed = str(part.get_param("format", "")).lower() == "flowed"
    _lines(data, charset, join(where, "body"), source, sink, flowed, str(part.get_param("delsp", "")).lower() == "yes")


def _contents(part: Message) -> bytes:
    """The bytes of a part. What is not in base64 behind or between what is, a footer that a server has added or a second
    piece, stays as it stands: the library ends at the first filler."""
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    packing = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    payload = getattr(part, "_payload", "")  # as it stands; the library puts U+FFFD for what is not ASCII in it
    if not packing.startswith("base64") or not isinstance(payload, str):
        return data
    if _CUT_ANYHOW.fullmatch(payload):
        return unpacked(_NO_LETTERS.sub("", payload)) or data
    return (b"".join(_pieces(payload)) or data) if "=" in payload.rstrip("=\r\n \t") else data


def _pieces(payload: str) -> Iterator[bytes]:
    held: list[str] = []
    for line in (*payload.splitlines(), ""):
        bare = line.strip()
        if bare and _PACKED_LINE.fullmatch(bare):
            held.append(bare)
            if not bare.endswith("="):
                continue
        if held:
            yield unpacked("".join(held)) or b""
            held = []
        if bare and not _PACKED_LINE.fullmatch(bare):
            yield _bytes(f"\n{bare}\n")


def _lines(
    data: bytes, charset: str, part: str, source: Source, sink: Sink, flowed: bool = False, delsp: bool = False
) -> None:
    text = decoded(data, charset).replace("\r\n", "\n")
    if flowed:  # RFC 3676: a line that ends with a blank goes on
        text = re.sub(r"^ ", "", text, flags=re.MULTILINE)
        text = re.sub(r"(?<!^--) \n" if delsp else r"(?<=(?<!^--) )\n", "", text, flags=re.MULTILINE)
    out = Lines(source, sink, part)
    out.piece(text)
    out.end()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
