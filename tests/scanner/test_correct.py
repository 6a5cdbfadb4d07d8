"""Prepared corrections from the command line: orders, two signatures, moves, erasures, refusals."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Result, Sekisho
from tests.scanner.officer import Day
from tests.scanner.world import table

pytestmark = pytest.mark.slow

RULES = """
[[contract.instruction]]
id = "指示-1"
date = 2026-04-01
kind = "instruction"
[[contract.instruction]]
id = "指示-2"
date = 2026-04-01
kind = "dispose"
{more}
[correct]
enabled = true
{correct}
"""
KEEP = '[[contract.instruction]]\nid = "指示-3"\ndate = 2026-05-01\nkind = "keep"\nsupersedes = "指示-2"\n'
"""A hold, which the register of instructions demands to replace the order to dispose."""


def rules(day: Day, more: str = "", correct: str = "") -> None:
    day.policy(RULES.format(more=more, correct=correct))


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office") / "made"


@pytest.fixture
def office(sekisho: Sekisho, _folder: Path) -> Day:
    """Copies and strange lists lie outside the place; two people have keys and have enabled corrections. Made once; every test has
    files of its own."""

    def make(day: Day) -> None:
        rules(day)
        assert day.run("receive", _folder / "store/原本.xlsx", "--contract", "A", "--count", 12).code == 0
        for number in (1, 2):
            (_folder / f"elsewhere/写し{number}.xlsx").write_bytes(table(12, 91))
        for number in (1, 2, 3):
            (_folder / f"elsewhere/別名簿{number}.xlsx").write_bytes(table(15, 6 + number))
        day.scan()
        day.may_correct()

    day = Day.kept(sekisho, _folder, make)
    rules(day)
    return day


def point(day: Day, name: str, code: str = "F03-OUTSIDE") -> int:
    found = day.run("points", "--format", "jsonl", policy=False).lines()
    return next(int(p["id"]) for p in found if p["code"] == code and (p["path"] or "").endswith(name))


def order(day: Day, name: str, *words: object, instruction: str = "") -> Result:
    erase = "--erase" in words
    return day.run(
        "correct", "prepare", point(day, name), *words, "--instruction", instruction or ("指示-2" if erase else "指示-1"),
        "--worker", "W-1", "--due", "2099-12-31",
    )  # fmt: skip


def ordered(day: Day, name: str, *words: object) -> int:
    assert order(day, name, *words).code == 0
    return int(day.db().execute("select max(id) from corrections").fetchone()[0])


def sign(day: Day, number: int, *workers: str, undo: bool = False) -> int:
    more = ["--undo"] if undo else []
    more += ["--reviewer", workers[1]] if workers[1:] else []
    return day.run("correct", "sign", number, "--by", workers[0], *more, *day.signs(*workers)).code


def told(day: Day, number: int) -> list[str]:
    rows = day.db().execute("select details from ledger where kind = 'correction_ended' order by seq")
    found = [json.loads(details) for (details,) in rows]
    return [one["result"] for one in found if one["correction"] == number]


def test_a_move_is_ordered_signed_done_verified_and_undone(office: Day) -> None:
    copy, moved = office.folder / "elsewhere/別名簿1.xlsx", office.folder / "store/別名簿1.xlsx"
    data = copy.read_bytes()
    number = ordered(office, "別名簿1.xlsx", "--move", "store")
    assert order(office, "別名簿1.xlsx", "--move", "store").code == 2  # has one already
    assert office.run("correct", "run", number).code == 2  # nobody has signed
    assert sign(office, number, "W-1", "W-1") == 2
    assert office.run("correct", "run", number).code == 2
    assert sign(office, number, "W-3") == 2  # W-3 is W-1 by name
    assert copy.exists()
    assert sign(office, number, "W-2") == 0
    done = office.run("correct", "run", number)
    assert (done.code, copy.exists(), moved.read_bytes()) == (0, False, data), done.err
    assert office.run("correct", "run", number).code == 2  # once
    scanned = office.run("scan", office.folder / "store", office.folder / "elsewhere", "--depth", "quick")
    assert "as ordered" in scanned.err
    still = "select 1 from points p join files f on f.id = p.file_id where p.state = 'open' and p.code = 'F03-OUTSIDE' and f.path = ?"
    assert not office.db().execute(still, (os.fsdecode(os.fsencode(copy)),)).fetchall()
    assert office.run("correct", "undo", number).code == 2  # takes two signatures of its own
    assert sign(office, number, "W-2", "W-1", undo=True) == 0
    undone = office.run("correct", "undo", number)
    assert (undone.code, moved.exists(), copy.read_bytes()) == (0, False, data), undone.err
    assert told(office, number) == ["done", "verified", "undone"]
    assert office.run("ledger", "verify", policy=False).code == 0


def test_an_erasure_takes_instruction_original_and_two_people(office: Day) -> None:
    copy = office.folder / "elsewhere/写し1.xlsx"
    assert order(office, "写し1.xlsx", "--erase", instruction="指示-1").code == 2  # tells to do something else
    number = ordered(office, "写し1.xlsx", "--erase")
    assert sign(office, number, "W-1") == 0
    assert (office.run("correct", "run", number).code, copy.exists()) == (2, True)
    assert sign(office, number, "W-2") == 0
    rules(office, more=KEEP)  # a hold comes between signature and act
    held = office.run("correct", "run", number)
    assert (held.code, "does not order" in held.err, copy.exists()) == (2, True, True)
    rules(office)
    original = office.folder / "store/原本.xlsx"
    away = original.rename(original.with_name("あちら.xlsx"))
    missing = office.run("correct", "run", number)
    assert (missing.code, "not accounted for" in missing.err, copy.exists()) == (2, True, True)
    away.rename(original)
    done = office.run("correct", "run", number)
    assert (done.code, copy.exists(), "no proof" in done.out) == (0, False, True), done.err
    assert office.run("correct", "undo", number).code == 2


def test_nothing_is_touched_where_it_is_off_changed_or_edited(office: Day) -> None:
    copy, other = office.folder / "elsewhere/写し2.xlsx", office.folder / "elsewhere/別名簿2.xlsx"
    number = ordered(office, "写し2.xlsx", "--erase")
    assert sign(office, number, "W-1", "W-2") == 0
    rules(office, correct="undo_days = 9")  # not what two people have signed
    off = office.run("correct", "run", number)
    assert (off.code, "are off" in off.err) == (2, True)
    office.policy(RULES.format(more="", correct="").replace("true", "false"))
    assert office.run("correct", "run", number).code == 2
    rules(office)
    second = ordered(office, "別名簿2.xlsx", "--move", "A/store")
    assert sign(office, second, "W-1", "W-2") == 0
    stat, data = other.stat(), bytearray(other.read_bytes())
    data[-1] ^= 1
    other.write_bytes(data)
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as large and as old as it was
    done = office.run("correct", "run", second)
    assert (done.code, other.read_bytes(), "has changed" in done.err) == (1, bytes(data), True)
    assert not (office.folder / "store/別名簿2.xlsx").exists()
    for style in ("docx", "csv"):
        assert office.run("report", "9d", "-o", office.folder / f"9d.{style}", "--clear-names").code == 0
    text = (office.folder / "9d.csv").read_text(encoding="utf-8-sig")
    assert all(
        word in text for word in ("写し2.xlsx", "別名簿2.xlsx", "指示-1", "指示-2", "W-1", "移動", "消去", "R-1")
    )
    assert office.run("report", "9d", "-o", office.folder / "masked.csv").code == 0
    assert "別名簿" not in (office.folder / "masked.csv").read_text(encoding="utf-8-sig")
    db = office.db()
    db.execute(
        "update corrections set path = ? where id = ?", (os.fsencode(office.folder / "elsewhere/別名簿3.xlsx"), number)
    )
    db.commit()
    assert office.run("correct", "run", number).code == 2  # another file under the same signatures
    assert copy.exists()
    assert (office.folder / "elsewhere/別名簿3.xlsx").exists()
