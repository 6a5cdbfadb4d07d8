"""Tables whose columns are parted by one space: a line of headings, and lines under it whose words fit below them.

A name, an address or a title may hold spaces of its own, so a line has more words than there are columns. Each line is
laid out as cheaply as possible: what kind of value a heading announces says which column takes the words left over.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

from detectors.tables.headers import header_word
from detectors.tables.layout import Cell, Layout, Table
from detectors.tables.wide import WIDE

_HEADING = re.compile(r"(?m)^[^\S\n]?[^\s0-9。、:=]{1,12}(?: [^\s0-9。、:=]{1,12}){2,11} ?$")
_PERSON = re.compile(
    r"氏名|名前|姓名|名簿|^名$|者$|担当|職員|委員|児童|生徒|選手|[かが]な|[カガ]ナ|kana$|name$", re.IGNORECASE
)
_NUMBER = re.compile(
    r"番号|年月日|日$|日時|電話|tel|携帯|〒|郵便|金額|数$|年齢|^no|^id$|id$|^age$|単価|価格|連絡先|期限|期日|時刻|時間|点$|birth|date|phone|zip",
    re.IGNORECASE,
)
_PLACE = re.compile(r"住所|居所|所在|address", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[一-龥々ヶぁ-んァ-ヶーA-Za-z・/().'﨑髙]+")
_EMPTY = frozenset(("-", "なし", "無", "ー", "―", "不明", "同上", "〃"))
_MOST, _ROWS = 24, 2
"""Most words of a line; fewest lines under the headings."""
_OFTEN = 3
"""Headings under which one line is laid out at most: in the labelled sets and open texts two, where a heading comes again
on the next page. Lines that are all headings would each be laid out under all before them."""


def add_spaced_tables(text: str, layout: Layout, source: str = "") -> Layout:
    """``layout`` with the tables of this kind that stand outside of its cells.

    ``source``: the text before folding, where it has the same offsets: its wide spaces tell what parts columns.
    """
    found = False
    laid_out: dict[int, int] = {}
    fitted: _Known = {}
    for heading in _HEADING.finditer(text):
        if laid_out.get(heading.start(), 0) >= _OFTEN:
            continue
        words = _words(text, heading.start(), heading.end())
        names = [text[a:b] for a, b in words]
        known = sum(map(header_word, names))
        if known * 2 < len(names) or known < 2 or layout.at(heading.start()) is not None:
            continue
        kinds = [_kind(name) for name in names]
        if not ("person" in kinds or kinds.count("number") > 1):
            continue
        mark = _mark(source[heading.start() : heading.end()].strip())
        rows = _rows(text, heading.end() + 1, kinds, layout, source if mark else "", mark, laid_out, fitted)
        if len(rows) >= _ROWS and 2 * sum(len(row) == len(kinds) for row in rows) >= len(rows):
            _add(layout, [words, *rows], dict(enumerate(names)))
            found = True
    if found:
        layout.cells.sort()
        layout.starts = [cell.start for cell in layout.cells]
    return layout


def _mark(heading: str) -> str:
    """The one kind of space that parts a heading: wide or plain; empty where both do."""
    wide, plain = WIDE in heading, " " in heading
    return "" if wide == plain else WIDE if wide else " "


def _parted(source: str, start: int, end: int, mark: str) -> list[tuple[int, int]]:
    """The fields of a line between the spaces that part its heading."""
    fields = (match.span() for match in re.compile(f"[^{mark}]+").finditer(source, start, end))
    return [(a, b) for a, b in fields if source[a:b].strip()]


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text, start, end)]


def _add(layout: Layout, rows: list[list[tuple[int, int]]], headers: dict[int, str]) -> None:
    number = len(layout.tables)
    table = Table(headers, 0)
    for row, spans in enumerate(rows):
        table.rows[row] = [Cell(start, end, number, row, column) for column, (start, end) in enumerate(spans)]
        layout.cells += table.rows[row]
    layout.tables.append(table)


_Known = dict[tuple[str, str, tuple[str, ...]], list[tuple[int, int]] | None]
"""A line, the same before folding, and the kinds of the headings → where its cells are, ``None`` where it does not fit."""


def _rows(
    text: str,
    at: int,
    kinds: list[str],
    layout: Layout,
    source: str,
    mark: str,
    laid_out: dict[int, int],
    fitted: _Known,
) -> list[list[tuple[int, int]]]:
    """The lines from ``at`` on that fit under the headings, up to the second that does not. ``laid_out``: how often each line
    was looked at so; ``fitted``: what came of lines like it."""
    under = tuple(kinds)
    rows: list[list[tuple[int, int]]] = []
    strange = 0
    while at < len(text) and strange < 2:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if end - at > 300 or not text[at:end].strip() or layout.at(at) is not None:
            break
        laid_out[at] = laid_out.get(at, 0) + 1
        line = text[at:end], source[at:end] if mark else "", under
        if line not in fitted:
            words = _parted(source, at, end, mark) if mark and mark in line[1] else _words(text, at, end)
            if len(words) <= len(kinds) - 2:
                words = _words(text, at, end)
            cells = _fitted(text, words, kinds) if len(kinds) - 2 < len(words) <= _MOST else None
            fitted[line] = [(a - at, b - at) for a, b in cells] if cells is not None else None
        known = fitted[line]
        if known is None:
            strange += 1
        else:
            rows.append([(at + a, at + b) for a, b in known])
        at = end + 1
    return rows if strange < max(2, len(rows)) else []


def _kind(heading: str) -> str:
    for kind, pattern in (("number", _NUMBER), ("person", _PERSON), ("place", _PLACE)):
        if pattern.search(heading):
            return kind
    return "text"


class _Values(NamedTuple):
    """What the words of a line are, so that the cost of any of them together is known without looking at them again."""

    empty: list[bool]
    digits: list[int]
    """So many words with a digit stand before each place; one entry more than words. The same for the next two."""
    strange: list[int]
    """Words that no name is written in."""
    foreign: list[int]
    """Words in katakana."""
    lengths: list[int]


def _values(values: list[str]) -> _Values:
    return _Values(
        [value in _EMPTY for value in values],
        [0, *accumulate(any(c.isdigit() for c in value) for value in values)],
        [0, *accumulate(_LETTERS.fullmatch(value) is None for value in values)],
        [0, *accumulate("ァ" <= value[0] <= "ー" for value in values)],
        [len(value) for value in values],
    )


def _fitted(text: str, words: list[tuple[int, int]], kinds: list[str]) -> list[tuple[int, int]] | None:
    """The cells of a line, one a column, so that as little as possible is at odds with the headings."""
    values = _values([text[a:b] for a, b in words])
    count, bearable = len(words), _BEAR * len(kinds)
    costs = {kind: [_costs(kind, values, at, count, bearable) for at in range(count)] for kind in set(kinds)}
    best: list[float] = [_NEVER] * count + [0.0]
    """Cost of the columns from one on over the words from each place on."""
    ends: list[list[int]] = []
    for column in range(len(kinds) - 1, -1, -1):
        chosen, into = [_NEVER] * count + [_MISSING * (len(kinds) - column)], [count] * (count + 1)
        for at in range(column, count):
            least = _NEVER
            for end, cost in enumerate(costs[kinds[column]][at], at + 1):
                if cost < least and cost + best[end] < least:
                    least, into[at] = cost + best[end], end
            chosen[at] = least
        best = chosen
        ends.append(into)
    if best[0] > bearable:
        return None
    cells: list[tuple[int, int]] = []
    at = 0
    for into in reversed(ends):
        if at == count:
            break
        cells.append((words[at][0], words[into[at] - 1][1]))
        at = into[at]
    return cells


_NEVER, _BEAR, _MISSING = 1e9, 0.4, 0.5
"""What cannot be; what a column may cost on the average; what an empty one at the end costs."""
_EMPTY_CELL, _NO_DIGIT, _NO_HOUSE, _STRANGE = 0.3, 3.0, 0.8, 1.5
"""Costs of a mark for nothing; of a number without a digit; of an address without one; of what no name is written in."""
_ONE_WORD, _NUMBER_WORD, _PLACE_WORD, _TEXT_WORD = 0.2, 1.0, 0.4, 0.5
"""Costs of a name of one word, and of each word more of a number, an address, a text."""
_FOREIGN_WORD, _NAME_WORD = 0.1, 0.4
"""… of a name in katakana, which abroad has several, and of another name."""


def _costs(kind: str, values: _Values, at: int, count: int, bearable: float) -> list[float]:
    """How much one, two and more words from ``at`` on are at odds with what their heading announces, as many as can be borne:
    each word more costs something."""
    found: list[float] = []
    for end in range(at + 1, count + 1):
        cost = _cost(kind, values, at, end)
        if cost > bearable and end > at + 2 and (kind != "place" or cost - _NO_HOUSE > bearable):
            break
        found.append(cost)
    return found


def _cost(kind: str, values: _Values, at: int, end: int) -> float:
    """How much the words from ``at`` to ``end`` are at odds with what their heading announces."""
    more = end - at - 1
    if more == 0 and values.empty[at]:
        return _EMPTY_CELL
    if kind == "number":
        return _NUMBER_WORD * more + (0 if values.digits[at + 1] > values.digits[at] else _NO_DIGIT)
    if kind == "person":
        strange = values.strange[end] - values.strange[at]
        two = more == 1 and max(values.lengths[at:end]) <= 4
        further = _FOREIGN_WORD if values.foreign[end] - values.foreign[at] == end - at else _NAME_WORD
        words = 0.0 if two else _ONE_WORD if more == 0 else further * more
        return words + _STRANGE * strange
    if kind == "place":
        return _PLACE_WORD * more + (0 if values.digits[end] > values.digits[at] else _NO_HOUSE)
    return _TEXT_WORD * more
