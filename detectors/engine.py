"""The way of one text: fold → labels → recognizers → columns → names → overlaps → people near facts.

``Engine`` is what the scanner and the Presidio face use. It keeps nothing between texts, so the order of files
does not matter and two runs give the same result.
"""

from __future__ import annotations

import gc
from bisect import bisect_left, insort
from collections.abc import Iterable
from operator import itemgetter

from detectors.births import beside_persons
from detectors.evidence.about import whose
from detectors.fold import fold
from detectors.interface import REPORTED, Analysis, Depth, Match, View
from detectors.names.interface import NameFinder
from detectors.raising import by_document
from detectors.registry import registry
from detectors.tables.checked import by_column
from detectors.tables.fixed import add_fixed_tables
from detectors.tables.guess import guess_layout
from detectors.tables.inserts import statements, with_tables
from detectors.tables.layout import Layout
from detectors.tables.moving import moved
from detectors.tables.records import records
from detectors.tables.settled import Settled
from detectors.tables.spaced import add_spaced_tables
from detectors.tables.wide import tabbed

_NEEDS_PERSON = "JP_SENSITIVE"
_FACTS = "sensitive"
"""The one recognizer whose matches compete with no others: left out where nobody asks for them."""
_WARM: set[Depth] = set()
"""Depths whose models this process has loaded and set aside."""

_SELDOM = (50_000, 20, 50)
"""New objects before the collector looks for cycles among them, and passes before it looks at older ones."""

_by_start = itemgetter(1)


class Engine:
    """Finds personal data in one text at a time."""

    def __init__(self, depth: Depth | str = Depth.BALANCED, names: NameFinder | None = None) -> None:
        """``names`` replaces the finder of ``depth`` (tests, other models)."""
        self.depth = Depth(depth)
        self._names = names

    def _name_finder(self) -> NameFinder:
        if self._names is None:
            from detectors.names.finder import Names

            self._names = Names(self.depth)
        return self._names

    def warm(self) -> None:
        """Load lists and models now instead of at the first text.

        They stay as long as the process, so the garbage collector is told not to walk them again and again (a tenth of
        the time on tables, which make many small objects), and to look for cycles seldom: matches and cells hold none.
        For long runs; a second call does nothing.
        """
        if self.depth in _WARM:
            return
        _WARM.add(self.depth)
        self.analyze("担当 山田太郎")
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_SELDOM)

    def analyze(
        self,
        text: str,
        layout: Layout | None = None,
        *,
        names: bool = True,
        entities: Iterable[str] | None = None,
        threshold: float = REPORTED,
    ) -> Analysis:
        """All matches of ``text`` at or above ``threshold``, offsets into ``text`` as given.

        ``layout`` tells the cells when the caller knows them (its offsets are into ``text``); otherwise tables are
        guessed from the text. ``names=False`` leaves out PERSON, the costly part.
        """
        folded = fold(text, join=layout is None)
        if layout is not None and folded.starts is not None:
            layout = moved(layout, folded.starts)
        if layout is None:
            source = text if folded.starts is None else ""
            rest, inserted = statements(tabbed(source, folded.text))
            rest, recorded = records(rest)
            layout = with_tables(with_tables(guess_layout(rest), inserted), recorded)
            layout = add_fixed_tables(rest, add_spaced_tables(folded.text, layout, source))
        elif recorded := records(folded.text, layout)[1]:  # the caller's layout stays as it is
            own = Layout(list(layout.cells), list(layout.tables), list(layout.starts))
            layout = with_tables(own, recorded)
        view = View(folded.text, layout, registry().labels.search(folded.text))
        wanted = None if entities is None else frozenset(entities)
        asked = [r for r in registry().recognizers if wanted is None or r.name != _FACTS or _NEEDS_PERSON in wanted]
        found = Settled(view).find(lambda shown: [match for recognizer in asked for match in recognizer.find(shown)])
        found = by_column(view, found)
        analysis = Analysis()
        if names:
            persons = self._name_finder().find(view, found, analysis.unread)
            found.extend(persons)
            found.extend(beside_persons(view, found))
        found = by_document(view, found)
        kept = resolve(found)
        kept = whose(view, _facts_of_persons(view, kept))
        told = [m for m in kept if not m[8] and m[3] >= threshold and (wanted is None or m[0] in wanted)]
        if folded.starts is not None:
            spans = [folded.span(m.start, m.end) for m in told]
            told = [m._replace(start=low, end=high) for m, (low, high) in zip(told, spans, strict=True)]
        analysis.matches = told
        return analysis


