"""To whom data may go (第7②, 第12): the registered party that a name means, and whether a consent names a recipient.

A domain in a consent is that domain and no other; ``*.example.jp`` is the domains below it. An organisation, by its number or
name in the register of parties, is all domains registered for it and, as everywhere, what lies below them.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanner.policy.consents import Consent
    from scanner.policy.models import Contract, Party

UNTOLD = "…"
"""Stands in a recipient that is not told, wholly or in part: nobody can say that a consent names it."""


def party_of(contract: Contract, name: str) -> Party | None:
    """The registered party that a name, a number or a domain means; a subdomain belongs to its domain."""
    wanted = _plain(name)
    for party in contract.party:
        domains = [_plain(d) for d in party.domains]
        if wanted in (_plain(party.id), _plain(party.name)) or any(
            wanted == d or wanted.endswith("." + d) for d in domains
        ):
            return party
    return None


def names(contract: Contract, consent: Consent, recipient: str, today: date) -> bool:
    """Whether a consent to send is about a recipient, given by domain, address, number or name. One that names nobody is
    about the parties of the register that hold on that day, as one without a place is about the agreed places."""
    if UNTOLD in recipient:
        return False
    party = party_of(contract, recipient)
    if not consent.recipients:
        return party is not None and party.holds(today)
    wanted = _plain(recipient)
    named = [_plain(r) for r in consent.recipients]
    if any(_is(wanted, name) for name in named):
        return True
    if party is None:
        return False
    if {_plain(party.id), _plain(party.name)} & set(named):
        return True
    domains = [_plain(d) for d in party.domains]
    by_name = wanted in (_plain(party.id), _plain(party.name))
    return by_name and bool(domains) and all(any(_is(d, name) for name in named) for d in domains)


def covered(contract: Contract, consent: Consent, recipients: tuple[str, ...], today: date) -> bool:
    """Whether a consent covers everybody whom one mail goes to; the contractor's own domains are nobody outside. A mail whose
    recipients are not known is covered by none."""
    outside = [r for r in recipients if not _own(contract, r)]
    return bool(outside) and all(names(contract, consent, r, today) for r in outside)


def leaves(contract: Contract | None, recipients: tuple[str, ...]) -> bool:
    """Whether a mail goes to anybody outside, as far as it is told."""
    return any(contract is None or not _own(contract, r) for r in recipients)


def _own(contract: Contract, recipient: str) -> bool:
    party = party_of(contract, recipient)
    return party is not None and party.kind == "contractor"


def _is(domain: str, named: str) -> bool:
    return domain == named or (named.startswith("*.") and domain.endswith(named[1:]))


def _plain(name: str) -> str:
    """A name for comparison: one width, small letters, of an address its domain."""
    return unicodedata.normalize("NFKC", name).strip().casefold().rpartition("@")[2].rstrip(".")
