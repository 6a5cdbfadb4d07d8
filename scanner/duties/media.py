"""第6 and 第18: media that should be back, transports that should have arrived, and what still lies on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.policy.acts import Transport
from scanner.policy.models import Carryout, Contract

CODES = ("F06-OVERDUE", "F18-NOT-RECEIVED", "F18-PLAIN-MEDIUM")


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Media(view),)


class Media:
    """The loop out and back: a medium that is seen again shows which families are still on it."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._on: dict[str, set[str]] = defaultdict(set)
        self._files: dict[str, int] = defaultdict(int)

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Notes what lies on which medium."""
        if file.volume:
            serial = file.volume.lower()
            self._files[serial] += 1
            self._on[serial].update(f"R-{n}" for n in file.families)
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """Carrying out, then transport."""
        for contract in self._view.policy.contract:
            for carry in contract.carryout:
                yield from self._carried(contract, carry)
            for transport in contract.transport:
                yield from self._transported(contract, transport)

    def _left(self, serial: str) -> dict[str, Any]:
        found = serial.lower()  # an entry without a serial number is never found on a medium
        return {"serial": serial, "files": self._files.get(found, 0), "families": sorted(self._on.get(found, ()))}

    def _carried(self, contract: Contract, carry: Carryout) -> Iterator[Fact]:
        today = self._view.today
        left = self._left(carry.serial)
        late = carry.returned_on is None and today > carry.due
        uncleared = carry.returned_on is not None and left["files"] > 0 and today > carry.returned_on
        if late or uncleared:
            working = {
                "carryout": carry.id,
                "due": carry.due.isoformat(),
                "returned": carry.returned_on.isoformat() if carry.returned_on else "",
                "why": "not_returned" if late else "not_erased",
                **left,
            }
            yield Fact("F06-OVERDUE", None, f"carryout:{carry.id}", contract.id, "", working)

    def _transported(self, contract: Contract, transport: Transport) -> Iterator[Fact]:
        today = self._view.today
        facts = {"transport": transport.id, "due": transport.due.isoformat(), "count": transport.count}
        if transport.arrival == "differs":
            why = "differs"
        elif transport.received_on is None and today > transport.due:
            why = "not_received"
        else:
            why = ""
        if why:
            yield Fact("F18-NOT-RECEIVED", None, f"transport:{transport.id}", contract.id, "", {**facts, "why": why})
        over = transport.received_on is not None and transport.erased_on is not None
        if today >= transport.departed_on and not transport.encrypted and not over and transport.received_on is None:
            left = self._left(transport.serial) if transport.serial else {}
            yield Fact("F18-PLAIN-MEDIUM", None, f"transport:{transport.id}", contract.id, "", {**facts, **left})
