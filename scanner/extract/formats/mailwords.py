"""Headers of mails for people: encoded words, raw bytes of any encoding, names of attachments."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import unquote_to_bytes

from scanner.extract.charsets import decoded
from scanner.extract.escapes import word

_LONGEST = 1 << 18
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([qQbB])\?((?:[^?]|\?(?!=)){0,4000}?)\?=")
"""An encoded word; programs write ones longer than the 75 characters of the standard."""
_EXTENDED = {key: re.compile(rf"{key}\*(\d{{0,3}})(\*?)=\s*(?:\"([^\"]*)\"|([^;\s]+))") for key in ("filename", "name")}
_PLAIN = {
    key: re.compile(rf"{key}=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\r\n]+))", re.DOTALL) for key in ("filename", "name")
}


def file_name(part: Message) -> str:
    """Name of an attachment: RFC 2231, RFC 2047 in quotes (Outlook), or raw 8-bit."""
    for header_name, key in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        raw = str(part.get(header_name, ""))
        pieces = _EXTENDED[key].findall(raw)
        if pieces:
            joined = "".join(a or b for _, _, a, b in sorted(pieces, key=lambda p: int(p[0] or 0)))
            charset, mark, rest = joined.partition("''")
            if mark:
                return decoded(unquote_to_bytes(rest), charset.lower())
            return header(joined)
        plain = _PLAIN[key].search(raw)
        if plain:
            return header((plain[1] or plain[2]).strip())
    description = str(part.get("Content-Description", ""))
    return header(description) if "." in description else ""


def header(value: str) -> str:
    """A header for people: encoded words joined before decoding, raw 8-bit text detected."""
    value = re.sub(r"\r?\n[ \t]+", " ", value[:_LONGEST])
    value = re.sub(r"\?=\s+=\?", "?==?", value)
    pieces: list[str] = []
    pending, charset = b"", ""
    at = 0
    for found in _WORD.finditer(value):
        data = word(found[2].lower(), found[3])
        if data is None:
            continue
        if pending and (found.start() > at or found[1].lower() != charset):
            pieces.append(decoded(pending, charset))
            pending = b""
        if found.start() > at:
            pieces.append(_raw(value[at : found.start()]))
        pending, charset, at = pending + data, found[1].lower(), found.end()
    if pending:
        pieces.append(decoded(pending, charset))
    if at < len(value):
        pieces.append(_raw(value[at:]))
    return "".join(pieces)


def _raw(text: str) -> str:
    if text.isascii() and "\x1b" not in text:
        return text
    return decoded(text.encode("utf-8", "surrogateescape"), "")
