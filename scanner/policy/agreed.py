"""Every number by which the entruster has agreed to something under a contract, wherever the registers keep it."""

from __future__ import annotations

from scanner.policy.models import Contract


def numbers(contract: Contract) -> list[str]:
    """Of the register of consents, and of places and parties that were agreed to without an entry there."""
    found = [c.id for c in contract.consent]
    found += [place.consent for place in contract.place if place.consent]
    found += [party.consent for party in contract.party if party.consent]
    return list(dict.fromkeys(found))
