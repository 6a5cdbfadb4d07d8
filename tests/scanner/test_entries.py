"""Entries of registers as forms give them: looked at and sent again they are the same, and what cannot stand is told at its field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.messages import speaking
from scanner.policy.models import REGISTERS, Contract, Host, Medium, Policy
from scanner.policy.registers import entries
from scanner.policy.registers.entries import EntryRefused
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, sheets
from tests.scanner.filling import fill, referring

NUMBER = "R8-017"


def _contract() -> dict[str, Any]:
    filled = {name: [{**fill(entries.sheet_of(name).model), "id": f"{name}-1"}] for name in REGISTERS}
    kept = {k: v for k, v in fill(Contract).items() if k not in (*REGISTERS, "responsible", "contractor", "documents")}
    whole = {**kept, **filled, "id": NUMBER, "items": ["PERSON"], "law": "private"}
    return referring({**whole, "responsible": {"name": "係", "role": "総括"}, "contractor": {"name": "丁社"}})


WHOLE = Policy.model_validate(
    {"contract": [_contract()], "medium": [fill(Medium)], "host": [fill(Host)], "contractor": {"name": "丙社"}}
)
EVERY = [(s.name, "" if s.name in HOUSE else NUMBER) for s in sheets()] + [(CONTRACTOR, "")]


def _texts(register: str, contract: str, row: dict[str, Any]) -> dict[str, str]:
    """What a form sends that nobody touched."""
    from scanner.console.fields import fields

    owner = next((c for c in WHOLE.contract if c.id == contract), None)
    made = fields(entries.sheet_of(register), owner, row, None, (), fixed=False)
    for field in made:
        sent = {one for one, _ in field.options}
        assert not field.options or field.kind == "listed" or field.chosen <= {*sent, ""}, field.key
    return {field.key: field.value for field in made}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("register", "contract"), EVERY, ids=lambda x: str(x) or "house")
def test_a_form_that_nobody_touched_changes_nothing(register: str, contract: str, language: str) -> None:
    """Every column of every register, in both languages: none is lost, and the office's own columns stay."""
    (row,) = entries.of(WHOLE, register, contract)
    with speaking(language):
        assert entries.put(WHOLE, register, contract, 0, _texts(register, contract, row)) == WHOLE


@pytest.mark.parametrize(("register", "contract"), EVERY, ids=lambda x: str(x) or "house")
def test_what_must_be_said_is_asked_for_at_its_field(register: str, contract: str) -> None:
    wanted = {c.key for c in entries.sheet_of(register).columns if c.required} - {"contract", "id"}
    if register == CONTRACTOR or not wanted:
        return
    with pytest.raises(EntryRefused) as refused:
        entries.put(WHOLE, register, contract, 0, {"id": f"{register}-1", "starts": "きのう"})
    assert {f.key for f in refused.value.faults} >= wanted
    assert list(refused.value.parts())


@pytest.mark.parametrize(
    ("register", "texts", "key", "code"),
    [
        ("worker", {"id": "worker-1", "name": "戊"}, "id", "fault_used_twice"),
        ("worker", {"id": "W-2", "name": "戊", "starts": "先月"}, "starts", "fault_date"),
        ("worker", {"id": "W-2", "name": "戊", "starts": "R8.5.1", "ends": "令和8年4月1日"}, "", "fault_order"),
        ("worker", {"id": "W-2", "name": "戊\u202e己"}, "name", "fault_unprintable"),
        ("worker", {"id": "W-2", "name": "戊" * 4_001}, "name", "fault_long"),
        ("place", {"id": "p", "kind": "保管場所"}, "", "fault_place_nowhere"),
        ("place", {"id": "p", "kind": "倉", "path": "/x"}, "kind", "fault_choice"),
        ("place", {"id": "p", "kind": "保管場所", "path": "path の値", "host": "host の値", "volume": "volume の値", "unc": "unc の値"}, "path", "overlap"),
        ("transfer", {"id": "t", "date": "2026-06-01", "recipient": "庚", "consent": "なし"}, "consent", "fault_no_consent"),
        ("training", {"id": "t", "date": "2026-06-01", "title": "研", "attendees": "W-77"}, "attendees", "fault_no_number_of_worker"),
        ("carryout", {"id": "t", "reason": "x", "starts": "2026-06-01", "due": "2026-06-02", "count": "-3"}, "count", "fault_bound"),
        ("host", {"id": "PC", "silent_days": "たくさん"}, "silent_days", "fault_int"),
    ],
)  # fmt: skip
def test_faults_stand_at_their_field(register: str, texts: dict[str, str], key: str, code: str) -> None:
    contract = "" if register in HOUSE else NUMBER
    with pytest.raises(EntryRefused) as refused:
        entries.put(WHOLE, register, contract, None, texts)
    assert (key, code) in [(f.key, f.code) for f in refused.value.faults]


def test_what_another_entry_names_is_not_taken_away() -> None:
    for register in ("place", "worker", "consent"):
        with pytest.raises(EntryRefused) as refused:
            entries.removed(WHOLE, register, NUMBER, 0)
        assert refused.value.faults
    after = entries.removed(WHOLE, "incident", NUMBER, 0)
    assert after.contract[0].incident == ()
    with pytest.raises(IndexError):
        entries.removed(WHOLE, "incident", NUMBER, 1)


def test_a_contract_keeps_its_number_and_registers() -> None:
    after = entries.put(
        WHOLE, "contract", NUMBER, 0, {"id": "OTHER", "title": "改題", "worker": "x", "contractor": "y"}
    )
    (contract,) = after.contract
    assert (contract.id, contract.title) == (NUMBER, "改題")
    assert contract.worker == WHOLE.contract[0].worker
    assert contract.contractor == WHOLE.contract[0].contractor
    added = entries.put(WHOLE, "contract", "", None, {"id": "R8-018", "title": "新"})
    assert [c.id for c in added.contract] == [NUMBER, "R8-018"]
    with pytest.raises(EntryRefused):
        entries.put(WHOLE, "contract", "", None, {"id": NUMBER, "title": "新"})


@given(st.dictionaries(st.sampled_from([c.key for s in sheets() for c in s.columns]), st.text(max_size=20), max_size=9),
       st.sampled_from(EVERY))  # fmt: skip
def test_whatever_is_given_is_an_entry_or_told(texts: dict[str, str], where: tuple[str, str]) -> None:
    register, contract = where
    told: list[str] | None = None
    try:
        after = entries.put(WHOLE, register, contract, 0, texts)
    except EntryRefused as refused:
        told = [f.code for f in refused.faults]
    assert all(told) if told else told is None
    assert told or len(entries.of(after, register, contract)) <= 1
