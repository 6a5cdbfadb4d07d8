"""Consented against observed: which copies nobody agreed to, with the working that redoes the sum by hand (第7).

Of one original, on one day: ``observed`` are its live deliberate locations, the original among them; ``permitted`` are those
copies that were set against a consent that applies to them (``applying``, ``assignment``); ``excess = observed - permitted -
original``, where ``original`` is 1 while the received file, or one of the same bytes, is there. Other originals of the same
contract are none of them, however many rows they share. So the sum is never below zero:
what a consent permits elsewhere is unused, and is shown as that. Technical copies (backup, recycle bin, temporary folders,
autosave, and what a technical consent names) count apart by the same sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from scanner.custody import applying
from scanner.custody.assignment import assign
from scanner.custody.locations import Location
from scanner.inventory.custody import Original
from scanner.model import Ground, VerdictKind
from scanner.policy import recipients
from scanner.policy.consents import Consent, in_force
from scanner.policy.models import Contract, Place, Policy
from scanner.policy.shared import seen_from

CODES = ("F06-CLOUD", "F06-MAIL", "F06-MEDIA", "F07-EXCESS", "F07-EXPIRED", "F07-SEND", "F07-UNDECLARED", "F08-CROSS")
"""Points that this module opens and closes; all others are the verdict's."""


@dataclass(frozen=True, slots=True)
class Use:
    """A consent to copy, send or keep technical copies, and what of it is used for one original."""

    consent: Consent
    used: int
    in_force: bool
    about: bool
    """Whether its scope holds this original."""

    @property
    def unused(self) -> int | None:
        """What of it is left today; ``None`` where it has no limit."""
        if not (self.in_force and self.about):
            return 0
        return None if self.consent.copies_max is None else self.consent.copies_max - self.used

    @property
    def state(self) -> str:
        """``used``, ``unused``, ``not_in_force`` or ``not_about``."""
        if self.used:
            return "used"
        return "not_about" if not self.about else "unused" if self.in_force else "not_in_force"


@dataclass(slots=True)
class Family:
    """An original with its locations and the sum."""

    original: Original
    original_at: Location | None = None
    copies: list[Location] = field(default_factory=list)
    technical: list[Location] = field(default_factory=list)
    weak: list[Location] = field(default_factory=list)
    covered: dict[int, str] = field(default_factory=dict)
    """File → consent that permits it to be there."""
    sent: dict[int, str] = field(default_factory=dict)
    """File → consent under which it goes out."""
    carried: dict[int, str] = field(default_factory=dict)
    """File → entry of the register of carry-outs (第6: necessity, not consent)."""
    other_use: dict[int, str] = field(default_factory=dict)
    """File → consent to use it in the place of another contract."""
    by_consent: set[int] = field(default_factory=set)
    """Files that are technical because a technical consent names where they lie."""
    uses: tuple[Use, ...] = ()
    facts: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """File → code → working, whatever people have decided."""
    decided: set[tuple[int, str]] = field(default_factory=set)
    """(file, code) on which a decision is in force."""
    registered: list[Location] = field(default_factory=list)
    """Other originals of the contract that hold rows of this one: received, collected or made by themselves, they are no copies of it."""
    registered_as: dict[int, str] = field(default_factory=dict)
    """File → the other original that it is, also where only a few rows are of this one."""
    known: bool = True
    """Whether the policy knows its contract; else nobody can say what was agreed to."""

    @property
    def points(self) -> dict[int, dict[str, dict[str, Any]]]:
        """The facts on which nobody has decided."""
        open_ = {
            file_id: {code: working for code, working in codes.items() if (file_id, code) not in self.decided}
            for file_id, codes in self.facts.items()
        }
        return {file_id: codes for file_id, codes in open_.items() if codes}

    @property
    def live(self) -> list[Location]:
        """Everything that is there: the original, copies, technical copies; without doubtful matches and other originals."""
        original = [self.original_at] if self.original_at is not None else []
        return [*original, *self.copies, *self.technical]

    @property
    def originals(self) -> int:
        """1 while the original is there."""
        return int(self.original_at is not None)

    @property
    def observed(self) -> int:
        """Live deliberate locations, the original included."""
        return len(self.copies) + self.originals

    @property
    def permitted(self) -> int:
        """Deliberate copies that a consent permits where they are."""
        return sum(location.file_id in self.covered for location in self.copies)

    @property
    def excess(self) -> int:
        """Deliberate copies that no consent permits."""
        return self.observed - self.permitted - self.originals

    @property
    def technical_permitted(self) -> int:
        """Technical copies that a consent permits."""
        return sum(location.file_id in self.covered for location in self.technical)

    def is_technical(self, location: Location) -> bool:
        """Whether a location counts among the technical copies."""
        return location is not self.original_at and (location.technical or location.file_id in self.by_consent)


