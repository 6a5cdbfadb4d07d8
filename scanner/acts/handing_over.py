"""A form was handed to somebody: an entry that names the entry of its making, to whom, when and how."""

from __future__ import annotations

import json
from datetime import date, datetime

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.policy.models import Contract

ENTRUSTER = "entruster"
"""Whom most forms go to, where the register of parties names nobody."""
MEANS = ("in_person", "post", "mail", "shared", "other")


class HandingError(SekishoError):
    """A handing over that cannot be entered; ``code`` names the message."""

    section = "console"
    exit_code = EXIT_USAGE


def recipients(contract: Contract) -> list[tuple[str, str]]:
    """(number, name) of whom a form of the contract can be handed to."""
    named = [(p.id, p.name) for p in contract.party]
    return named if any(p.kind == ENTRUSTER for p in contract.party) else [(ENTRUSTER, contract.entruster), *named]


def handed(home: Home, contract: Contract, entry: int, to: str, on: date, means: str, by: str) -> None:
    """Enter it. ``entry``: that of the making of the form; ``to``: a number of ``recipients``; ``by``: who enters it, as the record calls
    the person. Raises ``HandingError``."""
    if to not in dict(recipients(contract)) or means not in MEANS:
        raise HandingError("handed_to_nobody")
    with Store(home.database, only_notes=True) as store:
        row = store.connection.execute(
            "select at, contract, details from ledger where seq = ? and kind = 'report_made'", (entry,)
        ).fetchone()
        if row is None or row[1] != contract.id:  # one of all contracts tells a party of others
            raise HandingError("no_such_paper")
        told = json.loads(row[2])
        if told.get("draft"):
            raise HandingError("draft_handed")
        made = clock.moment_of(row[0])
        if not _day(made) <= on <= clock.today():
            raise HandingError("handed_when")
        store.note(
            "form_handed",
            contract=contract.id,
            entry=entry,
            form=told["form"],
            to=to,
            on=on.isoformat(),
            means=means,
            user=by,
        )


def _day(moment: datetime) -> date:
    return moment.date()
