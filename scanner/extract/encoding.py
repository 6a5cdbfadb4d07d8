"""Which encoding a text is in. Order: BOM, UTF-32 and UTF-16 without one, escape sequences, strict UTF-8, CP932 against EUC-JP.

Samplers fail on files whose Japanese begins late, so strict UTF-8 is tried on the whole file. CP932 is always
read as ``cp932`` (never ``shift_jis``, which fails on ㈱ ① 髙). What one encoding does not fit is read line by line, each
in its own (``mixed.py``): logs, address books and exports that several programs have added to.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from scanner.extract import mixed
from scanner.extract.jis import ESCAPE, JisDecoder
from scanner.extract.plausible import better_of_two
from scanner.extract.shifted import seven_bit

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHUNK = 1 << 20
MAX_LINE = 1 << 22
"""Characters after which a line without an end is handed on in pieces."""
_SAMPLE = 1 << 20
_JUDGED = 60_000
"""Bytes of the sample that are read in both encodings."""


@dataclass
class Damage:
    """What could not be decoded."""

    lines: int = 0
    """Lines with bytes that no encoding explains."""


def detect(file: IO[bytes]) -> str:
    """Name of a Python codec for the whole of ``file``, which is rewound. Text that is none of the known
    encodings gives ``cp932``: decode it with ``errors="replace"``."""
    file.seek(0)
    head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            file.seek(0)
            return name
    wide = wide_without_mark(head)
    if wide:
        file.seek(0)
        return wide
    name = _whole(file)
    file.seek(0)
    return name


def wide_without_mark(head: bytes) -> str | None:
    """The codec of text in two or four bytes a character that does not say so, by its first bytes."""
    if len(head) < 4 or (head.isascii() and 0 not in head):
        return None  # 100000 would be 〱〰〰: what reads as ASCII is ASCII
    for name, top, second in (("utf-32-le", head[3::4], head[2::4]), ("utf-32-be", head[0::4], head[1::4])):
        if len(head) >= 8 and not any(top) and max(second) <= 2 and _mostly_japanese(head, name, 4):
            return name
    first = head.find(b"\0") - 1
    if first >= 16 and b"\n" in head[:first] and _plausible_bytes(head[:first]):
        return None  # lines of another encoding stand before it
    even, odd = head[0::2], head[1::2]
    if min(even.count(0) / len(even), odd.count(0) / len(odd)) > 0.05:
        return None  # zeros in both halves: binary data
    for name, high in (("utf-16-le", odd), ("utf-16-be", even)):
        # ASCII and kana share few high bytes: 00 and 30; other text spreads over all
        common = sum(high.count(b) for b in (0x00, 0x30, 0xFF)) / len(high)
        zeros = high.count(0) / len(high)
        if (zeros > 0.3 and common > 0.5) or (common > 0.5 and high.count(0x30) > 2 and _mostly_japanese(head, name)):
            return name
        newline = "\n".encode(name)
        if newline in head and _mostly_japanese(head, name) and not _plausible_bytes(head):
            return name
    return None


def _mostly_japanese(head: bytes, name: str, width: int = 2) -> bool:
    text = head[: len(head) // width * width].decode(name, "replace")
    good = sum(
        1
        for c in text
        if "\u3000" <= c <= "\u30ff"
        or "\u4e00" <= c <= "\u9fff"
        or "\uff00" <= c <= "\uffef"
        or " " <= c <= "~"
        or c in "\r\n\t"
    )
    return bool(text) and good / len(text) > 0.9


def _plausible_bytes(head: bytes) -> bool:
    for name in ("utf-8", "cp932", "euc_jp"):
        try:
            head.decode(name)
        except UnicodeDecodeError as error:
            if error.start > len(head) - 4:
                return True
        else:
            return True
    return False


def _whole(file: IO[bytes]) -> str:
    """UTF-8 if the whole file is; with escapes ISO-2022-JP; otherwise the better of CP932 and EUC-JP."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    sample = b""
    utf8 = True
    escapes = False
    shifted = ""
    while chunk := file.read(CHUNK):
        if not escapes and b"\x1b" in chunk and ESCAPE.search(chunk):
            escapes = True
        if utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                utf8 = False
        if chunk.isascii():
            shifted = shifted or seven_bit(chunk)
        elif len(sample) < _SAMPLE:
            first = _first_high(chunk)
            sample += chunk[max(0, chunk.rfind(b"\n", 0, first) + 1) :]
        if not utf8 and len(sample) >= _SAMPLE:
            break
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            pass  # a cut last character: the rest was UTF-8
        if sample:
            return "utf-8"
        return "iso2022_jp" if escapes else shifted or "utf-8"
    if escapes and _high_share(sample) < 0.001:
        return "iso2022_jp"
    if _nearly_utf8(sample[: 2 * _JUDGED]):
        return "utf-8"
    return better_of_two(sample[:_JUDGED])


