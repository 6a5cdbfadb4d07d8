"""Our labelled set of numbers, births, addresses and facts of persons: invented documents in the ways of writing that offices,
forms, machines and people have for one and the same value. Seeded; ``python -m benchmarks.identifier_set`` prints the figures.

A *field* is a kind of value with the labels that announce it, a *form* a way of writing some fields of one or more persons.
Every second label and every second form belongs to the part ``held``: what is read to find errors is ``seen`` alone.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator

from benchmarks.identifier_forms import FORMS
from benchmarks.identifier_nobody import NOBODY
from benchmarks.identifier_values import Form, Person
from benchmarks.office_values import Document
from benchmarks.score import Score

SEED, EACH = 20261130, 24
PARTS = ("seen", "held")


def documents(part: str, seed: int = SEED, each: int = EACH) -> Iterator[Document]:
    """The documents of ``seen`` or ``held``, the same every time."""
    for number, form in enumerate([*FORMS, *NOBODY]):
        if PARTS[number % 2] != part:
            continue
        for copy in range(each):
            chance = random.Random(f"{seed}/{form.__name__}/{copy}")
            yield _made(form, chance, part, copy)


def _made(form: Form, chance: random.Random, part: str, copy: int) -> Document:
    document = Document(form.__name__, copy)
    form(document, chance, [Person(chance, PARTS.index(part)) for _ in range(chance.randint(3, 6))])
    return document


def main() -> None:
    """Command line."""
    from detectors.engine import Engine

    parser = argparse.ArgumentParser(description="Identifiers, births, addresses and facts on invented documents.")
    parser.add_argument("--depth", default="balanced", choices=("quick", "balanced", "thorough"))
    parser.add_argument("--part", default="held", choices=PARTS)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    engine = Engine(arguments.depth)
    engine.warm()
    total, forms = Score(), defaultdict[str, Score](Score)
    flagged = clean = 0
    for document in documents(arguments.part, arguments.seed):
        found = [(m.entity, m.start, m.end) for m in engine.analyze(document.text).matches if m.entity != "PERSON"]
        total.add(document.spans, found)
        forms[document.kind].add(document.spans, found)
        if not document.spans:
            clean, flagged = clean + 1, flagged + bool(found)
    for name, count in sorted(total.entities.items()):
        print(
            f"{name:<28}{count.gold:>6}{count.found:>6}{count.precision():>7.3f}{count.recall():>7.3f}{count.f1():>7.3f}"
        )
    print(f"{'all':<28}{total.micro().gold:>6}{total.micro().found:>6}{'':>14}{total.micro().f1():>7.3f}")
    print(f"documents about nobody with a finding: {flagged} of {clean}\n")
    for name, score in forms.items():
        print(f"{name:<28}{score.micro().gold:>6}{score.micro().found:>6}{'':>14}{score.micro().f1():>7.3f}")


if __name__ == "__main__":
    main()
