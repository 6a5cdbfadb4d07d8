"""The ladder of cost: rules everywhere, then GiNZA on the lines that need it (``balanced``) or on all (``thorough``).

``quick`` stops before GiNZA. GiNZA reads about 2,400 characters a second, so ``balanced`` gives it a budget per
text; what the budget leaves unread is counted in ``unread`` and reaches the report.
"""

from __future__ import annotations

import re

from detectors.interface import REPORTED, Check, Depth, Match, View
from detectors.names import rules
from detectors.names.lexicon import Lexicon, lexicon

BUDGET = 4_000
"""Characters of one text that GiNZA reads at ``balanced``."""

BUDGET_REASON = "name_model_budget"
FAILED_REASON = "name_model_failed"
_SENTENCE = re.compile(r"[ぁ-ん].*[ぁ-ん].*[ぁ-ん]")
_KANJI_RUN = re.compile(r"[一-龥々﨑髙]{2,8}")


class Ladder:
    """Finds names as far down as the depth allows."""

    def __init__(self, depth: Depth) -> None:
        self.depth = depth
        self._lexicon: Lexicon | None = None

    def find(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        """PERSON matches; adds what was not read to ``unread``."""
        if self._lexicon is None:
            self._lexicon = lexicon()
        found = list(rules.find(view, self._lexicon))
        if self.depth is not Depth.QUICK:
            found.extend(self._by_model(view, [*known, *found], unread))
        return [*found, *_propagate(view, found)]

    def _by_model(self, view: View, known: list[Match], unread: dict[str, int]) -> list[Match]:
        budget = BUDGET if self.depth is Depth.BALANCED else len(view.text) + 1
        found: list[Match] = []
        taken = [(m.start, m.end) for m in known if m.entity != "JP_SENSITIVE"]
        for start, end in self._lines(view, known):
            if end - start > budget:
                unread[BUDGET_REASON] = unread.get(BUDGET_REASON, 0) + end - start
                continue
            budget -= end - start
            from detectors.names import ginza

            try:
                spans = list(ginza.persons(view.text[start:end]))
            except Exception as error:  # any failure of the model costs this piece and is counted, never the scan
                key = f"{FAILED_REASON}:{type(error).__name__}"
                unread[key] = unread.get(key, 0) + end - start
                continue
            for a, b in spans:
                a, b = a + start, b + start
                if not any(s < b and a < e for s, e in taken) and self._believable(view.text[a:b]):
                    found.append(Match("PERSON", a, b, 0.6, Check.NONE, "GINZA", "GiNZA"))
        return found

    def _believable(self, name: str) -> bool:
        from detectors.names.shape import plausibility

        assert self._lexicon is not None
        return len(name) > 1 and plausibility(name, self._lexicon) >= 0.5

    def _lines(self, view: View, known: list[Match]) -> list[tuple[int, int]]:
        """Spans of lines worth reading: sentences with a listed surname and no name found yet (``balanced``)."""
        assert self._lexicon is not None
        lines: list[tuple[int, int]] = []
        at = 0
        named = sorted(m.start for m in known if m.entity == "PERSON" and m.score >= REPORTED)
        from bisect import bisect_left

        for line in view.text.split("\n"):
            end = at + len(line)
            if line.strip():
                i = bisect_left(named, at)
                has_name = i < len(named) and named[i] < end
                if self.depth is Depth.THOROUGH or (not has_name and view.layout.at(at) is None and self._worth(line)):
                    if lines and self.depth is Depth.THOROUGH and end - lines[-1][0] < 2_000:
                        lines[-1] = (lines[-1][0], end)
                    else:
                        lines.append((at, end))
            at = end + 1
        return lines

    def _worth(self, line: str) -> bool:
        assert self._lexicon is not None
        if not _SENTENCE.search(line):
            return False
        for run in _KANJI_RUN.finditer(line):
            word = run.group()
            for n in (3, 2):
                if self._lexicon.surnames.get(word[:n], 0) > 20_000 and len(word) <= 6:
                    return True
        return False


def _propagate(view: View, found: list[Match]) -> list[Match]:
    """Other mentions of a name that is certain: the same characters elsewhere, bounded by other scripts."""
    certain = {view.text[m.start : m.end] for m in found if m.score >= 0.8 and m.end - m.start >= 3}
    if not certain or len(certain) > 400:
        return []
    pattern = re.compile("|".join(map(re.escape, sorted(certain, key=len, reverse=True))))
    starts = {m.start for m in found}
    return [
        Match("PERSON", match.start(), match.end(), 0.75, Check.NONE, "NAME_AGAIN", "named elsewhere in the text")
        for match in pattern.finditer(view.text)
        if match.start() not in starts and _bounded(view.text, match.start(), match.end())
    ]


def _bounded(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (_same_script(before, text[start]) or _same_script(after, text[end - 1]))


def _same_script(a: str, b: str) -> bool:
    def script(char: str) -> str:
        if "一" <= char <= "龥" or char in "々﨑髙":
            return "kanji"
        if "ァ" <= char <= "ー":
            return "katakana"
        return "latin" if char.isascii() and char.isalpha() else char

    return script(a) == script(b)
