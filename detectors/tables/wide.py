"""Tables whose columns are parted by wide (ideographic) spaces, with plain spaces inside of names: 8/5　北爪 亮平　広報係.

Folding makes one space of both, so what the wide ones part is marked before the layout is guessed.
"""

from __future__ import annotations

import re

from detectors.tables.headers import header_word

WIDE = "\u3000"
_HEADING = re.compile(
    rf"(?m)^{WIDE}*[^\n{WIDE}0-9０-９。、]{{1,12}}(?:{WIDE}+[^\n{WIDE}0-9０-９。、]{{1,12}}){{2,40}}{WIDE}*$"
)
"""A line of three or more short words without digits; of no more than forty-one, so that a line of millions costs little."""
_FIELD = re.compile(rf"[^{WIDE}]+")
_LONG = 300
"""Characters of a line beyond which it is no row."""
_ROWS = 2


def tabbed(source: str, folded: str) -> str:
    """``folded`` with a tab where wide spaces of ``source`` part the columns of a table; offsets stay as they are.

    Both texts have the same offsets. A table is a line of headings, two of them known ones and a third of all, above two or
    more lines with as many fields.
    """
    marks: list[int] = []
    done = 0
    for heading in _HEADING.finditer(source) if WIDE in source else ():
        at = heading.start()
        fields = _fields(source, at, heading.end())
        known = sum(header_word(source[a:b].strip()) for a, b in fields)
        if at < done or known < 2 or known * 3 < len(fields):
            continue
        rows = [fields]
        at = heading.end() + 1
        while at < len(source):
            end = source.find("\n", at, at + _LONG)
            end = len(source) if end < 0 and len(source) - at < _LONG else end
            row = _fields(source, at, end) if end > at else []
            if len(row) != len(fields):
                break
            rows.append(row)
            at = end + 1
        if len(rows) > _ROWS:
            marks += [start - 1 for row in rows for start, _ in row[1:]]
            done = at
    return _marked(folded, marks) if marks else folded


def _fields(source: str, start: int, end: int) -> list[tuple[int, int]]:
    return [m.span() for m in _FIELD.finditer(source, start, end) if not m.group().isspace()]


def _marked(text: str, marks: list[int]) -> str:
    pieces: list[str] = []
    at = 0
    for mark in marks:
        pieces += (text[at:mark], "\t")
        at = mark + 1
    return "".join((*pieces, text[at:]))
