"""What an order is bound to: the bytes of originals, the policy and the words that were signed, the contract of the data."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from scanner import clock
from scanner.acts.correction import orders, running
from scanner.acts.correction.stopping import CorrectionError
from scanner.acts.signing import Rules
from scanner.cli import common
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from tests.conftest import Sekisho
from tests.scanner.officer import PASSPHRASES, Day
from tests.scanner.test_correct import KEEP, RULES, point
from tests.scanner.world import table

pytestmark = pytest.mark.slow
OTHER = """
[[contract]]
id = "B"
title = "別件"
items = ["PERSON", "JP_ADDRESS", "PHONE_NUMBER", "DATE_OF_BIRTH", "EMAIL_ADDRESS"]
starts = 2026-04-01
[[contract.place]]
id = "b"
kind = "storage"
path = "storeB"
consent = "承諾-9"
[[contract.worker]]
id = "W-1"
name = "従事者 一"
[[contract.worker]]
id = "W-2"
name = "従事者 二"
"""


class Office:
    """A scanned folder with two contracts, and orders made, signed and carried out in this process."""

    def __init__(self, day: Day) -> None:
        self.day, self.folder, self.home = day, day.folder, Home(day.home)

    def rules(self, more: str = "", name: str = "policy.toml") -> Rules:
        self.day.policy(RULES.format(more=more, correct="") + OTHER)
        written = self.folder / "policy.toml"
        if name != written.name:
            written = written.rename(written.with_name(name))
        return Rules(*common.load_policy(written), str(written))

    def order(self, name: str, kind: str, place: str = "", due: date | None = None) -> int:
        wish = orders.Wish(kind, {"erase": "指示-2", "move": "指示-1"}[kind], "W-1", due or clock.today(), place)
        (number,) = orders.prepare(self.home, self.rules(), [point(self.day, name)], wish)
        return number

    def sign(self, number: int, rules: Rules) -> None:
        for worker in ("W-1", "W-2"):
            orders.sign(self.home, rules, number, worker, PASSPHRASES.__getitem__)

    def refused(self, number: int, rules: Rules, code: str) -> None:
        with pytest.raises(CorrectionError) as refused:
            running.run(self.home, rules, number)
        assert refused.value.code == code

    def last(self) -> str:
        row = self.day.db().execute("select details from ledger where kind = 'policy_loaded' order by seq desc limit 1")
        return str(json.loads(row.fetchone()[0])["sha256"])


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bound") / "made"


@pytest.fixture
def office(sekisho: Sekisho, _folder: Path) -> Office:
    """Made once; every test has files of its own."""

    def make(day: Day) -> None:
        (_folder / "storeB").mkdir()
        Office(day).rules()
        (_folder / "storeB/別原本.xlsx").write_bytes(table(12, 44))
        for path, contract in (("store/原本.xlsx", "A"), ("storeB/別原本.xlsx", "B")):
            assert day.run("receive", _folder / path, "--contract", contract).code == 0
        for number in range(1, 4):
            (_folder / f"elsewhere/写し{number}.xlsx").write_bytes(table(12, 91))
        (_folder / "elsewhere/B写し.xlsx").write_bytes(table(12, 44))
        (_folder / "elsewhere/別名簿.xlsx").write_bytes(table(15, 7))
        done = day.run("scan", *(_folder / f for f in ("store", "storeB", "elsewhere")), "--depth", "quick")
        assert done.code in (0, 1), done.err
        day.may_correct()

    return Office(Day.kept(sekisho, _folder, make))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def exchanged(path: Path) -> None:
    """As large and as old as it was."""
    stat, data = path.stat(), bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("happening", [emptied, exchanged, a_folder, Path.unlink])
def test_a_copy_stays_where_the_bytes_of_the_original_are_gone(
    office: Office, happening: Callable[[Path], None]
) -> None:
    original, copy = office.folder / "store/原本.xlsx", office.folder / "elsewhere/写し1.xlsx"
    data, number = original.read_bytes(), office.order("写し1.xlsx", "erase")
    office.sign(number, office.rules())
    happening(original)
    try:
        office.refused(number, office.rules(), "original_missing")
        with pytest.raises(CorrectionError):
            office.order("写し2.xlsx", "erase")
    finally:
        if original.is_dir():
            original.rmdir()
        original.write_bytes(data)
    assert copy.exists()
    orders.withdraw(office.home, number)
    orders.withdraw(office.home, office.order("写し1.xlsx", "erase"))  # written anew, with the same bytes: at hand


def test_an_order_is_carried_out_under_the_policy_that_was_signed(office: Office) -> None:
    number, copy = office.order("写し3.xlsx", "erase"), office.folder / "elsewhere/写し3.xlsx"
    signed = office.rules(name="signed.toml")
    office.sign(number, signed)
    held, other = office.rules(KEEP, "held.toml"), office.rules("# another\n", "other.toml")
    office.refused(number, held, "no_instruction")
    office.refused(number, other, "unsigned")
    with Store(office.home.database, only_notes=True) as store, store.transaction() as db:
        held.note(db)  # as a scan does
    office.refused(number, signed, "unsigned")
    with Store(office.home.database, only_notes=True) as store, store.transaction() as db:
        signed.note(db)
    office.refused(number, signed, "unsigned")  # nor by one person who goes back to it
    assert copy.exists()
    office.sign(number, signed)
    assert running.run(office.home, signed, number).state == "done"
    assert (copy.exists(), office.last()) == (False, signed.digest)


@pytest.mark.parametrize(
    ("column", "value"), [("worker", "W-2"), ("due", "2099-01-01"), ("point_id", 1), ("file_id", 1)]
)
def test_what_was_signed_is_not_edited(office: Office, column: str, value: object) -> None:
    number, rules = office.order("別名簿.xlsx", "move", "A/store"), office.rules()
    office.sign(number, rules)
    with office.day.db() as db:
        db.execute(f"update corrections set {column} = ? where id = ?", (value, number))
    db.close()
    with pytest.raises(CorrectionError):
        running.run(office.home, rules, number)
    assert (office.folder / "elsewhere/別名簿.xlsx").exists()
    orders.withdraw(office.home, number)


def test_an_order_ends_with_its_day(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    number, rules = office.order("別名簿.xlsx", "move", "A/store"), office.rules()
    office.sign(number, rules)
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    office.refused(number, rules, "due_over")
    orders.withdraw(office.home, number)


@pytest.mark.parametrize("kind", ["move", "erase"])
def test_data_of_another_contract_is_left_where_it_is(office: Office, kind: str) -> None:
    with pytest.raises(CorrectionError) as refused:
        office.order("B写し.xlsx", kind, "A/store" if kind == "move" else "")
    assert refused.value.code in ("other_contract", "no_instruction", "which_contract")
    assert kind == "erase" or refused.value.code == "other_contract"
    done = office.day.run(
        "correct", "prepare", point(office.day, "B写し.xlsx"), "--move", "A/store", "--instruction", "指示-1",
        "--worker", "W-1", "--due", "2099-12-31",
    )  # fmt: skip
    assert (done.code, "it cannot be carried out" in done.err) == (2, True)
