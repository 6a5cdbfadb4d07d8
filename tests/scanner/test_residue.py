"""What is left of a contract: looked for by originals, by places, by single rows and by what is open, until nothing is."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.custody_office import HEADER, rows
from scanner.acts.issuing import Order, issue
from scanner.acts.receive import Receipt, receive
from scanner.demo import formats
from scanner.duties import residue
from scanner.duties.interface import View
from scanner.inventory.reader import Reader
from scanner.policy.models import Policy
from scanner.report.forms.interface import FormRefused
from tests.scanner.world import World, table, text

TODAY = date(2026, 11, 23)


def form(world: World, number: str, contract: str = "A", **asked: object) -> list[list[str]]:
    """A form of a contract as rows of text."""
    asked["base"] = world.root
    order = Order(number, "csv", contract, clear_names=True, asked=dict(asked), today=world.day)
    data = issue(order, world.home, Reader(world.home.database), world.rules, "")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def verdict(found: list[list[str]]) -> str:
    return next(row[1] for row in found if row[0] == "判定")


def kinds(found: list[list[str]]) -> dict[str, int]:
    """Kinds of rows below the heading of 9c: kind → how many rows."""
    start = next(n for n, row in enumerate(found) if row and row[0] == "区分")
    told = [row[0] for row in found[start + 1 :] if len(row) > 1]
    return {kind: told.count(kind) for kind in dict.fromkeys(told)}


@pytest.mark.xdist_group("residue")
def test_nothing_is_left_only_when_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.contract()["responsible"] = {"name": "責任者 一"}
    world.put("srv/A/原本.csv", text(12, 1))
    world.put("srv/A/収集.csv", text(7, 2))
    assert world.receive("srv/A/原本.csv", "A") == "R-1"
    assert (
        receive(bytes(tmp_path / "srv/A/収集.csv"), Receipt("A", "collected"), world.home, depth="quick").family
        == "R-2"
    )
    world.scan()
    world.contract()["handover"] = [{"id": "H-1", "date": world.day, "receiver": "委託者", "scope": ["R-1"]}]
    world.contract()["completed_on"] = world.day - timedelta(days=1)
    (tmp_path / "srv/A/原本.csv").unlink()
    world.put("srv/A/作成.csv", text(2, 3))  # never registered, no copy of anything
    world.put(
        "other/控え.csv", formats.csv_text([HEADER, rows(12, 1)[4]]).encode()
    )  # one row of the original, far away
    found = world.scan()
    assert found["F13-NOT-RETURNED"] == 2, "the collected original, and what lies in the place"
    told = form(world, "9c")
    assert verdict(told).startswith("残存あり(残存 2 件、少数の一致(参考) 1 件、未了の要確認 ")
    assert (
        kinds(told)["残存(収集・原本)"] == kinds(told)["残存(その他の個人情報)"] == kinds(told)["参考(少数の一致)"] == 1
    )
    origins = [row[3] for row in form(world, "10R") if row and row[0].isdigit()]
    assert origins == ["提供", "収集", "要確認"]
    # of one family only, what else lies in the place is not asked
    alone = form(world, "9c", family=("R-1",))
    assert kinds(alone) == {"参考(少数の一致)": 1}

    (tmp_path / "srv/A/収集.csv").unlink()
    (tmp_path / "srv/A/作成.csv").unlink()
    assert "F09-NO-INSTRUCTION" in world.scan()
    assert "未了の要確認 2 件" in verdict(form(world, "9c")), "the row far away, and nothing said of a return"
    world.contract()["handover"][0]["scope"] = []
    world.scan()
    assert verdict(form(world, "9c")) == "未確認(残存 0 件、少数の一致(参考) 1 件、未了の要確認 1 件)", (
        "a single row is named, wherever it is"
    )
    (tmp_path / "other/控え.csv").unlink()
    locked = world.put("srv/A/鍵つき.xlsx", formats.encrypted(table(2, 4), "himitsu"))
    assert "F13-NOT-RETURNED" not in world.scan()
    assert verdict(form(world, "9c")) == "未確認(残存 0 件、未検査 1 件)"
    world.scan()
    assert verdict(form(world, "9c")) == "未確認(残存 0 件、未検査 1 件)", (
        "what was not read is not read by being met again"
    )
    assert verdict(form(world, "9c", accept="責任者一", accept_why="別紙")) == "検査範囲に残存なし(未検査 1 件)"
    with pytest.raises(FormRefused):
        form(world, "9c", accept="責任者 一、誰か")
    locked.unlink()
    world.policy["contract"][0]["place"].append({"id": "far", "kind": "work", "path": "/nowhere/at/all"})
    world.scan()
    assert verdict(form(world, "9c")) == "未確認(残存 0 件、未検査 1 件)"
    world.policy["contract"][0]["place"].pop()
    key = next(world.home.keys.glob("A*"))
    away = tmp_path.with_name(f"{tmp_path.name}-key")
    key.rename(away)
    world.scan()
    assert verdict(form(world, "9c")) == "未確認(残存 0 件、未検査 1 件)", "without its key no copy can be recognised"
    away.rename(key)
    world.scan()
    assert verdict(form(world, "9c")) == "検査範囲に残存なし(未検査 0 件)"
    world.contract()["handover"].append({"id": "H-2", "date": world.day + timedelta(days=1)})
    world.day += timedelta(days=1)
    with pytest.raises(FormRefused):
        form(world, "9c")  # nothing was scanned since that return


@pytest.mark.xdist_group("residue")
def test_a_contract_without_an_original_is_proved_by_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, monkeypatch)
    collected = world.put("srv/A/申込.csv", text(3, 8))
    world.scan()
    assert verdict(form(world, "9c")) == "残存あり(残存 1 件)"
    assert [row[3] for row in form(world, "10R") if row and row[0].isdigit()] == ["要確認"]
    with pytest.raises(FormRefused):
        form(world, "9c", family=("R-1",))
    collected.unlink()
    world.scan()
    assert verdict(form(world, "9c")) == "検査範囲に残存なし(未検査 0 件)"


@pytest.mark.xdist_group("residue")
def test_in_a_shared_place_each_contract_answers_for_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.contract("B")["place"][0]["path"] = world.contract("A")["place"][0]["path"]
    world.put("srv/A/甲.csv", text(9, 11))
    world.put("srv/A/乙.csv", text(9, 12))
    world.receive("srv/A/甲.csv", "A")
    world.receive("srv/A/乙.csv", "B")
    assert world.scan() == {}, "neither lies in a place of another"
    world.contract("B")["completed_on"] = world.day - timedelta(days=1)
    world.contract("B")["handover"] = [{"id": "H-1", "date": world.day, "receiver": "委託者"}]
    (tmp_path / "srv/A/乙.csv").unlink()
    assert world.scan() == {}
    told = form(world, "9c", contract="B")
    assert verdict(told) == "検査範囲に残存なし(未検査 0 件)", "what is left there is A's, and A goes on"
    nobodys = world.put("srv/A/誰の.csv", text(2, 13))
    assert world.scan() == {"F13-NOT-RETURNED": 1}
    assert verdict(form(world, "9c", contract="B")) == "残存あり(残存 1 件)"
    nobodys.unlink()
    assert world.scan() == {}


@pytest.mark.xdist_group("residue")
def test_a_medium_that_is_still_out_is_no_absence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.put("srv/A/原本.csv", text(12, 1))
    world.receive("srv/A/原本.csv", "A")
    world.put("srv/A/別.csv", text(12, 2))
    world.receive("srv/A/別.csv", "A")
    for name in ("原本.csv", "別.csv"):
        (tmp_path / "srv/A" / name).unlink()
    world.contract()["handover"] = [{"id": "H-1", "date": world.day, "receiver": "委託者"}]
    starts, due = world.day - timedelta(days=9), world.day - timedelta(days=2)
    out = {"id": "C-1", "scope": ["R-1"], "reason": "照合", "serial": "S-1", "starts": starts, "due": due}
    world.contract()["carryout"] = [out]
    assert world.scan() == {"F06-OVERDUE": 1}
    told = form(world, "9c")
    assert verdict(told) == "未確認(残存 0 件、未了の要確認 1 件)"
    assert any("持出し C-1" in row for row in told)
    assert verdict(form(world, "9c", family=("R-1",))) == "未確認(残存 0 件、未了の要確認 1 件)"
    assert verdict(form(world, "9c", family=("R-2",))) == "検査範囲に残存なし(未検査 0 件)"
    out["due"] = world.day + timedelta(days=2)  # in time: nothing is open, and nobody has looked at it all the same
    assert world.scan() == {}
    told = form(world, "9c")
    assert verdict(told) == "未確認(残存 0 件、未検査 1 件)"
    assert kinds(told)["未検査の媒体"] == 1
    assert verdict(form(world, "9c", family=("R-2",))) == "検査範囲に残存なし(未検査 0 件)"
    sent = {"id": "C-2", "serial": "S-2", "departed_on": starts, "due": out["due"]}
    world.contract()["transport"] = [sent]
    assert verdict(form(world, "9c", family=("R-2",))) == "未確認(残存 0 件、未検査 1 件)"
    sent["received_on"] = out["returned_on"] = world.day - timedelta(days=1)
    assert world.scan() == {}
    assert verdict(form(world, "9c")) == "検査範囲に残存なし(未検査 0 件)"


def contract(**more: Any) -> tuple[View, Any]:
    rules = Policy.model_validate({"contract": [{"id": "A", "title": "a", **more}]})
    return View(sqlite3.connect(":memory:"), rules, [], TODAY), rules.contract[0]


INSTRUCTED = {"id": "I-1", "date": "2026-11-01", "by": "委託者"}


@pytest.mark.parametrize(
    ("more", "over"),
    [
        ({}, False),
        ({"completed_on": TODAY}, False),
        ({"completed_on": "2026-11-22"}, True),
        ({"completed_on": "2026-11-24"}, False),
        ({"ends": "2026-11-22"}, True),
        ({"ends": "2026-11-22", "completed_on": "2026-11-24"}, False),
        ({"completed_on": "2026-11-22", "instruction": [{**INSTRUCTED, "kind": "keep"}]}, False),
        ({"completed_on": "2026-11-22", "instruction": [{**INSTRUCTED, "kind": "keep", "scope": ["R-1"]}]}, True),
        ({"completed_on": "2026-11-22", "instruction": [{**INSTRUCTED, "kind": "dispose"}]}, False),
        ({"completed_on": "2026-11-22", "instruction": [{**INSTRUCTED, "kind": "return"}]}, True),
        ({"handover": [{"id": "H", "date": "2026-11-23"}]}, True),
        ({"handover": [{"id": "H", "date": "2026-11-24"}]}, False),
        ({"handover": [{"id": "H", "date": "2026-11-01", "scope": ["R-1"]}]}, False),
        ({"instruction": [{**INSTRUCTED, "kind": "dispose"}], "disposal": [{"id": "D", "instruction": "I-1", "executed_on": "2026-11-02"}]}, True),
        ({"instruction": [{**INSTRUCTED, "kind": "dispose"}], "disposal": [{"id": "D", "instruction": "I-1"}]}, False),
    ],
)  # fmt: skip
def test_when_nothing_should_be_left(more: dict[str, Any], over: bool) -> None:
    view, one = contract(**more)
    assert bool(residue.over(one, view)) is over
