"""第7②③: personal data where the web serves it, and acts that fewer than two people looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.policy.persons import known_as

CODES = ("F07-ONE-CHECKER", "F07-WEBROOT")


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Sending(view),)


class Sending:
    """Published files, and the register of what was sent."""

    def __init__(self, view: View) -> None:
        self._view = view

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """A file with personal data below a web root is published, whatever the contract says of the place."""
        if file.ground == "web_root":
            families = [f"R-{n}" for n in file.families]
            working = {"persons": [file.persons_min, file.persons_max], "ground": file.ground}
            yield Fact("F07-WEBROOT", file.id, "", file.contract, families[0] if families else "", working)

    def finish(self) -> Iterator[Fact]:
        """Sending takes two different workers; one person under two names is one."""
        for contract in self._view.policy.contract:
            for transfer in contract.transfer:
                if transfer.date > self._view.today:
                    continue
                first, second = known_as(contract, transfer.checker1), known_as(contract, transfer.checker2)
                if not first or not second or first == second:
                    working = {"transfer": transfer.id, "checkers": [transfer.checker1, transfer.checker2]}
                    yield Fact("F07-ONE-CHECKER", None, f"transfer:{transfer.id}", contract.id, "", working)
