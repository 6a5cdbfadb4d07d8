"""Exports of hosts: EBCDIC with Japanese, in the code pages 930 and 939 (IBM) and with the shifts of KEIS (Hitachi) and JEF
(Fujitsu), whose two-byte codes are JIS with both high bits set. Records end with a mark or have one length.

The characters of the code pages stand in ``ebcdic.txt``, made from iconv of GNU libc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from operator import eq
from typing import IO, NamedTuple

from scanner.extract.formats.text import Lines
from scanner.extract.interface import Sink, Source
from scanner.extract.jis import euc

_IBM = re.compile(rb"\x0e((?:[\x40-\x7f][\x40-\xfe])*)\x0f?")
_KEIS = re.compile(rb"\x0a\x42((?:[\xa1-\xfe][\xa1-\xfe]|\x40\x40)*)(?:\x0a\x41)?")
_JEF = re.compile(rb"[\x28\x38]((?:[\xa1-\xfe][\xa1-\xfe]|\x40\x40)+)\x29?")
_USUAL = bytes(
    [0x40, *range(0xF0, 0xFA), *range(0xC1, 0xCA), *range(0xD1, 0xDA), *range(0xE2, 0xEA), *range(0x81, 0xC0)]
)
_TELLING = bytes([*range(0xF0, 0xFA), *range(0xC1, 0xCA), *range(0xD1, 0xDA), *range(0xE2, 0xEA)])
_SAMPLE, _LONGEST = 8_192, 4_096
_PIECE = 1 << 20
_ENDS = (b"\x15", b"\x25")
"""Next line and line feed."""
_SAME = 0.9
_MET = re.compile("[a-z][ｦ-ﾟ]|[ｦ-ﾟ][a-z]")


class _Tables(NamedTuple):
    single: dict[str, str]
    """Code page → the characters of its 256 bytes."""
    double: dict[int, str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    single: dict[str, str] = {}
    double: dict[int, str] = {0x40: "\u3000" + "\ufffd" * 190}
    for row in resources.files("scanner.extract").joinpath("ebcdic.txt").read_text("utf-8").split("\n"):
        kind, _, rest = row.partition(" ")
        key, _, body = rest.partition(" ")
        if kind == "single":
            single[key] = "".join(chr(int(body[at : at + 4], 16)) for at in range(0, 1024, 4))
        elif kind == "double":
            double[int(key, 16)] = body
    return _Tables(single, double)


def looks_like_host(head: bytes) -> bool:
    """Whether the first bytes of a file are EBCDIC: its blanks and digits, and next to nothing of what ASCII writes."""
    if len(head) < 16 or head.isascii() or head.count(b" ") * 100 > len(head):
        return False
    shifts = [p for p in (_IBM, _KEIS, _JEF) if any(len(m[1]) > 2 for m in p.finditer(head))]
    rest = head
    for pattern in shifts[:1]:
        rest = pattern.sub(b"", head)
    known = len(rest) - len(rest.translate(None, _USUAL + b"\x4b\x4d\x5d\x60\x61\x6b\x7a" + b"\x15\x25\x0d"))
    blanks = len(rest) - len(rest.translate(None, b"\x40\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9"))
    if not rest:
        return bool(shifts) and shifts[0] is _IBM
    if known < 0.8 * len(rest) or rest.count(b"\n") * 50 > len(rest):
        return False
    if not shifts and len(rest) - len(rest.translate(None, _TELLING)) < 8:
        return False
    controls = len(rest) - len(rest.translate(None, bytes(range(0x20, 0x40))))
    return controls * 20 <= len(rest) and blanks * (8 if shifts else 4) >= len(rest) and rest.count(b"@") > 0


def extract(source: Source, sink: Sink) -> None:
    """Put every record as a line."""
    source.file.seek(0)
    sample = source.file.read(_SAMPLE)
    decoder = _Decoder(sample)
    out = Lines(source, sink)
    for record in _records(source.file, source.size, sample):
        out.put(decoder.decode(record).rstrip())
    out.end()


class _Decoder:
    def __init__(self, sample: bytes) -> None:
        shifts = ((p, sum(len(m[1]) for m in p.finditer(sample))) for p in (_IBM, _KEIS, _JEF))
        self._shift = max(shifts, key=lambda found: found[1])[0]
        tables = _tables()
        self._double = tables.double
        rest = self._shift.sub(b"", sample).decode("latin-1")
        by_page = {page: rest.translate(dict(enumerate(table))) for page, table in tables.single.items()}
        self._single = dict(enumerate(tables.single["939" if _lower(by_page) else "930"]))

    def decode(self, record: bytes) -> str:
        out: list[str] = []
        at = 0
        for shifted in self._shift.finditer(record):
            out.append(self._bytes(record[at : shifted.start()]))
            out.append(self._pairs(shifted[1]))
            at = shifted.end()
        out.append(self._bytes(record[at:]))
        return "".join(out)

    def _bytes(self, run: bytes) -> str:
        return run.decode("latin-1").translate(self._single)

    def _pairs(self, run: bytes) -> str:
        if self._shift is not _IBM:
            return euc(run.replace(b"\x40\x40", b"\xa1\xa1"))
        pairs = zip(run[::2], run[1::2], strict=False)
        return "".join([self._double[a][b - 0x40] if a in self._double else "\ufffd" for a, b in pairs])


def _lower(by_page: dict[str, str]) -> bool:
    """Whether a text is in code page 939, where small letters stand where 930 has half-width katakana: in the right one the
    two do not meet inside a word."""
    met = {page: len(_MET.findall(text)) for page, text in by_page.items()}
    if met["939"] != met["930"]:
        return met["939"] < met["930"]
    words = "".join(re.findall("[a-z]{3,}", by_page["939"]))
    vowels = sum(words.count(v) for v in "aeiou")
    return len(words) > 5 and 0.25 < vowels / len(words) < 0.7


def _records(file: IO[bytes], size: int, sample: bytes) -> Iterator[bytes]:
    end = next((e for e in _ENDS if sample.count(e) * _LONGEST >= len(sample)), b"")
    length = 0 if end else _length(sample, size)
    file.seek(0)
    rest = b""
    while chunk := file.read(_PIECE // (length or 1) * (length or 1) or length):
        data = rest + chunk
        if length:
            yield from (data[at : at + length] for at in range(0, len(data), length))
            rest = b""
        elif end:
            *whole, rest = data.split(end)
            yield from whole
            if len(rest) > _PIECE:
                yield rest
                rest = b""
        else:
            yield data
            rest = b""
    if rest:
        yield rest


def _length(sample: bytes, size: int) -> int:
    """The length of the records of a file without line ends: the shortest at which bytes repeat best; 0 for none."""
    best = {
        length: sum(map(eq, sample, sample[length:])) / (len(sample) - length)
        for length in range(20, min(_LONGEST, len(sample) // 2) + 1)
        if size % length == 0
    }
    most = max(best.values(), default=0.0)
    return min((length for length, same in best.items() if same >= _SAME * most), default=0) if most > 0.2 else 0
