"""第9 and 第13: what should be gone and is not, what is gone and should not be, what should have been returned, whether or not it
is known as a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.custody.arithmetic import Family
from scanner.duties import residue
from scanner.duties.ending import endings
from scanner.duties.interface import Duty, PersonalFile, View, covers
from scanner.inventory.points import Fact
from scanner.policy.models import Contract

CODES = ("F09-NO-INSTRUCTION", "F09-RESIDUE", "F09-RETENTION", "F13-NOT-RETURNED")


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Disposal(view),)


class Disposal:
    """Families are asked once, at the end; personal data that is no copy of anything is counted in the places."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._over = {c.id: (c, end) for c in view.policy.contract if (end := residue.over(c, view))}
        self._others = {number: residue.Others(view, contract) for number, (contract, _) in self._over.items()}
        self._files: dict[tuple[str, str], list[int]] = {}

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Counts by place what lies in a place of a contract that is over; the fact is one of the place."""
        for contract, others in self._others.items():
            if others.holds(file):
                sums = self._files.setdefault((contract, file.rule), [0, 0, 0])
                for at, number in enumerate((1, file.persons_min, file.persons_max)):
                    sums[at] += number
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """All families of contracts that the policy knows, and what else lies in the places of those that are over."""
        for (number, rule), (files, fewest, most) in sorted(self._files.items()):
            working: dict[str, Any] = {
                "completed": self._over[number][1],
                "files": files,
                "persons": [fewest, most],
                "rule": rule,
            }
            yield Fact("F13-NOT-RETURNED", None, f"place:{rule}", number, "", working)
        for family in self._view.families:
            contract = self._view.contract(family.original.contract)
            if contract is not None:
                yield from self._family(contract, family)

    def _family(self, contract: Contract, family: Family) -> Iterator[Fact]:
        today, name = self._view.today, family.original.family
        live = len(family.live)
        working: dict[str, Any]
        ended = next((e.number for e in endings(contract, family.original, today)), "")
        if not live:
            if not ended and not instructed(contract, name, self._view) and self._was_seen(family):
                yield Fact("F09-NO-INSTRUCTION", None, f"family:{name}", contract.id, name, {"family": name})
            return
        if ended:
            for location in family.live:
                working = {"ended": ended, "ground": location.ground.value, "family": name}
                yield Fact("F09-RESIDUE", location.file_id, "", contract.id, name, working)
            return
        for location in (*family.copies, *family.technical):
            consent = next((c for c in contract.consent if c.id == family.covered.get(location.file_id)), None)
            if consent is not None and consent.disposal_due is not None and today > consent.disposal_due:
                working = {"consent": consent.id, "due": consent.disposal_due.isoformat(), "family": name}
                yield Fact("F09-RETENTION", location.file_id, "", contract.id, name, working)
        if contract.retain_until is not None and today > contract.retain_until:
            working = {"due": contract.retain_until.isoformat(), "observed": live, "family": name}
            yield Fact("F09-RETENTION", None, f"family:{name}", contract.id, name, working)
        done = residue.end_of(contract)
        if done is not None and today > done and not instructed(contract, name, self._view, "keep", "dispose"):
            working = {"completed": done.isoformat(), "observed": live, "family": name}
            yield Fact("F13-NOT-RETURNED", None, f"family:{name}", contract.id, name, working)

    def _was_seen(self, family: Family) -> bool:
        row = self._view.db.execute(
            "select 1 from copies c join files f on f.content_id = c.content_id"
            " where c.original = ? and c.weak = 0 and f.gone is not null limit 1",
            (family.original.id,),
        ).fetchone()
        return row is not None


def instructed(contract: Contract, family: str, view: View, *kinds: str) -> str:
    """The number of an instruction in force about a family, of certain kinds (default: to dispose of it or return it)."""
    wanted = kinds or ("dispose", "return")
    replaced = {i.supersedes for i in contract.instruction if i.supersedes}
    for instruction in contract.instruction:
        in_force = instruction.id not in replaced and instruction.date <= view.today
        if in_force and instruction.kind in wanted and covers(instruction.scope, family):
            return instruction.id
    return ""
