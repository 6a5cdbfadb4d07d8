"""How a candidate is written, and whether its borders cut a word."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.evidence.feature import Values, feature
from detectors.evidence.scene import BETWEEN, CAPITAL, HIRAGANA, KANJI, KATAKANA, LINE, PARTING, SMALL, SPACE, Scene


@feature(("«山田»", 2), ("«山田 太郎»", 5))
def length(scene: Scene) -> Any:
    """Characters."""
    return scene.highs - scene.lows


@feature(("«山田さつき»", 2), ("«サトウ»", 0))
def kanji(scene: Scene) -> Any:
    """Kanji."""
    return scene.of_kinds[KANJI]


@feature(("«山田さつき»", 3), ("«サトウ»", 0))
def hiragana(scene: Scene) -> Any:
    """Hiragana."""
    return scene.of_kinds[HIRAGANA]


@feature(("«サトウ»", 3), ("«山田さつき»", 0))
def katakana(scene: Scene) -> Any:
    """Katakana."""
    return scene.of_kinds[KATAKANA]


@feature(("«John Smith»", 2), ("«山田»", 0))
def capitals(scene: Scene) -> Any:
    """Latin capitals."""
    return scene.of_kinds[CAPITAL]


@feature(("«John Smith»", 7), ("«山田»", 0))
def small(scene: Scene) -> Any:
    """Small Latin letters."""
    return scene.of_kinds[SMALL]


@feature(("«山田(旧姓 佐藤)»", 2), ("«山田 太郎»", 0), rises=-1)
def strange(scene: Scene) -> Any:
    """Characters that are neither letters nor what parts a name."""
    letters = scene.of_kinds[KANJI : KATAKANA + 1].sum(axis=0) + scene.of_kinds[CAPITAL : SMALL + 1].sum(axis=0)
    return scene.highs - scene.lows - letters - scene.counted(scene.marks & PARTING > 0) - scene.of_kinds[LINE]


@feature(("«山田 太郎»", 2), ("«山田太郎»", 0))
def gap(scene: Scene) -> Values:
    """Characters before the first space, dot or comma inside; 0 where there is none."""
    parting = scene.marks & BETWEEN > 0
    parting[-1] = True
    places = parting.nonzero()[0]
    first = places[places.searchsorted(scene.lows)]
    return np.where(first < scene.highs, first - scene.lows, 0).astype(np.float32)


@feature(("担当の«山田\n太郎»", 1), ("«山田太郎»", 0))
def over_lines(scene: Scene) -> Values:
    """Whether it goes over the end of a line."""
    broken = set(scene.broken)
    return np.array(
        [span in broken for span in scene.spans] if broken else np.zeros(len(scene.spans)), dtype=np.float32
    )


@feature(("«ヤマダ タロウ ジロウ»", 2), ("«山田太郎»", 0))
def gaps(scene: Scene) -> Any:
    """Spaces, dots and commas inside."""
    return scene.counted(scene.marks & BETWEEN > 0)


@feature(("山«田»", 1), ("は«山田»", 0))
def cut_before(scene: Scene) -> Any:
    """Whether the character before it is of the same script."""
    return _same(scene.kinds[scene.lows - 1], scene.kinds[scene.lows])


@feature(("«山»田", 1), ("«山田»は", 0))
def cut_behind(scene: Scene) -> Any:
    """Whether the character behind it is of the same script."""
    return _same(scene.kinds[scene.highs], scene.kinds[scene.highs - 1])


@feature(("«Nguyen Van» Nam", 1), ("«山田» 090", 0))
def goes_on(scene: Scene) -> Any:
    """Whether, behind one space, letters of the same script go on."""
    at = np.minimum(scene.highs + 1, len(scene.kinds) - 1)
    return (scene.kinds[scene.highs] == SPACE) & _same(scene.kinds[at], scene.kinds[scene.highs - 1])


@feature(("Nguyen «Van Nam»", 1), ("3 «山田»", 0))
def begun(scene: Scene) -> Any:
    """Whether, before one space, letters of the same script stand."""
    at = np.maximum(scene.lows - 2, 0)
    return (scene.kinds[scene.lows - 1] == SPACE) & _same(scene.kinds[at], scene.kinds[scene.lows])


def _same(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> Any:
    letters = (other != 0) & (other <= KATAKANA)
    latin = (one >= CAPITAL) & (one <= SMALL) & (other >= CAPITAL) & (other <= SMALL)
    return ((one == other) & letters) | latin


@feature(("«山田»", 0), ("«湉湲瑥»", 1), rises=-1)
def unwritable(scene: Scene) -> Values:
    """Characters that Japanese offices do not write: binary data read as text."""
    return scene.of_words(_unwritable)


def _unwritable(name: str) -> int:
    try:
        name.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return sum(not _written_in_japan(char) for char in name)
    return 0


_OF_NAMES = frozenset("𠮷𣘺𡈽𣑊𥔎𦚰𨉷𩗏")
"""Characters of surnames that no older Japanese character set has."""


def _written_in_japan(char: str) -> bool:
    for encoding in ("euc_jis_2004", "cp932"):  # 髙 stands in the second only
        try:
            char.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return char in _OF_NAMES
