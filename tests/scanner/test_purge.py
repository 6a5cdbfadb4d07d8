"""Old rows go when they are asked to, nothing that anybody needs goes with them, and the record still holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scanner.acts.purge import LEAST, PurgeError, purge
from scanner.inventory import outside, purging
from scanner.inventory.home import locate, prepare
from scanner.inventory.outside import Seen
from scanner.inventory.store import Store
from tests import moments
from tests.conftest import Sekisho
from tests.scanner.world import START, World, table

POLICY = """[[contract]]
id = "A"
title = "業務"
[[contract.place]]
id = "P1"
kind = "storage"
path = "{place}"
"""
KEPT = ("points", "originals", "tokens", "decisions", "declarations")


def _count(home: Path, table: str) -> int:
    with closing(sqlite3.connect(home / "inventory.db")) as db:
        return int(db.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.mark.slow
def test_what_is_old_and_needed_by_nothing_goes_and_the_record_holds(sekisho: Sekisho, tmp_path: Path) -> None:
    home, office = tmp_path / "home", tmp_path / "office"
    (office / "store").mkdir(parents=True)
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.format(place=(office / "store").as_posix()), encoding="utf-8")
    for n, name in enumerate(("store/kept.txt", "store/old.txt", "point.txt")):
        (office / name).write_bytes(f"携帯 090-1234-567{n} yamada{n}@example.jp".encode())
    told = ("--home", home, "-p", policy, "--depth", "quick")
    then = {moments.VARIABLE: "2024-01-10T10:00:00+09:00"}
    assert sekisho("scan", *told, office, env=then).code == 1
    for name in ("store/old.txt", "point.txt"):
        (office / name).unlink()
    for env in ({moments.VARIABLE: "2024-01-10T11:00:00+09:00"}, {}):
        assert sekisho("scan", *told, office, env=env).code in (0, 1)  # two years without an entry are a gap
    before = {table: _count(home, table) for table in (*KEPT, "files", "runs", "contents", "findings", "sightings")}
    shown = sekisho("purge", "--older-than", "800", "--home", home)
    assert "files that are gone: 1" in shown.out  # the one with a point stays, with what was found in it
    assert {table: _count(home, table) for table in before} == before
    done = sekisho("purge", "--older-than", "800", "--yes", "--home", home)
    assert done.code == 0, done.err
    after = {table: _count(home, table) for table in before}
    assert {table: after[table] for table in KEPT} == {table: before[table] for table in KEPT}
    gone = {table: before[table] - after[table] for table in before if table not in KEPT}
    assert (gone["files"], gone["contents"], gone["runs"]) == (1, 1, 1), gone
    assert gone["findings"] == 2, gone
    verified = sekisho("ledger", "verify", "--home", home)
    assert verified.code == 0, verified.out
    assert "old rows removed" in sekisho("ledger", "show", "--home", home).out
    assert "Nothing to remove" in sekisho("purge", "--older-than", "800", "--yes", "--home", home).out


def test_what_the_forms_of_a_year_use_is_not_removed(tmp_path: Path) -> None:
    with pytest.raises(PurgeError) as refused:
        purge(locate(str(tmp_path)), LEAST - 1, really=True)
    assert refused.value.code == "too_young"


@pytest.mark.parametrize("words", [[], ["--older-than", "0"], ["--older-than", "x"]])
def test_an_age_must_be_stated(sekisho: Sekisho, tmp_path: Path, words: list[str]) -> None:
    assert sekisho("purge", *words, "--home", tmp_path).code == 2


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path.resolve(), monkeypatch)


def _leaves(world: World, name: str) -> None:
    """The log of another product saw a file leave on a medium."""
    with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
        (file,) = db.execute("select id from files where path = ?", (bytes(world.root / name),)).fetchone()
        at = START.isoformat() + "T09:00:00Z"
        outside.enter(db, Seen(name.encode(), "log", at, "carry", world.host, "W-1", "USB", "USB-8", "", file), at)


@pytest.mark.posix("paths from the root")
def test_an_act_stays_what_it_was_when_its_file_is_written_over_and_nothing_that_a_point_stands_on_is_removed(
    world: World,
) -> None:
    for name, seed in (("srv/A/原本.xlsx", 1), ("srv/B/案内.xlsx", 2)):
        world.put(name, table(12, seed))
        world.receive(name, name[4])
    world.put("srv/A/写し.xlsx", table(12, 1))
    world.scan()
    _leaves(world, "srv/A/写し.xlsx")
    (world.root / "srv/B/案内.xlsx").unlink()
    world.put("srv/A/写し.xlsx", "打合せ".encode())
    found = world.scan()
    assert (found["F06-LOGGED"], found["F09-NO-INSTRUCTION"]) == (1, 1)
    with Store(world.home.database, only_notes=True) as store, store.transaction() as db:
        rows = purging.found(db, "9999")
        purging.remove(db, rows)
    assert rows["files"] == []
    assert world.settle() == found


def test_what_is_asked_of_each_row_is_found_by_an_index(tmp_path: Path) -> None:
    """Else the time grows with the square of the inventory."""
    home = locate(str(tmp_path / "home"))
    prepare(home)
    with Store(home.database, only_notes=True) as store:
        asked = {
            row[3]
            for statement in purging.WHAT.values()
            for row in store.connection.execute(f"explain query plan {statement}", {"before": ""})
        }
    assert {a for a in asked if a.startswith("SCAN")} <= {"SCAN f", "SCAN c", "SCAN r", "SCAN roots"}
