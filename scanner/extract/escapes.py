r"""Characters that stand in a text by their number: ``\u9234``, ``\xe9\x88\xb4``, ``\351\210\264``, ``%E9%88%B4``, ``%u9234``,
``&#37428;``, ``=E9=88=B4`` and the encoded words of mail headers. Programs write so in properties, scripts, logs and addresses.

What comes out is put in their place, so that lines stay lines; marks of the notation around it are never made. One pass over
a text for each notation that may be in it, and none over a text that has none.
"""

from __future__ import annotations

import binascii
import html
import quopri
import re
from base64 import b64decode
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from scanner.extract import mixed
from scanner.extract.plausible import score

_UNICODE = re.compile(r"(?:\\+u[0-9a-fA-F]{4}|\\+u\{[0-9a-fA-F]{1,6}\}|\\+U[0-9a-fA-F]{8}|%u[0-9a-fA-F]{4})+")
_NUMBER = re.compile(r"[0-9a-fA-F]{4,8}|(?<=\{)[0-9a-fA-F]{1,6}")
_HEXADECIMAL = re.compile(r"(?:\\+x[0-9a-fA-F]{2}){2,}")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2}){2,}")
_PERCENT = re.compile(r"%[89A-Fa-f][0-9A-Fa-f](?:%[0-9A-Fa-f]{2}|[@-~0-9.-])*")
_QUOTED = re.compile(r"=[89A-F][0-9A-F]=[0-9A-F]{2}(?:=[0-9A-F]{2}|=\n|[!-<>-~])*")
_REFERENCE = re.compile(r"&#(?:[0-9]{2,7}|[xX][0-9a-fA-F]{2,6});")
_ENCODED = re.compile(r"=\?([\w.-]{1,40})(?:\*[^?\s]{0,20})?\?([qQbB])\?([^?\s]{0,4000})\?=(?:\s+(?==\?))?")
_QUOTED_START = re.compile(rb"=[89A-F][0-9A-F]=[0-9A-F]{2}")
_LEAST = 0.3
"""Score from which bytes of Shift_JIS or EUC are believed."""
_TOKEN = re.compile("[A-Za-z0-9+/=]{40,}")
"""What a server signs its mails with stays as it is written."""
_KEPT = frozenset("\"'\\,\r\n\t<>&")
"""Characters that have a meaning where they stand and are left as they are written."""


def may_hold(letters: bytes) -> bool:
    """Whether the ASCII of a text has what begins such a notation. At the speed of copying."""
    return (
        b"\\" in letters
        or b"%" in letters
        or (b"&" in letters and b"&#" in letters)
        or (b"=" in letters and (b"=?" in letters or _QUOTED_START.search(letters) is not None))
    )


def resolved(text: str) -> str:
    """The text with such characters as themselves."""
    if "\\" in text:
        if "\\u" in text or "\\U" in text:
            text = _UNICODE.sub(_units, text)
        if "\\x" in text:
            text = _HEXADECIMAL.sub(lambda m: _bytes(m, lambda s: bytes.fromhex(re.sub(r"\\+x", "", s))), text)
        if "\\2" in text or "\\3" in text:
            text = _OCTAL.sub(lambda m: _bytes(m, lambda s: bytes(int(n, 8) for n in s.split("\\")[1:])), text)
    if "%" in text:
        text = _PERCENT.sub(lambda m: _bytes(m, unquote_to_bytes), text)
        if "%u" in text:
            text = _UNICODE.sub(_units, text)
    if "&#" in text:
        text = _REFERENCE.sub(_reference, text)
    if "=?" in text:
        text = _ENCODED.sub(_encoded, text)
    if "=E" in text or "=8" in text or "=9" in text:
        text = _QUOTED.sub(lambda m: _bytes(m, lambda s: quopri.decodestring(s.encode())), text)
    return text


def _units(match: re.Match[str]) -> str:
    codes = [int(n, 16) for n in _NUMBER.findall(match.group())]
    if any(code > 0x10FFFF for code in codes):
        return match.group()
    found = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return match.group() if any(c in _KEPT or c < " " for c in found) else found


def _reference(match: re.Match[str]) -> str:
    found = html.unescape(match.group())
    return match.group() if found in _KEPT or found < " " else found


def _bytes(match: re.Match[str], read: Callable[[str], bytes]) -> str:
    data = read(match.group())
    if data.isascii():
        return match.group()
    codec = mixed.chosen(data, "utf-8")
    try:
        found = data.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return match.group()
    if any(c < " " and c != "\n" for c in found) or (codec != "utf-8" and score(found) < _LEAST):
        return match.group()
    return found


def _encoded(match: re.Match[str]) -> str:
    data = word(match[2].lower(), match[3])
    if data is None:
        return match.group()
    from scanner.extract.charsets import decoded

    found = decoded(data, match[1].lower())
    return match.group() if any(c < " " for c in found) or _TOKEN.fullmatch(found) else found


def word(form: str, text: str) -> bytes | None:
    """The bytes of an encoded word; ``None`` if it is none after all."""
    data = text.encode("utf-8", "surrogateescape")
    if form == "q":
        return quopri.decodestring(data, header=True)
    try:
        return b64decode(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return None
