"""Which consents a copy may be set against, read as the contract reads: each only where, to whom, for what and when it applies."""

from __future__ import annotations

from datetime import date

from scanner.custody.locations import Location
from scanner.inventory.custody import Original
from scanner.model import Ground, VerdictKind
from scanner.paths.comparing import comparable, under
from scanner.policy import recipients
from scanner.policy.consents import BLANKET, Consent, absolute, in_force, permits_since, technical_class
from scanner.policy.models import Contract

COPYING = frozenset({"copy", "send", "technical"})
"""Kinds of consent that permit a copy to be there. A place, another use or a subcontractor may be agreed to without it."""


def why_not(consent: Consent, contract: Contract, original: Original, location: Location, today: date) -> str:
    """Empty where a consent permits a copy where it lies; else the first of ``kind``, ``scope``, ``place``, ``class``,
    ``recipient``, ``time`` that it fails by. Whether its number is used up is the assignment's question."""
    if consent.kind not in COPYING:
        return "kind"
    if not consent.is_about(original.family):
        return "scope"
    found = {"copy": _copied, "send": _sent, "technical": _made}[consent.kind](consent, contract, location, today)
    if found:
        return found
    return "" if permits_since(consent, location.since, today) else "time"


def targets(consent: Consent, contract: Contract, location: Location) -> bool:
    """Whether a technical consent names what this location is by a place, a path or the class of its storage, so that what
    lies there is technical although somebody may have put it there."""
    if consent.kind != "technical":
        return False
    named = _named_classes(consent)
    at_place = [name for name in consent.media if technical_class(name) is None]
    here = any(in_place(name, contract, location) for name in at_place)
    if consent.place is not None:
        # the place that is agreed to for backups says of what lies there that it is one: nothing else could tell
        kinds = _storage(location) | {"backup"}
        return in_place(consent.place, contract, location) and (not consent.media or here or bool(named & kinds))
    return here or bool(named & _storage(location))


def other_use(contract: Contract, original: Original, location: Location, today: date) -> str:
    """The number of a consent to use the data elsewhere (第8) that covers this place of another contract."""
    for consent in contract.consent:
        about = consent.kind == "other_use" and consent.is_about(original.family) and in_force(consent, today)
        place = consent.place
        if about and (
            place is None
            or place in (location.contract, location.place)
            or (absolute(place) and in_place(place, contract, location))
        ):
            return consent.id
    return ""


def sending(contract: Contract | None, original: Original, location: Location, today: date) -> str:
    """The number of a consent to send that covers everybody a location goes to."""
    for consent in contract.consent if contract else ():
        about = consent.kind == "send" and consent.is_about(original.family)
        if contract and about and not _sent(consent, contract, location, today):
            if permits_since(consent, location.since, today):
                return consent.id
    return ""


def in_place(name: str, contract: Contract, location: Location) -> bool:
    """Whether a location lies in a registered place of the contract, or below a path."""
    if any(place.id == name for place in contract.place):
        return location.place == f"{contract.id}/{name}"
    if not absolute(name):
        return False
    prefix, path = comparable(name), comparable(location.path)
    return path != prefix and under(path, prefix)


def narrowness(consent: Consent) -> tuple[bool, bool, bool, date, str]:
    """Sorts the narrowest consent first: with a place, class or recipient before without, with a scope before without, limited
    before unlimited, the one that ends first, and at last by number."""
    everywhere = consent.place is None and not consent.recipients and not consent.media
    return everywhere, not consent.scope, consent.copies_max is None, consent.valid_to or date.max, consent.id


def _copied(consent: Consent, contract: Contract, location: Location, _: date) -> str:
    """In the consent's place, or in any agreed place of the contract if it names none; made by a program: not at all."""
    if location.technical:
        return "class"
    if consent.place is not None:
        return "" if in_place(consent.place, contract, location) else "place"
    return "" if location.verdict is VerdictKind.IN_PLACE and location.contract == contract.id else "place"


def _sent(consent: Consent, contract: Contract, location: Location, today: date) -> str:
    if not (location.mail or location.sending):
        return "kind"
    if consent.place is not None and not in_place(consent.place, contract, location):
        return "place"
    to = location.goes_to
    if not to and not location.mail and location.declared == consent.id:
        return ""  # where nothing tells whom a file goes to, the worker has told it by naming the consent
    return "" if recipients.covered(contract, consent, to, today) else "recipient"


def _made(consent: Consent, contract: Contract, location: Location, _: date) -> str:
    if targets(consent, contract, location):
        return ""
    if consent.place is not None and not in_place(consent.place, contract, location):
        return "place"
    named = _named_classes(consent) if consent.media else BLANKET if consent.place is None else frozenset()
    return "" if named & location.classes else "class"


def _named_classes(consent: Consent) -> frozenset[str]:
    return frozenset(c for c in map(technical_class, consent.media) if c is not None)


def _storage(location: Location) -> frozenset[str]:
    """Classes by the kind of storage alone that only a consent which names them makes technical."""
    if location.verdict is VerdictKind.IN_PLACE:
        return frozenset()
    kinds = {Ground.CLOUD_SYNC: "cloud_sync", Ground.MAIL_STORE: "mail_store"}
    return frozenset({kinds[location.ground]} if location.ground in kinds else ())
