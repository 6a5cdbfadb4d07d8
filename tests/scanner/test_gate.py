"""The gate: two different people, two different questions, sealed answers."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Result
from tests.scanner.officer import Day
from tests.scanner.world import table

pytestmark = pytest.mark.slow

SEND = "[[contract.consent]]\nid = '承諾-9'\nkind = 'send'\nrecipients = ['city.example.jp']\n"


def _gate(day: Day) -> str:
    asked = day.run("gate", day.folder / "store/原本.xlsx", "--to", "city.example.jp")
    assert asked.code == 0, asked.err
    return re.search(r"heck (\d+)", asked.out)[1]  # type: ignore[index]


def _answer(day: Day, number: str, worker: str, *lines: str) -> Result:
    return day.run("gate", "answer", number, "--as", worker, stdin="\n".join([*lines, f"aikotoba-{worker}"]) + "\n")


@pytest.fixture
def checkers(day: Day) -> Day:
    day.policy(SEND)
    day.scan()
    for worker in ("W-1", "W-2", "W-3"):
        assert day.run("gate", "enroll", worker, "--passphrase", f"aikotoba-{worker}").code == 0
    return day


KINDS = "PERSON、JP_ADDRESS、PHONE_NUMBER、DATE_OF_BIRTH、EMAIL_ADDRESS"


def test_gate_is_passed_by_two_people_with_their_own_papers(checkers: Day) -> None:
    number = _gate(checkers)
    first = _answer(checkers, number, "W-1", "12", "city.example.jp")
    assert first.code == 0, first.err
    assert not re.search(r"PERSON|承諾-9", first.out + first.err)  # nothing of what was computed is shown
    assert checkers.run("gate", "show", number).code == 1
    assert _answer(checkers, number, "W-2", KINDS, "承諾-9").code == 0
    assert checkers.run("gate", "show", number).code == 0
    other = _gate(checkers)
    assert _answer(checkers, other, "W-2", "12", "city.example.jp").code == 0
    words = "\n".join(["氏名、住所、生年月日、電話番号、メールアドレス", "承諾-9", "aikotoba-W-1"]) + "\n"
    assert checkers.run("gate", "answer", other, "--as", "W-1", "--lang", "ja", stdin=words).code == 0
    assert checkers.run("report", "8", "-o", checkers.folder / "8.csv").code == 0
    assert "確認完了" in (checkers.folder / "8.csv").read_text(encoding="utf-8-sig")
    (checkers.folder / "store/原本.xlsx").write_bytes(table(13, 96))
    assert checkers.run("gate", "show", number).code == 1  # other bytes were never checked


def test_gate_cannot_be_passed_by_one_person_or_by_the_database(checkers: Day) -> None:
    number = _gate(checkers)
    assert _answer(checkers, number, "W-1", "12", "city.example.jp").code == 0
    assert _answer(checkers, number, "W-1", KINDS, "承諾-9").code == 2
    assert _answer(checkers, number, "W-3", KINDS, "承諾-9").code == 2  # W-3 has the name of W-1
    assert _answer(checkers, number, "W-9", KINDS, "承諾-9").code == 2
    db = checkers.db()
    db.execute("update gates set state = 'released', closed = '2026-11-23T00:00:00Z'")
    db.commit()
    assert checkers.run("gate", "show", number).code == 1
    db.execute("update gates set state = 'waiting'")
    db.commit()
    copied = _answer(checkers, number, "W-2", "12", "city.example.jp")  # the first one's answers do not fit
    assert copied.code == 1
    assert _answer(checkers, number, "W-2", KINDS, "承諾-9").code == 2
    assert checkers.run("ledger", "verify", policy=False).code == 0


def test_gate_stops_wrong_answers_and_sending_without_consent(checkers: Day) -> None:
    assert _answer(checkers, _gate(checkers), "W-1", "1048", "city.example.jp").code == 1
    assert _answer(checkers, _gate(checkers), "W-1", "12", "town.example.jp").code == 1
    stranger = checkers.run("gate", checkers.folder / "store/原本.xlsx", "--to", "stranger.example.net")
    assert (stranger.code, "stranger.example.net" in stranger.err) == (1, True)
    wrong = checkers.run("gate", "answer", _gate(checkers), "--as", "W-1", stdin="12\ncity.example.jp\nnot-the-one\n")
    assert wrong.code == 2
