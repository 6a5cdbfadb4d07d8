"""What several tests of the detectors share."""

from __future__ import annotations

import pytest

from detectors.engine import Engine


@pytest.fixture(scope="session")
def balanced() -> Engine:
    return Engine("balanced")


def persons(engine: Engine, text: str) -> list[str]:
    """The names found, as they stand in the text."""
    return [text[m.start : m.end] for m in engine.analyze(text, entities=["PERSON"]).matches]
