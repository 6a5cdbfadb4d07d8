"""第6 and 第7②: files of originals that the log of another product saw leaving, and that no register tells of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner import clock
from scanner.duties.interface import Duty, PersonalFile, View, covers
from scanner.inventory import outside
from scanner.inventory.outside import Seen
from scanner.inventory.points import Fact
from scanner.policy.models import Contract

CODES = ("F06-LOGGED",)
LEAVING = frozenset({"carry", "upload", "send"})
"""Acts by which data leaves its place, as the mapping of a log names them."""


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Logged(view),)


class Logged:
    """One fact an act and contract."""

    def __init__(self, view: View) -> None:
        self._view = view

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Nothing about one file."""
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """Every act that no register covers."""
        originals = {f.original.id: f.original for f in self._view.families}
        for seen, number in outside.leaving(self._view.db, LEAVING):
            original = originals.get(number)
            contract = self._view.contract(original.contract) if original else None
            if original is None or contract is None or self._declared(contract, original.family, seen):
                continue
            working: dict[str, Any] = {
                "at": seen.at,
                "action": seen.action,
                "product": seen.product,
                "host": seen.host,
                "worker": seen.who,
                "medium": seen.medium,
                "serial": seen.serial,
                "family": original.family,
            }
            yield Fact("F06-LOGGED", None, f"outside:{seen.id}", contract.id, original.family, working)

    def _declared(self, contract: Contract, family: str, seen: Seen) -> bool:
        """Whether the register of the same kind of act has it: what a medium was allowed to carry says nothing of a sending."""
        day = clock.day_of(seen.at)
        if seen.action != "carry":
            return any(sent.date == day and covers(sent.scope, family) for sent in contract.transfer)
        for carry in contract.carryout:
            same = not carry.serial or not seen.serial or carry.serial.lower() == seen.serial.lower()
            if carry.covers(day) and covers(carry.scope, family) and same:
                return True
        return False