def settle(
    policy: Policy | None,
    original: Original,
    locations: Sequence[Location],
    today: date,
    others: Mapping[int, str] | None = None,
) -> Family:
    """Judge all locations of one original on one day.

    ``others``: files that are other originals of the same contract, with the name of each. Two lists of one contract share persons
    without one being a copy of the other; a copy of either, elsewhere, is one.
    """
    contract = next((c for c in (policy.contract if policy else ()) if c.id == original.contract), None)
    if policy and contract:
        spots = seen_from(policy, contract)
        locations = [_from_here(spots, contract, location, today) for location in locations] if spots else locations
    ordered = sorted(locations, key=lambda found: (found.first_seen, found.file_id))
    family = Family(original, where_the_original_is(original, ordered))
    own = family.original_at.file_id if family.original_at is not None else None
    family.registered_as = {n: name for n, name in (others or {}).items() if n != own}
    family.registered = [one for one in ordered if one.file_id in family.registered_as and not one.copy.weak]
    copies = [
        one
        for one in ordered
        if one is not family.original_at and not one.copy.weak and one.file_id not in family.registered_as
    ]
    family.weak = [one for one in ordered if one is not family.original_at and one.copy.weak]
    consents = {c.id: c for c in contract.consent if c.kind in applying.COPYING} if contract else {}
    if contract:
        _assign(family, contract, consents, copies, today)
    technical = {c.id for c in consents.values() if c.kind == "technical"}
    family.by_consent = {file_id for file_id, number in family.covered.items() if number in technical}
    for location in copies:
        (family.technical if family.is_technical(location) else family.copies).append(location)
    used = Counter(family.covered.values())
    family.uses = tuple(Use(c, used[c.id], in_force(c, today), c.is_about(original.family)) for c in consents.values())
    sums = _sums(family)
    for location in copies:
        if location.file_id not in family.covered:
            _uncovered(family, location, contract, sums, today)
        _goes_out(family, location, contract, consents, today)
        _in_another_place(family, location, contract, today)
    return family


def _sums(family: Family) -> dict[bool, dict[str, Any]]:
    """What the workings of deliberate and of technical copies say of the whole, by whether they are technical."""
    seen, permitted = len(family.technical), family.technical_permitted
    return {
        False: {
            "class": "deliberate",
            "observed": family.observed,
            "consented": family.permitted,
            "original": family.originals,
            "excess": family.excess,
        },
        True: {
            "class": "technical",
            "severity": "low",
            "observed": seen,
            "consented": permitted,
            "original": 0,
            "excess": seen - permitted,
        },
    }


def _from_here(spots: dict[str, Place], contract: Contract, location: Location, today: date) -> Location:
    """A location as it is to this contract, where its place is a place of this contract too."""
    place = spots.get(location.place)
    if place is None:
        return location
    verdict = VerdictKind.IN_PLACE if place.holds(today) else VerdictKind.EXPIRED
    return replace(location, verdict=verdict, contract=contract.id, place=f"{contract.id}/{place.id}")


def where_the_original_is(original: Original, ordered: Sequence[Location]) -> Location | None:
    """The received file itself; where it is gone, the copy of the same bytes that was seen first stands for it."""
    exact = [found for found in ordered if found.copy.exact]
    own = [found for found in exact if found.path.encode("utf-8", "surrogateescape") == original.path]
    return own[0] if own else exact[0] if exact else None


