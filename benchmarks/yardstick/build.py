"""Documents out of a covering array: every pair of values of two axes stands in some document, most in many."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from allpairspy import AllPairs

from benchmarks.yardstick import around, damage
from benchmarks.yardstick.forms import SKELETONS, Cell
from benchmarks.yardstick.kinds import KINDS
from benchmarks.yardstick.nobody import THINGS, Record
from benchmarks.yardstick.people import BARE, FIELDS, Person
from benchmarks.yardstick.pieces import Piece, Sample, joined

SEED = 20261130
COUNT = 2_160

AXES: dict[str, Sequence[str]] = {
    "form": tuple(KINDS),
    "disclosure": ("labelled", "short", "bare"),
    "density": ("one", "three", "twelve"),
    "layout": tuple(damage.LAYOUTS),
    "encoding": tuple(damage.ENCODINGS),
    "recognition": tuple(damage.NOISES),
    "neighbourhood": tuple(around.NEIGHBOURS),
    "language": ("japanese", "english_labels"),
    "about": ("persons", "nobody"),
}
_DENSITY = {"one": 1, "three": 3, "twelve": 12}


def documents(count: int = COUNT) -> Iterator[Sample]:
    """The first ``count`` documents. Covering arrays follow one another, each over values in another order."""
    made = 0
    turn = 0
    while True:
        order = random.Random(f"{SEED}/{turn}")
        shuffled = {axis: order.sample(list(values), len(values)) for axis, values in AXES.items()}
        for row in AllPairs(list(shuffled.values())):
            if made == count:
                return
            axes = dict(zip(shuffled, map(str, row), strict=True))
            yield _document(made, axes)
            made += 1
        turn += 1


def _document(number: int, axes: dict[str, str]) -> Sample:
    c = random.Random(f"{SEED}/{number}/{sorted(axes.items())}")
    kind = KINDS[axes["form"]]
    count = _DENSITY[axes["density"]]
    if axes["about"] == "persons":
        rows = _of_persons(kind.fields, axes, count, c)
    else:
        rows = [_of_nothing(kind.things, axes, c) for _ in range(count)]
    before, after = around.NEIGHBOURS[axes["neighbourhood"]](c)
    shown = axes["disclosure"] != "bare"
    body = list(SKELETONS[kind.skeleton](kind.title, rows, shown, c))
    pieces: Iterator[Piece] | list[Piece] = [Piece(before), *body, Piece(after)]
    pieces = damage.LAYOUTS[axes["layout"]](pieces)
    pieces = damage.NOISES[axes["recognition"]](pieces, c)
    text, gold = joined(damage.ENCODINGS[axes["encoding"]](pieces))
    return Sample(number, axes, text, gold)


def _label(axes: dict[str, str], full: str, short: str, english: str) -> str:
    if axes["language"] == "english_labels":
        return english
    return full if axes["disclosure"] == "labelled" else short


def _of_persons(fields: Sequence[str], axes: dict[str, str], count: int, c: random.Random) -> list[list[Cell]]:
    if axes["disclosure"] == "bare":  # nothing says what a number is: only what can be told from the value alone
        fields = [f for f in fields if f in BARE] if len(set(fields) & set(BARE)) > 1 else ["name", "phone", "address"]
    rows = []
    for number in range(count):
        person = Person(number, c)
        cells = []
        for name in fields:
            field = FIELDS[name]
            piece = Piece(person.value(name), field.entity, number)
            cells.append(Cell(_label(axes, field.full, field.short, field.english), field.key, piece))
        rows.append(cells)
    return rows


def _of_nothing(things: Sequence[str], axes: dict[str, str], c: random.Random) -> list[Cell]:
    record = Record(c)
    cells = []
    for name in things:
        thing = THINGS[name]
        cells.append(Cell(_label(axes, thing.full, thing.short, thing.english), thing.key, Piece(record.value(name))))
    return cells
