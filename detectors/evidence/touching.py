"""What stands right before and behind a candidate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from detectors.evidence.feature import Values, feature
from detectors.evidence.listed import NOUN, VERB
from detectors.evidence.scene import COLON, DIGIT, ENDS, LINE, OPENING, PARTICLE, SPACE, Scene
from detectors.labels import LabelHits
from detectors.names.features import classes
from detectors.names.vocabulary import leading, organisations, titles

_LONGEST_TITLE, _LONGEST_LEADING = 9, 5


def title(text: str, at: int) -> str:
    """Kind of the title at ``at``, the longest one; empty where there is none."""
    known = titles()
    if text[at] not in _firsts():
        return ""
    for length in range(_LONGEST_TITLE, 0, -1):
        if (kind := known.get(text[at : at + length])) is not None:
            return kind
    return ""


@lru_cache(maxsize=1)
def _firsts() -> frozenset[str]:
    return frozenset(word[0] for word in titles())


@feature(("«山田»様", 1), ("«山田»は", 0))
def polite(scene: Scene) -> Any:
    """Whether a form of address stands behind it, perhaps behind a space."""
    return _titled(scene, "polite")


@feature(("«山田»課長", 1), ("«山田»は", 0))
def post(scene: Scene) -> Any:
    """Whether a post stands behind it."""
    return _titled(scene, "posts")


@feature(("«山田»家", 1), ("«山田»は", 0))
def group(scene: Scene) -> Any:
    """Whether a word for several people stands behind it."""
    return _titled(scene, "groups")


def _titled(scene: Scene, kind: str) -> Any:
    if "titled" not in scene.memo:
        scene.memo["titled"] = np.array([_KINDS.index(found) for found in behind(scene)])
    return scene.memo["titled"] == _KINDS.index(kind)


_KINDS = ("", "polite", "posts", "public", "groups", "kin", "roles", "things")


def behind(scene: Scene) -> list[str]:
    """Kind of the title behind each candidate."""
    if "behind" not in scene.memo:
        text = scene.text
        scene.memo["behind"] = [title(text, high + (text[high] == " ")) for _, high in scene.spans]
    found: list[str] = scene.memo["behind"]
    return found


@feature(("長女«結衣»は", 1), ("は«結衣»は", 0))
def kin(scene: Scene) -> Any:
    """Whether a word for kin stands before it, perhaps with a mark between."""
    return _led(scene, "kin")


@feature(("先発«髙橋»が", 1), ("は«髙橋»は", 0))
def role(scene: Scene) -> Any:
    """Whether what somebody is stands before it, perhaps with a space between."""
    return _led(scene, "roles")


@feature(("字«山田»", 1), ("は«山田»は", 0))
def thing(scene: Scene) -> Any:
    """Whether a word for things and samples stands before it, perhaps with a mark between."""
    return _led(scene, "things")


def _led(scene: Scene, kind: str) -> Any:
    if "led" not in scene.memo:
        text = scene.text
        scene.memo["led"] = scene.each(lambda low, _: _KINDS.index(_leading(text, low - (text[low - 1] in _JOINTS))))
    return scene.memo["led"] == _KINDS.index(kind)


_JOINTS = " :(の\t「"


def _leading(text: str, at: int) -> str:
    known = leading()
    for length in range(min(_LONGEST_LEADING, at), 0, -1):
        if (kind := known.get(text[at - length : at])) is not None:
            return kind
    return ""


@feature(("«文»様", 1), ("«山田»様", 0), rises=-1)
def longer_word(scene: Scene) -> Values:
    """Whether it is, with the one or two characters behind or before it, a common word."""
    text = scene.text
    return scene.each(
        lambda low, high: (
            high - low < 4
            and any(classes(text[a:b]) & (NOUN | VERB) for a, b in ((low, high + 1), (low, high + 2), (low - 1, high)))
        )
    )


def organisations_of(scene: Scene) -> LabelHits:
    """Words of firms, offices and houses in the text; looked for once."""
    if "organisations" not in scene.memo:
        scene.memo["organisations"] = organisations().search(scene.text)
    found: LabelHits = scene.memo["organisations"]
    return found


@feature(("«山田»工務店 御中", 2), ("«山田»です", 0), rises=-1)
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


@feature(("«山田\n», 3", 1), ("«山田»は", 0))
def closed(scene: Scene) -> Any:
    """Whether a line end, a tab, a bar or a comma stands behind it."""
    return scene.right & ENDS > 0


@feature(("担当 «山田»", 0), ("\t«山田»", 1))
def opened(scene: Scene) -> Any:
    """Whether a line end, a tab, a bar or a comma stands before it."""
    return scene.left & ENDS > 0


@feature(("«山田»(経理)", 1), ("«山田»は", 0))
def bracket_behind(scene: Scene) -> Any:
    """Whether a bracket opens behind it."""
    return scene.right & OPENING > 0


@feature(("(«山田»)", 1), ("は«山田»は", 0))
def bracket_before(scene: Scene) -> Any:
    """Whether a bracket opens before it."""
    return scene.left & OPENING > 0


@feature(("担当 «山田»", 1), ("は«山田»は", 0))
def space_before(scene: Scene) -> Any:
    """Whether a space stands before it."""
    return scene.kinds[scene.lows - 1] == SPACE


@feature(("«山田» 課", 1), ("«山田»は", 0))
def space_behind(scene: Scene) -> Any:
    """Whether a space stands behind it."""
    return scene.kinds[scene.highs] == SPACE


@feature(("担当:«山田»", 1), ("は«山田»は", 0))
def colon_before(scene: Scene) -> Any:
    """Whether a colon or the like stands before it."""
    return scene.left & COLON > 0


@feature(("3«山田»", 1), ("は«山田»は", 0))
def digit_before(scene: Scene) -> Any:
    """Whether a digit stands before it, perhaps behind a space."""
    at = scene.lows - 1
    return scene.kinds[np.where(scene.kinds[at] == SPACE, at - 1, at)] == DIGIT


@feature(("«山田» 3", 1), ("«山田»は", 0))
def digit_behind(scene: Scene) -> Any:
    """Whether a digit stands behind it, perhaps behind a space."""
    at = scene.highs
    return scene.kinds[np.where((scene.kinds[at] == SPACE), np.minimum(at + 1, len(scene.kinds) - 1), at)] == DIGIT


@feature(("«山田»は来た", 1), ("«山田»、", 0))
def subject(scene: Scene) -> Any:
    """Whether a particle of sentences stands behind it."""
    return scene.right & PARTICLE > 0


@feature(("課の«山田»です", 1), ("は«山田»は", 0))
def of_before(scene: Scene) -> Any:
    """Whether の stands before it."""
    return scene.codes[scene.lows - 1] == ord("の")


INTRODUCED = 4


@feature(
    ("東西商会の«山田»と申します", 4), ("東西商会の«山田»です", 3), ("昨日の«山田»です", 2), ("«山田»は", 0), rises=1
)
def says(scene: Scene) -> Values:
    """Whether somebody says that it is he (1), of what (2), of what firm or office (3), and politely (``INTRODUCED``)."""
    text = scene.text
    said = scene.each(lambda _, high: text.startswith(("です", "と申", "でござ", "と言", "といい"), high))
    if not said.any():
        return said
    polite = scene.each(lambda _, high: text.startswith(("と申", "でござ"), high))
    ends = np.array([*organisations_of(scene).ends, -1])
    of = scene.codes[scene.lows - 1] == ord("の")
    told: Values = (said * (1 + of + (of & np.isin(scene.lows - 1, ends)) * (1 + polite))).astype(np.float32)
    return told


@feature(("担当 «山田»", 1), ("«山田»は", 0))
def line_end(scene: Scene) -> Any:
    """Whether the line ends behind it."""
    return scene.kinds[scene.highs] == LINE


@feature(("«山田»は", 1), ("は«山田»", 0))
def line_start(scene: Scene) -> Any:
    """Whether the line begins with it."""
    return scene.kinds[scene.lows - 1] == LINE
