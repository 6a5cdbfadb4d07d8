"""A count at receipt that is not what was found stands as a point until it is corrected; numbers of consents from every register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.duties.receipts import differs
from scanner.inventory.custody import Original
from tests.conftest import Sekisho
from tests.scanner.officer import Day

ONE = Original(1, "A", b"/x", b"", "", 1, "provided", "2026-11-01", "", "", None, 5, 0, 3, 4, (), "", "held", "")


@given(st.none() | st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_number_differs_where_the_data_cannot_have_it(stated: int | None, fewest: int, more: int, rows: int) -> None:
    told = differs(replace(ONE, declared_count=stated, persons_min=fewest, persons_max=fewest + more, rows=rows))
    possible = {*range(fewest, fewest + more + 1), *range(fewest, rows + 1)}
    assert told == (stated is not None and stated not in possible)


@pytest.fixture
def day(sekisho: Sekisho, tmp_path: Path) -> Day:
    return Day(sekisho, tmp_path)


def test_a_count_that_differs_is_a_point_until_it_is_corrected(day: Day) -> None:
    original = day.folder / "store/原本.xlsx"
    done = day.run("--lang", "ja", "receive", original, "--contract", "A", "--count", 99, "--depth", "quick")
    assert done.code == 0, done.err
    assert "照合不一致・要確認" in done.out
    number = day.points()["F17-COUNT"]
    shown = day.run("--lang", "ja", "points", "show", number, policy=False).out
    assert "99" in shown
    assert "12" in shown
    (day.folder / "elsewhere").mkdir()
    assert day.scan() == {"F17-COUNT": 1}
    assert day.run("originals", "count", "R-9", 12).code == 2
    done = day.run("--lang", "ja", "originals", "count", "r-1", 11)
    assert "照合不一致・要確認" in done.out
    done = day.run("--lang", "ja", "originals", "count", "R-1", 12)
    assert "照合不一致" not in done.out
    assert "F17-COUNT" not in day.points()
    kinds = [e["kind"] for e in day.run("ledger", "show", "--format", "jsonl", policy=False).lines()]
    assert kinds.count("count_corrected") == 2


def test_a_consent_of_a_place_or_a_party_can_be_declared(day: Day) -> None:
    day.policy('[[contract.party]]\nid = "再-1"\nkind = "subcontractor"\nname = "乙社"\nconsent = "承諾-再"\n')
    (day.folder / "elsewhere").mkdir()
    (day.folder / "elsewhere/名簿.xlsx").write_bytes((day.folder / "store/原本.xlsx").read_bytes())
    day.scan()
    number = next(iter(day.points().values()))
    for consent, code in (("承諾-1", 0), ("承諾-再", 0), ("承諾-9", 2)):
        assert day.run("points", "declare", number, "--by", "W-1", "--consent", consent).code == code, consent
