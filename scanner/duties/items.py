"""第5: items that were found against items that the contract declares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.model import WEAK
from scanner.policy.models import Contract

CODES = ("F05-MYNUMBER", "F05-SURPLUS-ITEM")
_ALONG = {"JP_ADDRESS": ("JP_POSTAL_CODE",)}
"""Items that come with others: nobody declares the post code beside the address."""


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Items(view),)


class Items:
    """Files in a contract's places and copies of its originals, one fact a file."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._of = {f.original.id: f.original for f in view.families}

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Surplus items with the columns that cause them."""
        originals = [self._of[n] for n in file.families if n in self._of]
        number = file.contract or (originals[0].contract if originals else "")
        contract = self._view.contract(number) if number else None
        if contract is None:
            return
        family = originals[0].family if originals else ""
        extra = surplus(contract, file.entities)
        if extra:
            working = {"items": extra, "declared": list(contract.items), "columns": self._columns(file.id, extra)}
            yield Fact("F05-SURPLUS-ITEM", file.id, "", number, family, working)
        if "JP_MY_NUMBER" in file.entities and not contract.my_number:
            working = {"items": ["JP_MY_NUMBER"], "columns": self._columns(file.id, ["JP_MY_NUMBER"])}
            yield Fact("F05-MYNUMBER", file.id, "", number, family, working)

    def finish(self) -> Iterator[Fact]:
        """Nothing beyond files."""
        yield from ()

    def _columns(self, file_id: int, entities: list[str]) -> dict[str, Any]:
        found: dict[str, list[str]] = {}
        for entity, places in self._view.db.execute(
            "select n.entity, n.places from findings n join files f on f.content_id = n.content_id where f.id = ?"
            " and n.about = 'person'",
            (file_id,),
        ):
            if entity in entities:
                found.setdefault(entity, []).extend(json.loads(places)[:3])
        return {entity: places[:3] for entity, places in found.items()}


def surplus(contract: Contract, entities: Iterable[str]) -> list[str]:
    """Kinds that were found and not declared; My Number has a point of its own. Nothing is compared where the contract
    declares no items."""
    if not contract.items:
        return []
    declared = {*contract.items, *(also for item in contract.items for also in _ALONG.get(item, ()))}
    if contract.special_care:
        declared.add("JP_SENSITIVE")
    return sorted(e for e in entities if e not in declared and e not in WEAK and e != "JP_MY_NUMBER")
