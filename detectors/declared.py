"""What an identifier of another package declares, looked at before anything relies on it (``docs/extending.md``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.labels import announcing


class Misdeclared(Exception):
    """Carries where: ``SPECS[0].pattern``, ``EXAMPLES[2]``; never what stands there."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def look(module: ModuleType) -> None:
    """Raises ``Misdeclared`` for the first part of an identifier's module that is not what it has to be."""
    labels = getattr(module, "LABELS", {})
    _demand(isinstance(labels, Mapping), "LABELS")
    for family, words in labels.items():
        _demand(isinstance(family, str) and _texts(words) and bool(words), f"LABELS[{family!r}]")
    specs, more = _listed(module, "SPECS"), _listed(module, "RECOGNIZERS")
    _demand(bool(specs or more), "SPECS")
    for number, spec in enumerate(specs):
        for where in _faults_of_spec(spec, {*labels, *announcing()}):
            raise Misdeclared(f"SPECS[{number}]{where}")
    for number, one in enumerate(more):
        _demand(isinstance(getattr(one, "name", None), str) and callable(getattr(one, "find", None)), f"RECOGNIZERS[{number}]")  # fmt: skip
    for number, example in enumerate(_listed(module, "EXAMPLES")):
        pair = isinstance(example, Sequence) and not isinstance(example, str) and len(example) == 2
        _demand(pair and isinstance(example[0], str) and _texts(example[1]), f"EXAMPLES[{number}]")


def _faults_of_spec(spec: object, labels: set[str]) -> Iterator[str]:
    if not isinstance(spec, NumberSpec | PatternSpec | LabelledSpec):
        yield ""
        return
    written = {PatternSpec: "pattern", LabelledSpec: "value"}.get(type(spec))
    if written and not _expression(getattr(spec, written)):
        yield f".{written}"
    if isinstance(spec, NumberSpec) and not (
        _texts(spec.shapes) and all(re.fullmatch(r"\d+(-\d+)*", s) for s in spec.shapes)
    ):
        yield ".shapes"
    if not isinstance(spec, LabelledSpec) and not callable(spec.test):
        yield ".test"
    needs_label = isinstance(spec, LabelledSpec) or not (spec.alone or getattr(spec, "grouped", 0))
    if needs_label and not spec.evidence and spec.family not in labels:
        yield ".family"  # nothing would ever announce it


def _expression(text: object) -> bool:
    try:
        re.compile(text)  # type: ignore[call-overload]
    except (re.error, TypeError):
        return False
    return True


def _texts(words: object) -> bool:
    """Several texts, and not one, which would be taken for its letters."""
    return isinstance(words, Iterable) and not isinstance(words, str | bytes) and all(isinstance(w, str) for w in words)


def _listed(module: ModuleType, name: str) -> list[Any]:
    found = getattr(module, name, ())
    _demand(isinstance(found, Sequence) and not isinstance(found, str), name)
    return list(found)


def _demand(holds: bool, where: str) -> None:
    if not holds:
        raise Misdeclared(where)
