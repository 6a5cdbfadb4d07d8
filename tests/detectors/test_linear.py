"""Every detector is linear: four times a text costs about four times as much, whatever stands in it.

``python -m benchmarks.linear`` tries many more texts, and larger ones.
"""

from __future__ import annotations

import random

import pytest

from benchmarks.costly import known
from benchmarks.repeated import Case, judged, of_expressions, of_words, sheet, soups
from benchmarks.sought import example, expressions, words
from detectors.engine import Engine
from detectors.tables import spaced
from detectors.tables.layout import Layout

SEED, SIZE = 20261130, 10_000
"""Characters of each text; repeated with twice as many where the cost is not what it should be."""
ATTEMPTS, PARTS = 5, 16


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine("balanced")
    engine.warm()
    return engine


def unfair(engine: Engine, cases: list[Case], size: int = SIZE) -> list[str]:
    verdicts = [judged(engine, case, size, ATTEMPTS) for case in cases]
    return [f"{v.name}: {v.seconds:.2f} CPU s for {v.size}, growth {v.growth:.1f}" for v in verdicts if not v.fair]


@pytest.mark.parametrize("part", range(PARTS))
def test_known_texts(engine: Engine, part: int) -> None:
    assert unfair(engine, known()[part::PARTS], 2 * SIZE) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_list_of_words(engine: Engine, part: int) -> None:
    assert unfair(engine, of_words(SEED)[part::PARTS]) == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_expression(engine: Engine, part: int) -> None:
    assert unfair(engine, of_expressions(SEED)[part::PARTS]) == []


def test_soups(engine: Engine) -> None:
    assert unfair(engine, soups(SEED, 12)) == []


def test_the_lists_are_those_of_the_detectors() -> None:
    listed = {word for some in words().values() for word in some}
    assert {"個人番号", "様", "長男", "既往", "病名", "マンション", "品川", "注文番号"} <= listed
    assert len(words()) > 100 < len(expressions())


def test_examples_of_expressions_match() -> None:
    chance = random.Random(SEED)
    found = [any(p.search(example(p, chance)) for _ in range(20)) for p in expressions().values()]
    assert sum(found) > 0.8 * len(found)


@pytest.mark.parametrize("kinds", [1, 2, 3, 7])
def test_a_line_is_laid_out_under_few_headings(monkeypatch: pytest.MonkeyPatch, kinds: int) -> None:
    headings = [
        "氏名 住所 電話",
        "氏名 備考 住所 電話",
        "番号 氏名 住所",
        "氏名 年齢 住所 電話 備考",
        *["氏名 電話 番号"] * 3,
    ][:kinds]
    fitted, count = spaced._fitted, 0

    def counted(text: str, words: list[tuple[int, int]], under: list[str]) -> list[tuple[int, int]] | None:
        nonlocal count
        count += 1
        return fitted(text, words, under)

    monkeypatch.setattr(spaced, "_fitted", counted)
    lines = 400
    text = "".join(f"{headings[n % kinds]}\n東{n} 西 {n}\n" for n in range(lines // 2))
    layout = spaced.add_spaced_tables(text, Layout())
    assert count <= spaced._OFTEN * lines
    assert len(layout.cells) <= (spaced._OFTEN + 1) * 5 * lines


def test_neighbours_of_cells_are_found_at_once() -> None:
    _, layout = sheet([[f"{n}" for n in range(2000)]] * 3)
    cell = layout.tables[0].rows[1][1000]
    left, above, right = layout.left(cell), layout.above(cell), next(layout.right(cell))
    assert left is not None
    assert (left.row, left.column) == (1, 999)
    assert above is not None
    assert (above.row, above.column) == (0, 1000)
    assert (right.row, right.column) == (1, 1001)
    first, last = layout.tables[0].rows[0][0], layout.tables[0].rows[0][-1]
    assert layout.left(first) is None
    assert layout.above(first) is None
    assert list(layout.right(last)) == []
