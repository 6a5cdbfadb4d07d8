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
    hint: str = ""
    """A simpler expression that every match contains; without a hit the pattern is not tried."""
    reach: int = -1
    """How many characters before its hint or literal a match may begin; only there is it tried. -1 = the whole text is."""
    lettered: bool = False
    """The pattern begins with one to three Latin letters before digits: tried only where such a run begins."""
    after: tuple[str, ...] = ()
    """Words of which one must stand right before the match; the value begins with it. An alternation of many words at
    the head of a pattern would be tried at every character."""
    test: Callable[[re.Match[str]], Check | None] = _no_check
    alone: float = 0.0
    labelled: float = 0.9
    labelled_fail: float = 0.55
    """Score of a labelled value whose check fails."""
    flags: int = 0
    evidence: bool = False

    def accepts(self, value: str) -> bool:
        """Whether the whole value matches and passes its test."""
        if self.after:
            head = next((w for w in self.after if value.startswith(w)), None)
            if head is None:
                return False
            value = value.removeprefix(head).lstrip(" ")
        match = re.compile(self.pattern, self.flags).fullmatch(value)
        return match is not None and self.test(match) in (Check.PASS, Check.NONE)


_LONGEST = 400
"""Characters behind a literal that a match may take; keeps a text of nothing but literals linear."""
_LETTERED = re.compile(r"[A-Za-z](?<![0-9A-Za-z].)[A-Za-z]{0,2}[ -]?[0-9]")


_BOX = r"[ \t|□■☐▢▯_│┃\[\]]{1,3}"
_LETTER_BOXES = re.compile(
    rf"[A-Z](?<![0-9A-Za-z].){_BOX}[A-Z](?:{_BOX}[0-9]){{7,9}}(?:{_BOX}[A-Z]){{0,2}}(?!(?:{_BOX})?[0-9A-Za-z])"
)
"""One letter or digit a box."""
_FEW = 4
"""So many places before a sign are tried one by one; a search would run on to the end of what it may look at."""


def _near(text: str, reach: int, sign: re.Pattern[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Matches that begin at most ``reach`` characters before a sign of them. Where a search fails and signs stand close, no
    place is tried a second time."""
    done = searched = 0
    found = sign.search(text)
    while found is not None:
        at = found.start()
        low = max(done, at - reach)
        if reach > _FEW and low >= searched:
            searched = at + 1
            match = pattern.search(text, low, at + _LONGEST)
        else:
            low, searched = max(low, searched), at + 1
            tried = (pattern.match(text, start, at + _LONGEST) for start in range(low, at + 1))
            match = next(filter(None, tried), None)
        if match is not None and match.start() <= at:
            yield match
            done = match.end()
        found = sign.search(text, max(done, at + 1))


class PatternRecognizer:
    """Runs all pattern specifications."""

    name = "patterns"

    def __init__(self, specs: tuple[PatternSpec, ...]) -> None:
        self._compiled = [
            (spec, re.compile(spec.pattern, spec.flags), re.compile(spec.hint or re.escape(spec.literal)))
            for spec in specs
            if not spec.lettered
        ]
        self._lettered = [(spec, re.compile(spec.pattern, spec.flags)) for spec in specs if spec.lettered]

    def find(self, view: View) -> Iterator[Match]:
        """Candidates of every pattern whose literal occurs in the text."""
        text = view.text
        for spec, pattern, sign in self._compiled:
            if spec.literal and spec.literal not in text:
                continue
            if spec.reach >= 0:
                matches = _near(text, spec.reach, sign, pattern)
            elif sign.search(text) is None:
                continue
            else:
                matches = pattern.finditer(text)
            for match in matches:
                yield from self._judge(view, spec, pattern, match)
        for run in _LETTERED.finditer(view.text):
            for spec, pattern in self._lettered:
                found = pattern.match(view.text, run.start())
                if found:
                    yield from self._judge(view, spec, pattern, found)
        for boxes in _LETTER_BOXES.finditer(view.text):
            yield from self._boxed(view, *boxes.span())

    def _boxed(self, view: View, start: int, end: int) -> Iterator[Match]:
        """A value of one character a box, with a label only."""
        joined = re.sub(r"[^0-9A-Z]", "", view.text[start:end])
        for spec, pattern in self._lettered:
            match = pattern.fullmatch(joined)
            label = label_of(view, start, end, frozenset((spec.family,))) if match is not None else None
            if match is not None and label is not None and spec.family in label.owners:
                check, reason = spec.test(match), f"{label.source} {label.word}; one character a box"
                if check is not None and check is not Check.FAIL:
                    yield Match(spec.entity, start, end, 0.85, check, spec.family, reason, "", spec.evidence)

    def _judge(self, view: View, spec: PatternSpec, pattern: re.Pattern[str], match: re.Match[str]) -> Iterator[Match]:
        """Score one match by its test and its label."""
        check = spec.test(match)
        if check is None:
            return
        start, end = match.span("v") if "v" in pattern.groupindex else match.span()
        if spec.after:
            before = view.text[max(0, start - 8) : start].rstrip(" ")
            if not before.endswith(spec.after):
                return
            head = next(w for w in spec.after if before.endswith(w))
            start = view.text.rindex(head, 0, start)
        label = label_of(view, start, end, frozenset((spec.family,)))
        score, reason = spec.alone, "shape"
        if label is not None and spec.family in label.owners:
            score, reason = spec.labelled, f"{label.source} {label.word}"
            if check is Check.FAIL:
                score = spec.labelled_fail
        elif check is Check.FAIL:
            return
        elif label is not None and AGAINST in label.owners:
            score, reason = score - 0.3, f"shape; {label.source} {label.word} speaks against it"
        if check is Check.PASS and score > 0.5:
            score = min(0.99, score + 0.05)
        if score > 0:
            yield Match(spec.entity, start, end, score, check, spec.family, reason, "", spec.evidence)
