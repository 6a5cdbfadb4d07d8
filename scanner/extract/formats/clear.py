"""Texts that lie in clear in bytes that no reader follows: controls, records, streams of unknown applications, unknown files.

Where most bytes are text or zeros, two letters of Japanese are a text. In bytes of any value they come about by chance: of two random
bytes one in twenty is a common character of CP932 or UTF-16, so that four in a row stand for a few texts in a megabyte of noise.
"""

from __future__ import annotations

import re

from scanner.extract.interface import Sink
from scanner.extract.jis import euc
from scanner.extract.plausible import doubtful, score, spoken
from scanner.model import BlockKind

_UTF16_RUN = re.compile(
    rb"(?:[\x20-\x7e]\x00|[^\x00]\x30|[\x00-\xff][\x4e-\x9f]|[\x01-\xee]\xff|[\x00-\xff][\xf9\xfa]){2,}"
)
_PAIR = re.compile(rb"(?s)..")
_LETTERS = re.compile(rb"[A-Za-z0-9_./:\\-]{2}|\x00[A-Za-z0-9_./:\\-]")
"""Two Latin letters, or the halves of two of UTF-16 that were taken for one character."""
_MOST_NARROW, _STILL_NARROW = 0.6, 0.4
_CP932_RUN = re.compile(rb"(?:[\x20-\x7e]|[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa6-\xdf]){4,}")
_UTF8_RUN = re.compile(
    rb"(?<![\x20-\x7e])[\x20-\x7e]*+(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){2}(?:[\x20-\x7e]|[\xe3-\xe9\xef][\x80-\xbf]{2}|[\xc2-\xdf][\x80-\xbf])*"
)
"""Begun at the first printable character of a run only: a long run that no Japanese follows is looked at once."""
_EUC_RUN = re.compile(rb"[\x20-\x7e]*(?:[\xa1\xa4\xa5\xb0-\xf4][\xa1-\xfe]){2}(?:[\x20-\x7e]|[\xa1-\xf4][\xa1-\xfe])*")
_EMPTY = re.compile(rb"(?<=\x00)\x00{63,}|(?<=\xff)\xff{63,}")
"""What nothing was written to: images of disks consist of it. The first byte may be half of the letter before it."""
_SHORTEST = 4
_TELLING = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]{2}|[\\w.+-]@[\\w.-]|0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}")
_FOUR = re.compile("[ぁ-んァ-ヶ一-龥々　ー]{4}|[\\w.+-]@[\\w-]+\\.[a-z]{2}|0[0-9]{1,4}-[0-9]{1,4}-[0-9]{4}(?![0-9])")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\0\t\r\n"
_STRUCTURED = 0.6
"""Share of printable characters and zeros from which bytes are no noise; of random ones it is 0.38."""
_LIKELY, _SURE = 0.3, 0.55
"""Scores from which a run is a text, in structured bytes and in noise."""


def texts(data: bytes, part: str, sink: Sink, *, noisy: bool = False, least: int = 512) -> None:
    """Put what people wrote, in any encoding of a Japanese office. ``noisy``: few of the bytes are text, whatever they look like;
    it is looked at where there are ``least`` bytes."""
    noisy = noisy or _noisy(data, least)
    for piece in _EMPTY.split(data):
        if len(piece) >= _SHORTEST:
            _piece(piece, part, sink, noisy=noisy)


def _piece(data: bytes, part: str, sink: Sink, *, noisy: bool) -> None:
    wide(data, part, sink, noisy=noisy)
    rest = bytearray(data)
    for pattern, read in ((_UTF8_RUN, lambda raw: raw.decode("utf-8", "replace")), (_CP932_RUN, _narrow_text)):
        for run in pattern.finditer(bytes(rest)):
            text = read(run.group())
            if _is_text(text, noisy=noisy):
                rest[run.start() : run.end()] = bytes(run.end() - run.start())
                sink.text(BlockKind.FIELD, part, 0, text.strip())


def wide(data: bytes, part: str, sink: Sink, *, noisy: bool = False, said: set[str] | None = None) -> None:
    """Japanese or an address in UTF-16, at either alignment. ``said``: texts that are not put again."""
    for shift in (0, 1):
        for run in _UTF16_RUN.finditer(data, shift):
            if run.start() % 2 == shift:
                if _narrow(run.group(), data[run.end() : run.end() + 2]):
                    continue
                text = run.group().decode("utf-16-le", "replace")
                if _is_text(text, noisy=noisy, wide=True) and (said is None or text not in said):
                    if said is not None:
                        said.add(text)
                    sink.text(BlockKind.FIELD, part, 0, text)


def _noisy(data: bytes, least: int) -> bool:
    sample = data[:1_000_000]
    return len(sample) - len(sample.translate(None, _PLAIN)) < _STRUCTURED * len(sample) and len(sample) >= least


def _is_text(text: str, *, noisy: bool, wide: bool = False) -> bool:
    if noisy:
        return _FOUR.search(text) is not None and (text.isascii() or score(text) > _SURE) and not doubtful(text)
    if not _TELLING.search(text):
        return False
    return wide or text.isascii() or score(text) > _LIKELY or spoken(text)


def _narrow_text(raw: bytes) -> str:
    """A run of one or two bytes a character, in the likelier of the two encodings."""
    text = raw.decode("cp932", "replace")
    if _EUC_RUN.fullmatch(raw) and doubtful(text):
        other = euc(raw)
        return other if score(other) > score(text) else text
    return text


def _narrow(run: bytes, behind: bytes) -> bool:
    """Whether a run is text of one byte a letter: two Latin letters make a kanji. Of real kanji one in nine looks like that; so
    half of them are enough only where such letters go on behind the run."""
    kanji = [pair for pair in _PAIR.findall(run) if 0x4E <= pair[1] <= 0x9F]
    share = _STILL_NARROW if _LETTERS.fullmatch(behind) else _MOST_NARROW
    return bool(kanji) and sum(1 for pair in kanji if _LETTERS.fullmatch(pair)) >= share * len(kanji)
