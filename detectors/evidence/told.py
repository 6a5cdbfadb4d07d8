"""What the rest of the text says: other names, numbers of persons, the same word elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.addresses.gazetteer import stems
from detectors.evidence.feature import Values, feature
from detectors.evidence.listed import full, surname
from detectors.evidence.placed import likely_names
from detectors.evidence.scene import MARK, Ints, Scene, shared
from detectors.evidence.touching import organisations_of

CLOSE, NEAR = 100, 2000
"""Characters on both sides: the same lines, and the same page or so."""
_SURE, _MOST = 0.9, 20


def _different(scene: Scene, chosen: npt.NDArray[np.bool_], reach: int) -> Any:
    """How many different words stand among the chosen candidates at most ``reach`` away, itself not counted, at most
    ``_MOST``. Of a word that stands often the mention next to it counts."""
    which = scene.words[1]
    picked = chosen.nonzero()[0]
    result = np.zeros(len(which), dtype=np.float32)
    if not len(picked):
        return result
    places, words = scene.lows[picked], which[picked].tolist()
    lows, highs = places.searchsorted(scene.lows - reach), places.searchsorted(scene.lows + reach, "right")
    asked = scene.asked
    bounds, counts = (-1, -1), []
    near: set[int] = set()
    for low, high, own in zip(lows[asked].tolist(), highs[asked].tolist(), which[asked].tolist(), strict=True):
        if (low, high) != bounds:  # neighbours see the same words
            bounds = low, high
            if high - low > 2 * _MOST:
                middle = (low + high) // 2
                low, high = middle - _MOST, middle + _MOST
            near = set(words[low:high])
        counts.append(len(near) - (own in near))
    result[asked] = np.minimum(counts, _MOST)
    return result


@shared
def _sure(scene: Scene) -> npt.NDArray[np.bool_]:
    """Candidates that hardly anything but a name can be: by the tagger, or by both lists where it was not asked."""
    return scene.whole >= _SURE if scene.tags is not None else full(scene) >= 3


@feature(("«佐藤太郎»、«鈴木花子»、«高橋一郎»", 2), ("«佐藤太郎»", 0))
def crowd(scene: Scene) -> Any:
    """Different sure names in the lines around it."""
    return _different(scene, _sure(scene), CLOSE)


@feature(("«佐藤太郎»、«鈴木花子»、«高橋一郎»", 2), ("«佐藤太郎»", 0))
def others(scene: Scene) -> Any:
    """Different sure names in the page around it."""
    return _different(scene, _sure(scene), NEAR)


@feature(("«佐藤太郎» 電話 090-1234-5678", 1), ("«佐藤太郎»", 0))
def numbers_near(scene: Scene) -> Any:
    """Numbers, births and addresses in the page around it, at most 20."""
    return np.minimum(scene.near(scene.numbers, NEAR), _MOST)


@feature(("«佐藤»は山田工務店と川上医院へ行った", 2), ("«佐藤»は来た", 0))
def firms_near(scene: Scene) -> Any:
    """Words of firms, offices and houses in the lines around it, at most 20."""
    starts = np.array(organisations_of(scene).starts, dtype=np.intp)
    return np.minimum(scene.near(starts, CLOSE), _MOST)


@feature(("«品川»、«大崎»、«千葉»", 0.75), ("«品川»、«佐藤»、«鈴木»", 0.08), ("«品川»様", 0.25), rises=-1)
def places_near(scene: Scene) -> Any:
    """Share of the other surnames of the page around it that municipalities are called, too; counted with one more, of which as much as
    of all surnames."""
    named = surname(scene) >= 1
    both = named & (scene.of_words(_municipal) > 0)
    places = scene.near(scene.lows[both], NEAR) - both
    return (places + _OF_ALL) / (scene.near(scene.lows[named], NEAR) - named + 1)


_OF_ALL = 0.25


def _municipal(name: str) -> bool:
    return name in stems()


@feature(("«佐藤太郎»様と«鈴木花子»様", 1.0), ("«佐藤太郎»様と«予算»", 0.5), tagged=True)
def sureness(scene: Scene) -> Values:
    """What the tagger gives the candidates of the page around it on average."""
    sums = np.concatenate(([0.0], scene.whole.cumsum(dtype=np.float64)))
    low = scene.lows.searchsorted(scene.lows - NEAR)
    high = scene.lows.searchsorted(scene.lows + NEAR, "right")
    result: Values = ((sums[high] - sums[low]) / np.maximum(1, high - low)).astype(np.float32)
    return result


@feature(("«佐藤»様、«佐藤»は", 1.0), ("«佐藤»", 0.0), tagged=True)
def best_again(scene: Scene) -> Values:
    """The most that the tagger gives the same word elsewhere in the text."""
    which, values = scene.words[1], scene.whole
    size = len(scene.words[0])
    best, second = np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32)
    for word, value in zip(which.tolist(), values.tolist(), strict=True):
        if value > best[word]:
            best[word], second[word] = value, best[word]
        elif value > second[word]:
            second[word] = value
    return np.where(values >= best[which], second[which], best[which]).astype(np.float32)


@feature(("«佐藤»様は«佐藤»工業へ行った", 0.5), ("«佐藤»様は来た", 1.0), tagged=True)
def steady(scene: Scene) -> Values:
    """What the tagger gives the same word on average wherever it is a candidate."""
    which = scene.words[1]
    sums = np.bincount(which, weights=scene.whole)
    return (sums / np.bincount(which))[which].astype(np.float32)


@feature(("«佐藤太郎»は来た。", 0.7), ("Program files of 佐藤 «Taro»", 0.1))
def japanese(scene: Scene) -> Any:
    """Share of the page around it that is written in kanji and kana."""
    letters = np.concatenate(([0], ((scene.kinds >= 1) & (scene.kinds <= 3)).cumsum()))
    low = np.maximum(scene.lows - NEAR, 0)
    high = np.minimum(scene.highs + NEAR, len(scene.codes))
    return (letters[high] - letters[low]) / (high - low)


@feature(("«佐藤太郎»\n", 7), ("«佐藤»", 4))
def text_length(scene: Scene) -> Any:
    """Characters of the text, at most 2000: of a short one little else can be known."""
    return np.full(len(scene.starts), min(len(scene.codes), NEAR))


@feature(("«佐藤»様、«鈴木»様、予算の話をした", 11.8), ("«佐藤»様、鈴木様、予算の話をした", 5.9))
def density(scene: Scene) -> Any:
    """Likely names in the page around it for each hundred characters."""
    places = scene.lows[likely_names(scene)]
    high = np.minimum(scene.highs + NEAR, len(scene.codes))
    return scene.near(places, NEAR) * 100 / (high - np.maximum(scene.lows - NEAR, 0))


@feature(("«佐藤太郎»様と«鈴木»様", 0.5), ("«佐藤太郎»様", 1.0))
def in_full(scene: Scene) -> Any:
    """Share of the likely names in the page around it, itself among them, that the lists know as surname and given name."""
    likely = likely_names(scene)
    named = scene.near(scene.lows[likely & (full(scene) >= 2)], NEAR)
    return named / np.maximum(1, scene.near(scene.lows[likely], NEAR))


@feature(("1 «佐藤» 2 «鈴木» 3 «高橋» 4", 2), ("«佐藤»様", 0))
def alike(scene: Scene) -> Any:
    """Likely names that stand between the same kinds of characters as it does, itself not counted, at most 20."""
    likely, which = likely_names(scene), frame_numbers(scene)
    return np.minimum(np.bincount(which, weights=likely)[which] - likely, _MOST)


@feature(("1 «佐藤» 2 «鈴木» 3 «高橋» 4", 1.0), ("1 «佐藤» 2 «予算» 3", 0.5))
def alike_share(scene: Scene) -> Any:
    """Share of the candidates between the same kinds of characters that are likely names, itself among them."""
    which = frame_numbers(scene)
    return np.bincount(which, weights=likely_names(scene))[which] / np.bincount(which)[which]


@shared
def frame_numbers(scene: Scene) -> Ints:
    """A number for what stands around each candidate: two characters before it and one behind it, letters and digits by their
    kinds, marks by themselves."""
    places = np.concatenate((np.maximum(scene.lows - 2, 0), scene.lows - 1, scene.highs))
    kinds, codes = scene.kinds[places].astype(np.int64), np.minimum(scene.codes[places], 0xFFFF).astype(np.int64)
    marks = np.where((kinds == 0) | (kinds >= MARK), codes + 16, kinds).reshape(3, -1)
    keys = (marks[0] << 40) | (marks[1] << 20) | marks[2]
    number: dict[int, int] = {}
    return np.array([number.setdefault(key, len(number)) for key in keys.tolist()], dtype=np.intp)