def _assign(
    family: Family, contract: Contract, consents: dict[str, Consent], copies: list[Location], today: date
) -> None:
    """Deliberate copies before technical ones, those with a declaration first, then by the day they were first seen."""
    order = {"technical": 0, "send": 1, "copy": 2}
    sorted_ = sorted(consents.values(), key=lambda c: (order[c.kind], applying.narrowness(c)))
    fitting = []
    for location in sorted(copies, key=lambda found: (found.technical, not found.declared)):
        wants = [c.id for c in sorted_ if not applying.why_not(c, contract, family.original, location, today)]
        wants.sort(key=lambda number: number != location.declared)
        fitting.append((location.file_id, tuple(wants)))
    family.covered = assign(fitting, {c.id: c.copies_max for c in consents.values()})


def _uncovered(
    family: Family, location: Location, contract: Contract | None, sums: dict[bool, dict[str, Any]], today: date
) -> None:
    uses = family.uses if contract else ()
    whys = {
        use.consent.id: applying.why_not(use.consent, contract, family.original, location, today)
        for use in uses
        if contract is not None
    }
    used_up = [use for use in uses if not whys[use.consent.id]]
    ended = [use for use in uses if whys[use.consent.id] == "time"]
    code = "F07-EXCESS" if used_up else "F07-EXPIRED" if ended else "F07-UNDECLARED"
    working: dict[str, Any] = {
        **sums[family.is_technical(location)],
        "consents": [_described(use) for use in (*used_up, *ended)],
        "elsewhere": [f"{number}: {why}" for number, why in whys.items() if why not in ("", "time")],
        "ground": location.ground.value,
        "since": location.since.isoformat(),
        "date": today.isoformat(),
    }
    _point(family, location, code, working)


def _goes_out(
    family: Family, location: Location, contract: Contract | None, consents: dict[str, Consent], today: date
) -> None:
    """第6 and 第7②: in a folder that things are sent from, on a medium, in a synchronised folder, in a mail. A consent to copy
    is none to send, and a consent to send is none to carry out."""
    to = list(location.goes_to)
    outside = location.verdict is not VerdictKind.IN_PLACE
    number = applying.sending(contract, family.original, location, today)
    if number:
        family.sent[location.file_id] = number
    elif location.sending and (recipients.leaves(contract, location.goes_to) or (outside and not location.technical)):
        _point(family, location, "F07-SEND", {"date": today.isoformat(), "recipients": to})
        return
    covering = consents.get(family.covered.get(location.file_id, ""))
    if not outside or (covering and contract and applying.targets(covering, contract, location)):
        return  # a place that was agreed to, by number or by its kind, may well be a medium or a synchronised folder
    if location.ground is Ground.REMOVABLE:
        entry = _carryout(family, location, contract, today)
        if entry:
            family.carried[location.file_id] = entry
        else:
            _point(family, location, "F06-MEDIA", {"volume": location.volume, "date": today.isoformat()})
    elif location.ground is Ground.CLOUD_SYNC:
        _point(family, location, "F06-CLOUD", {"date": today.isoformat()})
    elif location.mail and not number and not location.technical:
        _point(family, location, "F06-MAIL", {"date": today.isoformat(), "recipients": to})


def _carryout(family: Family, location: Location, contract: Contract | None, today: date) -> str:
    for carry in contract.carryout if contract else ():
        about = not carry.scope or family.original.family in carry.scope
        if about and carry.covers(today) and (not carry.serial or carry.serial == location.volume):
            return carry.id
    return ""


def _in_another_place(family: Family, location: Location, contract: Contract | None, today: date) -> None:
    if not location.contract or location.contract == family.original.contract:
        return
    number = applying.other_use(contract, family.original, location, today) if contract else ""
    if number:
        family.other_use[location.file_id] = number
    else:
        _point(family, location, "F08-CROSS", {"place_of": location.contract, "rule": location.place})


def _point(family: Family, location: Location, code: str, working: dict[str, Any]) -> None:
    facts = {
        "family": family.original.family,
        "contract": family.original.contract,
        "share_of_file": round(location.copy.share_here, 4),
        "share_of_original": round(location.copy.share_there, 4),
        "rows": location.copy.rows,
    }
    family.facts.setdefault(location.file_id, {})[code] = {**facts, **working}


def _described(use: Use) -> str:
    consent = use.consent
    begins, until = (day.isoformat() if day else "-" for day in (consent.valid_from, consent.valid_to))
    most = consent.copies_max if consent.copies_max is not None else "-"
    return f"{consent.id}: copies {most}, used {use.used}, place {consent.place or '*'}, from {begins}, until {until}"
