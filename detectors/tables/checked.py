"""What a column says of the numbers in it: whether they pass a check digit one after the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from detectors.interface import Check, Match, View
from detectors.tables.layout import Cell

COLUMN_VALUES = 4
"""So many values of one column that all pass a check digit need no label."""
_SURE = 0.85
_ALL, _HALF = 0.95, 0.5
"""Shares of a column that pass: all but slips of the pen; fewer than half, where one in ten passes by chance."""
_FAILING = 2
"""Values at least that fail where a column is told not to be of a kind."""
_AGAINST = 0.3
"""Score of a number that passed by chance."""
_DAYS = frozenset({"DATE_OF_BIRTH"})
"""Every column of dates passes as one of days: that is no check digit."""
_HAS_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9])*")
_NOT_DIGITS = re.compile("[^0-9]+")
_LINES = 200
"""Lines above and below a number that are looked at where it stands alone in its line."""


def by_column(view: View, found: list[Match]) -> list[Match]:
    """A column whose numbers all pass one check digit is a column of that identifier, label or not; where most of them fail, those
    that pass do so by chance. Lines that hold a number and nothing else are a column, too."""
    doubtful = {m.entity for m in found if m.check is Check.PASS and (m.score < _SURE or m.reason == "shape")} - _DAYS
    columns: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for i, match in enumerate(found):
        if (
            match.entity in doubtful
            and match.check is Check.PASS
            and not match.evidence
            and "speaks against" not in match.reason
        ):
            cell = view.layout.at(match.start)
            if cell is None:
                if match.reason == "shape" and _alone(view.text, match):
                    columns[-1, 0, match.entity].append(i)
            elif match.end - match.start >= (cell.end - cell.start) - 2:
                columns[cell.table, cell.column, match.entity].append(i)
    for (number, column, _), members in columns.items():
        if number < 0:
            _against_lines(view.text, found, members)
            continue
        if all(found[i].score >= _SURE and found[i].reason != "shape" for i in members):
            continue
        cells = view.layout.tables[number].below(column)
        count = len({found[i].start for i in members})  # some numbers are found by two recognizers
        numeric = sum(_HAS_DIGIT.search(view.text, c.start, c.end) is not None for c in cells)
        if count >= COLUMN_VALUES and count >= numeric * _ALL:
            reason = f"{count} of {numeric} values in the column pass the check digit"
            for i in members:
                if found[i].score < _SURE:
                    found[i] = found[i]._replace(score=_SURE, reason=reason)
            continue
        _against(view.text, found, members, list(_values(view.text, cells)))
    return found


def _values(text: str, cells: list[Cell]) -> Iterator[str]:
    """The numbers of a column as their digits."""
    for cell in cells:
        value = text[cell.start : cell.end].strip()
        if _NUMBER.fullmatch(value) is not None:
            yield _NOT_DIGITS.sub("", value)


def _against(text: str, found: list[Match], members: list[int], values: list[str]) -> None:
    """Take back what nothing but its check digit speaks for, where most of the column's numbers of that length fail it."""
    shaped = [i for i in members if found[i].reason == "shape"]
    passing = len({found[i].start for i in members})
    lengths = {len(_NOT_DIGITS.sub("", text[found[i].start : found[i].end])) for i in shaped}
    alike = sum(len(value) in lengths for value in values)
    if shaped and passing < _HALF * alike and alike - passing >= _FAILING:
        reason = f"{passing} of {alike} numbers in the column pass the check digit"
        for i in shaped:
            found[i] = found[i]._replace(score=min(found[i].score, _AGAINST), reason=reason)


def _alone(text: str, match: Match) -> bool:
    """Whether a match is all of its line."""
    before, behind = text[match.start - 1 : match.start], text[match.end : match.end + 1]
    return before in ("", "\n") and behind in ("", "\n", "\r")


def _against_lines(text: str, found: list[Match], members: list[int]) -> None:
    """The same for numbers in lines of their own: those of one block are a column."""
    members.sort(key=lambda i: found[i].start)
    blocks: list[tuple[int, list[int], list[str]]] = []
    for i in members:
        if blocks and found[i].start < blocks[-1][0]:
            blocks[-1][1].append(i)
            continue
        start = end = found[i].start
        for _ in range(_LINES):
            above = text.rfind("\n", 0, max(0, start - 1)) + 1
            if above == start or _NUMBER.fullmatch(text[above : start - 1].strip()) is None:
                break
            start = above
        values: list[str] = []
        for _ in range(2 * _LINES):
            stop = text.find("\n", start)
            value = text[start : stop if stop >= 0 else len(text)].strip()
            if len(value) > 40 or _NUMBER.fullmatch(value) is None:
                break
            values.append(_NOT_DIGITS.sub("", value))
            start = end = stop + 1 if stop >= 0 else len(text)
            if stop < 0:
                break
        blocks.append((end, [i], values))
    for _, inside, values in blocks:
        _against(text, found, inside, values)
