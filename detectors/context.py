"""Which label speaks for a value: its column header, the words before it, the cell or line beside or above it."""

from __future__ import annotations

import re

from detectors.interface import Label, View
from detectors.labels import AGAINST, REACH, LabelHits
from detectors.tables.layout import Cell

_DIGIT = re.compile("[0-9]")


def label_of(view: View, start: int, end: int, families: frozenset[str] | None = None) -> Label | None:
    """The nearest label of the value at ``start:end``, or ``None``.

    In a table with a header row the header speaks first; then words before the value in its cell or line, the
    cell to the left or above, a label in brackets right after it, and last the line above (forms). ``families``: what
    the value may be by its shape; a label of something else (氏名 before twelve digits) does not hide one further off.
    """
    cell = view.layout.at(start)
    if cell is not None:
        header = view.layout.header(cell)
        own = _before(view, start, max(0, cell.start - 1), families)  # the quote before a key stands outside the cell
        if header:
            return own or _of_column(view, cell, header, families)
        return own or _beside(view, cell) or _after(view, end, cell.end) or _heading(view, start)
    floor = max(0, start - REACH)
    newline = view.text.rfind("\n", floor, start)
    line_start = max(floor, newline + 1)
    found = _before(view, start, line_start, families) or _after(view, end, end + 14)
    if found is None and newline >= 0 and _NO_MORE.fullmatch(view.text, newline + 1, start):
        found = _line_above(view, _last_written(view.text, newline))
    return found or _heading(view, start)


def _before(view: View, start: int, floor: int, families: frozenset[str] | None) -> Label | None:
    """The nearest label in the sentence that may speak for the value, or else the nearest at all."""
    labels, nearest = view.labels, None
    floor = max(floor, start - REACH, view.text.rfind("。", max(floor, start - REACH), start))
    hit = labels.nearest_before(start, floor)
    while hit is not None:
        owners = labels.owners(hit)
        label = Label(labels.word(hit), owners, "label", labels.ends[hit])
        between = view.text[labels.ends[hit] : start]
        if _NEXT_FIELD.search(between) is not None:
            break
        if families is None or not families.isdisjoint(owners):
            return label if nearest is None or _NUMBER.search(between) is None else nearest
        nearest = nearest or label
        if AGAINST in owners:
            break
        hit = labels.nearest_before(labels.starts[hit], floor)
    return nearest


_NEXT_FIELD = re.compile(r"[,;{}>&] {0,2}[\"'<]?[A-Za-z_][\w.-]{0,40}[\"']?(?: {0,2}[:=]|>)")
"""The key of another field: what stands behind it has nothing to do with a label before it."""
_NUMBER = re.compile(r"[0-9]{3}")
"""What is rather the value of the label before it."""


def _last_written(text: str, newline: int) -> int:
    """The end of the nearest line above that is not blank; one or two blank lines may part a label from its value."""
    for _ in range(2):
        above = text.rfind("\n", max(0, newline - 8), newline)
        if above < 0 or text[above + 1 : newline].strip():
            break
        newline = above
    return newline


_NO_MORE = re.compile(
    r"(?:\[[0-9:. /-]{4,19}\] ?)?(?:[A-Za-z一-龥]{1,6}: )?[ \t\-:・*□■●○]*(?:番 ?号|[Nn][Oo]\.?)?[ \t:・\[(]*(?:第 ?)?"
)
"""What may stand before a value whose label is the line above: a mark, the time and the speaker of a conversation, or no more
than that it is a number."""
_NUMBERED = re.compile(r"[ :=.]{0,3}[0-9A-Za-z-]*[0-9]{3}[0-9A-Za-z-]* +[^ 0-9]")
"""Its number and then a word: 荷物番号 4412-8890 再配達 090-…."""
_PARTED = re.compile(r"[^ :=|\t/][^|\t\n]{0,30}?(?: / |\||\t|  )")


def has_own_value(text: str, label: Label, start: int) -> bool:
    """Whether the label before ``start`` has a value of its own in another field: 要介護4 / 090-…."""
    return label.end >= 0 and (
        _PARTED.search(text, label.end, start) is not None or _NUMBERED.match(text, label.end, start) is not None
    )


def _after(view: View, end: int, limit: int) -> Label | None:
    """A label in brackets right behind the value: ``1234-5678-9018(個人番号)``."""
    if (end < len(view.text) and view.text[end] in "(（[【") or view.text.startswith(" (", end):
        for hit in view.labels.between(end, min(limit, end + 16, len(view.text))):
            return Label(view.labels.word(hit), view.labels.owners(hit), "label")
    return None


def _beside(view: View, cell: Cell) -> Label | None:
    """The label in the cell to the left or above; looked for once a cell, however many values stand in it."""
    if cell not in view.beside:
        view.beside[cell] = _left_or_above(view, cell)
    return view.beside[cell]


