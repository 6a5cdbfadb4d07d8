"""Registers as an Excel workbook and back; policies that cannot be; places named by their volume."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest

from benchmarks.custody import POLICY
from scanner.policy import registers
from scanner.policy.load import load
from scanner.policy.models import Policy
from scanner.policy.registers import samples
from scanner.policy.registers.cells import BadCell, value
from scanner.policy.registers.sheets import CONTRACTOR, sheets
from tests.conftest import Sekisho

FULL = Policy.model_validate(
    {
        "contract": [
            {
                "id": "2026-017",
                "title": "=集計",
                "my_number": True,
                "items": ["PERSON", "JP_ADDRESS"],
                "starts": "2026-04-01",
                "responsible": {"type": "organisation", "name": "係", "role": "総括"},
                "place": [
                    {
                        "id": "s",
                        "kind": "storage",
                        "volume": "12-AB",
                        "require_encryption": True,
                        "valid_to": "2027-03-31",
                    }
                ],
                "consent": [
                    {
                        "id": "c",
                        "kind": "copy",
                        "copies_max": 0,
                        "place": "s",
                        "scope": ["R-1", "R-2"],
                        "granted_on": "2026-05-01",
                    }
                ],
                "party": [{"id": "p", "kind": "subcontractor", "name": "乙社", "tier": 1, "domains": ["example.com"]}],
                "worker": [{"id": "w", "name": "従事者", "accounts": ["PC\\yamada"], "trained_on": "2026-06-01"}],
                "carryout": [
                    {"id": "m", "reason": "納品", "starts": "2026-06-01", "due": "2026-06-02", "encrypted": True}
                ],
            },
            {"id": "2026-018", "title": "別"},
        ],
        "medium": [{"id": "USB-1", "serial": "00-11", "encrypted": True}],
    }
)


def test_registers_go_to_excel_and_back_without_loss(tmp_path: Path) -> None:
    assert registers.export(FULL, tmp_path / "r.xlsx") == 8
    assert registers.load(tmp_path / "r.xlsx") == FULL
    (tmp_path / "policy.toml").write_text(registers.to_toml(FULL), encoding="utf-8")
    assert load(tmp_path / "policy.toml") == FULL


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[contract.consent]]\nid="c"\nkind="copy"\nplace="nowhere"\n', "nowhere"),
        ('[[contract.consent]]\nid="c"\nkind="copy"\nvalid_from=2026-05-01\nvalid_to=2026-04-01\n', "2026-04-01"),
        (
            '[[contract.worker]]\nid="a"\nname="x"\naccounts=["pc\\\\u"]\n[[contract.worker]]\nid="b"\nname="y"\naccounts=["PC\\\\u"]\n',
            "more than one worker",
        ),
        ('[[contract]]\nid="B"\ntitle="b"\n[[contract.place]]\nid="x"\nkind="work"\npath="originals"\n', "A-1 / store"),
    ],
    ids=["place", "validity", "account", "two contracts"],
)
def test_bad_policies_are_told(sekisho: Sekisho, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "p.toml").write_text(POLICY + text, encoding="utf-8")
    done = sekisho("policy", "check", tmp_path / "p.toml")
    assert done.code == 2
    assert words in done.err


def test_places_by_the_serial_number_of_their_volume() -> None:
    from scanner.model import Ground, VerdictKind
    from scanner.policy.verdict import Judge
    from scanner.sources.volumes import Volume

    place_ = {"id": "stick", "kind": "storage", "volume": "1234-abcd", "path": "itaku"}
    rules = Policy.model_validate({"contract": [{"id": "A", "title": "a", "place": [place_]}]})
    judge = Judge(
        rules, volume=lambda path: Volume("1234-ABCD", mount="/media/x") if path.startswith(b"/media/x/") else Volume()
    )
    assert judge.verdict(b"/media/x/itaku/a.xlsx", Ground.REMOVABLE).kind is VerdictKind.IN_PLACE
    assert judge.verdict(b"/media/x/itaku/a.xlsx", Ground.REMOVABLE).volume == "1234-ABCD"
    assert judge.verdict(b"/media/x/itaku/a.xlsx", Ground.FIXED).volume == ""
    assert judge.verdict(b"/media/x/other/a.xlsx", Ground.REMOVABLE).kind is VerdictKind.OUTSIDE
    assert judge.verdict(b"/media/y/itaku/a.xlsx", Ground.REMOVABLE).kind is VerdictKind.OUTSIDE


@pytest.mark.parametrize("cell", [float("inf"), float("-inf"), float("nan"), "9" * 5000, 10**400, True])
@pytest.mark.parametrize("kind", [int, date, bool, str])
def test_a_cell_that_is_no_number_costs_no_more_than_itself(cell: object, kind: type) -> None:
    column = next(c for sheet in sheets() for c in sheet.columns if c.kind is kind and not c.words)
    with contextlib.suppress(BadCell):
        value(sheets()[0], column, cell)
    if kind is date:
        with pytest.raises(BadCell):
            value(sheets()[0], column, cell)


def test_a_sample_stands_in_the_column_that_it_is_a_sample_of() -> None:
    for register in sheets():
        shown = dict(zip((c.key for c in register.columns), samples.sample(register), strict=True))
        assert str(next(iter(shown.values()))).startswith(samples.MARK)
        if "contract" in shown and register.name != CONTRACTOR:
            assert shown["contract"] == f"{samples.MARK}2026-017"
        assert register.name == "place" or shown.get("name") != "第一作業室"