def _rank(match: Match) -> tuple[float, int, int]:
    return (-match.score, -(match.end - match.start), match.start)


def _place(match: Match) -> tuple[int, int, str]:
    return (match.start, match.end, match.entity)


def resolve(matches: list[Match]) -> list[Match]:
    """Drop every match that overlaps a better one; a fact (JP_SENSITIVE) may overlap anything."""
    kept: list[Match] = []
    together: list[Match] = []
    reach = -1
    for match in sorted([m for m in matches if m[0] != _NEEDS_PERSON], key=_by_start):
        if match[1] >= reach:  # nothing before it reaches it: most matches stand alone
            if together:
                kept += _best(together)
                together = []
            kept.append(match)
            reach = match[2]
        else:
            together += [match] if together else [kept.pop(), match]
            reach = max(reach, match[2])
    kept += _best(together)
    facts = [m for m in matches if m[0] == _NEEDS_PERSON]
    if not facts:
        return kept
    last_end = -1
    for fact in sorted(facts, key=lambda m: (m.start, -m.score, -m.end)):
        if fact.start >= last_end:
            kept.append(fact)
            last_end = fact.end
    kept.sort(key=_place)
    return kept


def _best(matches: list[Match]) -> list[Match]:
    """The matches of one cluster, in order, without those that overlap a better one."""
    if len(matches) == 2:  # nearly always; of a cluster of two each overlaps the other
        return [min(matches, key=_rank)]
    kept: list[Match] = []
    intervals: list[tuple[int, int]] = []
    for match in sorted(matches, key=_rank):
        i = bisect_left(intervals, (match.start, match.end))
        if i < len(intervals) and intervals[i][0] < match.end:
            continue
        if i > 0 and intervals[i - 1][1] > match.start:
            continue
        insort(intervals, (match.start, match.end))
        kept.append(match)
    kept.sort(key=_place)
    return kept


def _facts_of_persons(view: View, kept: list[Match]) -> list[Match]:
    """Raise a sensitive word to a fact where a person is named or numbered in its row or within four lines before."""
    if _NEEDS_PERSON not in {m[0] for m in kept}:
        return kept
    persons = [m.start for m in kept if m.score >= REPORTED and m.entity in _PERSONAL]
    result: list[Match] = []
    for match in kept:
        if match.entity == _NEEDS_PERSON and match.reason == "column" and not persons:
            match = match._replace(score=0.4, reason="column; nobody is named")
        elif match.entity == _NEEDS_PERSON and match.score < REPORTED and match.score >= 0.3:
            low, high = _neighbourhood(view, match)
            i = bisect_left(persons, low)
            if i < len(persons) and persons[i] < high:
                match = match._replace(score=0.6, reason="words; a person stands near")
        result.append(match)
    return result


_PERSONAL = frozenset(
    "PERSON JP_MY_NUMBER DATE_OF_BIRTH JP_HEALTH_INSURANCE JP_CARE_INSURANCE JP_DRIVER_LICENSE JP_RESIDENT_CODE JP_PERSONAL_REFERENCE".split()
)


_LINES, _REACH = 4, 250
"""Lines above a fact, and characters before it, in which the person stands of whom it is told."""


def _neighbourhood(view: View, match: Match) -> tuple[int, int]:
    low = max(0, match.start - _REACH)
    high = min(len(view.text), match.end + 60)
    above = match.start
    for _ in range(_LINES + 1):
        above = view.text.rfind("\n", low, above)
        if above < 0:
            break
    newline = view.text.find("\n", match.end, high)
    return max(low, above + 1), newline if newline >= 0 else high
