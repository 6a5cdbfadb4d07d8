"""What a policy says of its contracts, as lines for the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scanner import clock
from scanner.messages import language, t
from scanner.policy import items, letters
from scanner.policy.models import REGISTERS, Contract, Policy
from scanner.policy.registers.sheets import sheets


def lines(policy: Policy, path: Path) -> Iterator[str]:
    """Every contract with whom its letters go to and come from, and how many entries its registers have."""
    yield t("policy.show_head", path=path, contracts=len(policy.contract))
    for contract in policy.contract:
        yield t("policy.show_contract", id=contract.id, title=contract.title)
        for name, value in _facts(policy, contract):
            yield t("policy.show_line", name=t(f"policy.show_{name}"), value=value or t("policy.show_empty"))


def _facts(policy: Policy, contract: Contract) -> Iterator[tuple[str, str]]:
    head = letters.letterhead(policy, contract)
    us = head.contractor
    first, last = contract.starts or "", contract.ends or ""
    yield "period", t("policy.show_until", first=first, last=last) if first or last else ""
    yield "entruster", contract.entruster
    yield "addressee", head.addressee
    yield "contractor", " ".join(filter(None, (us.name, us.address)))
    yield "representative", " ".join(filter(None, (us.representative_title, us.representative)))
    yield "department", " ".join(filter(None, (us.department, us.contact, us.telephone, us.email)))
    yield "responsible", contract.responsible.name if contract.responsible else ""
    yield "items", t("list.separator").join(map(items.name_of if language() == "ja" else str, contract.items))
    yield "document", letters.series(head.documents, clock.today(), contract=contract.id).text
    titles = {sheet.name: sheet.title if language() == "ja" else sheet.name for sheet in sheets()}
    counts = [f"{titles[name]} {len(getattr(contract, name))}" for name in REGISTERS if getattr(contract, name)]
    yield "registers", t("list.separator").join(counts)
