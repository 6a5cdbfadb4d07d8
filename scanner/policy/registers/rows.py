"""The entries of a policy as rows of its sheets: one value a column, whatever tables the file keeps them in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.policy.models import REGISTERS, Policy
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, LETTERS


def rows(policy: Policy, name: str) -> Iterator[dict[str, Any]]:
    """Key of a column → value, and ``more``: columns of the office's own. Entries of a contract have its number as ``contract``."""
    if name in HOUSE:
        yield from (entry.model_dump() for entry in getattr(policy, name))
        return
    if name == CONTRACTOR:
        yield from _senders(policy)
        return
    for contract in policy.contract:
        if name == "contract":
            entry = contract.model_dump(exclude={*REGISTERS, *LETTERS})
            responsible = entry.pop("responsible") or {}
            yield {**entry, **{f"responsible_{k}": v for k, v in responsible.items()}}
        else:
            yield from ({"contract": contract.id, **item.model_dump()} for item in getattr(contract, name))


def _senders(policy: Policy) -> Iterator[dict[str, Any]]:
    stated = [("", policy.contractor, policy.documents), *((c.id, c.contractor, c.documents) for c in policy.contract)]
    for number, *parts in stated:
        if any(part.model_dump(exclude_defaults=True) for part in parts if part):
            yield {"contract": number or None, **{k: v for part in parts if part for k, v in part.model_dump().items()}}