def _left_or_above(view: View, cell: Cell) -> Label | None:
    left = view.layout.left(cell)
    while left is not None:
        if view.text[left.start : left.end].strip():
            found = _last_between(view, left, "cell") or _at_head(view, left)
            if found is not None:
                return found
            break
        left = view.layout.left(left)
    above = view.layout.above(cell)
    return _last_between(view, above, "cell") if above is not None else None


def _of_column(view: View, cell: Cell, header: str, families: frozenset[str] | None) -> Label | None:
    """What the heading announces; where it says nothing of such a value, the head of the row may."""
    found = _last(view.labels.index.header(header), "column")
    if found is None or (families is not None and families.isdisjoint(found.owners)):
        turned = _at_head(view, cell)
        if turned is not None and (families is None or not families.isdisjoint(turned.owners)):
            return turned
    return found


def _at_head(view: View, cell: Cell) -> Label | None:
    """The label at the head of the row, of a table turned round: the other cells are values, one for each person."""
    head = view.layout.tables[cell.table].rows[cell.row][0]
    return _last_between(view, head, "cell") if head.column < cell.column else None


def _last_between(view: View, cell: Cell, source: str) -> Label | None:
    hits = view.labels.between(cell.start, cell.end)
    content = len(view.text[cell.start : cell.end].strip())
    if not hits or sum(view.labels.ends[h] - view.labels.starts[h] for h in hits) * 2 < content:
        return None  # a word inside a value is not a label
    return Label(view.labels.word(hits[-1]), view.labels.owners(hits[-1]), source)


def _last(hits: LabelHits, source: str) -> Label | None:
    if not hits.ids:
        return None
    return Label(hits.word(len(hits.ids) - 1), hits.owners(len(hits.ids) - 1), source)


def _line_above(view: View, newline: int) -> Label | None:
    floor = max(0, newline - 2 * REACH)
    line_start = view.text.rfind("\n", floor, newline) + 1
    if not line_start and floor:
        return None  # a line so long is no label
    hits = view.labels.between(line_start, newline)
    if hits and _LEFT_OPEN.fullmatch(view.text, view.labels.ends[hits[-1]], newline):
        return Label(view.labels.word(hits[-1]), view.labels.owners(hits[-1]), "line")
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", "", view.text[line_start:newline])
    if len(hits) != 1 or _DIGIT.search(bare) or (_PROSE.search(bare) and not _ASKED.search(bare)):
        return None
    return Label(view.labels.word(hits[0]), view.labels.owners(hits[0]), "line")


_LEFT_OPEN = re.compile(r"[\"'> ]{0,2}(?:の?番号)?(?:[Nn]o\.?)?[\"'> ]{0,2}(?:は|が|を|:|=|[)】\]])?[\"' \t\r]{0,4}")
"""Behind a label at the very end of a line, however many others stand before it: its value was broken off it."""
_ASKED = re.compile(r"お願い|教え|[?？]|ですか|でしょうか|いただけ|伺")
"""A question in a conversation: the answer stands below."""
_PROSE = re.compile(
    r"及び|並びに|又は|若しくは|その他|[をがはも](?![一-龥ぁ-んァ-ヶー]{0,2}$)|。|です|ます|から|により|に関|こと"
)
"""What no heading has and every sentence."""
_LONG = 500
"""Characters of a line beyond which it neither heads a block nor belongs to one."""


def _heading(view: View, start: int) -> Label | None:
    """The heading line of the block of lines that ``start`` stands in: a line of two or more labels and no digits,
    above lines that were not recognised as a table (columns of uneven gaps)."""
    line = view.text.rfind("\n", max(0, start - _LONG), start) + 1
    families = _heading_of(view, line)
    return Label("heading", families, "line") if families else None


def _heading_of(view: View, line: int) -> frozenset[str]:
    """Families of the heading above the line that begins at ``line``; every line is looked at once."""
    memo = view.headings
    pending: list[int] = []
    found: frozenset[str] = frozenset()
    while line > 0 and line not in memo:
        floor = max(0, line - _LONG)
        above = view.text.rfind("\n", floor, line - 1) + 1
        pending.append(line)
        if not above and floor:
            break
        text = view.text[above : line - 1]
        if not text.strip():
            break
        hits = view.labels.between(above, line - 1)
        # items = ["PERSON", …] is a value and heads nothing
        if len(hits) >= 2 and "=" not in text and _DIGIT.search(text) is None and _PROSE.search(text) is None:
            found = frozenset().union(*(view.labels.owners(h) for h in hits)) - {AGAINST}
            break
        line = above
    else:
        found = memo.get(line, found)
    for seen in pending:
        memo[seen] = found
    return found
