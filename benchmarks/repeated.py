"""Texts that are nothing but repetitions, and what their analysis costs.

A detector that looks at a line, a cell or a neighbourhood again for every word in it costs little on what people write
and hours on what they do not.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from benchmarks.handwritten import handwritten
from benchmarks.sought import example, expressions, words
from detectors.engine import Engine
from detectors.tables.builder import LayoutBuilder
from detectors.tables.layout import Layout


class Case(NamedTuple):
    """A kind of text: ``make(n)`` gives about ``n`` characters of it, and its cells where it is a worksheet."""

    name: str
    make: Callable[[int], tuple[str, Layout | None]]


ENDS = (
    *(
        "",
        " ",
        "  ",
        "\u3000",
        "\n",
        "\n\n",
        "\t",
        ",",
        "、",
        "。",
        ":",
        ": ",
        "：",
        "=",
        "|",
        "/",
        "・",
        "・・",
        "-",
        "(",
        "「",
        '"',
        "'",
        "→",
        "□",
    ),
    *(
        "1",
        " 12",
        "123-",
        "2",
        ":1234567",
        " 0312345678 ",
        " 03-1234-5678\n",
        " 1980/1/2 ",
        "昭和55年1月2日",
        " S38.11.29\n",
        " 20240101 1\n",
    ),
    *(
        "様",
        "さん ",
        " 田中",
        "田",
        "の",
        "は",
        " 翔\n",
        "に伴い",
        "症",
        "県",
        "市1-1",
        "ア",
        "あ",
        "a",
        "A",
        "@a",
        " 東 西\n",
        ":東\n",
        "\n田中 一\n",
    ),
)
"""What is put behind each word."""


def repeated(units: Sequence[str], size: int) -> str:
    """The units one after the other, again and again, up to ``size`` characters."""
    whole = "".join(units)
    return (whole * (size // max(1, len(whole)) + 1))[:size]


def sheet(rows: Iterable[Sequence[str]]) -> tuple[str, Layout]:
    """A worksheet as the scanner hands it over: cells ended by tabs, rows by line ends."""
    builder, pieces, at = LayoutBuilder(), [], 0
    table = builder.table()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            builder.cell(table, number, column, at, at + len(cell))
            pieces += (cell, "\t")
            at += len(cell) + 1
        pieces.append("\n")
        at += 1
    text = "".join(pieces)
    return text, builder.find_headers(text)


def plain(name: str, *units: str) -> Case:
    """A text of repetitions of ``units``."""
    return Case(name, lambda size: (repeated(units, size), None))


def sheets(name: str, unit: str, other: str) -> list[Case]:
    """One long cell beside a short one, one wide row over another, one column of many rows, many empty cells in a row."""

    def wide(size: int) -> tuple[str, Layout]:
        count = max(2, size // (len(unit) + len(other) + 2))
        return sheet([[unit] * count, [other] * count])

    def empty(size: int) -> tuple[str, Layout]:
        count = max(2, size // (len(unit) + len(other) + 4) // 2)
        return sheet([[other, *[""] * count, *[unit, ""] * count]] * 2)

    return [
        Case(f"{name} in one cell", lambda size: sheet([[other, repeated([unit, other, " "], size)], [unit, other]])),
        Case(f"{name} in a wide row", wide),
        Case(f"{name} behind empty cells", empty),
        Case(
            f"{name} in a column",
            lambda size: sheet([[unit, "備考"], *[[other, unit]] * (size // (len(unit) + len(other) + 3))]),
        ),
        Case(
            f"{name} beside long cells",
            lambda size: sheet([[unit, "備考"], *[[repeated([other], 2000), unit + other]] * (size // 2000)]),
        ),
    ]


def cost(engine: Engine, case: Case, size: int, times: int = 1) -> float:
    """CPU seconds of one analysis, the least of ``times``."""
    text, layout = case.make(size)
    seconds = []
    for _ in range(times):
        began = time.process_time()
        engine.analyze(text, layout)
        seconds.append(time.process_time() - began)
    return min(seconds)


ORDINARY = Case("what people write", lambda size: (repeated([_written_by_people()], size), None))


@lru_cache(maxsize=1)
def _written_by_people() -> str:
    return "\n".join(document.text for document in handwritten("dev"))


LINEAR, DEAR, FLOOR = 6.0, 25.0, 0.05
"""Four times a text may cost six times as much; a text may cost so many times what people write of the same size costs;
below so many CPU seconds nothing is measured."""


class Verdict(NamedTuple):
    """What a kind of text costs."""

    name: str
    size: int
    """Characters."""
    seconds: float
    """CPU seconds for them."""
    growth: float = 0.0
    """How many times the CPU seconds of a fourth of them that is; 0 where it is too little to measure."""
    ordinary: float = 0.0
    """How many times the CPU seconds of as much of what people write that is."""

    @property
    def fair(self) -> bool:
        """Whether the cost grows as the text does and is not out of all proportion."""
        return self.seconds < FLOOR or (self.growth <= LINEAR and self.ordinary <= DEAR)


def judged(engine: Engine, case: Case, size: int, attempts: int = 1) -> Verdict:
    """The cost of ``size`` characters. Where it is not fair the measurement is repeated, with twice the text each time and the
    best of more analyses: what a busy machine makes of it passes, what grows with the square stays."""
    for attempt in range(attempts):
        times = 1 + attempt
        verdict = Verdict(case.name, size, cost(engine, case, size, times))
        if verdict.seconds >= FLOOR:
            one, usual = cost(engine, case, size // 4, times), cost(engine, ORDINARY, size)
            growth, ordinary = (verdict.seconds / max(seconds, 1e-4) for seconds in (one, usual))
            verdict = verdict._replace(growth=growth, ordinary=ordinary)
        if verdict.fair:
            break
        size *= 2
    return verdict


def of_words(seed: int) -> list[Case]:
    """For every word list some of its words in some shapes: alone, before one of ``ENDS``, several in a line, in cells."""
    chance = random.Random(seed)
    cases: list[Case] = []
    for name, listed in words().items():
        some = chance.sample(sorted(listed), min(len(listed), 4))
        end, gap = chance.choice(ENDS), chance.choice((" ", "  ", "\t", ",", "\u3000", ": ", "・"))
        shapes = [
            plain(f"{name}: {some[0]!r} before {end!r}", some[0], end),
            plain(f"{name}: {some} between {gap!r}", gap.join(some) + "\n"),
            plain(f"{name}: {some} before {end!r}", *(part for word in some for part in (word, end))),
            *sheets(f"{name}: {some[0]!r} and {some[-1]!r}", some[0], some[-1]),
        ]
        cases.append(chance.choice(shapes))
    return cases


def of_expressions(seed: int) -> list[Case]:
    """For every regular expression a text of what it matches, whole or cut off, before one of ``ENDS``."""
    chance = random.Random(seed)
    cases: list[Case] = []
    for name, pattern in expressions().items():
        text = example(pattern, chance, chance.choice((1, 3, 8)))[:60] or "亜"
        text = text[: chance.randint(1, len(text))] if chance.random() < 0.4 else text
        end = chance.choice(ENDS)
        cases.append(plain(f"{name}: {text!r} before {end!r}", text, end))
    return cases


def soups(seed: int, count: int) -> list[Case]:
    """Texts in which nothing repeats: words, matches and marks in any order, in lines or without, and rows of them."""
    chance = random.Random(seed)
    listed = sorted({word for some in words().values() for word in some})
    sources = list(expressions().values())
    cases: list[Case] = []
    for number in range(count):
        tokens = chance.sample(listed, 40) + [example(chance.choice(sources), chance)[:40] for _ in range(40)]
        gaps, columns = chance.sample(ENDS, 6), chance.choice((0, 3, 8))
        cases.append(_soup(f"soup {seed}-{number} of {columns} columns", tokens, gaps, columns))
    return cases


def _soup(name: str, tokens: list[str], gaps: list[str], columns: int) -> Case:
    def make(size: int) -> tuple[str, None]:
        chance, pieces, length = random.Random(name), [], 0
        gap = chance.choice((" ", "  ", "\t", ",", "\u3000"))
        while length < size:
            if columns:
                pieces.append(gap.join(chance.choices(tokens, k=columns)) + "\n")
            else:
                pieces.append(chance.choice(tokens) + chance.choice(gaps))
            length += len(pieces[-1])
        return "".join(pieces)[:size], None

    return Case(name, make)
