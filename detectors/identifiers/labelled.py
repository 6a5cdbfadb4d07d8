"""Identifiers without a national shape: only their label tells them (学籍番号, ケース番号, 保険証の記号・番号)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.interface import Check, Match, View
from detectors.labels import announcing
from detectors.tables.layout import Cell


@dataclass(frozen=True, kw_only=True)
class LabelledSpec:
    """``value`` must match right behind a label of the family (or fill a cell under or beside such a label)."""

    family: str
    entity: str
    value: str
    """Regular expression of the value; group ``v`` marks the span if not all of it belongs to the value."""
    joint: str = (
        r"\s?(?:の|等)?\s?(?:番号|no\.?)?[)\]】]?(?:\([^()\n0-9]{0,30}\)|※[^\s0-9]{0,24})?\s?は?\s?[:=.]?\s{0,4}"
    )
    """What may stand between label and value: brackets and notes of a form, a colon, the end of the line."""
    score: float = 0.85
    evidence: bool = False
    column: bool = True
    """Whether a column header alone is enough for every cell below it."""

    @property
    def quoted(self) -> str:
        """The joint with the quotes of a data file around it: ``"社員番号": "A1023"``."""
        return rf"[\"']?{self.joint}[\"']?"

    def accepts(self, value: str) -> bool:
        """Whether a text of label and value is recognised."""
        for label in sorted(announcing()[self.family], key=len, reverse=True):
            if re.search(
                rf"(?<![ぁ-んァ-ヶ一-龥a-z]){re.escape(label)}{self.joint}(?:{self.value})(?![0-9A-Za-z])",
                value,
                re.IGNORECASE,
            ):
                return True
        return False


class LabelledRecognizer:
    """Tries each labelled specification only where one of its labels stands."""

    name = "labelled"

    def __init__(self, specs: tuple[LabelledSpec, ...]) -> None:
        self.specs = specs
        self._compiled = {
            spec.family: (
                spec,
                re.compile(rf"{spec.quoted}(?:{spec.value})(?![0-9A-Za-z]|-[0-9])", re.IGNORECASE),
                re.compile(rf"(?:{spec.value})", re.IGNORECASE),
                re.compile(rf"(?<![0-9A-Za-z-])(?![一-龥ァ-ヶ])(?:{spec.value})(?= ?\()", re.IGNORECASE),
            )
            for spec in specs
        }

    def find(self, view: View) -> Iterator[Match]:
        """Values behind labels in running text, beside them in forms, below them in tables."""
        labels = view.labels
        families_of: dict[int, list[str]] = {}
        neighbours: dict[Cell, Cell | None] = {}
        for family in self._compiled:
            for hit in labels.of(family):
                families_of.setdefault(hit, []).append(family)
        for hit, families in sorted(families_of.items()):
            end = labels.ends[hit]
            cell = view.layout.at(labels.starts[hit])
            for family in families:
                spec, behind, whole, before = self._compiled[family]
                match = behind.match(view.text, end)
                if match and not (cell is not None and match.end() > cell.end):
                    yield _match(spec, match, f"label {labels.word(hit)}")
                elif (bracketed := _before_bracket(view.text, before, labels.starts[hit])) is not None:
                    yield _match(spec, bracketed, f"bracket {labels.word(hit)}")
                elif cell is not None:
                    if cell not in neighbours:
                        neighbours[cell] = _beside(view, cell)
                    other = neighbours[cell]
                    beside = whole.fullmatch(view.text, other.start, other.end) if other is not None else None
                    if beside:
                        yield _match(spec, beside, f"cell {labels.word(hit)}")
        yield from self._columns(view)

    def _columns(self, view: View) -> Iterator[Match]:
        for table in view.layout.tables:
            for column, header in table.headers.items():
                hits = view.labels.index.header(header)
                families = {f for i in range(len(hits.ids)) for f in hits.owners(i) if f in self._compiled}
                for family in sorted(families):
                    spec, _, whole, _ = self._compiled[family]
                    if not spec.column:
                        continue
                    for cell in table.below(column):
                        match = whole.fullmatch(view.text, cell.start, cell.end)
                        if match:
                            yield _match(spec, match, f"column {hits.word(0)}")


_SHORT = 32
"""Characters of a value before its label in brackets."""


def _before_bracket(text: str, value: re.Pattern[str], at: int) -> re.Match[str] | None:
    """The value right before a label in brackets: ``2101-345 (健康保険証番号)``."""
    if not text[max(0, at - 2) : at].endswith("("):
        return None
    line = max(text.rfind("\n", max(0, at - _SHORT), at) + 1, at - _SHORT, 0)
    return next((m for m in value.finditer(text, line, at) if not text[m.end() : at].strip(" (")), None)


def _beside(view: View, cell: Cell) -> Cell | None:
    """The next cell to the right that is not empty, unless it stands under a header of its own."""
    for other in view.layout.right(cell):
        if view.text[other.start : other.end].strip():
            return other if view.layout.header(other) == "" else None
    return None


def _match(spec: LabelledSpec, match: re.Match[str], reason: str) -> Match:
    named = match.groupdict().get("v") is not None
    start, end = match.span("v") if named else match.span()
    if not named:
        joint = re.compile(spec.quoted, re.IGNORECASE).match(match.string, start, end)
        if joint and reason.startswith("label"):
            start = joint.end()
    return Match(spec.entity, start, end, spec.score, Check.NONE, spec.family, reason, "", spec.evidence)