def _first_high(chunk: bytes) -> int:
    match = re.search(rb"[\x80-\xff]", chunk)
    return match.start() if match else 0


def _high_share(sample: bytes) -> float:
    return len(re.findall(rb"[\x80-\xff]", sample)) / max(1, len(sample))


_UTF8_MULTI = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _nearly_utf8(sample: bytes) -> bool:
    """UTF-8 with a few bad bytes: nearly all high bytes belong to well-formed sequences."""
    covered = sum(len(m) for m in _UTF8_MULTI.findall(sample))
    high = len(re.findall(rb"[\x80-\xff]", sample))
    return high > 0 and covered / high > 0.95 and covered >= 6


def decode(data: bytes, encoding: str, damage: Damage | None = None) -> str:
    """A whole text in memory; lines of another encoding are read in theirs, undecodable bytes become U+FFFD."""
    if encoding == "iso2022_jp":
        return JisDecoder(lambda run: mixed.line(run, "cp932")[0]).decode(data)
    if encoding.startswith("utf-16") or encoding.startswith("utf-32"):
        return data.decode(encoding, "replace")
    text, damaged = mixed.text(data, encoding)
    if damage:
        damage.lines += damaged
    return text


def labelled(data: bytes, codec: str) -> str:
    """A short text under the label that came with it, which is believed only where it explains the bytes as well as any
    other: mail programs and servers state one encoding and send another."""
    if codec.startswith(("utf-16", "utf-32", "utf-7", "hz")) or (codec == "iso2022_jp" and ESCAPE.search(data)):
        return decode(data, codec) if codec != "utf-7" else data.decode(codec, "replace")
    if data.isascii() and not ESCAPE.search(data):
        return data.decode("ascii")
    if ESCAPE.search(data):
        return decode(data, "iso2022_jp")
    return decode(data, mixed.chosen(data, codec))


def pieces(file: IO[bytes], encoding: str, damage: Damage | None = None) -> Iterator[str]:
    """The text of the file in pieces of whole lines, with ``\\n`` for every line end."""
    file.seek(0)
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _stream(file, encoding)
        return
    jis = JisDecoder(lambda run: mixed.line(run, "cp932")[0]) if encoding == "iso2022_jp" else None
    for raw in _whole_lines(file):
        if b"\r" in raw:  # no byte of a character in any of these encodings
            if raw.count(b"\r") == raw.count(b"\r\n"):
                raw = raw.translate(None, b"\r")  # four times as fast as to replace two bytes by one
            else:
                raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if jis:
            text, damaged = jis.decode(raw), 0
        else:
            text, damaged = mixed.text(raw, encoding)
            encoding = "utf-8" if encoding == "utf-8-sig" else encoding  # the mark stands at the beginning only
        if damage:
            damage.lines += damaged
        yield text


def lines(file: IO[bytes], encoding: str, damage: Damage | None = None) -> Iterator[str]:
    """Lines of the file without their ends, decoded piece by piece; undecodable bytes become U+FFFD."""
    rest: str | None = None
    for piece in pieces(file, encoding, damage):
        found = piece.split("\n")
        if rest:
            found[0] = rest + found[0]
        rest = found.pop()
        yield from found
        if len(rest) > MAX_LINE:
            yield rest
            rest = None
    if rest:
        yield rest


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Pieces of about a chunk that end with a line end; a line beyond all measure is cut before a byte of its own."""
    rest = b""
    while chunk := file.read(CHUNK):
        data = rest + chunk if rest else chunk
        cut = data.rfind(b"\n") + 1
        if not cut:
            cut = data.rfind(b"\r", 0, len(data) - 1) + 1
        if not cut and len(data) > MAX_LINE:
            near = re.search(rb"[\x00-\x3f][^\x00-\x3f]*\Z", data[-4096:])
            cut = len(data) - 4096 + near.start() + 1 if near else len(data)
        if cut:
            yield data[:cut]
        rest = data[cut:]
    if rest:
        yield rest


def _stream(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    while True:
        chunk = file.read(CHUNK)
        text = rest + decoder.decode(chunk, final=not chunk)
        if not chunk:
            if text:
                yield _unix(text)
            return
        cut = text.rfind("\n") + 1
        if not cut and len(text) > MAX_LINE:
            cut = len(text) - 1
        if cut:
            yield _unix(text[:cut])
        rest = text[cut:]
