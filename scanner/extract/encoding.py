"""Which encoding a text is in. Order: BOM, UTF-16 without BOM, escape sequences, strict UTF-8, CP932 against EUC-JP.

Samplers fail on files whose Japanese begins late, so strict UTF-8 is tried on the whole file. CP932 is always
read as ``cp932`` (never ``shift_jis``, which fails on ㈱ ① 髙).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\([DOPQ]|\([BIJ])")
CHUNK = 1 << 20
MAX_LINE = 1 << 22
"""Characters after which a line without an end is handed on in pieces."""
_SAMPLE = 1 << 20


def detect(file: IO[bytes]) -> str:
    """Name of a Python codec for the whole of ``file``, which is rewound. Text that is none of the known
    encodings gives ``cp932``: decode it with ``errors="replace"``."""
    file.seek(0)
    head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            file.seek(0)
            return name
    wide = _utf16_without_bom(head)
    if wide:
        file.seek(0)
        return wide
    name = _whole(file)
    file.seek(0)
    return name


def _utf16_without_bom(head: bytes) -> str | None:
    if len(head) < 4 or (head.isascii() and 0 not in head):
        return None  # 100000 would be 〱〰〰: what reads as ASCII is ASCII
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


def _mostly_japanese(head: bytes, name: str) -> bool:
    text = head[: len(head) // 2 * 2].decode(name, "replace")
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
    while chunk := file.read(CHUNK):
        if not escapes and b"\x1b" in chunk and _ESCAPE.search(chunk):
            escapes = True
        if utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                utf8 = False
        if len(sample) < _SAMPLE and not chunk.isascii():
            first = next(i for i, b in enumerate(chunk) if b > 127) if len(chunk) < 4096 else _first_high(chunk)
            sample += chunk[max(0, chunk.rfind(b"\n", 0, first) + 1) :]
        if not utf8 and len(sample) >= _SAMPLE:
            break
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            pass  # a cut last character: the rest was UTF-8
        return "iso2022_jp" if escapes and not sample else "utf-8"
    if escapes and _high_share(sample) < 0.001:
        return "iso2022_jp"
    if _nearly_utf8(sample):
        return "utf-8"
    return "euc_jis_2004" if _euc_score(sample) > _cp932_score(sample) else "cp932"


def _first_high(chunk: bytes) -> int:
    match = re.search(rb"[\x80-\xff]", chunk)
    return match.start() if match else 0


def _high_share(sample: bytes) -> float:
    return len(re.findall(rb"[\x80-\xff]", sample)) / max(1, len(sample))


_UTF8_MULTI = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CP932_DOUBLE = re.compile(rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]")
_EUC_PAIR = re.compile(rb"\x8e[\xa1-\xdf]|\x8f[\xa1-\xfe]{2}|[\xa1-\xfe]{2}")


def _nearly_utf8(sample: bytes) -> bool:
    """UTF-8 with a few bad bytes: nearly all high bytes belong to well-formed sequences."""
    covered = sum(len(m) for m in _UTF8_MULTI.findall(sample))
    high = len(re.findall(rb"[\x80-\xff]", sample))
    return high > 0 and covered / high > 0.95 and covered >= 6


def _score(text: str) -> float:
    """Common characters of Japanese text count, rare and half-width ones cost."""
    if not text:
        return 0.0
    score = 0.0
    for char in text:
        if "ぁ" <= char <= "ん" or "ァ" <= char <= "ヶ" or char in "、。ー・「」（）　":
            score += 1.0
        elif "一" <= char <= "龥":
            score += 0.5
        elif char == "\ufffd" or "\ue000" <= char <= "\uf8ff":
            score -= 4.0
        elif "｡" <= char <= "ﾟ":
            score -= 0.3
        elif ord(char) > 0x7F:
            score -= 0.2
    return score / max(1, sum(1 for c in text if ord(c) > 0x7F))


def _cp932_score(sample: bytes) -> float:
    return _score(sample[:60_000].decode("cp932", "replace"))


def _euc_score(sample: bytes) -> float:
    return _score(sample[:60_000].decode("euc_jis_2004", "replace"))


_JIS = re.compile(rb"\x1b(\$[@B]|\$\([@BDOPQ]|\([BIJ]|&@)")


class JisDecoder:
    """ISO-2022-JP and its kin (cp50221, -ms, -2004) by way of EUC, which knows ① and ㈱ of the NEC row."""

    def __init__(self) -> None:
        self._mode = b"(B"

    def decode(self, data: bytes) -> str:
        """One or more whole lines; the shift state is kept between calls."""
        pieces: list[bytes] = []
        at = 0
        for escape in _JIS.finditer(data):
            pieces.append(self._shift(data[at : escape.start()]))
            self._mode, at = escape[1], escape.end()
        pieces.append(self._shift(data[at:]))
        return b"".join(pieces).decode("euc_jis_2004", "replace")

    def _shift(self, run: bytes) -> bytes:
        if self._mode in (b"(B", b"(J", b"&@"):
            return run
        if self._mode == b"(I":
            return b"".join(b"\x8e" + bytes([b | 0x80]) if 0x21 <= b <= 0x5F else bytes([b]) for b in run)
        lead = b"\x8f" if self._mode in (b"$(D", b"$(P") else b""
        if not lead:
            return bytes(b | 0x80 if 0x21 <= b <= 0x7E else b for b in run)
        return b"".join(lead + bytes([a | 0x80, b | 0x80]) for a, b in zip(run[::2], run[1::2], strict=False))


def _jis_lines(file: IO[bytes]) -> Iterator[str]:
    decoder = JisDecoder()
    for line in file:
        yield decoder.decode(line).rstrip("\r\n")


def decode(data: bytes, encoding: str) -> str:
    """A whole short text; undecodable bytes become U+FFFD."""
    return JisDecoder().decode(data) if encoding == "iso2022_jp" else data.decode(encoding, "replace")


def lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    """Lines of the file without their ends, decoded piece by piece; undecodable bytes become U+FFFD."""
    file.seek(0)
    if encoding == "iso2022_jp":
        yield from _jis_lines(file)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    while True:
        chunk = file.read(CHUNK)
        text = rest + decoder.decode(chunk, final=not chunk)
        if not chunk:
            if text:
                yield from text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            return
        # a lone CR at the end of a chunk may be half of CRLF
        hold = "\r" if text.endswith("\r") else ""
        pieces = text[: len(text) - len(hold)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = pieces.pop() + hold
        if len(rest) > MAX_LINE:
            pieces.append(rest)
            rest = ""
        yield from pieces
