"""Two people agree on an exclusion or a baseline: the first proposes, the second signs the same statement, either may end it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from scanner import clock
from scanner.acts import bounds
from scanner.acts.attempts import recorded
from scanner.acts.signing import Ask, Rules, people, refuse_backwards, refuse_one_person, signer
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.people import agreements, statements
from scanner.inventory.people.agreements import Agreement
from scanner.inventory.store import Store
from scanner.policy.persons import meant

Enter = Callable[[sqlite3.Connection, int], None]
"""Keeps what an agreement is about, by its number."""
Check = Callable[[Store, Mapping[str, Any]], None]
"""Raises where what is signed is no longer what there is."""


class AgreementError(SekishoError):
    """An agreement that cannot be made; ``code`` names the message."""

    section = "agreement"
    exit_code = EXIT_USAGE


def propose(
    home: Home,
    rules: Rules,
    act: str,
    about: Callable[[Store], Mapping[str, Any]],
    reason: str,
    until: date,
    by: str,
    ask: Ask,
    enter: Enter = lambda db, number: None,
) -> Agreement:
    """The first signature. ``about``: what is agreed on, as plain fields of the statement; asked before anything is signed. ``enter``:
    what is kept beside the record, in the same transaction.

    Raises ``AgreementError``, ``PeopleError``.
    """
    today = clock.today()
    if not reason.strip():
        raise AgreementError("needs_reason")
    if until <= today:
        raise AgreementError("until_past", until=until)
    if until > bounds.a_year_after(today):
        raise AgreementError("until_far", until=until, last=bounds.a_year_after(today))
    with recorded(home, f"propose_{act}"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        refuse_backwards(store.connection)
        fields = about(store)
        one = signer(home, known, rules.policy, by, ask)
        said = statements.statement(
            act, head=known.head, policy=rules.digest, until=until.isoformat(), reason=statements.text_digest(reason), **fields
        )  # fmt: skip
        with store.transaction() as db:
            rules.note(db)
            told: dict[str, Any] = {"agreement": act, "by": one.number, "reason": reason, "said": said}
            ledger.append(db, "agreement_proposed", **told, signature=one.sign(said))
            number = int(db.execute("select max(seq) from ledger where kind = 'agreement_proposed'").fetchone()[0])
            enter(db, number)
        return _one(store, act, number)


def waiting(home: Home, act: str, number: int) -> list[Agreement]:
    """The agreement of a number, where it waits for its second signature."""
    with Store(home.database, only_notes=True) as store:
        return [a for a in agreements.load(store.connection, act) if a.number == number and not a.second]


def confirm(
    home: Home, rules: Rules, act: str, number: int, by: str, ask: Ask, check: Check | None = None
) -> Agreement:
    """The second signature, by another person. Raises ``AgreementError``, ``PeopleError``."""
    with recorded(home, f"confirm_{act}", agreement=number), Store(home.database, only_notes=True) as store:
        found = _one(store, act, number)
        if found.state(clock.today()) != "waiting":
            raise AgreementError("not_waiting", number=number)
        if found.said["policy"] != rules.digest:
            raise AgreementError(
                "other_policy", number=number, asked=found.said["policy"][:16], given=rules.digest[:16]
            )
        if check is not None:
            check(store, found.said)
        known = people(store.connection, home)
        refuse_backwards(store.connection)
        other = signer(home, known, rules.policy, by, ask)
        for worker in meant(rules.policy, found.by):
            refuse_one_person(worker, other.worker)
        with store.transaction() as db:
            rules.note(db)
            if _one(store, act, number).second:
                raise AgreementError("not_waiting", number=number)
            told: dict[str, Any] = {"agreement": act, "of": number, "by": other.number}
            ledger.append(db, "agreement_signed", **told, signature=other.sign(dict(found.said)))
        return _one(store, act, number)


def end(home: Home, rules: Rules, act: str, number: int, reason: str, by: str, ask: Ask) -> None:
    """One person ends it: from then on more is looked at, or told. Raises ``AgreementError``, ``PeopleError``."""
    if not reason.strip():
        raise AgreementError("needs_reason")
    with recorded(home, f"end_{act}", agreement=number), Store(home.database, only_notes=True) as store:
        found = _one(store, act, number)
        if found.state(clock.today()) == "ended":
            raise AgreementError("ended_already", number=number)
        known = people(store.connection, home)
        one = signer(home, known, rules.policy, by, ask)
        said = statements.statement(
            f"end_{act}", head=known.head, policy=rules.digest, of=statements.digest(found.said),
            reason=statements.text_digest(reason),
        )  # fmt: skip
        with store.transaction() as db:
            rules.note(db)
            told: dict[str, Any] = {"agreement": act, "of": number, "by": one.number, "reason": reason, "said": said}
            ledger.append(db, "agreement_ended", **told, signature=one.sign(said))


def _one(store: Store, act: str, number: int) -> Agreement:
    found = next((a for a in agreements.load(store.connection, act) if a.number == number), None)
    if found is None:
        raise AgreementError("no_such", number=number)
    return found
