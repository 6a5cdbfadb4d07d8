"""Identifiers with letters or marks in their shape: a regular expression tried only where its literal stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from detectors.context import label_of
from detectors.interface import Check, Match, View
from detectors.labels import AGAINST


def _no_check(_: re.Match[str]) -> Check | None:
    return Check.NONE


@dataclass(frozen=True, kw_only=True)
class PatternSpec:
    """A regular expression over the folded text."""

    family: str
    entity: str
    pattern: str
    literal: str = ""
    """A string without which the pattern cannot match; empty = always tried."""
    test: Callable[[re.Match[str]], Check | None] = _no_check
    labels: tuple[str, ...] = ()
    alone: float = 0.0
    labelled: float = 0.9
    flags: int = 0
    evidence: bool = False

    def accepts(self, value: str) -> bool:
        """Whether the whole value matches and passes its test."""
        match = re.compile(self.pattern, self.flags).fullmatch(value)
        return match is not None and self.test(match) in (Check.PASS, Check.NONE)


class PatternRecognizer:
    """Runs all pattern specifications."""

    name = "patterns"

    def __init__(self, specs: tuple[PatternSpec, ...]) -> None:
        self._compiled = [(spec, re.compile(spec.pattern, spec.flags)) for spec in specs]

    def find(self, view: View) -> Iterator[Match]:
        """Candidates of every pattern whose literal occurs in the text."""
        for spec, pattern in self._compiled:
            if spec.literal and spec.literal not in view.text:
                continue
            for match in pattern.finditer(view.text):
                check = spec.test(match)
                if check is None:
                    continue
                start, end = match.span("v") if "v" in pattern.groupindex else match.span()
                label = label_of(view, start, end)
                score, reason = spec.alone, "shape"
                if label is not None and spec.family in label.owners:
                    score, reason = spec.labelled, f"{label.source} {label.word}"
                    if check is Check.FAIL:
                        score = 0.55
                elif check is Check.FAIL:
                    continue
                elif label is not None and AGAINST in label.owners:
                    score, reason = score - 0.3, f"shape; {label.source} {label.word} speaks against it"
                if check is Check.PASS and score > 0.5:
                    score = min(0.99, score + 0.05)
                if score > 0:
                    yield Match(spec.entity, start, end, score, check, spec.family, reason, "", spec.evidence)
