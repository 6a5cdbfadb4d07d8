"""第2②: who may reach the personal data of a place, against the declared workers and grants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.policy.models import Contract, bare_account

CODES = ("F02-EXCESS", "F02-EXWORKER")
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Right:
    """One line of the table of rights (帳票5c): a place, who, what they may do, what the register says."""

    contract: str
    place: str
    principal: str
    actual: str
    declared: str
    """worker, grant, leaver, orphan, or nothing."""
    files: int


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Rights(view),)


class Rights:
    """Compares owners and access lists with the registers; a contract that names no account is not compared."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._seen: Counter[tuple[str, str, str, str]] = Counter()

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Counts; facts are made of places and principals, not of single files."""
        if file.contract and file.rule:
            for principal, right in grants(file.owner, file.acl):
                self._seen[file.contract, file.rule, principal, right] += 1
        yield from ()

    def table(self) -> list[Right]:
        """Everything seen, with what the registers say of it."""
        rows: list[Right] = []
        for (number, place, principal, right), files in sorted(self._seen.items()):
            contract = self._view.contract(number)
            if contract is not None:
                declared = standing(contract, place.rpartition("/")[2], principal, self._view.today)
                rows.append(Right(number, place, principal, right, declared, files))
        return rows

    def finish(self) -> Iterator[Fact]:
        """Rights that no register knows, and rights of people who have left."""
        for row in self.table():
            contract = self._view.contract(row.contract)
            if contract is None or not any(w.accounts for w in contract.worker):
                continue
            if row.declared == "leaver" and row.actual == "owner":
                continue  # what a leaver owns is 第4's
            code = {"": "F02-EXCESS", "orphan": "F02-EXCESS", "leaver": "F02-EXWORKER"}.get(row.declared)
            if code:
                working = {
                    "place": row.place,
                    "principal": row.principal,
                    "right": row.actual,
                    "declared": row.declared or "none",
                    "files": row.files,
                }
                yield Fact(code, None, f"right:{row.place}:{row.principal}", row.contract, "", working)


def grants(owner: str, acl: str) -> Iterator[tuple[str, str]]:
    """(principal, right) of one file: its owner, then ``user:NAME:rw;group:NAME:r;everyone:r``."""
    if owner:
        yield owner, "owner"
    for entry in filter(None, acl.split(";")):
        kind, _, rest = entry.partition(":")
        if kind == EVERYONE:
            yield EVERYONE, rest
        else:
            name, _, right = rest.rpartition(":")
            yield (f"group {name}" if kind == "group" else name), right


def standing(contract: Contract, place: str, principal: str, today: date) -> str:
    """What the registers say of a principal at a place."""
    if principal == EVERYONE:
        return ""
    if principal.startswith("#"):
        return "orphan"
    name = bare_account(principal.removeprefix("group "))
    for grant in contract.grant:
        if bare_account(grant.account) == name and grant.holds(today) and grant.place in ("", place):
            return "grant"
    worker = contract.worker_of(name, today)
    if worker is None:
        return ""
    return "worker" if worker.active(today) else "leaver"
