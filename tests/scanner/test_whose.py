"""What a file is about decides, from the command line on, whether it raises a point; the rest is listed."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from scanner.inventory.home import Home, prepare
from scanner.inventory.reader import Reader
from scanner.inventory.store import Run, Store
from scanner.model import Contents, Finding, Ground, Outcome, OutcomeKind, Verdict, VerdictKind, of_persons, ref_of
from scanner.report import wording
from tests.conftest import Sekisho

POLICY = """
[[contract]]
id = "2026-001"
title = "調査"
entruster = "○○市"
purpose = "集計"
responsible = { type = "person", name = "責任者", contact = "内線 1" }
items = ["PERSON"]
starts = 2026-04-01
ends = 2030-03-31
[[contract.place]]
id = "store"
kind = "storage"
path = "in"
consent = "承諾-1"
"""
FACILITIES = "施設名,所在地,電話番号\n中央公民館,東京都八王子市明神町1-2-3,03-3501-1234\n南小学校,東京都八王子市明神町2-3-4,03-3501-1235\n東部図書館,東京都八王子市明神町3-4-5,03-3501-1236\n"
ROSTER = "氏名,住所,電話番号\n山田 太郎,東京都八王子市明神町1-2-3,03-3501-1234\n佐藤 花子,東京都八王子市明神町2-3-4,03-3501-1235\n高橋 健一,東京都八王子市明神町3-4-5,03-3501-1236\n"


def _finding(entity: str, about: str) -> Finding:
    return Finding(entity, 2, 0.9, "none", ("line 1",), "漢字4", about=about)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    for name in ("in", "out"):
        (folder / name).mkdir(parents=True)
        (folder / name / "施設.csv").write_text(FACILITIES, encoding="utf-8")
        (folder / name / "名簿.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "policy.toml").write_text(POLICY, encoding="utf-8")
    return folder


def test_only_what_is_about_persons_raises_points_and_counts(sekisho: Sekisho, tree: Path) -> None:
    result = sekisho("scan", "-p", tree / "policy.toml", "--format", "jsonl", tree / "out")
    files = result.files()
    assert files["名簿.csv"]["points"] == ["F03-OUTSIDE"]
    assert files["名簿.csv"]["persons"] == {"min": 3, "max": 3}
    assert {f["about"] for f in files["名簿.csv"]["findings"]} == {"person"}
    assert files["施設.csv"]["points"] == []
    assert files["施設.csv"]["persons"] == {"min": 0, "max": 0}
    assert files["施設.csv"]["entities"] == {"JP_ADDRESS": 3, "PHONE_NUMBER": 3}
    assert {f["about"] for f in files["施設.csv"]["findings"]} == {"organisation"}
    assert result.summary()["points"] == {"F03-OUTSIDE": 1}


def test_surplus_items_are_those_of_persons(sekisho: Sekisho, tree: Path) -> None:
    result = sekisho("scan", "-p", tree / "policy.toml", "--format", "jsonl", tree / "in")
    working = [o["working"] for o in result.lines() if o["type"] == "point" and o["code"] == "F05-SURPLUS-ITEM"]
    assert [w["items"] for w in working] == [["JP_ADDRESS", "PHONE_NUMBER"]]


def test_a_rescan_tells_the_same(sekisho: Sekisho, tree: Path) -> None:
    scan = ("scan", "-p", tree / "policy.toml", "--format", "jsonl", tree / "out")
    first = sekisho(*scan).files()
    again = sekisho(*scan).files()
    assert {n: (f["findings"], f["points"]) for n, f in first.items()} == {
        n: (f["findings"], f["points"]) for n, f in again.items()
    }


def test_findings_of_earlier_versions_are_about_persons(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    path = tmp_path / "a.txt"
    path.write_text("x", encoding="utf-8")
    found = (_finding("PERSON", "person"), _finding("PHONE_NUMBER", "organisation"))
    with Store(home.database) as store:
        store.begin(Run("0.1.0", "r/quick", "quick", (str(tmp_path),)))
        verdict = Verdict(VerdictKind.NO_POLICY, Ground.FIXED)
        contents = Contents("text/plain", found, 1, 1)
        ref = ref_of(os.fsencode(path))
        store.put(Outcome(ref, OutcomeKind.EXAMINED, verdict, contents, b"k" * 16), 0)
        store.commit()
    assert [r["about"] for r in Reader(home.database).rows("select about from findings order by id")] == [
        "person",
        "organisation",
    ]
    with closing(sqlite3.connect(home.database)) as db:
        (default,) = [row[4] for row in db.execute("pragma table_info(findings)") if row[1] == "about"]
    assert json.loads(default.replace("'", '"')) == "person"


def test_what_is_not_about_persons_stands_behind_them_in_words() -> None:
    findings = (_finding("PHONE_NUMBER", "organisation"), _finding("PERSON", "person"), _finding("PERSON", "official"))
    told = wording.found(findings)
    assert told.index(wording.entity("PERSON")) == 0
    assert wording.about("organisation") in told
    assert wording.about("official") in told
    assert wording.about("person") not in told.replace(wording.entity("PERSON"), "")
    assert of_persons(findings) == (findings[1],)
