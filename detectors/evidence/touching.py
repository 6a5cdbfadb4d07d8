"""What stands right before and behind a candidate."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import Ints, Scene, shared
from detectors.labels import LabelHits
from detectors.names.tagger import char_kinds
from detectors.names.vocabulary import done, leading, organisations, titles

_LONGEST_TITLE, _LONGEST_LEADING = 9, 5
_JOINTS = " :(の\t「"
_TITLES = ("", "groups", "public", "posts", "polite")
"""Kinds of titles, in the order in which they speak for a name."""
_LEADING = ("things", "", "roles", "kin")
"""Kinds of what stands before a name, in the same order."""


@lru_cache(maxsize=1)
def _borders() -> tuple[frozenset[str], frozenset[str]]:
    """First characters of titles and last ones of what stands before names: hardly any other word needs a look."""
    return frozenset(word[0] for word in titles()), frozenset(word[-1] for word in leading())


def title(text: str, at: int) -> str:
    """Kind of the title at ``at``, the longest one, perhaps behind a space; empty where there is none."""
    at += text[at] == " "
    if text[at] not in _borders()[0]:
        return ""
    known = titles()
    found = (known.get(text[at : at + length]) for length in range(_LONGEST_TITLE, 0, -1))
    return next((kind for kind in found if kind is not None), "")


@feature(("«山田»様", 4), ("«山田»課長", 3), ("«山田»家", 1), ("«山田»は", 0))
def titled(scene: Scene) -> Values:
    """What stands behind it, perhaps behind a space: a form of address (4), a post (3), a public office (2), a word for several people
    (1)."""
    return scene.each(lambda _, high: _TITLES.index(title(scene.text, high)))


@feature(("長女«結衣»は", 2), ("先発«髙橋»が", 1), ("字«山田»", -1), ("は«髙橋»は", 0))
def led(scene: Scene) -> Values:
    """What stands before it, perhaps with a mark between: a word for kin (2), what somebody is (1), a word for things and samples (-1)."""
    text = scene.text
    return scene.each(lambda low, _: _LEADING.index(_before(text, low - (text[low - 1] in _JOINTS))) - 1)


def _before(text: str, at: int) -> str:
    if text[at - 1 : at] not in _borders()[1]:
        return ""
    known = leading()
    found = (known.get(text[at - length : at]) for length in range(min(_LONGEST_LEADING, at), 0, -1))
    return next((kind for kind in found if kind is not None), "")


@shared
def organisations_of(scene: Scene) -> LabelHits:
    """Words of firms, offices and houses in the text."""
    return organisations().search(scene.text)


@feature(("«山田»工務店 御中", 2), ("«山田»です", 0), rises=-1)
@shared
def firm(scene: Scene) -> Values:
    """Words of firms, offices and houses in it (2), touching it (2) or elsewhere in the same unbroken piece of text (1)."""
    hits = organisations_of(scene)
    if not hits.starts:
        return np.zeros(len(scene.starts), dtype=np.float32)
    starts, ends = np.array(hits.starts), np.array(hits.ends)
    low, high = scene.pieces
    touching = starts.searchsorted(scene.highs, "right") > ends.searchsorted(scene.lows, "left")
    within = starts.searchsorted(high, "left") > ends.searchsorted(low, "right")
    return touching.astype(np.float32) + (touching | within)


_CLASSES = ("はがもをにと", "の", " \u3000", "\n", '\t,|、;"', ":=/・→", "([<「『【《〈", ")]>」』】》〉", "。.")
"""What stands beside a name by what it means; any other character by its kind."""


@lru_cache(maxsize=1)
def _classes() -> npt.NDArray[np.uint8]:
    table = char_kinds()
    for number, chars in enumerate(_CLASSES, 10):
        table[[ord(char) for char in chars]] = number
    return table


def _class_at(scene: Scene, places: Ints) -> Any:
    return _classes()[np.minimum(scene.codes[places], 0xFFFF)]


@feature(("(«山田»)", 16), ("は«山田»は", 10), ("番«山田»は", 1))
def character_before(scene: Scene) -> Any:
    """Class of the character before it: its kind, or the place of its mark or particle in ``_CLASSES``."""
    return _class_at(scene, scene.lows - 1)


@feature(("(«山田»)", 17), ("は«山田»は", 10), ("«山田»番", 1))
def character_behind(scene: Scene) -> Any:
    """The same of the character behind it."""
    return _class_at(scene, scene.highs)


_WHITHER = re.compile(r"へ(?!ん)|まで|で(?![すしごき])|から|より|に")
_ALONE = re.compile(r"へ|まで|で(?![すしごきはも])|から|より|に(?:て|お)")
"""Those that by themselves mostly tell of a place."""
_CLAUSE = re.compile(r"[^\n、。,;!?]{1,12}")
"""What is done there or with him, up to the end of the clause."""


@lru_cache(maxsize=1)
def _done() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, done()), key=len, reverse=True)))


@feature(
    ("«品川»へ行く", 2),
    ("«品川»で待つ", 2),
    ("«品川»まで", 1),
    ("«品川»です", 0),
    ("«品川»に頼む", -1),
    ("«品川»まで連絡", -1),
)
def whither(scene: Scene) -> Values:
    """What a particle of place behind it leads to: what is done somewhere (2), nothing that is known (1), what is
    done with somebody (-1)."""
    return scene.each(lambda _, high: _leads(scene.text, high))


def _leads(text: str, at: int) -> int:
    particle = _WHITHER.match(text, at)
    if particle is None:
        return 0
    clause = _CLAUSE.match(text, particle.end())
    found = _done().search(clause[0]) if clause is not None else None
    if found is not None:
        return -1 if done()[found[0]] else 2
    return int(_ALONE.match(text, at) is not None)


_SAID = ("と申", "でござ")


def introduced(scene: Scene) -> Any:
    """Whether somebody says politely of what firm or office he is: 東西商会の山田と申します."""
    text = scene.text
    if not any(word in text for word in _SAID):
        return np.zeros(len(scene.starts), dtype=bool)
    of = set(organisations_of(scene).ends)
    return scene.each(lambda low, high: text.startswith(_SAID, high) and text[low - 1] == "の" and low - 1 in of) > 0
