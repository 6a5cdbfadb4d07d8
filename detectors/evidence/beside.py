"""Whom a value in running text belongs to: the person or the body that stands nearest, in its line or the lines around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from detectors.checkdigits import mobile
from detectors.evidence.subject import kind_of
from detectors.evidence.words import (
    anonymous,
    bodies_in_text,
    labels,
    of_account_holders,
    of_one_word,
    offices,
    role_mailbox,
)
from detectors.interface import REPORTED, About, Match, View
from detectors.tables.headings import heading

_LINES, _REACH = 4, 300
"""Lines above and below, and characters, in which a holder is looked for."""
_LABEL = 16
"""Characters before a value in which its label stands."""
_CONTACT = frozenset({"PHONE_NUMBER", "JP_ADDRESS", "JP_POSTAL_CODE", "EMAIL_ADDRESS"})
_SHARED = _CONTACT | {"PERSON", "JP_SENSITIVE", "IP_ADDRESS", "MAC_ADDRESS", "JP_BANK_ACCOUNT", "JP_YUCHO_ACCOUNT"}
"""Entities that bodies have too; every other is a person's own."""
_CALLED = re.compile(r" ?(?:様|さん|氏(?![名、])|君|くん|ちゃん|殿)|[ \u3000]{0,4}(?:㊞|\(?印\)?(?![^\s)]))")
"""How somebody is spoken of, and the seal behind a name."""
_GENERAL = re.compile("説明|概要|特徴|件名|題名|内容|備考")
"""Labels of sentences: what they say of is in the sentence."""
_ENDS = frozenset(" \t\n\"'<>{}[],;|│┃)")
"""What stands behind a whole value."""
_BORN = re.compile("生|誕|birth|born|歳", re.IGNORECASE)
_AROUND = 12
_LABELLED = 60
_LABEL_BEFORE = re.compile(
    r"(?P<label>[^:=|│┃\t<>{}\[\],;\n]{1,24})[\"')]{0,2}[ ]{0,4}[:=|│┃\t>][ ]{0,4}[\"'(\[]{0,2}[^:=|│┃\t<>{}\[\],;\n]{0,12}\Z"
)
"""A label, its mark, and what of the value stands before a match."""
_LABEL_SPACED = re.compile(r"[ ・●○■□*-]{0,6}(?P<label>[^\s:=|│]{2,10}) {1,8}\Z")
"""A label at the beginning of a line with nothing but space behind it."""


