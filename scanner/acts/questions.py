"""What the two checkers at the gate are asked, and what answers it: computed from the file and the policy, kept nowhere."""

from __future__ import annotations

import unicodedata
from datetime import date

from scanner.model import Contents, of_persons
from scanner.policy.consents import in_force
from scanner.policy.models import Contract
from scanner.policy.recipients import names
from scanner.report import wording

QUESTIONS = (("persons", "recipient"), ("kinds", "consent"))
"""What the first and the second checker are asked."""


def consents_for(contract: Contract, act: str, recipient: str, today: date) -> list[str]:
    """The numbers of the consents under which data may go to a recipient; for a disposal, of the instructions, the latest first."""
    if act == "dispose":
        replaced = {i.supersedes for i in contract.instruction if i.supersedes}
        known = [i for i in reversed(contract.instruction) if i.kind == "dispose" and i.date <= today]
        return [i.id for i in known if i.id not in replaced]
    return [
        c.id
        for c in contract.consent
        if c.kind == "send" and in_force(c, today) and names(contract, c, recipient, today)
    ]


def right(recipient: str, contents: Contents, consent: str, name: str, text: str) -> bool:
    """Whether a checker's text answers the question ``name``."""
    given = unicodedata.normalize("NFKC", text).strip().lower()
    if name == "persons":
        return given.isdigit() and contents.persons_min <= int(given) <= contents.persons_max
    if name == "recipient":
        if not given or not recipient:  # what is disposed of in the house goes to nobody
            return given == recipient
        return given.rpartition("@")[2] == recipient.lower().rpartition("@")[2]
    if name == "kinds":
        parts = {p.strip() for p in given.replace("、", ",").split(",") if p.strip()}
        kinds = {f.entity for f in of_persons(contents.findings)}
        named = [{k.lower(), unicodedata.normalize("NFKC", wording.entity(k)).lower()} for k in kinds]
        return all(parts & names for names in named) and all(any(p in names for names in named) for p in parts)
    return given == unicodedata.normalize("NFKC", consent).strip().lower()
