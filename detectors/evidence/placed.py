"""Where a candidate stands: under a header, in its cell and in its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.evidence.feature import Values, feature
from detectors.evidence.listed import full, surname
from detectors.evidence.scene import Scene, shared
from detectors.names.columns import of_persons, person_word
from detectors.names.vocabulary import sample_names, samples
from detectors.tables.columns import Column
from detectors.tables.kinds import OF_OTHERS

_SURE = 0.5
_ABOVE = 300
"""Characters above a name in which it may be said that it is an example."""


@shared
def cell_numbers(scene: Scene) -> npt.NDArray[np.intp]:
    """Number of the cell of each candidate, -1 where it stands in none."""
    layout = scene.view.layout
    if not layout.cells:
        return np.full(len(scene.starts), -1)
    at = np.array(layout.starts).searchsorted(scene.starts, "right") - 1
    ends = np.array([cell.end for cell in layout.cells])
    return np.where((at >= 0) & (ends[at] >= scene.ends), at, -1)


@shared
def _columns(scene: Scene) -> tuple[list[Column | None], npt.NDArray[np.intp]]:
    """The columns in which candidates that are weighed stand, and which of them each stands in; number 0 is none."""
    view, cells = scene.view, scene.view.layout.cells
    found: list[Column | None] = [None]
    number: dict[tuple[int, int, bool], int] = {}
    which = np.zeros(len(scene.starts), dtype=np.intp)
    numbers = cell_numbers(scene)
    inside = scene.asked[numbers[scene.asked] >= 0]
    for at, cell_number in zip(inside.tolist(), numbers[inside].tolist(), strict=True):
        cell = cells[cell_number]
        key = cell.table, cell.column, cell.row <= view.layout.tables[cell.table].header_row
        if key not in number:
            number[key] = len(found)
            found.append(view.column(cell))
        which[at] = number[key]
    return found, which


def column_numbers(scene: Scene) -> npt.NDArray[np.intp]:
    """Number of the column of each candidate, its heading apart; 0 where it stands in none."""
    return _columns(scene)[1]


def _of_columns(scene: Scene, value: Callable[[Column], float]) -> Values:
    """What ``value`` gives for the column of each candidate; 0 where it stands in none."""
    columns, which = _columns(scene)
    return np.array([value(column) if column is not None else 0.0 for column in columns], dtype=np.float32)[which]


@feature(("氏名,住所\n«東»,高松市\n木村,高松市", 1), ("品名,数\n«東»,1\n西,2", 0), rises=1)
@shared
def header_person(scene: Scene) -> Values:
    """How surely the header of its column announces persons."""
    return _of_columns(scene, of_persons)


def header_word(scene: Scene, at: int) -> str:
    """The word of our lists by which the header of its column announces persons; empty where it does not."""
    columns, which = _columns(scene)
    column = columns[which[at]]
    return person_word(scene.view, column) if column is not None and of_persons(column) > 0 else ""


@feature(("品名,数\n«東»,1\n西,2", 0.85), ("氏名,住所\n«東»,高松市\n木村,高松市", 0), rises=-1)
def header_thing(scene: Scene) -> Values:
    """How surely the header of its column announces something else that has a name."""
    return _of_columns(scene, lambda column: column.sure if column.kind in OF_OTHERS else 0.0)


@feature(("(記入例) 氏名 «東»", 2), ("«テスト 太郎»", 2), ("例:\n氏名 «東»", 1), ("条例\n氏名 «東»", 0), rises=-1)
def sample(scene: Scene) -> Values:
    """Whether it is called like an example, or a word for examples stands before it in its line (2), or in the lines above (1)."""
    called: Values = 2 * scene.of_words(lambda name: not sample_names().isdisjoint(name.split(" ")))
    hits = np.array([hit.start() for hit in samples().finditer(scene.text)], dtype=np.intp)
    if not len(hits):
        return called
    last = np.concatenate(([-_ABOVE - 1], hits))[hits.searchsorted(scene.lows)]
    told = (last >= scene.lines[1]).astype(np.float32) + (last >= scene.lows - _ABOVE)
    return np.maximum(called, told)


@feature(("氏名,住所\n«東»,高松市\n木村,高松市", 1), ("氏名,住所\n«木村»商店,高松市\n木村,高松市", 0))
@shared
def whole_cell(scene: Scene) -> Values:
    """Whether it is all that stands in its cell, but for spaces."""
    text, cells, names, numbers = scene.view.text, scene.view.layout.cells, scene.names, cell_numbers(scene)
    found = np.zeros(len(names), dtype=np.float32)
    for at in scene.asked[numbers[scene.asked] >= 0].tolist():
        cell = cells[numbers[at]]
        found[at] = text[cell[0] : cell[1]].strip().replace("\n", " ") == names[at]
    return found


@feature(("氏名,住所\n«木村»,高松市\n«田中»,高松市", 1), ("品名,数\n«木村»,1\n机,2", 0.5))
@shared
def column_share(scene: Scene) -> Values:
    """Share of the cells of its column that are candidates as a whole and, by the tagger or by the lists, names."""
    layout, numbers = scene.view.layout, cell_numbers(scene)
    result = np.zeros(len(numbers), dtype=np.float32)
    inside = (numbers >= 0).nonzero()[0]
    if not len(inside):
        return result
    cells = [layout.cells[number] for number in numbers[inside].tolist()]
    rows: dict[tuple[int, int], set[int]] = {}
    """Column → its rows in which a likely name stands."""
    likely = (scene.whole >= _SURE) | (full(scene) >= 2) | (surname(scene) >= 1)
    for (_, _, table, row, column), sure in zip(cells, likely[inside].tolist(), strict=True):
        if sure:
            rows.setdefault((table, column), set()).add(row)
    shares = {
        place: min(1.0, len(some) / max(1, len(layout.tables[place[0]].below(place[1]))))
        for place, some in rows.items()
    }
    result[inside] = [shares.get((cell[2], cell[4]), 0.0) for cell in cells]
    return result


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


@shared
def likely_names(scene: Scene) -> npt.NDArray[np.bool_]:
    """Candidates that the tagger holds likely; without a tagger those that the lists know as surname and given name."""
    return scene.whole >= _SURE if scene.tags is not None else full(scene) >= 3


@feature(("«佐藤»と«鈴木»", 2), ("«佐藤»は来た", 1))
def line_names(scene: Scene) -> Any:
    """Likely candidates in its line, at most 20."""
    number, _, _ = scene.lines
    counts = np.bincount(number[likely_names(scene)], minlength=int(number.max(initial=0)) + 1)
    return np.minimum(counts[number], 20)
