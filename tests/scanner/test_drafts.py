"""Letters with nothing to tell are refused; drafts take no number, and nothing is entered of what they would say."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scanner.acts.issuing import DRAFT, Order, issue
from scanner.inventory.reader import Reader
from scanner.report.forms.interface import FormRefused
from scanner.report.forms.spec import FormSpec
from scanner.report.forms.table import OURS
from tests.scanner.world import World, text

FORMS = {spec.number: spec for spec in OURS if isinstance(spec, FormSpec) and not spec.inside}
ASKED: dict[str, dict[str, Any]] = {n: {"suspicion": True} for n in ("11a", "11b", "11c")}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A contract of which nothing is registered but where it is kept, and a scan that found nothing."""
    made = World(tmp_path, monkeypatch)
    made.contract()["place"], made.contract()["worker"], made.contract()["party"] = [], [], []
    made.put("srv/手順.txt", "作業の手順を確かめること。\n".encode())
    made.scan()
    return made


def made(world: World, number: str, style: str = "csv", *, draft: bool = False) -> str:
    asked = {**ASKED.get(number, {}), "base": world.root}
    order = Order(number, style, "A", asked=asked, today=world.day, draft=draft)
    return issue(order, world.home, Reader(world.home.database), world.rules, "").decode("utf-8-sig")


def entered(world: World) -> tuple[int, ...]:
    """Document numbers, sweeps and incidents so far."""
    with closing(sqlite3.connect(world.home.database)) as db:
        return tuple(db.execute(f"select count(*) from {t}").fetchone()[0] for t in ("papers", "sweeps", "incidents"))


def test_an_empty_letter_is_refused_and_its_draft_takes_no_number(world: World) -> None:
    refused: dict[str, str] = {}
    for number in FORMS:
        try:
            made(world, number)
        except FormRefused as error:
            refused[number] = error.code
    assert set(refused) == {"4", "5a", "7", "9a", "9b", "9d", "10R", "12", "13"}
    assert {code for n, code in refused.items() if n != "10R"} == {"letter_empty"}
    assert all(FORMS[n].tells_lines for n in refused)
    before = entered(world)
    assert before == (sum(FORMS[n].is_numbered for n in set(FORMS) - set(refused)), 1, 1)
    for number in set(FORMS) - {"10R"}:
        assert f"【{DRAFT}】" in made(world, number, draft=True).splitlines()[0], number
    assert entered(world) == before
    told = world.db().execute("select count(*) from ledger where details like '%\"draft\":true%'").fetchone()[0]
    assert told == len(FORMS) - 1


def test_a_draft_says_so_wherever_it_is_looked_at(world: World) -> None:
    page = made(world, "9a", "html", draft=True)
    assert f'<p class="mark">{DRAFT}</p>' in page
    assert "文書番号は発行のときに付きます" in made(world, "3", "html", draft=True)
    assert DRAFT not in made(world, "3", "html")


def test_what_is_not_done_yet_stands_in_no_letter_that_says_so(world: World) -> None:
    day = world.day
    world.contract()["disposal"] = [
        {"id": "D-1", "executed_on": day},
        {"id": "D-2", "executed_on": day + timedelta(days=1)},
        {"id": "D-3"},
    ]
    world.contract()["training"] = [{"id": "K-1", "date": day + timedelta(days=9), "title": "予定"}]
    found = list(csv.reader(io.StringIO(made(world, "9b"))))
    head = next(n for n, row in enumerate(found) if "実施日" in row)
    assert [row[1] for row in found[head + 1 :] if len(row) > 2] == ["D-1"]
    assert any("D-2、A D-3" in row[0] for row in found if len(row) == 1)
    assert "D-3" in made(world, "9b", draft=True)
    with pytest.raises(FormRefused):
        made(world, "13")
    assert "K-1" in made(world, "13", draft=True)


def test_from_the_command_line(sekisho: Any, office: Path, tmp_path: Path) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text('[[contract]]\nid = "A"\ntitle = "集計"\n', encoding="utf-8")
    common = ("--home", tmp_path / "home", "-p", policy)
    (tmp_path / "名簿.csv").write_bytes(text(3, 5))
    assert sekisho("scan", tmp_path / "名簿.csv", "--depth", "quick", *common).code in (0, 1, 3)
    told = sekisho("--lang", "ja", "report", "消去・廃棄報告書", *common)
    assert told.code == 2
    assert "--draft" in told.err
    done = sekisho("--lang", "ja", "report", "9b", "--draft", *common)
    assert done.code == 0, done.err
    assert "(下書き)_" in done.out
    assert sekisho("report", "overview", "--draft", *common).code == 2
