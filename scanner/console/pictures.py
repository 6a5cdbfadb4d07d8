"""Pictures of the pages as boxes, lines and words with their places; one template draws them as SVG. What colour says, a sign and a word
say too, and each has a sentence for who does not see it.

Narrow, so that letters keep their size on a telephone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scanner.custody.arithmetic import Family
from scanner.messages import t
from scanner.model import Ground, VerdictKind
from scanner.printable import printable
from scanner.report import kinship, wording

WIDTH = 360
"""Units; a telephone shows one as about one pixel."""
_MARK, _PER_LINE, _MOST = 16, 19, 57
"""Size of a mark, marks of a line, and of a group: what is more is told in a word."""
_LINE = 16
_SIGNS = {"original": "○", "agreed": "✓", "open": "!", "decided": "=", "weak": "?", "registered": "○"}
_KINDS = {
    "original": "first", "registered": "first", "agreed": "good", "decided": "good", "open": "bad", "technical": "soft", "weak": "soft",
    "unknown": "soft",
}  # fmt: skip
"""State of a copy → look."""
_GROUNDS = (Ground.NETWORK, Ground.FIXED, Ground.REMOVABLE, Ground.CLOUD_SYNC)
"""Shares, terminals, media, cloud; the other kinds of storage follow as they are met."""
_MOST_PLACES = 12


class Rect(NamedTuple):
    """A box; ``kind`` is its look."""

    x: int
    y: int
    width: int
    height: int
    kind: str


class Word(NamedTuple):
    """A line of text; ``at``: ``start``, ``middle`` or ``end``."""

    x: int
    y: int
    text: str
    kind: str = ""
    at: str = "start"


class Stroke(NamedTuple):
    """A line, as the data of a path."""

    d: str
    kind: str


@dataclass(slots=True)
class Picture:
    """A picture: ``title`` and ``told`` are for who does not see it."""

    id: str
    title: str
    told: str = ""
    height: int = 0
    rects: list[Rect] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    width: int = WIDTH


def family(one: Family) -> Picture:
    """The original, and below it each place in which copies lie: one mark a copy, by how it stands."""
    made = Picture("p-family", t("console.picture_family", family=one.original.family))
    live = kinship.everywhere(one)
    groups: dict[str, list[str]] = {}
    for location in live:
        if location is not one.original_at:
            where = f"{location.host}: {location.place or wording.ground(location.ground.value)}".removeprefix(": ")
            groups.setdefault(where, []).append(kinship.agreed(one, location))
    home = kinship.agreed(one, one.original_at) if one.original_at else "unknown"
    name = f"{one.original.family} {one.original.name}"
    made.rects.append(Rect(0, 0, WIDTH, 26, "head"))
    made.words.append(Word(10, 18, cut(name, 44), "head"))
    y, told = 42, [f"{name}: {t(f'agreed.{home}')}" if one.original_at else f"{name}: {t('overview.nowhere')}"]
    for where, states in sorted(groups.items(), key=lambda item: ("open" not in item[1], item[0])):
        made.words.append(Word(26, y + 8, cut(where, 40)))
        shown = states[:_MOST]
        for at, state in enumerate(sorted(shown, key="open".__ne__)):
            _mark(made, 26 + at % _PER_LINE * (_MARK + 1), y + 14 + at // _PER_LINE * (_MARK + 1), state)
        lines = -(-len(shown) // _PER_LINE)
        made.strokes.append(Stroke(f"M10 26V{y + 4}H22", "line"))
        y += 14 + lines * (_MARK + 1) + 6
        if len(states) > len(shown):
            made.words.append(Word(26, y + 8, t("overview.more_copies", count=len(states) - len(shown)), "soft"))
            y += _LINE
        y += 8
        sums = [t(f"agreed.{state}") + f" {states.count(state)}" for state in dict.fromkeys(states)]
        told.append(f"{where}: {t('list.separator').join(sums)}")
    y = _legend(made, y, {state for states in groups.values() for state in states})
    made.height, made.told = y, printable("; ".join(told))
    return made


def _mark(made: Picture, x: int, y: int, state: str) -> None:
    made.rects.append(Rect(x, y, _MARK - 1, _MARK - 1, _KINDS[state]))
    if sign := _SIGNS.get(state, ""):
        made.words.append(Word(x + _MARK // 2, y + 12, sign, "sign", "middle"))


def _legend(made: Picture, y: int, states: Iterable[str]) -> int:
    x = 0
    for state in sorted(states):
        word = t(f"agreed.{state}")
        wide = _MARK + 6 + _wide(word) * 7 + 12
        if x and x + wide > WIDTH:
            x, y = 0, y + _MARK + 6
        _mark(made, x, y, state)
        made.words.append(Word(x + _MARK + 5, y + 12, word))
        x += wide
    return y + _MARK + 6 if x else y


class Lying(NamedTuple):
    """What lies in one place: its ground, whether that was agreed, its name, files and persons."""

    ground: str
    verdict: str
    name: str
    files: int
    persons: int


def places(found: Sequence[Lying]) -> Picture:
    """Shares, terminals, media, cloud: what lies in each, agreed or not."""
    made = Picture("p-places", t("console.picture_places"))
    most = max(1, *(one.files for one in found)) if found else 1
    order = [*(g.value for g in _GROUNDS), *sorted({one.ground for one in found} - {g.value for g in _GROUNDS})]
    y, told = 0, []
    for ground in order:
        mine = sorted((one for one in found if one.ground == ground), key=lambda one: -one.files)
        if not mine:
            continue
        word = wording.ground(ground) if ground else "—"
        made.rects.append(Rect(0, y, WIDTH, 22, "head"))
        made.words += [
            Word(8, y + 15, cut(word, 30), "head"),
            Word(WIDTH - 8, y + 15, f"{sum(o.files for o in mine):,}", "head", "end"),
        ]
        y += 30
        for one in mine[:_MOST_PLACES]:
            agreed = one.verdict == VerdictKind.IN_PLACE.value
            size = max(4, (WIDTH - 150) * one.files // most)
            sums = t("overview.place_sums", files=f"{one.files:,}", persons=f"{one.persons:,}")
            made.words.append(
                Word(0, y + 10, f"{'✓' if agreed else '!'} {cut(one.name, 30)} {wording.verdict(one.verdict)}")
            )
            made.rects.append(Rect(0, y + 15, size, 12, "good" if agreed else "bad"))
            made.words.append(Word(size + 6, y + 25, sums, "soft"))
            told.append(f"{word} {one.name} {wording.verdict(one.verdict)} {sums}")
            y += 34
        if len(mine) > _MOST_PLACES:
            made.words.append(Word(0, y + 10, t("console.picture_more", count=len(mine) - _MOST_PLACES), "soft"))
            y += 18
        y += 6
    made.height, made.told = max(y, 1), printable("; ".join(told))
    return made


def trend(days: Sequence[tuple[str, int]]) -> Picture | None:
    """Open points at the end of each day (day as people write it, number); none while there is one day only."""
    if len(days) < 2:
        return None
    made = Picture("p-trend", t("console.picture_trend"), height=118)
    most = max(1, *(n for _, n in days))
    dots = [(40 + (WIDTH - 60) * at // (len(days) - 1), 92 - 74 * n // most) for at, (_, n) in enumerate(days)]
    made.strokes += [
        Stroke("M40 12V92H344", "axis"),
        Stroke("M40 18H344", "grid"),
        Stroke("M" + "L".join(f"{x} {y}" for x, y in dots), "curve"),
    ]
    made.words += [
        Word(34, 22, f"{most:,}", "soft", "end"),
        Word(34, 96, "0", "soft", "end"),
        Word(40, 112, days[0][0], "soft"),
        Word(344, 112, days[-1][0], "soft", "end"),
        Word(dots[-1][0], max(dots[-1][1] - 8, 11), f"{days[-1][1]:,}", "strong", "end"),
    ]
    made.rects.append(Rect(dots[-1][0] - 3, dots[-1][1] - 3, 6, 6, "first"))
    made.told = "; ".join(f"{day} {n}" for day, n in days)
    return made


class Root(NamedTuple):
    """How much below one root was looked at."""

    name: str
    examined: int
    partial: int
    not_examined: int


def coverage(roots: Sequence[Root]) -> Picture:
    """A bar a root: examined, in part, not."""
    made = Picture("p-coverage", t("console.picture_coverage"))
    y, told = 0, []
    for root in roots:
        total = max(1, root.examined + root.partial + root.not_examined)
        said = t(
            "console.bar", examined=f"{root.examined:,}", partial=f"{root.partial:,}", unread=f"{root.not_examined:,}"
        )
        made.words.append(Word(0, y + 11, cut(root.name, 50)))
        x = 0
        for number, kind in ((root.examined, "good"), (root.partial, "part"), (root.not_examined, "bad")):
            wide = max(2, WIDTH * number // total) if number else 0
            if wide:
                made.rects.append(Rect(min(x, WIDTH - wide), y + 16, wide, 12, kind))
            x += wide
        made.words.append(Word(0, y + 42, said, "soft"))
        told.append(f"{root.name}: {said}")
        y += 54
    made.height, made.told = max(y, 1), printable("; ".join(told))
    return made


def _wide(text: str) -> int:
    return sum(2 if ord(c) > 0xFF else 1 for c in text)


def cut(text: str, most: int) -> str:
    """Printable, and short enough for a line (wide letters count for two); the end of a path says more than its beginning."""
    plain = printable(text)
    if _wide(plain) <= most:
        return plain
    while _wide(plain) > most - 1:
        plain = plain[1:]
    return f"…{plain}"
