"""Two people accept the open points of today until a day: the statement carries the digest of what they accept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from scanner.acts import agreements
from scanner.acts.agreements import AgreementError
from scanner.acts.signing import Ask, Rules
from scanner.inventory import baseline
from scanner.inventory.baseline import Held
from scanner.inventory.home import Home
from scanner.inventory.people.agreements import BASELINE, Agreement
from scanner.inventory.store import Store
from scanner.model import display


def propose(
    home: Home, rules: Rules, extent: tuple[str, bytes], name: str, reason: str, until: date, by: str, ask: Ask
) -> tuple[Agreement, list[Held]]:
    """The first signature, over the open points of an extent (contract, folder; empty for all). ``name``: what people call it.

    Raises ``AgreementError`` where nothing is open there, and ``PeopleError``.
    """
    held: list[Held] = []

    def about(store: Store) -> Mapping[str, Any]:
        held.extend(baseline.open_now(store.connection, *extent))
        if not held:
            raise AgreementError("nothing_open")
        return {
            "rows": baseline.digest(held),
            "points": len(held),
            "contract": extent[0],
            "folder": display(extent[1]),
            "name": name,
        }

    made = agreements.propose(
        home, rules, BASELINE, about, reason, until, by, ask, lambda db, number: baseline.enter(db, number, held)
    )
    return made, held


def confirm(home: Home, rules: Rules, number: int, by: str, ask: Ask) -> Agreement:
    """The second signature. Raises ``AgreementError`` where the rows are not those of the first one."""

    def check(store: Store, said: Mapping[str, Any]) -> None:
        if baseline.digest(baseline.rows(store.connection, number)) != said["rows"]:
            raise AgreementError("changed", number=number)

    return agreements.confirm(home, rules, BASELINE, number, by, ask, check)
