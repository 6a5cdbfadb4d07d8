"""Finds every identifier module by itself and builds the recognizers and their label index once a process."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

import detectors.identifiers as identifiers
from detectors import person_labels
from detectors.addresses import recognizer as addresses
from detectors.identifiers.labelled import LabelledRecognizer, LabelledSpec
from detectors.identifiers.number import NumberRecognizer, NumberSpec
from detectors.identifiers.pattern import PatternRecognizer, PatternSpec
from detectors.interface import Recognizer
from detectors.labels import LabelIndex, announcing
from detectors.plugins import loaded

_SPACED = re.compile(r"[一-龥]{2,8}")
"""Labels that forms set wide: 氏 名, 生 年 月 日, 被 保 険 者 番 号."""

Spec = NumberSpec | LabelledSpec | PatternSpec


@dataclass(frozen=True)
class Registry:
    """All recognizers that need no model, and the labels they share."""

    recognizers: tuple[Recognizer, ...]
    specs: tuple[Spec, ...]
    labels: LabelIndex
    examples: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(module, text, expected entities)."""


def modules() -> list[ModuleType]:
    """Every module that carries specifications, recognizers or labels: ours in order of name, then those of plug-ins."""
    found = [
        importlib.import_module(f"detectors.identifiers.{m.name}") for m in pkgutil.iter_modules(identifiers.__path__)
    ]
    found += [addresses, importlib.import_module("detectors.sensitive")]
    return [*found, *loaded("identifiers")]


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The registry of this process."""
    specs: list[Spec] = []
    recognizers: list[Recognizer] = []
    examples: list[tuple[str, str, tuple[str, ...]]] = []
    for module in modules():
        specs.extend(getattr(module, "SPECS", ()))
        recognizers.extend(getattr(module, "RECOGNIZERS", ()))
        examples.extend((module.__name__, text, expected) for text, expected in getattr(module, "EXAMPLES", ()))
    labels = {family: list(words) for family, words in announcing().items()}
    for module in modules():
        for family, words in getattr(module, "LABELS", {}).items():
            labels.setdefault(family, []).extend(words)
    labels[person_labels.FAMILY] = list(person_labels.LABELS)
    for words in labels.values():
        words += [" ".join(word) for word in words if _SPACED.fullmatch(word)]
    numbers = tuple(sorted((s for s in specs if isinstance(s, NumberSpec)), key=lambda s: s.order))
    recognizers.append(NumberRecognizer(numbers))
    recognizers.append(LabelledRecognizer(tuple(s for s in specs if isinstance(s, LabelledSpec))))
    recognizers.append(PatternRecognizer(tuple(s for s in specs if isinstance(s, PatternSpec))))
    return Registry(tuple(recognizers), tuple(specs), LabelIndex(labels), tuple(examples))
