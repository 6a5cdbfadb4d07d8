"""Plain text in any of the encodings of a Japanese office, line by line."""

from __future__ import annotations

import re

from scanner.extract import encoding
from scanner.extract.carried import Carried, blocks, marks
from scanner.extract.escapes import may_hold, resolved
from scanner.extract.formats import yenc
from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.extract.mixed import controlled
from scanner.extract.plausible import score
from scanner.model import BlockKind, Reason

_BAD_SHARE = 0.2
_DAILY = re.compile("[ぁ-んァ-ヶー、。，．・「」（）：｡-ﾟ가-힣]")
_KANJI = re.compile("[一-龥]+")
_MANY, _LONG_RUN, _DAILY_SCORE, _SAMPLED = 100, 12, 0.6, 2_000
"""Kanji in all, and between anything else, from which a text without a single kana or mark is none: bytes that were enciphered
by one letter decode like that. A list of names has runs of four, an address one of ten and a kana in it."""
_ZEROS = re.compile("\x00+")
"""Records of one length are filled up with them: a run counts once."""
_CONTROLS = bytes(b for b in range(1, 32) if b not in b"\t\n\x0b\x0c\r\x1a\x1b")


def extract(source: Source, sink: Sink) -> None:
    """Put every line; text that mostly does not decode raises the reason ``undecodable``."""
    source = yenc.without(source, sink)
    codec = encoding.detect(source.file)
    damage = encoding.Damage()
    out = Lines(source, sink)
    for piece in encoding.pieces(source.file, codec, damage):
        out.piece(piece)
    out.end(damage.lines)


def odd(text: str, letters: bytes) -> bool:
    """Whether a text holds controls or what was not decoded; ``letters``: its ASCII."""
    return "\ufffd" in text or len(letters.translate(None, _CONTROLS)) < len(letters)


class Lines:
    """Puts the lines of a text; what they carry is read as members, what they are not is counted."""

    def __init__(self, source: Source, sink: Sink, part: str | None = None) -> None:
        self._sink = sink
        self._part = source.part if part is None else part
        self._carried = Carried(source, sink)
        self._number = 0
        self._seen = self._bad = 0
        self._controlled = 0
        self._daily = False
        self._kanji = self._runs = 0
        self._sample = ""

    def piece(self, text: str) -> None:
        """Whole lines with ``\\n`` between and behind them."""
        self._seen += len(text)
        if "\x00" in text:
            self._bad += len(_ZEROS.findall(text))
            text = text.replace("\x00", " ")
        letters = text.encode("ascii", "replace")
        if not self._daily and not text.isascii():
            self._daily = _DAILY.search(text) is not None
            if not self._daily:
                runs = _KANJI.findall(text)
                self._runs, self._kanji = self._runs + len(runs), self._kanji + sum(map(len, runs))
                self._sample = (self._sample + "".join(runs))[:_SAMPLED]
        doubtful = odd(text, letters)
        if doubtful:
            self._bad += text.count("\ufffd")
        shape = marks(letters)
        carries = self._carried.open or blocks(letters, shape)
        holds = may_hold(letters)
        if holds and not carries:
            text = resolved(text)
            letters = text.encode("ascii", "replace")
            shape = marks(letters)
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        if carries or doubtful:
            for line in lines:
                self.put(line, carries=carries, holds=holds and carries)
            return
        if shape:
            for number in self._carried.tokens(text, shape):
                self._found(self._number + number + 1)
        put, part = self._sink.text, self._part
        for number, line in enumerate(lines, self._number + 1):
            put(BlockKind.LINE, part, number, line)
        self._number += len(lines)

    def put(self, line: str, *, carries: bool = False, holds: bool = False) -> None:
        """One line. ``holds``: it may write characters by number, where it belongs to nothing that is carried: there ``\u3042`` and
        ``%41`` are letters like any other."""
        self._number += 1
        if controlled(line):
            self._controlled += 1
        if not (carries and self._carried.takes(line)):
            self._sink.text(BlockKind.LINE, self._part, self._number, resolved(line) if holds else line)
        if self._carried.found:
            self._found(self._number)

    def _found(self, number: int) -> None:
        for line in self._carried.found:
            self._sink.text(BlockKind.LINE, self._part, number, line)
        self._carried.found.clear()

    def end(self, damaged: int = 0) -> None:
        """No more lines; ``damaged``: those that the decoding has counted."""
        self._carried.end()
        self._found(self._number)
        damaged = max(damaged, self._controlled)
        if (
            not self._daily
            and self._kanji > _MANY
            and self._kanji > _LONG_RUN * self._runs
            and score(self._sample) < _DAILY_SCORE
        ):
            self._sink.missed(Reason.NO_TEXT, join(self._part, "line"))
        if self._seen and self._bad / self._seen > _BAD_SHARE:
            raise ExtractError("not text", Reason.UNDECODABLE)
        if damaged:
            self._sink.note(f"{damaged} of {self._number} line(s) in no known encoding")
            self._sink.missed(Reason.UNDECODABLE, join(self._part, "line"))
