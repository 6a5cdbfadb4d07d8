"""第6 and 第7②: files of originals that the log of another product saw leaving, and that no register tells of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner import clock
from scanner.duties.interface import Duty, PersonalFile, View, covers
from scanner.inventory import outside
from scanner.inventory.machines import Machines
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
        """Every act that no register covers. What a log says in its own words, which may be anything, has keys of its own: the words
        of machines and serial numbers that nobody registered stay on this machine (``scanner/agent/masking.py``)."""
        machines = Machines.of(self._view.db, self._view.host)
        serials = self._serials()
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
                "worker": seen.who,
                "medium": seen.medium,
                "family": original.family,
            }
            known = machines.meant(seen.host)
            if seen.host:
                working |= {"told_host": seen.host} if known is None else {"host": known or self._view.host}
            if seen.serial:
                working |= {"serial" if seen.serial.lower() in serials else "told_serial": seen.serial}
            yield Fact("F06-LOGGED", None, f"outside:{seen.id}", contract.id, original.family, working)

    def _serials(self) -> set[str]:
        """Serial numbers of media that the registers have."""
        registered = [one.serial for one in self._view.policy.medium]
        for contract in self._view.policy.contract:
            registered += [one.serial for one in contract.carryout]
            registered += [one.serial for one in contract.transport]
        return {serial.lower() for serial in registered if serial}

    def _declared(self, contract: Contract, family: str, seen: Seen) -> bool:
        """Whether the register of the same kind of act has it: what a medium was allowed to carry says nothing of a sending."""
        try:
            day = clock.day_of(seen.at)
        except (
            ValueError
        ):  # earlier versions took in years before 1000 as no calendar reads them: people decide about such an act
            return False
        if seen.action != "carry":
            return any(sent.date == day and covers(sent.scope, family) for sent in contract.transfer)
        for carry in contract.carryout:
            same = not carry.serial or not seen.serial or carry.serial.lower() == seen.serial.lower()
            if carry.covers(day) and covers(carry.scope, family) and same:
                return True
        return False
