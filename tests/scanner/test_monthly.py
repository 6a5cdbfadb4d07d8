"""The monthly report and the yearly self-check: of their days alone, by the record, with sums that can be redone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts.issuing import Order, context_of, japanese
from scanner.inventory.reader import Reader
from scanner.report.forms import monthly, period, selfcheck
from scanner.report.forms.interface import Form, FormRefused
from tests import moments
from tests.scanner.world import World, table

MONTHS = (date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1))


class Office:
    """A world whose day and clock stand in one of three months."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.world, self._patch = World(root, patch), patch

    def on(self, day: date) -> None:
        self.world.day = day
        self._patch.setattr("scanner.clock.source", moments.Moved(datetime.fromisoformat(f"{day}T10:00:00+09:00")))

    def form(self, kind: str, **asked: object) -> Form:
        with japanese():
            reader = Reader(self.world.home.database)
            order = Order(kind, contract="A", asked=asked, today=self.world.day, clear_names=True)
            build = monthly.report if kind == "3" else selfcheck.build
            return build(context_of(order, self.world.home, reader, self.world.rules))


def rows(form: Form, kind: str) -> dict[object, object]:
    return {row[1]: row[2] for row in form.rows if row[0] == kind}


def test_each_month_tells_its_own_and_the_sums_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path, monkeypatch)
    world = office.world
    contract = world.contract()
    office.on(MONTHS[0] + timedelta(days=4))
    world.put("srv/A/名簿.xlsx", table(9, 31))
    family = world.receive("srv/A/名簿.xlsx", "A")
    world.scan()
    copy = world.put("desk/写し.xlsx", (tmp_path / "srv/A/名簿.xlsx").read_bytes())
    contract["transfer"] = [
        {
            "id": "T-9",
            "date": MONTHS[0] + timedelta(days=8),
            "recipient": "city.example.jp",
            "scope": [family],
            "checker1": "W-1",
            "checker2": "W-2",
        }
    ]
    office.on(MONTHS[0] + timedelta(days=9))
    world.scan()
    opened = world.db().execute("select count(*) from points where state = 'open'").fetchone()[0]
    assert opened
    office.on(MONTHS[1] + timedelta(days=2))
    copy.unlink()
    world.scan()
    contract["inspection"] = [{"id": "I-1", "date": MONTHS[2], "kind": "log", "by": "監査"}]
    contract["handover"] = [{"id": "H-1", "date": MONTHS[2] + timedelta(days=1), "receiver": "委託者"}]
    contract["disposal"] = [{"id": "D-0", "executed_on": MONTHS[0]}]  # of everything, before this original came
    office.on(MONTHS[2] + timedelta(days=3))
    world.scan()
    sums = []
    for month in MONTHS:
        form = office.form("3", month=month)
        (told,) = rows(form, "要確認の増減").values()
        before, new, closed, after = map(int, re.findall(r"[0-9]+", str(told)))
        assert before + new - closed == after
        for label, number in (("不適合(期間内に発生)", new), ("不適合(期間内に完了)", closed), ("不適合(未了)", after)):
            assert sum(int(str(n)) for n in rows(form, label).values()) == number, label
        assert sum(int(str(n)) for n in rows(form, "是正・終了の理由").values()) == closed
        sums.append((before, new, closed, after))
    assert [s[0] for s in sums[1:]] == [s[3] for s in sums[:-1]]
    assert 2 <= sums[0][1] <= opened
    assert sums[1][2] >= 1
    first, second, third = (office.form("3", month=month) for month in MONTHS)
    assert first.title == "取扱状況報告書(令和9年1月分)"
    balances = [str(*rows(form, "保有状況(増減)").values()) for form in (first, second, third)]
    assert balances == ["0 + 1 − 0 = 1", "1 + 0 − 0 = 1", "1 + 0 − 1 = 0"]
    assert sum(int(str(n)) for n in rows(first, "取扱記録の件数").values()) > 1
    assert any(str(k).startswith(family) for k in rows(first, "受領・収集・作成"))
    assert not rows(second, "受領・収集・作成")
    assert rows(first, "送信・送付")
    assert not rows(second, "送信・送付")
    assert rows(third, "点検・調査")["A 期間内の実施"] == 1
    assert rows(first, "点検・調査")["A 期間内の実施"] == 0
    with pytest.raises(FormRefused) as refused:
        office.form("3", month=date(2027, 4, 1))
    assert refused.value.code == "period_ahead"


def test_every_question_of_the_self_check_has_its_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path, monkeypatch)
    office.on(MONTHS[0])
    office.world.put("srv/A/名簿.xlsx", table(9, 31))
    office.world.put("desk/写し.xlsx", table(4, 32))
    office.world.contract()["inspection"] = [
        {"id": "I-1", "date": date(2026, 3, 31), "kind": "self"},
        {"id": "I-2", "date": date(2026, 12, 1), "kind": "self", "corrective": "施錠"},
    ]
    office.world.scan()
    form = office.form("14c")
    assert form.title == "自己点検票(令和8年度)"
    assert {str(row[0]) for row in form.rows} == {f"第{n}" for n in range(1, 20)}
    assert all(row[1] and row[2] and not row[4] for row in form.rows)
    told = dict(form.facts)
    assert str(told["年度内の点検・調査"]).startswith("登録 1 件(I-2 ")
    assert "是正の未了 1 件" in str(told["年度内の点検・調査"])
    before = office.form("14c", year=2025)
    assert str(dict(before.facts)["年度内の点検・調査"]).startswith("登録 1 件(I-1 ")
    with pytest.raises(FormRefused):
        office.form("14c", year=2027)


@given(st.dates(date(2019, 6, 1), date(2098, 12, 31)))
def test_months_and_years_follow_on_each_other(day: date) -> None:
    month = period.month_of(day.replace(day=1))
    assert month.holds(day)
    assert period.month_of(month.last + timedelta(days=1)).first == month.last + timedelta(days=1)
    year = period.year_of(day.year - (day.month < 4))
    assert year.holds(day)
    assert (year.first.month, year.last.month, year.last.year - year.first.year) == (4, 3, 1)
    assert month.end == period.month_of(month.last + timedelta(days=1)).begin
