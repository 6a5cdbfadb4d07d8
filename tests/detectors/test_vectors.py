"""What each identifier accepts and refuses (vectors.toml), and the examples that stand beside each rule."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from detectors.engine import Engine
from detectors.fold import fold
from detectors.identifiers import birth_date
from detectors.registry import registry

VECTORS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text(encoding="utf-8"))
FACES = {"BIRTH_DATE": birth_date.accepts}
"""Families that are no specification but a recogniser of their own."""


def _rows() -> list[tuple[tuple[str, ...], str, bool]]:
    return [
        ((family, *known.get("also", ())), value, key == "accepted")
        for family, known in VECTORS.items()
        for key in ("accepted", "refused")
        for value in known[key]
    ]


def test_every_family_has_vectors_for_both_answers() -> None:
    assert len(VECTORS) >= 41
    assert all(len(known["accepted"]) >= 3 and len(known["refused"]) >= 3 for known in VECTORS.values())


@pytest.mark.parametrize(
    ("families", "value", "expected"), _rows(), ids=lambda v: v[0] if isinstance(v, tuple) else str(v)
)
def test_vector(families: tuple[str, ...], value: str, expected: bool) -> None:
    tests = {s.family: s.accepts for s in registry().specs} | FACES
    assert any(tests[f](fold(value).text) for f in families) is expected


@pytest.fixture(scope="module")
def quick() -> Engine:
    return Engine("quick")


@pytest.mark.parametrize(("module", "text", "expected"), registry().examples, ids=lambda v: str(v)[:60])
def test_example_beside_the_rule(quick: Engine, module: str, text: str, expected: tuple[str, ...]) -> None:
    found = {m.entity for m in quick.analyze(text).matches}
    assert found == set(expected)


def test_every_identifier_module_has_examples() -> None:
    with_specs = {m for m, _, _ in registry().examples}
    from detectors.registry import modules

    for module in modules():
        if hasattr(module, "SPECS") or hasattr(module, "RECOGNIZERS"):
            assert module.__name__ in with_specs
