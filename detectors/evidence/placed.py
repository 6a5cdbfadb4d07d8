"""Where a candidate stands: under a header, behind a label, in its cell and in its line."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.evidence.feature import Values, feature
from detectors.evidence.listed import called_in_katakana, dictionary_place, full, noun, placeholder, programs, surname
from detectors.evidence.scene import ARROW, DIGIT, ENDS, JOINT, MARK, SPACE, STOP, UNIT, Scene
from detectors.evidence.touching import INTRODUCED, firm, says
from detectors.evidence.written import strange, unwritable
from detectors.labels import LabelIndex
from detectors.names.columns import of_persons, person_word
from detectors.person_labels import STRONG
from detectors.tables.columns import Column, written_as_name
from detectors.tables.kinds import OF_OTHERS, ColumnKind

_STRONG = frozenset(STRONG)
_SURE = 0.5


def _cells(scene: Scene) -> npt.NDArray[np.intp]:
    """Number of the cell of each candidate, -1 where it stands in none."""
    if "cells" not in scene.memo:
        layout = scene.view.layout
        if not layout.cells:
            scene.memo["cells"] = np.full(len(scene.starts), -1)
        else:
            at = (np.array(layout.starts)).searchsorted(scene.starts, "right") - 1
            ends = np.array([cell.end for cell in layout.cells])
            scene.memo["cells"] = np.where((at >= 0) & (ends[at] >= scene.ends), at, -1)
    found: npt.NDArray[np.intp] = scene.memo["cells"]
    return found


def _columns(scene: Scene) -> tuple[list[Column | None], npt.NDArray[np.intp]]:
    """The columns in which candidates stand, and which of them each stands in; number 0 is none."""
    if "columns" not in scene.memo:
        view, cells = scene.view, scene.view.layout.cells
        found: list[Column | None] = [None]
        number: dict[tuple[int, int, bool], int] = {}
        which = np.zeros(len(scene.starts), dtype=np.intp)
        numbers = _cells(scene)
        for at in (numbers >= 0).nonzero()[0].tolist():
            cell = cells[numbers[at]]
            key = cell.table, cell.column, cell.row <= view.layout.tables[cell.table].header_row
            if key not in number:
                number[key] = len(found)
                found.append(view.column(cell))
            which[at] = number[key]
        scene.memo["columns"] = found, which
    columns: tuple[list[Column | None], npt.NDArray[np.intp]] = scene.memo["columns"]
    return columns


def _of_columns(scene: Scene, value: Callable[[Column], float]) -> Values:
    """What ``value`` gives for the column of each candidate; 0 where it stands in none."""
    columns, which = _columns(scene)
    return np.array([value(column) if column is not None else 0.0 for column in columns], dtype=np.float32)[which]


@feature(("氏名,住所\n«東»,高松市\n木村,高松市", 1), ("品名,数\n«東»,1\n西,2", 0), rises=1)
def header_person(scene: Scene) -> Values:
    """How surely the header of its column announces persons."""
    return _of_columns(scene, of_persons)


def header_word(scene: Scene, at: int) -> str:
    """The word of our lists by which the header of its column announces persons; empty where it does not."""
    columns, which = _columns(scene)
    column = columns[which[at]]
    return person_word(scene.view, column) if column is not None and of_persons(column) > 0 else ""


DECIDING, DECIDED = 0.9, 0.6
"""How surely a header must announce persons to decide, and the least score of what it decides."""


LISTED = 0.8
"""How surely a header must announce persons (入所者) to decide of a cell that is a surname and a given name of the lists."""


def decided(scene: Scene) -> Any:
    """The least score of each candidate, whatever the weights say of the text around it. What is no word for nobody is a name
    at least so surely

    - under a header that leaves no doubt (氏名) where it fills its cell and is written as names are,
    - under a header for persons (入所者), or behind a label for persons, where it fills the cell or what stands behind the label
      and the lists know its parts (``_in_parts``),
    - under such a header where it is a listed surname among others (スタッフ over 平山, 長嶺, 大山),
    - where somebody of a firm says politely that it is he, and it is a listed surname."""
    header = np.where(whole_cell(scene) > 0, header_person(scene), 0.0)
    value, told = _whole_value(scene), (says(scene) >= INTRODUCED) & (surname(scene) > 0)
    if not ((header >= LISTED) | value | told).any():
        return np.zeros(len(scene.starts))
    held = (placeholder(scene) > 0) | (strange(scene) > 0) | (unwritable(scene) > 0)
    listed = ((header >= LISTED) | value) & _in_parts(scene)
    listed |= (header >= LISTED) & (surname(scene) > 0) & (column_share(scene) >= _AMONG) | told
    return np.where(((header >= DECIDING) | listed) & ~held & (scene.of_words(written_as_name) > 0), DECIDED, 0.0)


_AMONG = 0.6
"""Share of the cells of a column that are listed as names, or that the tagger takes for names."""


def _whole_value(scene: Scene) -> Any:
    """Whether it is all that stands between a label that announces persons and a joint, and the end of the line or field."""
    return (label_person(scene) >= 1) & (label_joint(scene) > 0) & (scene.right & ENDS > 0)


def _in_parts(scene: Scene) -> Any:
    """Whether it is a listed surname with a given name: a listed one, one that the dictionary knows, or one in katakana that
    is no loanword (山本トメ, but not 山本ガス); as a whole neither a noun nor a place, no firm
    and no words of programs."""
    parts = (full(scene) >= 2) | (scene.of_words(lambda name: called_in_katakana(name, scene.lexicon)) > 0)
    return parts & (noun(scene) == 0) & (dictionary_place(scene) == 0) & (firm(scene) < 2) & (programs(scene) == 0)


@feature(("品名,数\n«東»,1\n西,2", 0.85), ("氏名,住所\n«東»,高松市\n木村,高松市", 0), rises=-1)
def header_thing(scene: Scene) -> Values:
    """How surely the header of its column announces something else that has a name."""
    return _of_columns(scene, lambda column: column.sure if column.kind in OF_OTHERS else 0.0)


@feature(("姓,名\n«東»,望\n木村,翼", 1), ("氏名,住所\n«東»,高松市\n木村,高松市", 0), rises=1)
def header_part(scene: Scene) -> Values:
    """Whether the header announces a surname or a given name alone."""
    return _of_columns(scene, lambda column: column.kind in _PARTS)


_PARTS = (ColumnKind.FAMILY, ColumnKind.GIVEN)


@feature(("氏名,住所\n«東»,高松市\n木村,高松市", 1), ("東は«東»", 0))
def in_table(scene: Scene) -> Any:
    """Whether it stands in a cell."""
    return _cells(scene) >= 0


@feature(("氏名,住所\n«東»,高松市\n木村,高松市", 1), ("氏名,住所\n«木村»商店,高松市\n木村,高松市", 0))
def whole_cell(scene: Scene) -> Values:
    """Whether it is all that stands in its cell, but for spaces."""
    if "whole cell" not in scene.memo:
        text, cells, names, numbers = scene.view.text, scene.view.layout.cells, scene.names, _cells(scene)
        found = np.zeros(len(names), dtype=np.float32)
        for at in scene.asked[numbers[scene.asked] >= 0].tolist():
            cell = cells[numbers[at]]
            found[at] = text[cell[0] : cell[1]].strip().replace("\n", " ") == names[at]
        scene.memo["whole cell"] = found
    whole: Values = scene.memo["whole cell"]
    return whole


@feature(("氏名,住所\n«木村»,高松市\n«田中»,高松市", 1), ("品名,数\n«木村»,1\n机,2", 0.5))
def column_share(scene: Scene) -> Values:
    """Share of the cells of its column that are candidates as a whole and, by the tagger or by the lists, names."""
    layout, numbers = scene.view.layout, _cells(scene)
    result = np.zeros(len(numbers), dtype=np.float32)
    inside = (numbers >= 0).nonzero()[0]
    if not len(inside):
        return result
    cells = [layout.cells[number] for number in numbers[inside].tolist()]
    columns: dict[tuple[int, int], int] = {}
    which = [columns.setdefault((cell[2], cell[4]), len(columns)) for cell in cells]
    likely = (scene.whole >= _SURE) | (full(scene) >= 2) | (surname(scene) > 0)
    named = [0] * len(columns)
    for column in {
        (c, cell[3]): c for c, cell, sure in zip(which, cells, likely[inside].tolist(), strict=True) if sure
    }.values():
        named[column] += 1
    sizes = [max(1, len(layout.tables[table].below(column))) for table, column in columns]
    shares = [min(1.0, count / size) for count, size in zip(named, sizes, strict=True)]
    result[inside] = [shares[column] for column in which]
    return result


def _labels(scene: Scene) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """For each candidate and the last label that ends before it in its line: characters between them that are no
    mere joint, whether the label announces persons (1, 0.5, 0), and whether anything but a space joins them."""
    if "labels" not in scene.memo:
        hits = scene.view.labels
        size = len(scene.starts)
        far, kind, joined = np.full(size, 99.0), np.zeros(size), np.zeros(size)
        if hits.starts:
            rated = _rated(hits.index)[hits.ids]
            ends = np.array(hits.ends) + 1
            at = ends.searchsorted(scene.lows, "right") - 1
            scene.memo["last label"] = at
            before = np.where(at >= 0, ends[at], 0)
            _, line, _ = scene.lines
            here = (at >= 0) & (before > line)
            joints = scene.marks & JOINT > 0
            parting = (scene.kinds == MARK) | (scene.kinds == SPACE) | joints
            between = np.concatenate(([0], (~parting).cumsum()))
            marks = np.concatenate(([0], joints.cumsum()))
            far = np.where(here, between[scene.lows] - between[before], 99.0)
            kind = np.where(here, rated[at], 0.0)
            joined = np.where(here, marks[scene.lows] - marks[before] > 0, 0)
        scene.memo["labels"] = far, kind, joined
    found: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]] = scene.memo["labels"]
    return found


@lru_cache(maxsize=4)
def _rated(index: LabelIndex) -> npt.NDArray[np.float64]:
    """How surely each label announces persons."""
    return np.array(
        [
            (1.0 if word in _STRONG else 0.5) if "PERSON" in owners else 0.0
            for word, owners in zip(index.words, index.owners, strict=True)
        ]
    )


@feature(("担当:«山田»", 1), ("住所:«山田»", 0), rises=1)
def label_person(scene: Scene) -> Any:
    """Whether a label for persons stands right before it, with no more than marks between."""
    far, kind, _ = _labels(scene)
    return np.where(far == 0, kind, 0.0)


def label_word(scene: Scene, at: int) -> str:
    """The label for persons right before a candidate; empty where there is none."""
    far, kind, _ = _labels(scene)
    return scene.view.labels.word(int(scene.memo["last label"][at])) if far[at] == 0 and kind[at] > 0 else ""


@feature(("担当:«山田»", 1), ("担当«山田»", 0))
def label_joint(scene: Scene) -> Any:
    """Whether a colon or the like joins it to the label right before it."""
    far, _, joined = _labels(scene)
    return np.where(far == 0, joined, 0.0)


@feature(("担当:佐藤、«山田»", 2), ("«山田»", 99))
def label_far(scene: Scene) -> Any:
    """Letters between a label for persons in its line and it, 99 where there is no such label before it."""
    far, kind, _ = _labels(scene)
    return np.where(kind > 0, far, 99.0)


@feature(("山田、«佐藤»、鈴木", 8), ("«佐藤»\n山", 2))
def line_length(scene: Scene) -> Any:
    """Characters of its line, at most 200."""
    _, low, high = scene.lines
    return np.minimum(high - low, 200)


@feature(("«佐藤»と«鈴木»", 0.8), ("«佐藤»は来た", 0.4))
def line_share(scene: Scene) -> Values:
    """Share of its line that likely candidates (of lists or tagger) cover."""
    _, low, high = scene.lines
    sure = likely_names(scene)
    if not sure.any():
        return np.zeros(len(low), dtype=np.float32)
    covered = np.concatenate(([0], (_covered(scene, sure)).cumsum()))
    result: Values = ((covered[high] - covered[low]) / np.maximum(1, high - low)).astype(np.float32)
    return result


def _covered(scene: Scene, sure: npt.NDArray[np.bool_]) -> Any:
    """Which characters stand in a candidate that is likely by tagger or lists."""
    size = len(scene.codes)
    opened = np.bincount(scene.lows[sure], minlength=size) - np.bincount(scene.highs[sure], minlength=size)
    return opened.cumsum() > 0


def likely_names(scene: Scene) -> npt.NDArray[np.bool_]:
    """Candidates that the tagger holds likely; without a tagger those that the lists know as surname and given name."""
    if "likely" not in scene.memo:
        if scene.tags is not None:
            scene.memo["likely"] = scene.whole >= _SURE
        else:
            scene.memo["likely"] = full(scene) >= 3
    found: npt.NDArray[np.bool_] = scene.memo["likely"]
    return found


@feature(("«佐藤»と«鈴木»", 2), ("«佐藤»は来た", 1))
def line_names(scene: Scene) -> Any:
    """Likely candidates in its line, at most 20."""
    number, _, _ = scene.lines
    counts = np.bincount(number[likely_names(scene)], minlength=int(number.max(initial=0)) + 1)
    return np.minimum(counts[number], 20)


@feature(("«佐藤»は来た。", 1), ("«佐藤»", 0))
def sentence(scene: Scene) -> Any:
    """Whether a full stop stands in its line behind it."""
    stops = (scene.marks & STOP).nonzero()[0]
    _, _, high = scene.lines
    return stops.searchsorted(high) > stops.searchsorted(scene.highs)


@feature(("«立山» 3kg 1200円", 2), ("«山田»は3日に来た", 0))
def amounts(scene: Scene) -> Any:
    """Amounts (digits and a unit) in its line, at most 20."""
    return _in_line(scene, (scene.kinds[:-1] == DIGIT) & (scene.marks[1:] & UNIT > 0))


@feature(("«福田» 6:40 → 6:35", 2), ("«山田»は3日に来た", 0))
def times(scene: Scene) -> Any:
    """Times of the day in its line, at most 20."""
    digits = scene.kinds == DIGIT
    return _in_line(scene, digits[:-2] & (scene.codes[1:-1] == ord(":")) & digits[2:])


@feature(("«福田» → 川口 → 浦和", 2), ("«山田»は3日に来た", 0))
def arrows(scene: Scene) -> Any:
    """Arrows and waves in its line, at most 20."""
    return _in_line(scene, scene.marks & ARROW > 0)


def _in_line(scene: Scene, where: Any) -> Any:
    places = where.nonzero()[0]
    _, low, high = scene.lines
    return np.minimum(places.searchsorted(high) - places.searchsorted(low), 20)
