"""Families of the sample office, their picture, and a record that was tampered with."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks.custody import matrix
from benchmarks.custody_office import KINDS, office
from scanner.inventory import ledger, migrations


def test_every_kind_of_copy_is_found_and_nothing_else(tmp_path: Path) -> None:
    made = office(tmp_path, sizes=(100, 400), copies=len(KINDS), unrelated=40, texts=3)
    result = matrix(tmp_path, made, "quick")
    assert {kind: files - right for kind, (files, right) in result.items() if files != right} == {}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update ledger set details = '{}' where seq = 2", "hash"),
        ("delete from ledger where seq = 2", "gap"),
        ("delete from ledger where seq >= 3", "tail"),
        ("update ledger set at = '2020-01-01T00:00:00Z' where seq = 1", "hash"),
    ],
)
def test_tampering_with_the_record_is_found(tmp_path: Path, change: str, what: str) -> None:
    path = tmp_path / "t.db"
    migrations.apply(str(path))
    db = sqlite3.connect(path)
    db.execute("begin")
    for number in range(4):
        ledger.append(db, "declared", family="R-1", number=number)
    db.commit()
    anchor = (4, ledger.anchor(db).rpartition(":")[2][:16])
    assert list(ledger.verify(db, anchor)) == []
    with pytest.raises(sqlite3.Error, match="append-only"):
        db.execute(change)
    db.execute("drop trigger ledger_no_update")
    db.execute("drop trigger ledger_no_delete")
    db.execute(change)
    assert what in {b.what for b in ledger.verify(db, anchor)}


def test_picture_of_a_family_is_wellformed() -> None:
    from xml.etree import ElementTree

    from scanner.report.overview.pictures import families
    from tests.scanner.test_arithmetic import at, policy, settled

    rules = policy({"id": "c-1", "kind": "copy", "copies_max": 1})
    family = settled(rules, at(2), at(3, name="<名簿>&.csv"), at(4, weak=True))
    ElementTree.fromstring(families([family]))  # our own text
