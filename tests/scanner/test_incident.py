"""Reports on incidents: what they may begin from, whom and what they hold, and what stands in them where nothing is known."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from scanner.policy.acts import Incident
from scanner.report.forms import notice, registry
from scanner.report.paper import kinds, questions
from tests.conftest import Sekisho
from tests.scanner.history import build

BEGINNINGS = (
    ("--from", "1"),
    ("--from", "1", "--contract", "2026-017"),  # of no contract that anybody could tell
    ("--family", "R-1"),
    ("--medium", "USB-0001"),
    ("--medium", "媒-1"),
    ("--medium", "持-1"),
    ("--medium", "運-1"),
    ("--mail", "送-1"),
    ("--suspicion",),
    ("--suspicion", "--family", "R-1"),
    ("--incident", "事-1"),
    ("--incident", "事-1", "--contract", "2026-017"),
)


@pytest.fixture(scope="module")
def history(office: Path, tmp_path_factory: pytest.TempPathFactory, command: list[str]) -> Path:
    return build(tmp_path_factory.mktemp("history"), office, command)


def _made(sekisho: Sekisho, history: Path, form: str, *words: object) -> dict[str, tuple[str, str]]:
    """Label → what is observed, what is declared."""
    out = history / "incident.csv"
    done = sekisho("report", form, "--home", history / "home", "-p", history / "office/policy.toml", "-o", out, *words)
    assert done.code == 0, done.err
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    return {row[1]: (row[2], row[3]) for row in rows if len(row) == 5 and row[0].isdigit()}


@pytest.mark.parametrize("words", BEGINNINGS, ids=" ".join)
def test_an_incident_begins_from_any_of_these(sekisho: Sekisho, history: Path, words: tuple[str, ...]) -> None:
    items = _made(sekisho, history, "11b", *words)
    assert next(iter(items)) == "概要"
    assert len(items) == 9


def test_a_family_is_all_its_persons_wherever_they_lie(sekisho: Sekisho, history: Path) -> None:
    items = _made(sekisho, history, "11a", "--family", "R-1")
    db = sqlite3.connect(history / "home/inventory.db")
    least, most = db.execute("select persons_min, persons_max from originals").fetchone()
    assert items["本人数(最小–最大)"][0].startswith(f"{least} 人") == (least == most)
    places = db.execute(
        "select count(distinct f.id) from copies c join files f on f.content_id = c.content_id where f.gone is null and c.weak = 0"
    ).fetchone()[0]
    assert len(re.findall(r"▒▒▒▒|提供資料1", items["所在"][0])) == places


def test_a_medium_that_nobody_has_seen_counts_as_its_register_says(
    sekisho: Sekisho, history: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    shutil.copy(history / "office/policy.toml", policy)
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace('id = "運-1"', 'id = "運-1"\nscope = ["R-1"]\nmedium = "箱-1"'), encoding="utf-8")
    out = tmp_path / "11a.csv"
    done = sekisho("report", "11a", "--medium", "箱-1", "--home", history / "home", "-p", policy, "-o", out)
    assert done.code == 0, done.err
    shown = out.read_text(encoding="utf-8-sig")
    assert "R-1" in shown
    assert "12 人です。" in shown
    assert "登録された件数は 12 件です。" in shown
    assert "到着の記録なし" in shown


@pytest.mark.parametrize("words", [("--medium", "無"), ("--mail", "無"), ("--family", "R-99"), ()])
def test_what_is_not_known_is_refused(sekisho: Sekisho, history: Path, words: tuple[str, ...]) -> None:
    done = sekisho(
        "report",
        "11a",
        "--home",
        history / "home",
        "-p",
        history / "office/policy.toml",
        "-o",
        history / "x.csv",
        *words,
    )
    assert done.code == 2
    assert not (history / "x.csv").exists()
    assert not words or words[1] in done.err


def test_incidents_without_a_point_are_told_apart(sekisho: Sekisho, history: Path) -> None:
    def entered() -> int:
        return len(
            sekisho("ledger", "show", "--home", history / "home", "--kind", "incident", "--format", "jsonl").lines()
        )

    _made(sekisho, history, "11a", "--medium", "媒-1")
    before = entered()
    _made(sekisho, history, "11b", "--medium", "媒-1")
    assert entered() == before  # the same one in another form
    _made(sekisho, history, "11a", "--family", "R-1")
    assert entered() in (before, before + 1)


def test_a_day_that_nobody_declared_is_not_told_as_declared(sekisho: Sekisho, history: Path) -> None:
    items = _made(sekisho, history, "11a", "--suspicion")
    assert items["認識日時"][1] == ""
    assert "ください" not in items["事象"][0]
    out = history / "incident.csv"
    assert "発覚日の申告なし" in out.read_text(encoding="utf-8-sig")
    assert _made(sekisho, history, "11a", "--suspicion", "--known-on", "2026-01-05")["認識日時"][1] == "令和8年1月5日"
    assert "発覚日の申告なし" not in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("form", ["11a", "11b", "11c"])
def test_a_day_to_come_is_refused(sekisho: Sekisho, history: Path, form: str) -> None:
    ahead = date.today() + timedelta(days=2)
    done = sekisho(
        "report", form, "--suspicion", "--known-on", ahead.isoformat(), "--home", history / "home",
        "-p", history / "office/policy.toml", "-o", history / "x.csv",
    )  # fmt: skip
    assert done.code == 2
    assert "is after today" in done.err
    assert not (history / "x.csv").exists()


def test_what_is_unknown_is_a_question_with_room_for_an_answer() -> None:
    for label, question in questions._QUESTIONS.items():
        named, text = questions.item((1, label, "", "", "不明"))
        assert (named, question in text, "答: ＿" in text) == (label, True, True)
    assert questions.item((1, "原因", "事実", "申告", "事実・申告"))[1] == "事実\n(申告)申告"
    letters = [registry.form(n).paper for n in ("11a", "11b", "11c")]
    assert all(isinstance(paper, kinds.Letter) and paper.item for paper in letters)


def test_the_notice_to_persons_holds_what_was_declared_and_marks_the_rest() -> None:
    entry = Incident.model_validate({"id": "事-1", "summary": "封筒を取り違えました。", "cause": "確認の不足です。"})
    said = "\n".join(notice.draft("集計業務", entry, "氏名、住所"))
    assert "封筒を取り違えました。" in said
    assert "確認の不足です。" in said
    assert "氏名、住所" in said
    assert said.count("【記入】") == 5  # who writes, both days, secondary damage, where to ask
    assert "【記入】" in notice.draft("", None, "")[3]
