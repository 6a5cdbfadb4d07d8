"""Incidents by the command: what is lacking is named, two people close, what was signed stands, one opens again."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Sekisho
from tests.scanner.officer import Day

LACKING = '[[contract.incident]]\nid = "事故-1"\nkind = "leak"\nknown_on = 2026-11-02\nsummary = "写しが合意外の場所にあった"\n'
WHOLE = LACKING + (
    "reported_on = 2026-11-02\nwritten_on = 2026-11-09\n"
    'cause = "手順の誤り"\nsecondary = "なし"\nresponse = "通知済み"\npublication = "なし"\nmeasures = "手順を改めた"\n'
)
OTHER = '[[contract]]\nid = "B"\ntitle = "別"\n' + LACKING


def state(day: Day) -> str:
    done = day.run("--lang", "ja", "incident", "list")
    assert done.code == 0, done.err
    return str(done.out)


def test_an_incident_is_closed_by_two_and_opened_by_one(sekisho: Sekisho, tmp_path: Path) -> None:
    day = Day(sekisho, tmp_path)
    day.begin()
    assert "登録された事故はありません" in state(day)
    day.policy(more=LACKING)
    assert "対応中" in state(day)
    assert "未記入: 第一報の日、書面報告の日、原因" in state(day)
    close = ("--lang", "ja", "incident", "close", "事故-1", "--reason", "済", "--by", "W-1", *day.signs("W-1"))
    assert day.run(*close).code == 2
    day.policy(more=WHOLE)
    done = day.run(*close)
    assert done.code == 0, done.err
    assert "原因: 手順の誤り" in done.out, "what is signed is shown"
    assert "未記入" not in state(day)
    assert "二人目の署名待ち" in state(day)
    assert day.run(*close).code == 2, "signed already"
    itself = day.run("incident", "confirm", "事故-1", "--by", "W-1", *day.signs("W-1"))
    assert itself.code == 2
    confirm = ("--lang", "ja", "incident", "confirm", "事故-1", "--by", "W-2", *day.signs("W-2"))
    day.policy(more=WHOLE.replace("手順の誤り", "別の原因"))
    assert day.run(*confirm).code == 2, "another text than the first has signed"
    assert "署名後に変更" in state(day)
    day.policy(more=WHOLE)
    done = day.run(*confirm)
    assert done.code == 0, done.err
    assert "一人目の署名: W-1 理由: 済" in done.out
    assert "終了(二人が署名)" in state(day)
    day.policy()
    assert "署名後に登録簿から除去" in state(day)
    reopen = ("incident", "reopen", "事故-1", "--reason", "誤り", "--by", "W-1", *day.signs("W-1"))
    assert day.run(*reopen).code == 0, "also where the register has it no more"
    assert day.run(*reopen).code == 2
    day.policy(more=WHOLE)
    assert "対応中" in state(day)


def test_a_number_of_several_contracts_is_asked_back(sekisho: Sekisho, tmp_path: Path) -> None:
    day = Day(sekisho, tmp_path)
    day.begin()
    day.policy(more=WHOLE + OTHER)
    words = ("--lang", "ja", "incident", "close", "事故-1", "--reason", "済", "--by", "W-1", *day.signs("W-1"))
    done = day.run(*words)
    assert done.code == 2
    assert "--contract" in done.err
    assert day.run(*words, "--contract", "A").code == 0
    for number, contract in (("事故-9", "A"), ("事故-1", "C")):
        refused = day.run("incident", "confirm", number, "--contract", contract, "--by", "W-2", *day.signs("W-2"))
        assert refused.code == 2, (number, contract)