class Surroundings:
    """Where in a text persons, private values and bodies stand; looked for when first asked."""

    def __init__(self, view: View, matches: Sequence[Match]) -> None:
        self._view, self._text = view, view.text
        self._matches = [m for m in matches if m[3] >= REPORTED and not m[8]]
        self._beside_office: dict[tuple[int, int], bool] = {}

    @cached_property
    def persons(self) -> list[int]:
        """Where names begin, but those of office-holders."""
        return [m.start for m in self._matches if m.entity == "PERSON" and not self.of_office(m)]

    @cached_property
    def private(self) -> list[int]:
        """Where something begins that only a person has."""
        text = self._text
        return [
            m.start
            for m in self._matches
            if m.entity not in _SHARED or (m.entity == "PHONE_NUMBER" and mobile(text[m.start : m.end]))
        ]

    @cached_property
    def _offices(self) -> bool:
        """Whether the text names a public office at all."""
        return offices().search(self._text) is not None

    @cached_property
    def _bodies(self) -> list[int]:
        addresses = [(m.start, m.end) for m in self._matches if m.entity == "JP_ADDRESS"]
        found = []
        for hit in bodies_in_text().finditer(self._text):
            at = bisect_left(addresses, (hit.end(), 0)) - 1
            if at < 0 or addresses[at][1] < hit.end():  # a building in an address is nobody
                found.append(hit.end() - 1)
        return found

    def line(self, at: int) -> tuple[int, int]:
        """Start and end of the line that ``at`` stands in, at most ``_REACH`` characters on each side."""
        low, high = max(0, at - _REACH), min(len(self._text), at + _REACH)
        start = self._text.rfind("\n", low, at) + 1
        end = self._text.find("\n", at, high)
        return max(low, start), high if end < 0 else end

    def of_office(self, match: Match) -> bool:
        """Whether a name stands directly beside a public office: 市長 山田太郎, 山田太郎議員; or is no more than one (高松市長)."""
        if not self._offices:
            return False
        span = match.start, match.end
        if span not in self._beside_office:
            self._beside_office[span] = self._at_office(match)
        return self._beside_office[span]

    def _at_office(self, match: Match) -> bool:
        text, pattern = self._text, offices()
        before = text[max(0, match.start - _AROUND) : match.start].rstrip(" \t:()（")
        for hit in pattern.finditer(before):
            if hit.end() == len(before):
                return True
        if pattern.match(text, match.end + text.startswith(" ", match.end), match.end + _AROUND) is not None:
            return True
        within = pattern.search(text, match.start, match.end)
        return within is not None and within.end() == match.end

    def called(self, match: Match) -> bool:
        """Whether somebody is spoken of or to: 山田さん, 山田太郎様."""
        return _CALLED.match(self._text, match.end) is not None

    def anonymous(self, match: Match) -> bool:
        """Whether a name stands for somebody who is not named."""
        return anonymous(self._text[match.start : match.end])

    def within_word(self, match: Match) -> bool:
        """Whether a name is the beginning of the name of a body, written in one: 松原こども園."""
        return of_one_word().match(self._text, match.end) is not None

    def labelled(self, match: Match) -> str:
        """Class of the label that the value with this match has in its line: 品名：…, <shop_name>…, "stop_name": "…."""
        start = max(self.line(match.start)[0], match.start - _LABELLED)
        found = _LABEL_BEFORE.search(self._text, start, match.start) or _LABEL_SPACED.match(
            self._text, start, match.start
        )
        return kind_of(self._view, heading(found["label"].strip("\"' ・-●○■□*/"))) if found else ""

    def of_thing(self, match: Match) -> bool:
        """Whether a name is the whole value behind a label of things or bodies (品名：山崎); a sentence behind 概要 is about
        whomever it names."""
        behind = self._text[match.end : match.end + 1]
        if behind and behind not in _ENDS:
            return False
        start = max(self.line(match.start)[0], match.start - _LABELLED)
        if _GENERAL.search(self._text, start, match.start) is not None:
            return False
        return self.labelled(match) in ("body", "thing", "ware")

    @cached_property
    def named_by_label(self) -> list[int]:
        """Where names stand behind a label of persons (氏名：…)."""
        return [m.start for m in self._matches if m.entity == "PERSON" and self.labelled(m) == "person"]

    def neighbour(self, match: Match) -> bool:
        """Whether the holder of an office of the neighbourhood has contact data on the two lines below (民生委員)."""
        start, end = self.line(match.start)
        if labels("neighbours").search(self._text, start, end) is None:
            return False
        for _ in range(2):
            end = self.line(min(end + 1, len(self._text)))[1]
        at = bisect_left(self._starts, match.end)
        return any(m.entity in _CONTACT for m in self._matches[at:] if m.start < end)

    def born(self, match: Match) -> bool:
        """Whether a word of birth stands in the line of a date."""
        return _BORN.search(self._text, *self.line(match.start)) is not None

    def alone(self, match: Match, *, also_names: bool = False, facts: bool = False) -> bool:
        """Whether nothing private, no telephone, address or mail, with ``also_names`` nobody called or named with a title,
        with ``facts`` no sensitive fact, stands in the line of a name or fact."""
        start, end = self.line(match.start)
        at = bisect_left(self._starts, start)
        while at < len(self._starts) and self._starts[at] < end:
            other = self._matches[at]
            if also_names and other.entity == "PERSON" and self.called(other):
                return False
            if other.entity == "JP_SENSITIVE" and facts:
                return False
            if other.entity not in ("PERSON", "JP_SENSITIVE") and not (
                other.entity == "DATE_OF_BIRTH" and not self.born(other)
            ):
                return False
            at += 1
        return True

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self._matches]

    def holder(self, match: Match) -> About:
        """Whose a telephone, address or mail in running text is."""
        text = self._text
        start, end = self.line(match.start)
        before = text[max(start, match.start - _LABEL) : match.start]
        if match.entity == "EMAIL_ADDRESS":
            return About.ORGANISATION if role_mailbox(text[match.start : match.end]) else About.PERSON
        cell = match.entity == "PHONE_NUMBER" and mobile(text[match.start : match.end])
        if cell or labels("private").search(before) is not None:
            return About.PERSON
        if match.entity == "JP_ADDRESS" and labels("lives").match(text, match.end) is not None:
            return About.PERSON
        if labels("office").search(before) is not None:
            return About.ORGANISATION
        here = self._seen(start, end)
        if here is None:
            here = self._around(start, end)
            lives = labels("private_alone").search(before) is not None
            if here is About.ORGANISATION and lives and _any(self.named_by_label, start - _REACH, end + _REACH):
                return About.PERSON  # the address of a form that names its person; a firm stands in another line of it
        if here is not None:
            return here
        if labels("private_alone").search(before) is not None:
            return About.PERSON
        return About.ORGANISATION if labels("office_alone").search(before) is not None else About.UNCLEAR

    def account(self, match: Match) -> About:
        """Whose an account is: a firm's where one is named as its holder in its line or the two below, and no person."""
        start, end = self.line(match.start)
        for _ in range(2):
            end = self.line(min(end + 1, len(self._text)))[1]
        if _any(self.persons, start, end):
            return About.PERSON
        return About.ORGANISATION if of_account_holders().search(self._text, match.end, end) else About.PERSON

    def _seen(self, start: int, end: int) -> About | None:
        """What a line speaks of; ``None`` where of nobody."""
        if _any(self.private, start, end):
            return About.PERSON
        person, body = _any(self.persons, start, end), _any(self._bodies, start, end)
        if person:
            return About.UNCLEAR if body else About.PERSON
        return About.ORGANISATION if body else None

    def _line_seen(self, start: int, end: int) -> About | None:
        """The same of another line; one that tells where somebody works or goes speaks of nobody who is reached here."""
        return None if labels("elsewhere").match(self._text, start, end) is not None else self._seen(start, end)

    def _around(self, start: int, end: int) -> About | None:
        """What the nearest line speaks of that speaks of anybody; of two equally near ones that of a person."""
        up, down = start, end
        for _ in range(_LINES):
            found: list[About] = []
            if up > 0:
                above = self.line(up - 1)
                up = above[0]
                if seen := self._line_seen(*above):
                    found.append(seen)
                elif not self._text[above[0] : above[1]].strip():
                    up = 0
            if down < len(self._text):
                below = self.line(down + 1)
                down = below[1]
                if seen := self._line_seen(*below):
                    found.append(seen)
                elif not self._text[below[0] : below[1]].strip():
                    down = len(self._text)
            if found:
                return min(found, key=_ORDER.index)
        return None


_ORDER = (About.PERSON, About.UNCLEAR, About.ORGANISATION, About.OFFICIAL)


def _any(places: list[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end
