"""Which agreed places this terminal went through, and with which originals it compared what it read: facts for proofs of absence over the
hub, which knows neither paths nor keys."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from scanner import clock
from scanner.duties import swept
from scanner.duties.interface import View
from scanner.fleet.batch import COMPARED_MOST, PLACES_MOST, WORD_MOST
from scanner.inventory import coverage, custody, ledger
from scanner.model import display
from scanner.paths.comparing import comparable, under
from scanner.policy.load import loaded
from scanner.policy.models import Contract, Place, Policy
from scanner.policy.verdict import folders, ignores_case


class Rules(NamedTuple):
    """The policy in force here."""

    policy: Policy
    digest: str
    """SHA-256 of its file."""
    base: Path
    """Folder that its relative paths refer to."""


def rules_of(path: Path) -> Rules:
    """The policy of a file; raises ``PolicyError``."""
    return Rules(*loaded(path), path.resolve().parent)


def told(db: sqlite3.Connection, rules: Rules | None) -> dict[str, Any]:
    """``places`` and ``compared`` of ``fleet.batch.Coverage``. What the wire has no room for is not told: it counts as not gone through, and
    not compared."""
    compared = [{"original": number, "pending": pending} for number, pending in custody.pending(db).items()]
    return {"places": _places(db, rules) if rules is not None else [], "compared": compared[:COMPARED_MOST]}


def _places(db: sqlite3.Connection, rules: Rules) -> list[dict[str, Any]]:
    """Places that may be on this machine, ``PLACES_MOST`` at the most."""
    view = View(db, rules.policy, [], clock.today(), ledger.who()[0])
    walks = swept.Places(view, coverage.of(db), "", rules.base)
    found = []
    for contract in rules.policy.contract:
        for place in contract.place:
            if swept.means(place, view.host) and max(len(contract.id), len(place.id)) <= WORD_MOST:
                at = walks.walked(contract, place)
                found.append(
                    {
                        "contract": contract.id,
                        "place": place.id,
                        "meaning": swept.meaning(place),
                        "walked": at,
                        "scan": _scan(db, at),
                        "gaps": dict(sorted(_gaps(db, contract, place, rules.base).items())) if at else {},
                    }
                )
    return found[:PLACES_MOST]


def _scan(db: sqlite3.Connection, walked: str) -> int:
    """The run that ended a walk at a moment; 0 where there is none."""
    row = db.execute("select max(walked_run) from roots where host = '' and walked = ?", (walked,)).fetchone()
    return int(row[0] or 0)


def _gaps(db: sqlite3.Connection, contract: Contract, place: Place, base: Path) -> Counter[str]:
    """What below a place was not looked at, by reason: its own files, and folders above it that could not be listed or are left out."""
    found: Counter[str] = Counter()
    fine = ", ".join("?" * len(coverage.FINE))
    rule = f"{contract.id}/{place.id}"
    statement = "select reason, count(*) from files where host = '' and gone is null and rule = ?"
    rows = db.execute(f"{statement} and coalesce(reason, '') not in ({fine}) group by 1", (rule, *coverage.FINE))
    for reason, number in rows:
        found[reason] += int(number)
    if place.path and not place.volume:
        case = ignores_case(place, base)
        inner = folders(place, base)
        above = "select path, reason from files where host = '' and gone is null and inode = 0 and size = 0 and outcome = 'not_examined' and coalesce(rule, '') <> ?"
        for path, reason in db.execute(above, (rule,)):
            text = comparable(display(bytes(path)), ignore_case=case)
            found[reason or "unreadable"] += any(under(name, text) for name in inner)
    return +found
