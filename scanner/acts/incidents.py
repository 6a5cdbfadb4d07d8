"""Incidents of the register (第14): how their dates stand, and closing one, which takes two people.

Who closes an incident signs that the register says all that is known of it; the statement carries the digest of the entry, so that
neither the second person nor anybody later takes another text for the one that was signed. The record bears it, no table does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from typing import Any

from scanner import clock
from scanner.acts import agreements
from scanner.acts.agreements import AgreementError
from scanner.acts.bounds import a_year_after
from scanner.acts.signing import Ask, Rules
from scanner.inventory.home import Home
from scanner.inventory.people import agreements as record
from scanner.inventory.people import statements
from scanner.inventory.people.agreements import Agreement
from scanner.inventory.store import Store
from scanner.policy.acts import Incident
from scanner.policy.models import Policy

ACT = "incident"
NEEDED = (
    "known_on", "reported_on", "written_on", "summary", "cause", "secondary", "response", "publication", "measures",
)  # fmt: skip
"""What the register must say before it is closed: when it was known and told (第14第1項, 第2項), and those of the nine items of the
commission's rule that only people know. Where something is not known, that is what is written."""


def missing(entry: Incident) -> tuple[str, ...]:
    """Columns that say nothing yet."""
    return tuple(name for name in NEEDED if not getattr(entry, name))


def closed(db: sqlite3.Connection) -> dict[tuple[str, str], Agreement]:
    """(contract, number of the register) → what was signed last about it and not ended: with one signature it waits for the second."""
    found = [a for a in record.load(db, ACT) if not a.ended_by]
    return {(str(a.said["contract"]), str(a.said["incident"])): a for a in found}


def refuse_lost(db: sqlite3.Connection, before: Policy, after: Policy) -> None:
    """Where a policy is to be saved: an incident that somebody has signed stays in its register under its number until it is opened
    again, or one person alone would undo what two have closed. Raises ``AgreementError``."""
    there = {(c.id, i.id) for c in before.contract for i in c.incident}
    kept = {(c.id, i.id) for c in after.contract for i in c.incident}
    lost = sorted((there - kept) & closed(db).keys())
    if lost:
        raise AgreementError("incident_kept", number="、".join(number for _, number in lost))


def stands(agreement: Agreement, entry: Incident) -> bool:
    """Whether the register says what was signed."""
    return bool(agreement.said["entry"] == digest(entry))


def digest(entry: Incident) -> str:
    """Of an entry of the register, for a statement."""
    return statements.text_digest(entry.model_dump_json())


def propose(home: Home, rules: Rules, contract: str, number: str, reason: str, by: str, ask: Ask) -> Agreement:
    """The first signature. Raises ``AgreementError`` where the register has no such incident or not all that is needed, where it waits or
    is closed already, and ``PeopleError``."""
    entry = of(rules.policy, contract, number)

    def about(store: Store) -> Mapping[str, Any]:
        if missing(entry):
            raise AgreementError("incident_not_whole", number=number)
        if (contract, number) in closed(store.connection):
            raise AgreementError("incident_signed", number=number)
        return {"contract": contract, "incident": number, "entry": digest(entry)}

    return agreements.propose(home, rules, ACT, about, reason, a_year_after(clock.today()), by, ask)


def confirm(home: Home, rules: Rules, agreement: int, by: str, ask: Ask) -> Agreement:
    """The second signature. Raises ``AgreementError`` where the register says something else by now, and ``PeopleError``."""

    def check(_: Store, said: Mapping[str, Any]) -> None:
        if digest(of(rules.policy, str(said["contract"]), str(said["incident"]))) != said["entry"]:
            raise AgreementError("incident_changed", number=said["incident"])

    return agreements.confirm(home, rules, ACT, agreement, by, ask, check)


def reopen(home: Home, rules: Rules, agreement: int, reason: str, by: str, ask: Ask) -> None:
    """One person opens it again, or takes a proposal back. Raises ``AgreementError``, ``PeopleError``."""
    agreements.end(home, rules, ACT, agreement, reason, by, ask)


def of(policy: Policy, contract: str, number: str) -> Incident:
    """An entry of the register; raises ``AgreementError``."""
    found = [i for c in policy.contract if c.id == contract for i in c.incident if i.id == number]
    if not found:
        raise AgreementError("no_such_incident", number=number)
    return found[0]


def next_number(policy: Policy, today: date) -> str:
    """A number for a new one, that no contract has."""
    taken = {i.id for c in policy.contract for i in c.incident}
    year = today.year
    return next(name for n in range(1, len(taken) + 2) if (name := f"事故-{year}-{n}") not in taken)
