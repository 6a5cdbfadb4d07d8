"""Whose word on a shared original stands: never that of a terminal that was handed it, never that of whoever came first for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hub.world import Hub, Terminal, connected
from scanner.custody.sharing import ELSEWHERE
from scanner.hub import owning
from scanner.hub.errors import HubError
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.store import Store
from tests.conftest import Sekisho
from tests.scanner.officers_hub import rows


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub")
    with connected(made):
        yield made
    made.desk.database.close()


def tells(hub: Hub, one: Terminal, name: str, *, shared: bool = False, count: int = 12) -> None:
    """A terminal tells the same original as the others, in its own words."""
    path = ELSEWHERE + b"0011" if shared else b"/srv/store/list.xlsx"
    with Store(one.home.database, only_notes=True) as store, store.transaction() as db:
        db.execute("delete from originals")
        db.execute(
            "insert into originals (id, contract, path, content_key, media_type, size, origin, received, giver, medium, declared_count, rows,"
            " texts, persons_min, persons_max, entities, key_id, state, registered, version, named, name, fingerprint)"
            " values (4, 'A', ?, x'00', 'text/csv', 10, 'provided', '2026-04-01', '', '', ?, 12, 0, 12, 12, '[]', 'k', 'held',"
            " '2026-04-01T00:00:00.000000+00:00', 2, 12, ?, ?)",
            (path, count, name, "ab" * 32),
        )
    one.send()
    hub.fold()


def stands(hub: Hub) -> list[Any]:
    return [name for (name,) in rows(hub.home, "select name from originals")]


def claims(hub: Hub) -> list[tuple[str, bool]]:
    reader = Reader(hub.home.database)
    found = [(one.terminal, one.speaks) for one in owning.claims(reader.db)]
    reader.close()
    return found


def fleet(hub: Hub, folder: Path) -> list[Terminal]:
    token = hub.token()
    made = [Terminal(folder / name, name, seed) for seed, name in enumerate(("PC-1", "PC-2", "PC-3"))]
    for one in made:
        one.enrol(token)
    return made


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
def test_who_received_it_speaks_in_whatever_order_they_tell(hub: Hub, tmp_path: Path, order: tuple[int, ...]) -> None:
    made = fleet(hub, tmp_path)
    names = ("受領した名簿", "写した名簿", "別の名簿")
    for number in order:
        tells(hub, made[number], names[number], shared=number > 0, count=number)
    assert stands(hub) == ["受領した名簿"]
    assert claims(hub) == []
    tells(hub, made[1], "また写した名簿", shared=True)
    tells(hub, made[0], "受領した名簿 訂正")
    assert stands(hub) == ["受領した名簿 訂正"]


def test_two_that_received_it_are_a_difference_for_people(hub: Hub, tmp_path: Path, sekisho: Sekisho) -> None:
    made = fleet(hub, tmp_path)
    tells(hub, made[0], "甲の名簿")
    tells(hub, made[1], "甲の名簿")
    assert claims(hub) == []
    tells(hub, made[1], "乙の名簿", count=90)
    assert stands(hub) == ["甲の名簿"]
    assert claims(hub) == [("PC-1", True), ("PC-2", False)]
    listed = sekisho("hub", "originals", "list", "--home", hub.home.path)
    assert (listed.code, "乙の名簿" in listed.out, "90" in listed.out) == (1, True, True)
    family = listed.out.split()[0]
    done = sekisho("hub", "originals", "owner", family, "PC-2", "--home", hub.home.path)
    assert done.code == 0, done.err
    assert stands(hub) == ["乙の名簿"]
    tells(hub, made[0], "甲の名簿 ふたたび")
    assert stands(hub) == ["乙の名簿"]
    tells(hub, made[1], "乙の名簿 訂正", count=91)
    assert stands(hub) == ["乙の名簿 訂正"]
    assert claims(hub) == [("PC-1", False), ("PC-2", True)]
    assert rows(hub.home, "select count(*) from ledger where kind = 'original_owner'") == [(1,)]
    reader = Reader(hub.home.database)
    assert check.verify(reader.db, hub.home.keys).found == []
    reader.close()


def test_nobody_is_chosen_who_did_not_receive_it(hub: Hub, tmp_path: Path) -> None:
    made = fleet(hub, tmp_path)
    tells(hub, made[0], "甲")
    tells(hub, made[1], "乙", shared=True)
    with Store(hub.home.database, only_notes=True) as store:
        for family, name in (("R-1", "PC-2"), ("R-1", "PC-3"), ("R-9", "PC-1"), ("R-x", "PC-1"), ("", "")):
            with pytest.raises(HubError, match="no_claim"):
                owning.choose(store, family, name)
