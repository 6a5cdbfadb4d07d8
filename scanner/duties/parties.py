"""第12 and 第16: outside parties that no register knows, and instructions that wait for an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from scanner.custody.families import recipients_of
from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.policy.consents import in_force
from scanner.policy.models import Contract
from scanner.policy.recipients import UNTOLD, names, party_of

CODES = ("F12-UNREGISTERED-PARTY", "F16-OVERDUE")
_TENANT = re.compile(r"/(?:OneDrive - (?P<one>[^/]+)|Dropbox \((?P<drop>[^/)]+)\))/", re.IGNORECASE)


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Parties(view), Answers(view))


class Parties:
    """Who gets personal data: synchronised tenants, recipients of mails, recipients in the register of sending."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._of = {f.original.id: f.original.contract for f in view.families}
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Counts what goes to whom; the fact is one of the party."""
        contracts = sorted({self._of[n] for n in file.families if n in self._of} | ({file.contract} - {""}))
        if contracts:
            tenant = _TENANT.search(file.text)
            found = [("tenant", tenant["one"] or tenant["drop"])] if tenant else []
            found += [("mail", name) for name in recipients_of(file.notes) if name != UNTOLD]
            for kind, name in found:
                self._seen[contracts[0], kind, name] += 1
        yield from ()

    def table(self) -> Iterator[tuple[str, str, str, int, str, str]]:
        """(contract, party, means, files, consent, what is missing) of every party that data goes to (帳票12b)."""
        for contract in self._view.policy.contract:
            for transfer in contract.transfer:
                if transfer.date <= self._view.today:
                    self._seen[contract.id, "transfer", transfer.recipient] += 0
        for (number, kind, name), files in sorted(self._seen.items()):
            found = self._view.contract(number)
            if found is None or name == found.entruster:
                continue
            why = self._standing(found, name)
            party = party_of(found, name)
            yield number, name, kind, files, (party.consent or "") if party else "", why

    def finish(self) -> Iterator[Fact]:
        """One fact a party and contract."""
        for number, name, kind, files, _, why in self.table():
            if why:
                working = {"party": name, "means": kind, "files": files, "why": why}
                yield Fact("F12-UNREGISTERED-PARTY", None, f"party:{name.lower()}", number, "", working)

    def _standing(self, contract: Contract, name: str) -> str:
        """Nothing where the party may have the data; else ``unknown``, ``no_consent`` or ``expired``."""
        party = party_of(contract, name)
        if party is None:
            today = self._view.today
            named = any(
                c.kind in ("send", "subcontract") and in_force(c, today) and names(contract, c, name, today)
                for c in contract.consent
            )
            return "" if named else "unknown"
        if party.kind in ("entruster", "contractor"):
            return ""
        if not party.holds(self._view.today):
            return "expired"
        consent = next((c for c in contract.consent if c.id == party.consent), None)
        if consent is None or (party.kind == "subcontractor" and consent.kind != "subcontract"):
            return "no_consent"  # a consent to copy or to send is none to have the work done by another (第12)
        return "" if in_force(consent, self._view.today) else "expired"


class Answers:
    """指示・報告要求: due dates that have passed without an answer."""

    def __init__(self, view: View) -> None:
        self._view = view

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Nothing."""
        yield from ()

    def finish(self) -> Iterator[Fact]:
        """One fact an instruction."""
        for contract in self._view.policy.contract:
            replaced = {i.supersedes for i in contract.instruction if i.supersedes}
            for entry in contract.instruction:
                late = entry.due is not None and entry.due < self._view.today and entry.answered_on is None
                if late and entry.id not in replaced and entry.due is not None:
                    working = {"instruction": entry.id, "due": entry.due.isoformat()}
                    yield Fact("F16-OVERDUE", None, f"instruction:{entry.id}", contract.id, "", working)
