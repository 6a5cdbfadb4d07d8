"""Numbers of what belongs to another contract, sent by hand: taken as if they were of nothing, and nothing is told of them."""

from __future__ import annotations

import sqlite3

import pytest

from scanner.acts.issuing import Order, context_of
from scanner.inventory.reader import Reader
from scanner.policy.load import load
from scanner.report.forms.affected import collect
from tests.scanner.consoles import Officers

pytestmark = pytest.mark.xdist_group("officers")


def _write(officers: Officers, statement: str, *values: object) -> int:
    with sqlite3.connect(officers.home.database) as db:
        found = db.execute(statement, values).fetchone()
    db.close()
    return int(found[0]) if found else 0


def test_a_point_of_two_contracts_takes_the_consents_of_ones_own(officers: Officers) -> None:
    number = officers.points()["F07-UNDECLARED"]
    _write(officers, "insert into point_contracts (point, contract) values (?, 'B')", number)
    for contract, worker, mine, theirs in (("A", "W-1", "承諾-1", "承諾-9"), ("B", "W-9", "承諾-9", "承諾-1")):
        browser = officers.person("officer", contract, worker)
        refused = browser.post(f"/points/{number}/declare", {"consent": "x"})
        assert refused.status_code == 409
        assert theirs not in refused.content.decode()
        assert mine in refused.content.decode()
        assert browser.post(f"/points/{number}/declare", {"consent": theirs}).status_code == 409
        assert browser.post(f"/points/{number}/declare", {"consent": mine}).status_code == 302


def test_a_paper_of_all_contracts_is_handed_to_no_party_of_one(officers: Officers) -> None:
    whole = officers.person("officer", "*", "W-2")
    assert whole.post("/forms/make", {"form": "1", "style": "csv"}).status_code == 200
    paper = _write(officers, "select max(seq) from ledger where kind = 'report_made'")
    given = {"to": "entruster", "on": "", "means": "post"}
    assert officers.person("preparer", "A", "W-3").post(f"/forms/handed/{paper}", given).status_code == 409
    assert not officers.entries("form_handed")


def test_a_number_that_no_table_holds_is_nothing(officers: Officers) -> None:
    number = officers.points()["F07-UNDECLARED"]
    browser = officers.person("officer", "A", "W-1")
    given = {"action": "accept", "reason": "x", "also": "9" * 40, "passphrase": "wrong"}
    assert browser.post(f"/points/{number}/end", given).status_code in (404, 409)


@pytest.mark.parametrize(("contract", "places"), [("", 4), ("A", 2), ("B", 2)])
def test_a_paper_about_a_medium_tells_of_its_own_contract(officers: Officers, contract: str, places: int) -> None:
    _write(officers, "update files set volume = 'V-1'")
    policy = load(officers.folder / "policy.toml")
    reader = Reader(officers.home.database)
    order = Order("11a", contract=contract, asked={"medium": "V-1"})
    found = collect(context_of(order, officers.home, reader, policy))
    reader.close()
    assert len(found.places) == places
    assert found.families == ({"R-1", "R-2"} if not contract else {"R-1"} if contract == "A" else {"R-2"})
