"""What the rest of a text says of a number: its column, a label elsewhere, a person before it, others of its kind."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict

from detectors.interface import REPORTED, Check, Match, View

COLUMN_VALUES = 4
"""So many values of one column that all pass a check digit need no label."""
_BESIDE = 40
"""Characters between a person and a telephone number in one line."""
_LOCAL, _LISTED, _ID = "PHONE_LOCAL", 3, "BARE_ID"
"""Numbers without an area code, and how many behind persons make a list of them; numbers behind nothing but ID."""
_BEHIND = re.compile(r"(?: ?(?:様|さん|氏|殿|宅|方))?[ \t,、:(（|/-]{0,6}")
"""What may stand between a person and such a number."""
_BEFORE_ADDRESS = re.compile(r"[ \t,、|]{0,6}(?:\r?\n[ \t]{0,16})?")
"""What may stand between a postal code and its address."""
_HAS_DIGIT = re.compile(r"\d")


def by_column(view: View, found: list[Match]) -> list[Match]:
    """A column whose numbers all pass one check digit is a column of that identifier, label or not."""
    if not view.layout.cells:
        return found
    columns: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for i, match in enumerate(found):
        if match.check is Check.PASS and not match.evidence and "speaks against" not in match.reason:
            cell = view.layout.at(match.start)
            if cell is not None and match.end - match.start >= (cell.end - cell.start) - 2:
                columns[cell.table, cell.column, match.entity].append(i)
    for (table_number, column, _), members in columns.items():
        count = len(members)
        if count < COLUMN_VALUES or all(found[i].score >= 0.85 for i in members):
            continue
        table = view.layout.tables[table_number]
        numeric = sum(_HAS_DIGIT.search(view.text, c.start, c.end) is not None for c in table.below(column))
        if count >= numeric * 0.95:
            for i in members:
                if found[i].score < 0.85:
                    reason = f"{count} of {numeric} values in the column pass the check digit"
                    found[i] = found[i]._replace(score=0.85, reason=reason)
    return found


def by_document(view: View, found: list[Match]) -> list[Match]:
    """A label anywhere in the text makes an unlabelled number with a passed check more likely (by 0.15), and so does a
    person before a telephone number in its line, and an address right behind a postal code."""
    persons: list[int] | None = None
    addresses: set[int] | None = None
    local = []
    for i, match in enumerate(found):
        if match.score >= REPORTED or match.reason != "shape":
            continue
        if match.recognizer == _LOCAL:
            local.append(i)
        if match.recognizer == _ID and _in_line_of_person(view.text, match, found):
            found[i] = match._replace(score=0.6, reason="shape; a person in its line")
        if match.check is not Check.PASS:
            continue
        if view.labels.of(match.recognizer):
            found[i] = match._replace(score=match.score + 0.15, reason="shape; its label stands elsewhere in the text")
        elif match.entity == "JP_POSTAL_CODE":
            if addresses is None:
                addresses = {m.start for m in found if m.entity == "JP_ADDRESS" and m.score >= REPORTED}
            gap = _BEFORE_ADDRESS.match(view.text, match.end)
            if gap is not None and gap.end() in addresses:
                found[i] = match._replace(score=0.7, reason="shape; an address behind it")
        elif match.entity == "PHONE_NUMBER":
            if persons is None:
                persons = sorted(m.end for m in found if m.entity == "PERSON" and m.score >= REPORTED)
            before = bisect_left(persons, match.start + 1) - 1
            if before >= 0 and match.start - persons[before] <= _BESIDE:
                if "\n" not in view.text[persons[before] : match.start]:
                    found[i] = match._replace(score=match.score + 0.15, reason="shape; a person before it")
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


def _in_line_of_person(text: str, match: Match, found: list[Match]) -> bool:
    """Whether a person stands within 40 characters of a number, in its line."""
    low = max(match.start - _BESIDE, text.rfind("\n", 0, match.start) + 1)
    end = text.find("\n", match.end)
    high = min(match.end + _BESIDE, end if end >= 0 else len(text))
    return any(m.entity == "PERSON" and m.score >= REPORTED and low <= m.start < high for m in found)


def _stands_behind(text: str, start: int, ends: set[int]) -> bool:
    for end in range(start, max(-1, start - _REACH), -1):
        if end in ends:
            return _BEHIND.fullmatch(text, end, start) is not None
    return False


_REACH = 10
"""Characters between the two."""
