"""What an identifier of another package may not declare: each is told by the part that is wrong."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.declared import Misdeclared, look
from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check
from detectors.registry import modules

WORDS = {"CARD": ("券番号",)}
PATTERN = PatternSpec(family="CARD", entity="EX", pattern=r"L[0-9]{4}")


def _number(**more: Any) -> NumberSpec:
    told = {"family": "CARD", "entity": "EX", "shapes": ("4-4",), "test": lambda digits, groups: Check.NONE}
    return NumberSpec(**{**told, **more})


def _module(**parts: object) -> ModuleType:
    made = ModuleType("other")
    vars(made).update(parts)
    return made


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({}, "SPECS"),
        ({"SPECS": PATTERN}, "SPECS"),
        ({"SPECS": ["L[0-9]{4}"]}, "SPECS[0]"),
        (
            {"SPECS": [PATTERN, PatternSpec(family="CARD", entity="EX", pattern="(")], "LABELS": WORDS},
            "SPECS[1].pattern",
        ),
        ({"SPECS": [LabelledSpec(family="CARD", entity="EX", value="*")], "LABELS": WORDS}, "SPECS[0].value"),
        ({"SPECS": [LabelledSpec(family="NONE", entity="EX", value="x")]}, "SPECS[0].family"),
        ({"SPECS": [PATTERN]}, "SPECS[0].family"),
        ({"SPECS": [_number(shapes="4-4")], "LABELS": WORDS}, "SPECS[0].shapes"),
        ({"SPECS": [_number(shapes=("4,4",))], "LABELS": WORDS}, "SPECS[0].shapes"),
        ({"SPECS": [_number(test=None)], "LABELS": WORDS}, "SPECS[0].test"),
        ({"SPECS": [PATTERN], "LABELS": ["券番号"]}, "LABELS"),
        ({"SPECS": [PATTERN], "LABELS": {"CARD": "券番号"}}, "LABELS['CARD']"),
        ({"SPECS": [PATTERN], "LABELS": {"CARD": ()}}, "LABELS['CARD']"),
        ({"RECOGNIZERS": [SimpleNamespace(name="x")]}, "RECOGNIZERS[0]"),
        ({"SPECS": [PATTERN], "LABELS": WORDS, "EXAMPLES": {"券番号 L1234": "EX"}}, "EXAMPLES"),
        ({"SPECS": [PATTERN], "LABELS": WORDS, "EXAMPLES": [("a", ("EX",)), ("券番号 L1234", "EX")]}, "EXAMPLES[1]"),
        ({"SPECS": [PATTERN], "LABELS": WORDS, "EXAMPLES": ["ab"]}, "EXAMPLES[0]"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_place(parts: dict[str, object], where: str) -> None:
    with pytest.raises(Misdeclared) as told:
        look(_module(**parts))
    assert told.value.where == where


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just(PATTERN),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2) | st.tuples(inner, inner)
    ),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("SPECS", "LABELS", "EXAMPLES", "RECOGNIZERS"), ANYTHING)))
def test_whatever_stands_there_is_taken_or_told(parts: dict[str, object]) -> None:
    where = "LABELS"
    try:
        look(_module(**parts))
    except Misdeclared as told:
        where = told.where
    assert where.partition("[")[0] in ("SPECS", "LABELS", "EXAMPLES", "RECOGNIZERS")


@pytest.mark.parametrize("module", [m for m in modules() if hasattr(m, "SPECS") or hasattr(m, "RECOGNIZERS")])
def test_our_own_declare_what_is_asked_of_others(module: ModuleType) -> None:
    look(module)
