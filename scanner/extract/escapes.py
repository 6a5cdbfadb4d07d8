r"""Characters that stand in a text by their number: ``\u9234``, ``\x{9234}``, ``U+9234``, ``\xe9\x88\xb4``, ``\351\210\264``,
``%E9%88%B4``, ``%u9234``, ``&#37428;``, ``=E9=88=B4``, ``$E9$88$B4`` (address books of Thunderbird), ``\'97\'e9`` (RTF),
``fromCharCode(37428)``, the encoded words of mail headers and names of folders (``&kjRnKA-``), and ISO-2022-JP that has lost its
escape characters (``$BNkLZ(B``). Programs write so in properties, scripts, logs and addresses.

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
from scanner.extract.jis import ESCAPE, JisDecoder
from scanner.extract.plausible import score

_UNICODE = re.compile(
    r"(?:\\+u[0-9a-fA-F]{4}|\\+[ux]\{[0-9a-fA-F]{1,6}\}|\\+U[0-9a-fA-F]{8}|%u[0-9a-fA-F]{4}|U\+[0-9A-F]{4,5}\b(?:[ ,](?=U\+))?)+"
)
_BARE = re.compile(r"(?:\\[0-9a-fA-F]{4,6} ?){2,}")
"""As style sheets and SQL (``U&''``) write; it may be a path as well."""
_NUMBER = re.compile(r"[0-9a-fA-F]{4,8}|(?<=\{)[0-9a-fA-F]{1,6}")
_DECIMAL = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+")
_HEXADECIMAL = re.compile(r"(?:\\+x[0-9a-fA-F]{2}){2,}")
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2}){2,}")
_RICH = re.compile(r"(?:\\'[0-9a-fA-F]{2}[@-\[\]-~]?){2,}")
_DOLLAR = re.compile(r"\$[89A-F][0-9A-F](?:\$[0-9A-F]{2}|[ -#%'*-~])*\$[0-9A-F]{2}")
_FOLDER = re.compile(r"&([A-Za-z0-9+,]{3,})-")
_CODES = re.compile(r"from(?:CharCode|CodePoint)\(((?:\s*(?:0[xX][0-9a-fA-F]{1,6}|[0-9]{1,7})\s*,?)+)\)")
_LOST = re.compile(r"\$[B@]((?:[!-~]{2})+?)\([BJ]")
_REGISTRY = re.compile(r"hex(?:\([0-9a-f]{1,8}\))?:((?:[0-9a-fA-F]{2},(?:\\\n\s*)?)+[0-9a-fA-F]{2})")
_PERCENT = re.compile(r"%(?:[89A-Fa-f][0-9A-Fa-f]|1[Bb])(?:%[0-9A-Fa-f]{2}|[@-~0-9.-])*")
_QUOTED = re.compile(r"=[89A-F][0-9A-F]=[0-9A-F]{2}(?:=[0-9A-F]{2}|=\n|[!-<>-~])*")
_REFERENCE = re.compile(r"&(?:amp;){0,3}#(?:[0-9]{2,7}|[xX][0-9a-fA-F]{2,6});")
_ENCODED = re.compile(r"=\?([\w.-]{1,40})(?:\*[^?\s]{0,20})?\?([qQbB])\?([^?\s]{0,4000})\?=(?:\s+(?==\?))?")
_FOLDER_START = re.compile(rb"&[A-Za-z0-9+,]{3,}-")
_DOLLAR_START = re.compile(rb"\$[89A-F][0-9A-F](?:\$[0-9A-F]{2}){2}")
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
        or (b"&" in letters and (b"&#" in letters or b"&amp;#" in letters or _FOLDER_START.search(letters) is not None))
        or b"U+" in letters
        or (b"$" in letters and (_DOLLAR_START.search(letters) is not None or (b"$B" in letters and b"(B" in letters)))
        or (b"h" in letters and (b"CharCode(" in letters or b"CodePoint(" in letters or b"=hex" in letters))
        or (b"=" in letters and (b"=?" in letters or _QUOTED_START.search(letters) is not None))
    )


def resolved(text: str) -> str:
    """The text with such characters as themselves."""
    if "\\" in text:
        if "\\u" in text or "\\U" in text or "\\x{" in text:
            text = _UNICODE.sub(_units, text)
        text = _BARE.sub(_bare, text)
        if "\\'" in text:
            text = _RICH.sub(lambda m: _bytes(m, _rich), text)
        if "\\x" in text:
            text = _HEXADECIMAL.sub(lambda m: _bytes(m, lambda s: bytes.fromhex(re.sub(r"\\+x", "", s))), text)
        if "\\2" in text or "\\3" in text:
            text = _OCTAL.sub(lambda m: _bytes(m, lambda s: bytes(int(n, 8) for n in s.split("\\")[1:])), text)
    if "%" in text:
        text = _PERCENT.sub(lambda m: _bytes(m, unquote_to_bytes), text)
        if "%u" in text:
            text = _UNICODE.sub(_units, text)
    if "U+" in text:
        text = _UNICODE.sub(_units, text)
    if "&" in text:
        text = _FOLDER.sub(_folder, _REFERENCE.sub(_reference, text))
    if "$" in text:
        text = _DOLLAR.sub(lambda m: _bytes(m, _dollar), text)
        if "$B" in text or "$@" in text:
            text = _LOST.sub(_without_escapes, text)
    if "CharCode(" in text or "CodePoint(" in text:
        text = _CODES.sub(_codes, text)
    if "=hex" in text:
        text = _REGISTRY.sub(_registry, text)
    if "=?" in text:
        text = _ENCODED.sub(_encoded, text)
    if "=E" in text or "=8" in text or "=9" in text:
        text = _QUOTED.sub(lambda m: _bytes(m, lambda s: quopri.decodestring(s.encode())), text)
    return text


def _rich(text: str) -> bytes:
    """Bytes of RTF; the second of two may be a letter that is written as it is."""
    return b"".join(bytes.fromhex(a) + b.encode() for a, b in re.findall(r"\\'([0-9a-fA-F]{2})([@-\[\]-~]?)", text))


def _dollar(text: str) -> bytes:
    return re.sub(rb"\$([0-9A-F]{2})", lambda m: bytes.fromhex(m[1].decode()), text.encode())


def _folder(match: re.Match[str]) -> str:
    """Modified UTF-7 (RFC 3501): names of folders of mail."""
    from scanner.extract.shifted import units

    return units(match[1].replace(",", "/").encode()) or match.group()


def _codes(match: re.Match[str]) -> str:
    codes = [int(n, 0) if n[:2] in ("0x", "0X") else int(n) for n in _DECIMAL.findall(match[1])]
    if any(code > 0x10FFFF or 0xD800 <= code < 0xE000 for code in codes):
        return match.group()
    return "'" + "".join(chr(code) for code in codes if code >= 32) + "'"


def _without_escapes(match: re.Match[str]) -> str:
    found = JisDecoder().decode(b"\x1b$B" + match[1].encode() + b"\x1b(B")
    return found if "\ufffd" not in found and score(found) > _LEAST else match.group()


def _registry(match: re.Match[str]) -> str:
    """Texts in the registry of Windows; lines stay lines."""
    data = bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", match[1]))
    for codec in ("utf-16-le", "cp932"):
        try:
            found = data.decode(codec).rstrip("\0")
        except UnicodeDecodeError:
            continue
        if score(found) > _LEAST and not any(c < " " for c in found):
            return found + "\n" * match.group().count("\n")
    return match.group()


def _bare(match: re.Match[str]) -> str:
    codes = [int(n, 16) for n in re.findall("[0-9a-fA-F]{4,6}", match.group())]
    if any(code > 0xFFFF or 0xD800 <= code < 0xE000 for code in codes):
        return match.group()
    found = "".join(map(chr, codes))
    return found if score(found) > _LEAST else match.group()


def _units(match: re.Match[str]) -> str:
    codes = [int(n, 16) for n in _NUMBER.findall(match.group())]
    if any(code > 0x10FFFF for code in codes):
        return match.group()
    found = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if any(c in _KEPT or c < " " for c in found) or (found.isascii() and match.group()[:2] == "U+"):
        return match.group()
    return found


def _reference(match: re.Match[str]) -> str:
    found = html.unescape(match.group().replace("amp;", ""))
    return match.group() if found in _KEPT or found < " " else found


def _bytes(match: re.Match[str], read: Callable[[str], bytes]) -> str:
    data = read(match.group())
    if data.isascii():
        return JisDecoder().decode(data) if ESCAPE.search(data) else match.group()
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
