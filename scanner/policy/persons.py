"""When two entries of the register are one person, and which worker a text means."""

from __future__ import annotations

from datetime import date

from scanner.policy.models import Contract, Policy, Worker, bare_account
from scanner.policy.names import alike, folded


def one_person(first: Worker, second: Worker) -> bool:
    """Whether two entries of registers are one person: by number, by name, or by an account that both use."""
    if alike(first.id) == alike(second.id) or folded(first.name) == folded(second.name):
        return True
    return bool(_accounts(first) & _accounts(second))


def meant(policy: Policy, text: str, contract: str = "", day: date | None = None) -> list[Worker]:
    """The workers that a text means: by number, else by name, else by account; those who work on ``day`` first.

    Args:
        policy: whose registers are looked into.
        text: a number, a name or an account.
        contract: only this contract's register; empty for all.
        day: on which the worker should be active.
    """
    workers = [w for c in policy.contract if contract in ("", c.id) for w in c.worker]
    by_number = [w for w in workers if alike(w.id) == alike(text)]
    by_name = [w for w in workers if folded(w.name) == folded(text)] if folded(text) else []
    by_account = [w for w in workers if bare_account(alike(text)) in _accounts(w)]
    found = by_number or by_name or by_account
    return sorted(found, key=lambda w: day is not None and not w.active(day))


def known_as(contract: Contract, text: str) -> str:
    """One name for one person of a contract's register: two entries of one name are two periods of one person. The text
    itself, folded, where the register does not know it."""
    found = meant(Policy(contract=(contract,)), text)
    return folded(found[0].name) or alike(found[0].id) if found else folded(text)


def _accounts(worker: Worker) -> set[str]:
    return {bare_account(alike(a)) for a in worker.accounts}
