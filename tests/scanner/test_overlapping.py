"""Two originals of one contract that share persons: neither is a copy of the other, and nobody is counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.custody_office import HEADER, rows
from scanner.custody import families
from scanner.demo import formats
from scanner.inventory.reader import Reader
from scanner.report import kinship
from scanner.report.overview import persons
from scanner.report.overview.persons import Held
from tests.scanner.test_residue import form, verdict
from tests.scanner.world import World

PEOPLE = rows(24, 71)


def listed(*numbers: int) -> bytes:
    return formats.csv_text([HEADER, *(PEOPLE[n] for n in numbers)]).encode("utf-8")


def test_originals_that_overlap_accuse_no_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.put("srv/A/四月.csv", listed(*range(16)))
    world.put("srv/A/五月.csv", listed(*range(4, 20)))
    world.put("srv/A/少し.csv", listed(0, 20, 21, 22, 23))
    for name in ("四月", "五月", "少し"):
        world.receive(f"srv/A/{name}.csv", "A")
    assert world.scan() == {}
    loaded = families.load(world.db(), world.rules, world.day)
    assert [(f.observed, f.excess, len(f.registered)) for f in loaded] == [(1, 0, 1), (1, 0, 1), (1, 0, 0)]
    told = {kinship.agreed(f, at) for f in loaded for at in kinship.everywhere(f)}
    assert told == {"original", "registered"}
    for family in loaded:  # one alone is judged as among all
        (alone,) = families.load(world.db(), world.rules, world.day, only=family.original.id)
        assert [*map(kinship.sum_of, [alone])] == [*map(kinship.sum_of, [family])]
        assert (alone.registered, alone.copies, alone.covered) == (family.registered, family.copies, family.covered)
        assert kinship.everywhere(alone) == kinship.everywhere(family)
    # a copy of one of them, elsewhere, is a copy all the same
    world.put("desk/写し.csv", listed(*range(4, 20)) + b"\r\n")
    assert world.scan()["F07-UNDECLARED"] == 1
    (tmp_path / "desk/写し.csv").unlink()
    # one goes back: the other is no rest of it, and the letter says where rows of it are held
    (tmp_path / "srv/A/四月.csv").unlink()
    assert world.scan() == {"F09-NO-INSTRUCTION": 1}
    world.contract()["handover"] = [{"id": "H-1", "date": world.day, "scope": ["R-1"], "receiver": "委託者"}]
    assert world.scan() == {}
    found = form(world, "9c", family=("R-1",))
    assert verdict(found) == "検査範囲に残存なし(未検査 0 件)"
    assert [row[1] for row in found if row[0].startswith("参考(別に登録された原本 R-2)")] == ["R-1"]


def test_the_same_file_of_another_contract_is_still_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.put("srv/A/名簿.csv", listed(*range(12)))
    world.put("srv/B/名簿.csv", listed(*range(10)))
    world.receive("srv/A/名簿.csv", "A")
    world.receive("srv/B/名簿.csv", "B")
    assert world.scan()["F08-CROSS"] == 2


def test_a_person_in_an_original_and_its_excerpt_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.put("srv/A/原本.csv", listed(*range(16)))
    world.receive("srv/A/原本.csv", "A")
    world.put("srv/A/抜粋.csv", listed(*range(9)))
    world.put("srv/A/写し.csv", listed(*range(16)))
    world.scan()
    (place,) = persons.places(Reader(world.home.database), "A")
    assert (place.files, place.persons) == (3, 16)


@given(st.data())
def test_together_they_are_no_fewer_than_the_largest_and_no_more_than_all(data: st.DataObject) -> None:
    """Against sets of persons of which the numbers are made: never fewer than there are."""
    everyone = range(12)
    originals = data.draw(st.lists(st.frozensets(st.sampled_from(everyone), min_size=1), max_size=3))
    files = data.draw(st.lists(st.frozensets(st.sampled_from(everyone), min_size=1), max_size=5))
    held = [Held(len(f), {n: len(f & o) for n, o in enumerate(originals) if f & o}) for f in files]
    told = persons.most(held, {n: len(o) for n, o in enumerate(originals)})
    assert len(frozenset().union(*files)) <= told <= sum(map(len, files))
