"""What several tests of the detectors share."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from detectors.engine import Engine


@pytest.fixture(scope="session")
def balanced() -> Engine:
    return Engine("balanced")


@pytest.fixture(scope="session")
def quick() -> Engine:
    return Engine("quick")


def persons(engine: Engine, text: str) -> list[str]:
    """The names found, as they stand in the text."""
    return [text[m.start : m.end] for m in engine.analyze(text, entities=["PERSON"]).matches]


def share(engine: Engine, wanted: Iterable[tuple[str, list[str]]]) -> float:
    """Share of the texts in which exactly the wanted names are found."""
    right = [persons(engine, text) == names for text, names in wanted]
    return sum(right) / len(right)
