"""What the label or the key right before a value announces: ``"shisetsu_mei": "石川``, ``品名：山崎``, ``<shimei>佐藤``."""

from __future__ import annotations

import re

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Scene
from detectors.tables.headings import heading
from detectors.tables.kinds import OF_PERSONS, ColumnKind, announced

_OPENING, _CLOSING, _JOINTS = " \"'([「", " \"')]】」", ":=|│┃\t>→"
_PARTING = " 　:=|│┃\t<>{}[],;\"'「」【】"
_BRACKETS = "([「"
_LONGEST = 20
"""Characters of a label."""
_SPACED = re.compile(rf"[{re.escape(_PARTING)}・●○■□*-]{{0,6}}(?P<label>[^{re.escape(_PARTING)}]{{2,12}})")
"""A label at the beginning of a line."""
_PARTY = 0.3


def _label(text: str, low: int, line: int) -> str:
    """The label that a mark or a bracket joins to the value at ``low``, or that begins its line and ends in 名 with nothing but space
    behind it; empty where there is none in its line."""
    bracketed = text[low - 1] in _BRACKETS
    while low > line and text[low - 1] in _OPENING:
        low -= 1
    if low == line or (text[low - 1] not in _JOINTS and not bracketed):
        return (
            found["label"]
            if text[low - 1] == "名" and (found := _SPACED.fullmatch(text, line, low)) is not None
            else ""
        )
    end = low - (text[low - 1] in _JOINTS)
    while end > line and text[end - 1] in _CLOSING:
        end -= 1
    start, limit = end, max(line, end - _LONGEST)
    while start > limit and text[start - 1] not in _PARTING:
        start -= 1
    return text[start:end]


def _said(label: str) -> float:
    said = announced(heading(label)) if label else None
    if said is None or said.kind is ColumnKind.UNKNOWN:
        return 0.0
    if said.kind is ColumnKind.PARTY:
        return _PARTY
    return said.sure if said.kind in OF_PERSONS else -said.sure


@feature(("氏名：«東»", 0.95), ("品名：«東»", -0.85), ("氏名（«東»）", 0.95), ("船名　«東»", -0.7), rises=1)
def field(scene: Scene) -> Values:
    """How surely the label right before it announces persons; below nothing, how surely something else."""
    text, spans, lines = scene.text, scene.spans, scene.lines[1]
    known = {"": 0.0}
    found = np.zeros(len(spans), dtype=np.float32)
    for at in scene.asked.tolist():
        label = _label(text, spans[at][0], int(lines[at]))
        if label not in known:
            known[label] = _said(label)
        found[at] = known[label]
    return found
