"""Which finds of the tagger are places: in a line of stations or stops, behind a municipality, behind a firm's seat."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

from detectors.addresses.gazetteer import cities, stems
from detectors.interface import Match
from detectors.names.lexicon import Lexicon
from detectors.names.titles import title_at

_WORD = re.compile(r"[^、,・→⇒/|\s0-9:]+")
_LINE = 200


def not_among_places(text: str, tagged: list[Match], lexicon: Lexicon) -> list[Match]:
    """Without places in a line of places (青木、浦和、川口の順に停車): half of its words are places, one of them no surname."""
    lines: dict[int, bool] = {}
    listed: _Listed | None = None
    read = 0
    kept: list[Match] = []
    for match in tagged:
        floor = max(0, match.start - _LINE)
        low = max(floor, text.rfind("\n", floor, match.start) + 1)  # of a long line only what is near
        if _RAILWAY.match(text, low) or _TIMES.match(text, match.end):
            continue
        if _in_area(text, low, match) or (
            text[match.start : match.end] in stems() and _SEAT.search(text, low, match.start) is not None
        ):
            continue
        if text[match.end : match.end + 1] in _ENDS and text[match.start : match.end + 1] in cities():
            continue  # 香美|市長
        if match.end - match.start > 3 or title_at(text, match.end):
            kept.append(match)
            continue
        if _BOUND_FOR.match(text, match.end):
            continue
        if low not in lines:
            high = text.find("\n", match.end, match.end + _LINE)
            high = high if high >= 0 else min(len(text), match.end + _LINE)
            read += high - low
            if read > len(text) and listed is None:
                listed = _Listed(text, lexicon)
            lines[low] = _of_travel(text, low, high) or (
                listed.half_places(low, high)
                if listed is not None
                else _half_places(_WORD.findall(text, low, high), lexicon)
            )
        if not lines[low]:
            kept.append(match)
    return kept


_ENDS = frozenset("市町村区")
"""What municipalities end with."""
_BOUND_FOR = re.compile(
    r"[」』]? ?(?:[0-9]{1,2}:[0-9]{2} ?[発着]|行き|下車)|[」』](?:行|方面|経由)|\((?:始発|終点|起点)\)|(?:・[一-龥]{1,4}){1,4}線[はがの、。]"
)
"""What stands behind the name of a station or a stop."""
_SEVERAL_AREAS = re.compile(r"[^地担][市区郡]\([^()\n]{1,12}[、・,]")
_SEAT = re.compile(r"(?:本社|支社|本店|工場|産地|勤務地|開催地|会場|所在地?) ?[:=]? {0,2}$")
"""What stands before the place of a firm or of an event."""


def _in_area(text: str, low: int, match: Match) -> bool:
    """Whether a word is one of several in the brackets behind a municipality: 北区(太田、篠路), not 地区(担当)."""
    bracket = text.rfind("(", low, match.start)
    return (
        bracket > low
        and _SEVERAL_AREAS.match(text, bracket - 2) is not None
        and text.find(")", bracket, match.start) < 0
    )


_RAILWAY = re.compile(r" ?[一-龥ァ-ヶー]{1,8}(?:線|ライン)[: ] ?[^ \n]+ [^ \n]+(?: [^ \n]+)*(?:\n|\Z)")
"""The line of a railway and its stations."""
_TIMES = re.compile(r"(?: {1,4}[0-9]{1,2}:[0-9]{2}){3}")
"""Three times behind a word: a stop (two are when somebody came and went)."""
_ROUTE = re.compile(r"[→⇒~].*[→⇒~]")
_TRAVEL = re.compile(r"[0-9]{1,2}:[0-9]{2}|空港|駅|泊|散策|経由|[0-9]日目|IC(?![A-Za-z])")


def _of_travel(text: str, low: int, high: int) -> bool:
    """Whether a part of a text tells a route (空港→金沢駅→兼六園)."""
    line = text[low:high]
    return _ROUTE.search(line) is not None and _TRAVEL.search(line) is not None


def _half_places(words: list[str], lexicon: Lexicon) -> bool:
    """Whether half of at least three words are places, one of them no surname."""
    places = [word for word in words if word in stems()]
    return len(words) > 2 and len(places) * 2 >= len(words) and any(place not in lexicon.surnames for place in places)


class _Listed:
    """The words of a text and which of them are places, counted up: in a line without an end every name has surroundings of
    its own. Made when as much of a text was read for them as it is long."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._text, self._lexicon = text, lexicon
        spans = [match.span() for match in _WORD.finditer(text)]
        self._starts, self._ends = [start for start, _ in spans], [end for _, end in spans]
        known, surnames = stems(), lexicon.surnames
        places = [text[start:end] in known for start, end in spans]
        self._places = [0, *accumulate(places)]
        others = (place and text[a:b] not in surnames for place, (a, b) in zip(places, spans, strict=True))
        self._others = [0, *accumulate(others)]

    def half_places(self, low: int, high: int) -> bool:
        """The same for the words between ``low`` and ``high``; of those at the ends what stands inside."""
        first, last = bisect_right(self._ends, low), bisect_left(self._starts, high)
        count = last - first
        if count < 3:
            return False
        inner = slice(first + 1, last - 1)
        places = self._places[inner.stop] - self._places[inner.start]
        others = self._others[inner.stop] - self._others[inner.start]
        for at in (first, last - 1):
            word = self._text[max(low, self._starts[at]) : min(high, self._ends[at])]
            if word in stems():
                places += 1
                others += word not in self._lexicon.surnames
        return places * 2 >= count and others > 0
