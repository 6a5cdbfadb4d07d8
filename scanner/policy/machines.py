"""For which machines a contract is: those that its places name; all of them where a place names none."""

from __future__ import annotations

import fnmatch

from scanner.policy.models import Contract


def patterns(contract: Contract) -> tuple[str, ...]:
    """Patterns of names of machines; none for all of them."""
    named = [str(place.host) if place.host else "" for place in contract.place]
    return tuple(dict.fromkeys(named)) if named and all(named) else ()


def names(contract: Contract, machine: str) -> bool:
    """Whether a contract is for a machine, whatever the case of its name."""
    known = patterns(contract)
    return not known or any(fnmatch.fnmatchcase(machine.lower(), pattern.lower()) for pattern in known)
