"""Where the place decides that a candidate is a name, whatever the weights say of the text around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.evidence.labelled import STRONGEST, label_before
from detectors.evidence.listed import called_in_katakana, full, holds_nobody, is_place, noun, surname
from detectors.evidence.placed import column_share, header_person, whole_cell
from detectors.evidence.scene import ENDS, Scene
from detectors.evidence.touching import firm, introduced
from detectors.names.vocabulary import english
from detectors.tables.columns import written_as_name

DECIDING, DECIDED = 0.9, 0.6
"""How surely a header must announce persons to decide, and the least score of what it decides."""
LISTED = 0.8
"""How surely a header must announce persons (入所者) to decide of a cell that is a surname and a given name of the lists."""
_AMONG = 0.6
"""Share of the cells of a column that are listed as names, or that the tagger takes for names."""


def decided(scene: Scene) -> Any:
    """The least score of each candidate. What is written as a name and is no word for nobody is a name at least so surely

    - under a header that leaves no doubt (氏名) where it fills its cell,
    - under a header for persons (入所者), or behind a label for persons, where it fills the cell or what stands behind the label
      and the lists know its parts (``_in_parts``),
    - under such a header where it is a listed surname among others (スタッフ over 平山, 長嶺, 大山),
    - where somebody of a firm says politely that it is he, and it is a listed surname."""
    header = np.where(whole_cell(scene) > 0, header_person(scene), 0.0)
    value, told = _whole_value(scene), introduced(scene)
    if not ((header >= LISTED) | value | told).any():
        return np.zeros(len(scene.starts))
    family = surname(scene) >= 1
    listed = ((header >= LISTED) | value) & _in_parts(scene)
    listed |= (header >= LISTED) & family & (column_share(scene) >= _AMONG) | told & family
    somebody = scene.of_words(lambda name: written_as_name(name) and not holds_nobody(name)) > 0
    return np.where(((header >= DECIDING) | listed) & somebody, DECIDED, 0.0)


def _whole_value(scene: Scene) -> npt.NDArray[np.bool_]:
    """Whether it is all that stands between a label that leaves no doubt and a joint, and the end of the line or field."""
    found = np.zeros(len(scene.starts), dtype=bool)
    if scene.view.labels.of("PERSON"):
        for at in scene.asked[scene.right[scene.asked] & ENDS > 0].tolist():
            word, joined = label_before(scene, at)
            found[at] = joined and word in STRONGEST
    return found


def _in_parts(scene: Scene) -> Any:
    """Whether it is a listed surname with a given name: a listed one, one that the dictionary knows, or one in katakana that
    is no loanword (山本トメ, but not 山本ガス); as a whole neither a noun nor a place, no firm and no words of programs."""
    parts = (full(scene) >= 2) | (scene.of_words(lambda name: called_in_katakana(name, scene.lexicon)) > 0)
    return parts & (noun(scene) == 0) & (firm(scene) < 2) & (scene.of_words(_other) == 0)


def _other(name: str) -> bool:
    """Whether the whole is a place, or some of its words in Latin letters are words of programs and forms."""
    if name.isascii():
        return not english().isdisjoint(name.lower().replace(",", " ").replace(".", " ").replace("/", " ").split())
    return is_place(name)
