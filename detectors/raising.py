"""What the rest of a text says of a number: a label elsewhere, a person before it, others of its kind."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from detectors.interface import REPORTED, Check, Match, View

_BESIDE = 40
"""Characters between a person and a telephone number in one line."""
_LOCAL, _LISTED, _ID = "PHONE_LOCAL", 3, "BARE_ID"
"""Numbers without an area code, and how many behind persons make a list of them; numbers behind nothing but ID."""
_BEHIND = re.compile(r"(?: ?(?:様|さん|氏|殿|宅|方))?[ \t,、:(（|/-]{0,6}")
"""What may stand between a person and such a number."""
_BEFORE_ADDRESS = re.compile(r"[ \t,、|]{0,6}(?:\r?\n[ \t]{0,16})?")
"""What may stand between a postal code and its address."""


_SHAPED = 0.3
"""Score from which on a shape without a check digit is no everyday one: 1234-567890, 1234-567890-1, TR1234567."""
_SOMEBODY = re.compile(r"(?:様|さま|さん|氏|殿|本人|ご主人|奥様|先生)の(?:番号|方|ほう|分)?(?:は|が|:)? ?$")


def _of_somebody(text: str, start: int) -> bool:
    """Whether the words before a number say whose it is: 山田様の番号は…"""
    return _SOMEBODY.search(text, max(0, start - 14), start) is not None


class _Sure:
    """Where in a text the sure persons and addresses stand; looked for when first asked."""

    def __init__(self, found: list[Match]) -> None:
        self._found = found

    @cached_property
    def persons(self) -> list[tuple[int, int]]:
        """(start, end) in order."""
        return sorted((m.start, m.end) for m in self._found if m.entity == "PERSON" and m.score >= REPORTED)

    @cached_property
    def addresses(self) -> frozenset[int]:
        """Where addresses begin."""
        return frozenset(m.start for m in self._found if m.entity == "JP_ADDRESS" and m.score >= REPORTED)

    def person_before(self, text: str, match: Match) -> bool:
        """Whether a person stands shortly before a match, in its line."""
        at = bisect_left(self.persons, (match.start, 0)) - 1
        if at < 0:
            return False
        end = self.persons[at][1]
        return end <= match.start <= end + _BESIDE and "\n" not in text[end : match.start]

    def person_behind(self, text: str, match: Match) -> bool:
        """Whether a person stands shortly behind a match, in its line."""
        at = bisect_left(self.persons, (match.end, 0))
        if at == len(self.persons):
            return False
        start = self.persons[at][0]
        return start <= match.end + _BESIDE and "\n" not in text[match.end : start]


_SAME = {
    "JP_MY_NUMBER": re.compile(r"[0-9](?<![0-9-].)[0-9]{3}([- ]?)[0-9]{4}\1[0-9]{4}(?![0-9-])"),
    "CREDIT_CARD": re.compile(r"[0-9](?<![0-9-].)[0-9]{13,18}(?![0-9-])"),
}
"""Numbers that have the shape of such an identifier, whether they pass its check digit or not."""
_SEVERAL, _ALL, _HALF = 4, 0.95, 0.5
"""Numbers of one shape in a text, and shares of them that pass: so many need no label, fewer are what chance gives."""


def _by_share(view: View, found: list[Match]) -> None:
    """Numbers without a label by how many of their shape pass the check digit: one in ten does by chance (of sixteen digits
    one in forty is a card), so one among many that fail is none, and four of four need no label."""
    there = {m[0] for m in found}
    for entity, shape in _SAME.items():
        if entity not in there:
            continue
        plain = [i for i, m in enumerate(found) if m.entity == entity and m.reason == "shape" and m.check is Check.PASS]
        if entity == "CREDIT_CARD":
            plain = [
                i
                for i in plain
                if found[i].recognizer == entity and "-" not in view.text[found[i].start : found[i].end]
            ]
        if not plain:
            continue
        labelled = sum(m.entity == entity for m in found) - len(plain)
        share = len(plain) / max(len(plain), sum(1 for _ in shape.finditer(view.text)) - labelled)
        for i in plain:
            if share >= _ALL and len(plain) >= _SEVERAL:
                found[i] = found[i]._replace(score=0.8, reason=f"{len(plain)} of its shape, all pass the check digit")
            elif share < _HALF:
                found[i] = found[i]._replace(score=0.3, reason="most numbers of its shape fail the check digit")


def by_document(view: View, found: list[Match]) -> list[Match]:
    """A label anywhere in the text makes an unlabelled number with a passed check more likely (by 0.15), and so does a
    person before a telephone number in its line, an address right behind a postal code, a person beside an ID."""
    _by_share(view, found)
    sure = _Sure(found)
    local = []
    for i, match in enumerate(found):
        if match[3] >= REPORTED or match[6] != "shape":
            continue
        raised: tuple[float, str] | None = None
        if match.recognizer == _LOCAL:
            local.append(i)
        elif match.recognizer == _ID:
            if sure.person_before(view.text, match) or sure.person_behind(view.text, match):
                raised = 0.6, "a person in its line"
        elif match.check is Check.NONE and match.score >= _SHAPED and view.labels.of(match.recognizer):
            if sure.person_before(view.text, match) or _of_somebody(view.text, match.start):
                raised = 0.6, "its label stands elsewhere, and a person before it"
        elif match.check is not Check.PASS:
            continue
        elif match.entity == "JP_MY_NUMBER" and _of_somebody(view.text, match.start):
            raised = 0.65, "said to be somebody's number"
        elif view.labels.of(match.recognizer):
            raised = match.score + 0.15, "its label stands elsewhere in the text"
        elif match.entity == "JP_POSTAL_CODE":
            gap = _BEFORE_ADDRESS.match(view.text, match.end)
            if gap is not None and gap.end() in sure.addresses:
                raised = 0.7, "an address behind it"
        elif match.entity == "PHONE_NUMBER" and sure.person_before(view.text, match):
            raised = match.score + 0.15, "a person before it"
        if raised is not None:
            found[i] = match._replace(score=raised[0], reason=f"shape; {raised[1]}")
    if len(local) >= _LISTED:
        _raise_local(view, found, local)
    return found


def _raise_local(view: View, found: list[Match], local: list[int]) -> None:
    """Numbers without an area code (42-1180) are telephone numbers where most of them stand right behind persons: the lists
    of a class or a neighbourhood."""
    ends = {m.end for m in found if m.entity == "PERSON" and m.score >= REPORTED}
    behind = [i for i in local if _stands_behind(view.text, found[i].start, ends)]
    if len(behind) >= _LISTED and len(behind) * 3 >= len(local) * 2:
        for i in behind:
            found[i] = found[i]._replace(score=0.6, reason="shape; behind a person, as others of its kind")


def _stands_behind(text: str, start: int, ends: set[int]) -> bool:
    for end in range(start, max(-1, start - _REACH), -1):
        if end in ends:
            return _BEHIND.fullmatch(text, end, start) is not None
    return False


_REACH = 10
"""Characters between the two."""
