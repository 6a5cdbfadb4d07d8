"""The table of what is reported: complete, and its examples are true."""

from __future__ import annotations

from functools import lru_cache

import pytest

from detectors.engine import Engine
from detectors.presidio import reported_entities
from scanner.entities import Entity, entities, pages
from tests.conftest import ROOT


@lru_cache(maxsize=2)
def engine(depth: str) -> Engine:
    return Engine(depth)


def test_the_table_has_every_entity_and_no_other() -> None:
    assert set(entities()) == set(reported_entities())


@pytest.mark.parametrize("entity", entities().values(), ids=lambda e: e.name)
def test_its_examples(entity: Entity) -> None:
    for texts, expected in ((entity.found, True), (entity.left, False)):
        assert texts, "an officer wants to see both"
        for text in texts:
            found = engine(entity.depth).analyze(text, threshold=entity.threshold).matches
            assert (entity.name in {m.entity for m in found}) is expected, text
    assert all((entity.ja, entity.en, entity.law, entity.what, entity.shape, entity.check))


def test_the_pages_are_those_of_the_table() -> None:
    folder = ROOT / "docs/rules"
    for name, text in pages().items():
        assert (folder / name).read_text(encoding="utf-8") == text, f"make rules: {name}"
