"""What stands against an order on the day it is prepared, signed or carried out, by the registers and the families."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scanner.acts.correction import originals
from scanner.acts.correction.stopping import CorrectionError
from scanner.custody.arithmetic import Family
from scanner.duties.disposal import instructed
from scanner.duties.ending import endings
from scanner.duties.interface import View, covers
from scanner.model import Ground
from scanner.paths import names
from scanner.policy.acts import Instruction
from scanner.policy.corrections import CorrectRules
from scanner.policy.models import Contract

KINDS = {"move": ("instruction",), "erase": ("dispose",)}
"""Which instructions order which act."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An order against the registers of the day."""

    view: View
    contract: Contract
    file: int
    path: bytes
    kind: str
    instruction: str
    due: date
    key: Callable[[bytes], bytes]
    """Digest of a content → what the inventory knows it by."""
    carried_out: bool = False
    """Whether the act follows at once: then originals are read again, whatever their times say."""

    @property
    def families(self) -> list[Family]:
        """Originals of which the file holds something, be it the original itself."""
        return [f for f in self.view.families if self.file in {one.file_id for one in (*f.live, *f.weak)}]


def check(asked: Asked) -> None:
    """Raise ``CorrectionError``: ``due_over``, ``no_instruction``, ``instruction_not_about``, ``other_contract``, ``hold``,
    ``original_missing``, ``copies_left``."""
    if asked.due < asked.view.today:
        raise CorrectionError("due_over", due=asked.due)
    instruction = _instruction(asked.contract, asked.instruction, asked.kind, asked.view.today)
    mine = [f.original.family for f in asked.families if f.original.contract == asked.contract.id]
    if any(not covers(instruction.scope, name) for name in mine) or (instruction.scope and not mine):
        raise CorrectionError("instruction_not_about", instruction=instruction.id)
    for family in asked.families:
        if family.original.contract != asked.contract.id:
            raise CorrectionError("other_contract", family=family.original.family, contract=family.original.contract)
    if asked.kind == "move":
        return
    for family in asked.families:
        if number := instructed(asked.contract, family.original.family, asked.view, "keep"):
            raise CorrectionError("hold", instruction=number)
        _accounted(asked.contract, family, asked)
    if not asked.families and (number := _kept(asked.contract, asked.view.today)):
        raise CorrectionError("hold", instruction=number)


def _instruction(contract: Contract, number: str, kind: str, today: date) -> Instruction:
    replaced = {i.supersedes for i in contract.instruction if i.supersedes}
    found = next((i for i in contract.instruction if i.id == number), None)
    if found is None or found.id in replaced or found.date > today or found.kind not in KINDS[kind]:
        usable = [
            i.id for i in contract.instruction if i.kind in KINDS[kind] and i.id not in replaced and i.date <= today
        ]
        raise CorrectionError("no_instruction", instruction=number or "—", known=", ".join(usable) or "—")
    return found


def _kept(contract: Contract, today: date) -> str:
    """An instruction in force to keep anything: of a file of no family nobody can say that it is not meant."""
    replaced = {i.supersedes for i in contract.instruction if i.supersedes}
    kept = (i.id for i in contract.instruction if i.kind == "keep" and i.id not in replaced and i.date <= today)
    return next(kept, "")


def _accounted(contract: Contract, family: Family, asked: Asked) -> None:
    """A copy goes only while the original is at hand, or the registers say where it went; the original goes last."""
    if any(endings(contract, family.original, asked.view.today)):
        return
    here = family.original_at
    if here is not None and here.file_id == asked.file:
        left = [one for one in family.live if one.file_id != asked.file]
        if left:
            raise CorrectionError("copies_left", family=family.original.family, count=len(left))
        return
    if here is None or not originals.at_hand(asked.view.db, here, asked.path, asked.key, read=asked.carried_out):
        raise CorrectionError("original_missing", family=family.original.family)


def refuse_share(rules: CorrectRules, path: bytes, ground: Ground) -> None:
    """Raise ``CorrectionError`` for a server's share that the policy does not name."""
    flavour = names.flavour(path)
    shared = ground is Ground.NETWORK or flavour is names.Flavour.SHARE or path.startswith(b"\\\\")
    if flavour is names.Flavour.SHARE or (
        shared and not any(names.within(path, os.fsencode(share)) for share in rules.shares)
    ):
        raise CorrectionError("share")
