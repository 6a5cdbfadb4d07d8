"""A value of its own, out of a JSON, an element, a column: what a person reads of it in the program that shows it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator

from scanner.extract.carried import Carried, blocks, marks
from scanner.extract.escapes import may_hold, resolved
from scanner.extract.interface import Sink, Source

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


def changed(texts: list[str], source: Source, sink: Sink) -> Iterator[tuple[int, list[str]]]:
    """Of many values, as of a column: the places (from 0) of those that a person reads as something else, with what is read. Where
    many together hold nothing that anything is written by, none of them does: one look instead of hundreds."""
    for start in range(0, len(texts), _TOGETHER):
        some = texts[start : start + _TOGETHER]
        letters = "\n".join(some).encode("ascii", "replace")
        if not (may_hold(letters) or b"</" in letters or marks(letters) or blocks(letters, b"")):
            continue
        for at, text in enumerate(some, start):
            shown = value(text, source, sink)
            if shown != [text]:
                yield at, shown


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
