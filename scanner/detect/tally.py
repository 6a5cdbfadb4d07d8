"""How often and where each entity was found in one file: counts, scores, ranges of places, shapes. Never a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from detectors.interface import About, Check, Match
from scanner.detect.shape import shape
from scanner.model import Block, BlockKind, Finding
from scanner.places import SafePlaces

MAX_PLACES = 40
_MOST_RUNS = 10_000
"""Ranges that are kept of one column or part."""
_SHAPES_LOOKED_AT = 100


Key = tuple[str, str, str, str]
"""Entity, result of the check digit, category, about."""


_Runs = list[list[int]]
"""Ranges of numbers, each a list of its first and its last."""


@dataclass(slots=True)
class _Tally:
    places: Places
    count: int = 0
    score: float = 0.0
    shapes: Counter[str] = field(default_factory=Counter)


_Known = tuple[Check, About, tuple[str, BlockKind, str], _Tally, _Runs | None]


class Tallies:
    """The tallies of one file, by entity, check result, category and about."""

    def __init__(self, safe: SafePlaces | None = None) -> None:
        self._tallies: dict[Key, _Tally] = {}
        self._of: dict[str, list[tuple[Match, _Tally]]] = {}
        """The same tallies by entity, each with its first match: members of an enumeration are slow keys."""
        self._under: dict[tuple[str, int], _Known] = {}
        """What the last match of an entity in a column was counted by: nearly always the next one's, too."""
        self._safe = safe or SafePlaces()

    def add(self, match: Match, value: str, block: Block, column: int) -> None:
        """One more match; of ``value`` only the shape is kept."""
        entity, _, _, score, check, _, _, category, _, about = match
        kind, part, number, _, _ = block
        known = self._under.get((entity, column))
        if known is not None and known[0] is check and known[1] is about and known[2] == (category, kind, part):
            tally, runs = known[3:]
        else:
            tally = self._tally(match)
            runs = tally.places.runs(block, column)
            self._under[entity, column] = (check, about, (category, kind, part), tally, runs)
        tally.count += 1
        if score > tally.score:
            tally.score = score
        if runs and (last := runs[-1])[1] <= number <= last[1] + 1:
            last[1] = number
        else:
            tally.places.begin(runs, number)
        if tally.count <= _SHAPES_LOOKED_AT:
            tally.shapes[shape(match.entity, value)] += 1

    def _tally(self, match: Match) -> _Tally:
        entity, _, _, _, check, _, _, category, _, about = match
        for first, tally in self._of.get(entity, ()):
            if first[4] is check and first[9] is about and first[7] == category:
                return tally
        tally = self._tallies.setdefault(self.key(match), _Tally(Places(self._safe)))
        self._of.setdefault(entity, []).append((match, tally))
        return tally

    @staticmethod
    def key(match: Match) -> Key:
        """What matches are counted by."""
        return match.entity, match.check, match.category, match.about

    def again(self, key: Key, block: Block, column: int) -> None:
        """The same value in another place."""
        tally = self._tallies[key]
        tally.count += 1
        tally.places.add(block, column)

    def findings(self) -> tuple[Finding, ...]:
        """What is told of the file."""
        return tuple(
            Finding(
                *(entity, t.count, round(t.score, 2), str(check), t.places.ranges(), t.shapes.most_common(1)[0][0]),
                *(category, str(about)),
            )
            for (entity, check, category, about), t in sorted(self._tallies.items())
        )


class Repeated:
    """A long text that stands in a file several times: what was found in it, and where else it stands."""

    def __init__(self) -> None:
        self.found: list[Key] = []
        self._waiting: list[tuple[Block, int]] | None = []

    def again(self, block: Block, column: int, tallies: Tallies) -> None:
        """It stands here too."""
        if self._waiting is not None:
            self._waiting.append((block, column))
        else:
            for key in self.found:
                tallies.again(key, block, column)

    def known(self, tallies: Tallies) -> None:
        """It has been judged: the places that waited are counted."""
        waiting, self._waiting = self._waiting or [], None
        for block, column in waiting:
            self.again(block, column, tallies)


def column_name(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Places:
    """Where the matches of one entity stand, kept as ranges from the start: a column of a million cells is one entry.

    A place is one that a person can go to: ``名簿!C2:C900``, ``page 3``, ``line 12-14``. What leaves here is made of safe
    words only; the names that the file gives are asked about at the end, and only of places that are told.
    """

    def __init__(self, safe: SafePlaces | None = None) -> None:
        self._safe = safe or SafePlaces()
        self._runs: dict[tuple[str, str], list[list[int]]] = {}
        """(part, column or unit) → ranges."""
        self._columns: dict[tuple[str, int], list[list[int]]] = {}
        """The same lists by part and number of the column, so that a name is made once a column and not once a cell."""
        self._fields: dict[str, None] = {}
        self._more = 0
        """Matches whose places are only counted: nobody walks to the ten thousandth."""

    def add(self, block: Block, column: int) -> None:
        """One more match in ``block`` (and ``column``, from 1, of a row)."""
        runs, number = self.runs(block, column), block.number
        if runs and (last := runs[-1])[1] <= number <= last[1] + 1:
            last[1] = number
        else:
            self.begin(runs, number)

    def runs(self, block: Block, column: int) -> _Runs | None:
        """The ranges that a match in ``block`` extends; none for a field, which is entered here."""
        part = block.part
        if block.kind is BlockKind.FIELD:
            self._fields[part] = None
            return None
        if block.kind is not BlockKind.ROW:
            return self._runs.setdefault((part, str(block.kind)), [])
        if (part, column) not in self._columns:
            self._columns[part, column] = self._runs.setdefault((part, column_name(column)), [])
        return self._columns[part, column]

    def begin(self, runs: _Runs | None, number: int) -> None:
        """A match that extends no range."""
        if runs is None:
            return
        if len(runs) < _MOST_RUNS:
            runs.append([number, number])
        else:
            self._more += 1

    def ranges(self) -> tuple[str, ...]:
        """At most ``MAX_PLACES`` ranges; how many more there are stands last as ``+n``."""
        found: list[str] = []
        count = 0
        for (part, unit), runs in self._runs.items():
            joined = _joined(runs)
            told = joined[: max(0, MAX_PLACES - count)]
            count += len(joined)
            head = f"{self._safe.safe(part)}!" if part and told else ""
            for first, last in told:
                if unit.isupper():
                    found.append(f"{head}{unit}{first}" + (f":{unit}{last}" if last > first else ""))
                else:
                    found.append(f"{head}{unit} {first}" + (f"-{last}" if last > first else ""))
        found += [self._safe.safe(part, field=True) for part in list(self._fields)[: max(0, MAX_PLACES - count)]]
        more = max(0, count + len(self._fields) - MAX_PLACES) + self._more
        if more:
            found.append(f"+{more}")
        return tuple(found)


def _joined(runs: list[list[int]]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping and neighbouring ones as one."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(map(tuple, runs)):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result
