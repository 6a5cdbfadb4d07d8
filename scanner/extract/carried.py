"""What a text carries in letters: base64, uuencode, armour of PGP and PEM, ``data:`` addresses.

What comes out is read as a member, whatever it is. Ciphertext is declared, never counted as text; keys and digests tell no
person and are left as the text that they are.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from scanner.extract import charsets
from scanner.extract.inletters import deflated, japanese, legible, noise, strings, unpacked, uu_bytes, uu_line
from scanner.extract.interface import Sink, Source
from scanner.model import Reason

_ALPHABET = bytes(
    b if b == 10 else ord("a") if (chr(b).isalnum() and b < 128) or b in b"+/-_" else 32 for b in range(256)
)
_STRICT = bytes(ord("a") if chr(b).isalnum() and b < 128 else 32 for b in range(256))
_PART = b"a" * 16
"""What no path, and hardly any word, has between two of its marks."""
_LETTERS = re.compile(b"a+")
_RUN = b"a" * 24
_BLOCKS = (b"\n" + b"a" * 36, b"  " + b"a" * 60, b"\t" + b"a" * 60)
_LINE = re.compile(r"[A-Za-z0-9+/]{36,}={0,2}|[A-Za-z0-9_-]{60,}={0,2}")
_MORE = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+|[0-9a-fA-F-]{36}")
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9+/_-])(?:data:([\w/+.-]*)[^,\s]{0,80};base64,\s*)?(?:0[xX]|[xX]'|\\+x|%3D)?([A-Za-z0-9+/_-]{24,}={0,2})"
)
_ADDRESS = re.compile(r"data:([\w/+.-]*)((?:;[\w=-]+)*),([^\s\"'<>]{4,})")
_CHARSET = re.compile(r"charset=([\w-]+)")
_UUENCODE = re.compile(r"begin(-base64)? [0-7]{3,4} (\S.*)")
_STATED = re.compile(r"""!!binary(?: +["']?([A-Za-z0-9+/]{4,}={0,2})|(?: +[|>][-+0-9]*(?: +#.*)?)?$)""")
"""YAML says what follows: a block of lines of any length, or the letters themselves (YAML 1.1, type binary)."""
_ARMOUR = re.compile(r"-----BEGIN ([A-Z0-9 #]+)-----")
_SECRET = ("PGP MESSAGE", "PKCS7", "CMS", "ENCRYPTED PRIVATE KEY", "ENCRYPTED MESSAGE")
_NO_TEXT = ("KEY", "SIGNATURE", "CERTIFICATE REQUEST", "X509 CRL", "DH PARAMETERS", "EC PARAMETERS")
_VAULT = ("$ANSIBLE_VAULT;", "(This file must be converted with BinHex")
"""First lines of what follows in letters that are not read here."""
_SALTED = b"Salted__"
_AGE = b"age-encryption.org"
_ARCHIVE, _LENGTHS = b"PK\x03\x04", 16
_DIGITS = re.compile(r"(?:[0-9a-fA-F]{2})+")
_MARKED_DIGITS = re.compile(r"(?:0?[xX])?(?:[0-9a-fA-F]{2})+")
_LONG_DIGITS, _DISTINCT = 1_024, 10
"""Digits of a hexadecimal number from which it is no digest but a file or ciphertext."""
_RANDOM = 256
"""Bytes from which what cannot be told is declared: shorter ones are digests, tokens and keys."""
_PACKED = 48
"""Letters from which a token may be a text that was deflated."""
_LARGE = 400
"""Letters from which a token inside a line is looked at for more than text."""
_MOST = 100_000_000


def marks(letters: bytes) -> bytes:
    """The ASCII of a text (``?`` for other characters) with ``a`` for every letter of base64 and a blank for all else, where a
    run of them is long enough to carry something; empty otherwise. At the speed of copying."""
    if _PART not in letters.translate(_STRICT):
        return b""
    shape = letters.translate(_ALPHABET)
    return shape if _RUN in shape else b""


def blocks(letters: bytes, shape: bytes) -> bool:
    """Whether lines may belong to something carried, so that they must be looked at one by one."""
    if b"begin" in letters and (b"begin " in letters or b"begin-base64 " in letters):
        return True
    if b"-----BEGIN " in letters:
        return True
    if b"!!binary" in letters or b"$ANSIBLE_VAULT" in letters or b"with BinHex" in letters:
        return True
    return bool(shape) and (shape.startswith(_BLOCKS[0][1:]) or any(block in shape for block in _BLOCKS))


class Carried:
    """Takes the lines of a text one after the other and says which of them are no text."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._kind = self._name = ""
        self._lines: list[str] = []
        self._size = 0
        self.found: list[str] = []
        """Lines that were held back and are text after all, and what was decoded out of a line: to be put by the caller."""

    @property
    def open(self) -> bool:
        """Whether something has begun and has not ended."""
        return bool(self._kind)

    def takes(self, line: str) -> bool:
        """Whether the line belongs to something carried."""
        bare = line.strip()
        if self._kind and self._goes_on(bare):
            return True
        if _LINE.fullmatch(bare) and not _HEXADECIMAL.fullmatch(bare):
            self._begin("base64", "base64", bare)
            return True
        begun = _UUENCODE.fullmatch(bare)
        if begun:
            self._begin("base64-block" if begun[1] else "uuencode", begun[2])
            return True
        if "!!binary" in bare:
            held = len(self.found)
            for stated in _STATED.finditer(bare):
                self._begin("stated", "base64", stated[1] or "")
                if stated[1]:
                    self._finish()
            del self.found[held:]  # letters that stand in the line itself are put with it
            return False
        if bare.startswith(_VAULT):
            self._sink.missed(Reason.ENCRYPTED, self._source.at("encrypted"))
        armour = _ARMOUR.fullmatch(bare)
        if armour and armour[1] != "PGP SIGNED MESSAGE":
            self._begin("armour", armour[1])
            return True
        if len(bare) >= 24:
            self.inside(line)
        return False

    def tokens(self, text: str, shape: bytes) -> Iterator[int]:
        """Look at the runs in a text of many lines; the number of the line (from 0) of each that has given something."""
        number = counted = 0
        at = shape.find(_RUN)
        while at >= 0:
            found = _LETTERS.match(shape, at)
            end = found.end() if found else at + 1
            run = text[at:end]
            if not (run.islower() or run.isupper()) or _MARKED_DIGITS.fullmatch(run):  # no path, no name of a constant
                self.inside(text[max(shape.rfind(b"\n", max(0, at - 120), at), at - 120, -1) + 1 : end + 2])
            if self.found:
                number += shape.count(b"\n", counted, at)
                counted = at
                yield number
            at = shape.find(_RUN, end)

    def end(self) -> None:
        """The text is over."""
        if self._kind:
            self._finish()

    def _begin(self, kind: str, name: str, line: str = "") -> None:
        self._kind, self._name = kind, name
        self._lines, self._size = [line] if line else [], len(line)

    def _goes_on(self, bare: str) -> bool:
        """Whether a line is part of what has begun; what it ends is given."""
        kind = self._kind
        if kind == "base64":
            first = self._lines[0]
            if not first.endswith("=") and len(bare) <= len(first) == len(self._lines[-1]) and _MORE.fullmatch(bare):
                self._add(bare)
                if len(bare) < len(first) or bare.endswith("="):
                    self._finish()
                return True
            self._finish()
            return False
        if kind == "stated":
            if not bare.rstrip("=") or _MORE.fullmatch(bare):
                self._add(bare)
                return True
            self._finish()
            return False
        if (kind == "uuencode" and bare == "end") or (kind == "base64-block" and bare == "===="):
            self._finish()
            return True
        if kind == "armour":
            if bare.startswith("-----END "):
                self._finish()
            else:
                self._add(bare)
            return True
        if kind == "uuencode" and bare and not uu_line(bare):
            self._finish()
            return False
        self._add(bare)
        return True

    def _add(self, bare: str) -> None:
        self._lines.append(bare)
        self._size += len(bare)
        if self._size > _MOST:
            self._finish()

    def _finish(self) -> None:
        kind, name, lines = self._kind, self._name, self._lines
        self._kind, self._lines, self._size = "", [], 0
        if kind == "uuencode":
            self.member(name, b"".join(uu_bytes(line) for line in lines))
        elif kind == "armour":
            self._armour(name, lines)
        else:
            data = unpacked("".join(lines))
            if data is None or not self.member(name if kind != "base64" else "base64", data):
                self.found += lines

    def _armour(self, name: str, lines: list[str]) -> None:
        if name.endswith(_NO_TEXT):
            return
        data = unpacked("".join(line for line in lines if ":" not in line and not line.startswith("=")))
        if name == "CERTIFICATE":
            self.found += strings(data or b"")
        elif name in _SECRET or data is None or not self.member(name, data):
            self._sink.missed(Reason.ENCRYPTED, self._source.at("encrypted"))

    def inside(self, line: str) -> None:
        """What a line carries beside other text."""
        for address in _ADDRESS.finditer(line) if "data:" in line else ():
            if ";base64" not in address[2]:
                self._percent(address)
        for token in _TOKEN.finditer(line):
            letters = token[2]
            if token[1] is None and _DIGITS.fullmatch(letters):
                self._digits(letters)
                continue
            if token[1] is None and (_HEXADECIMAL.fullmatch(letters) or (letters.isalpha() and len(letters) < 60)):
                continue
            data = unpacked(letters)
            if data is None:
                continue
            text = japanese(data) or (japanese(deflated(data)) if len(letters) >= _PACKED else "")
            if text:
                self.found.append(text)
            elif token[1] is not None or len(letters) >= _LARGE:
                stated = token[1] is not None
                self.member(token[1].replace("/", ".") if stated else "base64", data, declared=stated)

    def _digits(self, letters: str) -> None:
        """A hexadecimal number: a digest as a rule, the text or the file of a column in a dump of a database."""
        data = bytes.fromhex(letters)
        text = japanese(data)
        if text:
            self.found.append(text)
        elif len(letters) >= _LONG_DIGITS and len(set(letters)) >= _DISTINCT:
            self.member("hexadecimal", data)

    def _percent(self, address: re.Match[str]) -> None:
        """A ``data:`` address whose contents are written as they are or by percent."""
        data = unquote_to_bytes(address[3])
        charset = _CHARSET.search(address[2])
        kind = address[1].replace("/", ".") or "text.plain"
        if charset and not data.isascii():
            data = charsets.decoded(data, charset[1]).encode()
        self.member(kind.replace("svg+xml", "svg"), data, declared=False)

    def member(self, name: str, data: bytes, *, declared: bool = True) -> bool:
        """Read what came out of letters; whether it was read or declared. ``declared``: whether noise is told at all; beside
        other text it is a token or a signature as a rule."""
        from scanner.extract.sniff import sniff

        self._sink.unpacked(len(data))
        if data.startswith(_SALTED) or _AGE in data[:40]:
            self._sink.missed(Reason.ENCRYPTED, self._source.at("encrypted"))
            return True
        at = data.find(_ARCHIVE, 1, _LENGTHS)
        if at > 0:  # what Excel puts around the queries of a workbook: lengths, an archive, rights
            data = data[at:]
        kind = sniff(io.BytesIO(data), name).format
        if kind == "binary" and (inflated := deflated(data)):
            data = inflated
            kind = sniff(io.BytesIO(data), name).format
        if kind == "binary" or (kind == "text" and not legible(data)):
            if not declared or len(data) < _RANDOM or not noise(data):
                return False
            self._sink.missed(Reason.NO_TEXT, self._source.at(name))
            return True
        inner = self._source.inner(name, io.BytesIO(data), len(data))
        if name != "base64":
            self._sink.entitled(inner.part, name)
        self._sink.member(inner)
        return True
