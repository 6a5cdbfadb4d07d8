"""How entries of registers stand on paper, generated: done is told as done, whatever points there are or are not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.policy.models import Carryout, Contract, Worker
from scanner.report.forms import standing
from scanner.report.forms.interface import Context
from tests.scanner.test_residue import form, verdict
from tests.scanner.world import World, contracts, text

DAY = date(2026, 11, 30)
DAYS = st.one_of(st.none(), st.dates(DAY - timedelta(40), DAY + timedelta(40)))
CONTEXT = cast(Context, SimpleNamespace(today=DAY))
CONTRACT = Contract(id="A", title="a", worker=(Worker(id="W-1", name="従事者 一"), Worker(id="W-2", name="従事者 二")))  # type: ignore[call-arg]


def entry(model: type, **values: Any) -> Any:
    """An entry without the rules that its dates obey: a form tells whatever stands in the register."""
    return model.model_construct(**values)  # type: ignore[attr-defined]


@given(DAYS, DAYS, st.dates(DAY - timedelta(40), DAY + timedelta(40)))
def test_carried_out(returned: date | None, erased: date | None, due: date) -> None:
    told = standing.carried(CONTEXT, CONTRACT, entry(Carryout, returned_on=returned, erased_on=erased, due=due))
    done = returned is not None and erased is not None
    late = returned is None and due < DAY
    assert (told == "返却・消去確認済") is done
    assert told.endswith(standing.CHECK) is (late or (returned is not None and erased is None))


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("W-1", "W-2", "済(異なる二人)"),
        ("従事者 一", "従事者二", "済(異なる二人)"),
        ("W-1", "従事者一", "一人だけ・要確認"),
        ("", "W-2", "一人だけ・要確認"),
        ("", "", "確認者の記載なし・要確認"),
    ],
)
def test_checked_by_two(first: str, second: str, told: str) -> None:
    assert standing.checked(CONTEXT, CONTRACT, cast(Any, SimpleNamespace(checker1=first, checker2=second))) == told


@given(DAYS, st.sampled_from(["", "match", "differs"]), st.dates(DAY - timedelta(40), DAY + timedelta(40)))
def test_arrived(received: date | None, arrival: str, due: date) -> None:
    told = standing.arrived(
        CONTEXT, CONTRACT, cast(Any, SimpleNamespace(received_on=received, arrival=arrival, due=due))
    )
    assert ("到着" in told) is (received is not None)
    assert (told == "到着・照合一致") is (received is not None and arrival == "match")
    assert ("未着" in told) is (received is None and due < DAY)


@given(DAYS, DAYS)
def test_answered(answered: date | None, due: date | None) -> None:
    told = standing.answered(CONTEXT, CONTRACT, cast(Any, SimpleNamespace(answered_on=answered, due=due)))
    assert told.startswith("回答済") is (answered is not None)
    assert told.endswith(standing.CHECK) is (answered is None and due is not None and due < DAY)


def lines(world: World, number: str, **asked: Any) -> list[dict[str, str]]:
    """The table of a form, by its headings."""
    found = form(world, number, **asked)
    start = next(n for n, row in enumerate(found) if len(row) > 2)
    return [dict(zip(found[start], row, strict=True)) for row in found[start + 1 :] if len(row) == len(found[start])]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path / "w", monkeypatch, policy=contracts(tmp_path / "w", "PC-1"))
    made.put("srv/A/別.csv", text(9, 61))
    made.put("srv/A/廃棄分.csv", text(12, 62))
    for name in ("別", "廃棄分"):
        made.receive(f"srv/A/{name}.csv", "A")
    made.scan()
    return made


def test_a_report_of_disposal_tells_what_it_disposed_of(world: World) -> None:
    """R-1 goes on and R-2 is disposed of: what is left of R-1 is nothing that 9b may say of R-2."""
    (world.root / "srv/A/廃棄分.csv").unlink()
    world.contract()["disposal"] = [{"id": "D-1", "scope": ["R-2"], "executed_on": world.day}]
    world.scan()

    def told() -> str:
        return lines(world, "9b")[0]["残存確認"]

    assert told() == "未実施"
    assert "残存" in verdict(form(world, "9c"))
    assert told().endswith("この対象の残存なし")
    form(world, "9c", family=("R-1",))
    assert told().endswith("この対象の残存なし"), "a later one that looked for another original is none of this"
    form(world, "9c", family=("R-2",))
    assert "残存なし" in told()
    states = {row["台帳番号"]: row["状態"] for row in lines(world, "1")}
    assert states["R-1"] == "保有"
    assert states["R-2"].startswith("廃棄済 令和")


def test_papers_of_ours_are_no_holdings(world: World) -> None:
    from scanner.acts.issuing import Order, issue
    from scanner.inventory.reader import Reader

    world.contract()["worker"] = [
        {"id": f"W-{n}", "name": name} for n, name in enumerate(("山田 太郎", "鈴木 花子"), 1)
    ]
    data = issue(Order("5b", "csv", "A", today=world.day), world.home, Reader(world.home.database), world.rules, "")
    world.put("srv/A/名簿.csv", data)
    world.put("srv/A/直した名簿.csv", data.replace("山田".encode(), "佐藤".encode()))
    world.scan()
    with closing(sqlite3.connect(world.home.database)) as db:
        assert db.execute("select count(*) from issued").fetchone()[0] == 1
    names = [row["名称"] for row in lines(world, "10R") if row["台帳番号"] == "(台帳になし)"]
    assert [Path(name).name for name in names] == ["直した名簿.csv"]
    assert any("帳票 1 件" in cell for row in form(world, "10R") for cell in row)


def test_the_check_is_cited_by_the_number_of_its_letter(world: World) -> None:
    world.policy["documents"] = {"prefix": "甲"}
    form(world, "9c")
    told = next(row[1] for row in form(world, "10R") if row[0] == "返還後残存確認")
    assert told.startswith("甲第1号")
