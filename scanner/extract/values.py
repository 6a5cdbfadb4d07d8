"""A value of its own, out of a JSON, an element, a column: what a person reads of it in the program that shows it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator

from scanner.extract.carried import Carried, blocks, marks
from scanner.extract.escapes import may_hold, resolved
from scanner.extract.interface import Sink, Source
from scanner.model import BlockKind

_TAGGED = re.compile(
    r"</?(?:b|i|u|s|em|strong|span|font|a|small|big|mark|wbr|sub|sup|ruby|rb)\b[^<>]{0,2000}>", re.IGNORECASE
)
_BROKEN = re.compile(r"<br\b[^<>]{0,200}>|</(?:p|div|li|tr|h[1-6])>", re.IGNORECASE)
_RICH = "{\\rtf"


_ORDINARY = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz?.,:;!()/'\"@_- \t\n"
"""Characters that nothing is written by; ``?`` stands for all beyond ASCII."""
_LONG = 24
_TOGETHER = 256
"""Values that are looked at in one go."""
_LONG_LINE = 100_000
"""Characters of a value with which its neighbours do not wait."""


def looked_at(texts: list[str], source: Source, sink: Sink) -> Iterator[tuple[int, list[str]]]:
    """Of many values, as of a column: the places (from 0) of those that had to be looked at one by one, with what a person reads of
    each. Where many together hold nothing that anything is written by, none of them does: one look instead of hundreds."""
    for start in range(0, len(texts), _TOGETHER):
        some = texts[start : start + _TOGETHER]
        letters = "\n".join(some).encode("ascii", "replace")
        if may_hold(letters) or b"</" in letters or marks(letters) or blocks(letters, b""):
            for at, text in enumerate(some, start):
                yield at, value(text, source, sink)


class Lines:
    """Values on their way out as lines, each under its name; neighbouring ones are looked at, and put, together."""

    def __init__(self, source: Source, sink: Sink, carrying: re.Pattern[str] | None = None) -> None:
        """``carrying``: what is left out of what is read one by one, because it has been read as what it carries."""
        self._source, self._sink, self._carrying = source, sink, carrying
        self._part = ""
        self._waiting: list[tuple[str, str]] = []
        self.number = 0
        """Lines so far."""

    def add(self, part: str, label: str, text: str) -> None:
        """Take one value; it may wait until ``put``."""
        waiting = self._waiting
        if part != self._part or len(waiting) >= _TOGETHER:
            self.put()
            self._part, waiting = part, self._waiting
        waiting.append((label, text))

    def put(self) -> None:
        """Put the values that wait."""
        waiting, self._waiting = self._waiting, []
        texts = [text for _, text in waiting]
        shown = dict(looked_at(texts, self._source, self._sink))
        if shown and self._carrying:
            for at, lines in shown.items():
                shown[at] = [line for line in lines if not self._carrying.match(line)]
        rows = [[label + line] for at, (label, text) in enumerate(waiting) for line in shown.get(at, (text,))]
        if max(map(len, texts), default=0) < _LONG_LINE:
            self._sink.records(self._part, self.number + 1, rows)
        else:
            for number, row in enumerate(rows, self.number + 1):
                self._sink.text(BlockKind.LINE, self._part, number, row[0])
        self.number += len(rows)


def _ordinary(letters: bytes) -> bool:
    """Whether a text of such characters carries nothing either: no long run, no beginning of something. Most values end here."""
    if len(letters) < _LONG:
        return True
    return b"--" not in letters and b"begin" not in letters and not marks(letters)


def value(text: str, source: Source, sink: Sink) -> list[str]:
    """For a value of its own (of a JSON, an element, a column): the texts that a person reads of it; empty where it is all that is
    to be read. What it carries has been read then: a file in letters, a text in RTF, characters by their number."""
    if text.startswith(_RICH):
        data = text.encode("cp932", "replace")
        sink.member(source.inner("value.rtf", io.BytesIO(data), len(data)))
        return []
    letters = text.encode("ascii", "replace")
    if not letters.translate(None, _ORDINARY) and _ordinary(letters):
        return [text]
    if may_hold(letters):
        text = resolved(text)
        letters = text.encode("ascii", "replace")
    if "<" in text and "</" in text:
        text = html.unescape(_TAGGED.sub("", _BROKEN.sub("\n", text)))
    shape = marks(letters)
    if not shape and not blocks(letters, shape):
        return [text]
    carried = Carried(source, sink)
    kept = [line for line in text.split("\n") if not carried.takes(line)]
    carried.end()
    return [*(["\n".join(kept)] if kept else []), *carried.found]
