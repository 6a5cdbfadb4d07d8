"""The 298 vectors of the specification, where they are at hand, and the examples that stand beside each rule."""

from __future__ import annotations

import csv

import pytest

from detectors.engine import Engine
from detectors.fold import fold
from detectors.identifiers import birth_date
from detectors.registry import registry
from tests.conftest import SHARED

VECTORS = SHARED / "vectors.csv"
FAMILIES = {
    "BANK_ACCOUNT": ("BANK_ACCOUNT_FULL",),
    "PHONE": ("PHONE", "PHONE_SERVICE", "PHONE_INTERNATIONAL"),
    "KAIGO_INSURED": ("KAIGO_INSURED", "KAIGO_H"),
}


def _rows() -> list[dict[str, str]]:
    if not VECTORS.exists():
        return []
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not VECTORS.exists(), reason="the specification's vectors are not part of the product")
def test_there_are_all_vectors() -> None:
    assert len(_rows()) == 298


@pytest.mark.parametrize("row", _rows(), ids=lambda r: f"{r['identifier']}:{r['value']}")
def test_vector(row: dict[str, str]) -> None:
    value = fold(row["value"]).text
    if row["identifier"] == "BIRTH_DATE":
        assert birth_date.accepts(value) is (row["valid"] == "1")
        return
    specs = {s.family: s for s in registry().specs}
    names = FAMILIES.get(row["identifier"], (row["identifier"],))
    if row["identifier"] == "POSTAL_CODE":
        value = value.removeprefix("〒")
    accepted = any(specs[n].accepts(value) for n in names) or (
        names[0] == "KAIGO_INSURED" and specs["KAIGO_H"].accepts("介護保険番号 " + value)
    )
    assert accepted is (row["valid"] == "1"), row["note"]


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
