"""The gate: two different people, two different questions, signed answers."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import Result
from tests.scanner.officer import Day
from tests.scanner.world import table

pytestmark = pytest.mark.slow

SEND = "[[contract.consent]]\nid = '承諾-9'\nkind = 'send'\nrecipients = ['city.example.jp']\n{}"
KINDS = "PERSON、JP_ADDRESS、PHONE_NUMBER、DATE_OF_BIRTH、EMAIL_ADDRESS"


def _gate(day: Day) -> str:
    asked = day.run("gate", day.folder / "store/原本.xlsx", "--to", "city.example.jp")
    assert asked.code == 0, asked.err
    return re.search(r"heck (\d+)", asked.out)[1]  # type: ignore[index]


def _answer(day: Day, number: str, worker: str, *lines: str, key: str = "") -> Result:
    return day.run(
        "gate", "answer", number, "--as", worker, *day.signs(key or worker), stdin="\n".join([*lines, ""])
    )  # fmt: skip


def _refused(day: Day) -> list[str]:
    """What the record tells of refused attempts."""
    rows = day.db().execute("select details from ledger where kind = 'attempt_refused' order by seq")
    return [json.loads(details)["why"] for (details,) in rows]


@pytest.fixture
def checkers(day: Day) -> Day:
    day.policy(SEND.format(""))
    day.scan()
    day.begin()
    return day


def test_gate_is_passed_by_two_people_with_their_own_papers(checkers: Day) -> None:
    number = _gate(checkers)
    (summary,) = checkers.db().execute("select summary from gates").fetchone()
    assert json.loads(summary) == {"depth": "balanced"}  # no answer is kept
    first = _answer(checkers, number, "W-1", "12", "city.example.jp")
    assert first.code == 0, first.err
    assert not re.search(r"PERSON|承諾-9", first.out + first.err)  # nothing of what was computed is shown
    (record,) = checkers.db().execute("select group_concat(details) from ledger where kind like 'gate%'").fetchone()
    assert "承諾-9" not in record  # nor told by the record before it was asked
    assert checkers.run("gate", "show", number).code == 1
    assert _answer(checkers, number, "W-2", KINDS, "承諾-9").code == 0
    shown = checkers.run("gate", "show", number)
    assert (shown.code, "one account" in shown.out) == (0, True)
    other = _gate(checkers)
    assert _answer(checkers, other, "W-2", "12", "city.example.jp").code == 0
    words = ["氏名、住所、生年月日、電話番号、メールアドレス", "承諾-9"]
    answered = checkers.run(
        "gate", "answer", other, "--as", "従事者 一", "--lang", "ja", *checkers.signs("W-1"), stdin="\n".join([*words, ""])
    )  # fmt: skip
    assert answered.code == 0, answered.err
    assert checkers.run("report", "8", "-o", checkers.folder / "8.csv").code == 0
    form = (checkers.folder / "8.csv").read_text(encoding="utf-8-sig")
    assert "確認完了" in form
    assert "同じ端末の同じアカウント" in form
    (checkers.folder / "store/原本.xlsx").write_bytes(table(13, 96))
    assert checkers.run("gate", "show", number).code == 1  # other bytes were never checked


def test_gate_cannot_be_passed_by_one_person_or_by_the_database(checkers: Day) -> None:
    number = _gate(checkers)
    assert _answer(checkers, number, "W-1", "12", "city.example.jp").code == 0
    assert _answer(checkers, number, "W-1", KINDS, "承諾-9").code == 2
    assert _answer(checkers, number, "W-3", KINDS, "承諾-9").code == 2  # W-3 has the name of W-1, and no key
    assert _answer(checkers, number, "W-9", KINDS, "承諾-9").code == 2
    assert _answer(checkers, number, "W-2", KINDS, "承諾-9", key="W-1").code == 2
    db = checkers.db()
    db.execute("update gates set state = 'released', closed = '2026-11-23T00:00:00Z'")
    db.commit()
    assert checkers.run("gate", "show", number).code == 1
    assert checkers.run("gate", "show", number).code == 1
    db.execute("update gates set state = 'waiting'")
    db.commit()
    copied = _answer(checkers, number, "W-2", "12", "city.example.jp")  # the first one's answers do not fit
    assert copied.code == 1
    assert _answer(checkers, number, "W-2", KINDS, "承諾-9").code == 2
    verified = checkers.run("ledger", "verify", policy=False)
    assert (verified.code, "gates" in verified.out) == (1, True)  # the edit is found, though it was taken back
    assert _refused(checkers) == ["same_person", "not_enrolled", "unknown_person", "wrong_passphrase", "unproved"]


def test_gate_stops_wrong_answers_and_sending_without_consent(checkers: Day) -> None:
    stranger = checkers.run("gate", checkers.folder / "store/原本.xlsx", "--to", "stranger.example.net")
    assert (stranger.code, "stranger.example.net" in stranger.err) == (1, True)
    assert _answer(checkers, _gate(checkers), "W-1", "1048", "city.example.jp").code == 1
    assert _answer(checkers, _gate(checkers), "W-1", "12", "town.example.jp").code == 1
    assert _answer(checkers, _gate(checkers), "W-2", "13", "city.example.jp").code == 1
    # the fourth try of a day is one too many: answers could be tried one after the other
    again = checkers.run("gate", checkers.folder / "store/原本.xlsx", "--to", "CITY.example.jp")
    assert (again.code, _refused(checkers)) == (2, ["too_often"])
    (checkers.folder / "store/原本.xlsx").write_bytes(table(12, 91) + b"\0")  # nor with other bytes under the same name
    assert checkers.run("gate", checkers.folder / "store/原本.xlsx", "--to", "city.example.jp").code == 2


@pytest.mark.parametrize("when", ["between the answers", "after the release"])
@pytest.mark.parametrize("end", ["withdrawn_on = 2026-11-01", "valid_to = 2026-11-01"])
def test_a_consent_that_is_gone_releases_nothing(checkers: Day, when: str, end: str) -> None:
    number = _gate(checkers)
    assert _answer(checkers, number, "W-1", "12", "city.example.jp").code == 0
    if when == "after the release":
        assert _answer(checkers, number, "W-2", KINDS, "承諾-9").code == 0
        assert checkers.run("gate", "show", number).code == 0
    checkers.policy(SEND.format(end))
    if when == "between the answers":
        assert _answer(checkers, number, "W-2", KINDS, "承諾-9").code == 2
    shown = checkers.run("gate", "show", number)
    assert (shown.code, "withdrawn" in shown.out) == (1, when == "after the release")


def test_a_release_of_the_earlier_kind_cannot_be_verified(checkers: Day) -> None:
    from scanner.inventory import ledger
    from scanner.inventory.store import Store

    number = _gate(checkers)
    with Store(checkers.home / "inventory.db", only_notes=True) as store, store.transaction() as db:
        for turn, worker in enumerate(("W-1", "W-2")):
            seal = {"gate": 1, "turn": turn, "worker": worker, "result": "right", "seal": "00" * 32}
            ledger.append(db, "gate_answered", contract="A", **seal)  # type: ignore[arg-type]
        ledger.append(db, "gate_released", contract="A", gate=1, content="")
        db.execute("update gates set state = 'released'")
    shown = checkers.run("gate", "show", number)
    assert (shown.code, "cannot be verified" in shown.out) == (1, True)
    assert checkers.run("report", "8", "-o", checkers.folder / "8.csv").code == 0
    assert "検証できず" in (checkers.folder / "8.csv").read_text(encoding="utf-8-sig")
