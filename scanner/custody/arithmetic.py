"""Consented against observed: which copies nobody agreed to, with the working that redoes the sum by hand (第7).

``allowed = Σ copies_max`` of the consents for a family, a place and a day; ``observed`` = live deliberate locations,
the original among them; ``excess = observed - allowed - 1``. Technical copies (backup, recycle bin, temporary folders,
autosave) count apart, under a blanket consent.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scanner.inventory.custody import Original
from scanner.model import Copy, Ground, VerdictKind
from scanner.policy.models import Consent, Contract, Policy

CODES = ("F06-CLOUD", "F06-MAIL", "F06-MEDIA", "F07-EXCESS", "F07-EXPIRED", "F07-SEND", "F07-UNDECLARED", "F08-CROSS")
"""Points that this module opens and closes; all others are the verdict's."""

_TECHNICAL_GROUNDS = frozenset({Ground.BACKUP, Ground.RECYCLE_BIN, Ground.TEMP})
_TECHNICAL_NAMES = re.compile(
    r"^~|\.(?:bak|asd|wbk|xlk|tmp|swp|autosave|old)$|^\.~lock|自動回復|のバックアップ|\.sbak$", re.IGNORECASE
)
_SENDING = re.compile(
    r"/(?:sent(?: items| mail|-mail)?|送信済み?(?:アイテム|メール|トレイ)?|outbox|送信トレイ|送信用|外部送付|upload|ftp)(?:/|\.(?:mbox|eml|msg)$|$)",
    re.IGNORECASE,
)
"""Folders from which things go out (第7②)."""
_MAIL_TYPES = frozenset({"message/rfc822", "application/x-msg", "application/x-mbox", "application/x-pst"})


@dataclass(frozen=True, slots=True)
class Location:
    """One live file that holds (a part of) an original."""

    file_id: int
    path: str
    name: str
    verdict: VerdictKind
    ground: Ground
    contract: str
    """Contract of the place it lies in; empty outside every place."""
    place: str
    media_type: str
    first_seen: str
    copy: Copy
    volume: str = ""
    """Serial number or UUID of a removable volume, where the system tells it."""
    declared: str = ""
    """Consent that the worker has declared for it."""
    host: str = ""
    """Machine it lies on, where that is not this one."""

    @property
    def technical(self) -> bool:
        """Made by a program and not by somebody's decision. What lies in an agreed place lies there on purpose, even if the
        place is a backup folder."""
        by_ground = self.ground in _TECHNICAL_GROUNDS and self.verdict is not VerdictKind.IN_PLACE
        return by_ground or _TECHNICAL_NAMES.search(self.name) is not None


@dataclass(slots=True)
class Family:
    """An original with its locations and the sum."""

    original: Original
    original_at: Location | None = None
    copies: list[Location] = field(default_factory=list)
    technical: list[Location] = field(default_factory=list)
    weak: list[Location] = field(default_factory=list)
    covered: dict[int, str] = field(default_factory=dict)
    """File → consent that covers it."""
    facts: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """File → code → working, whatever people have decided."""
    decided: set[tuple[int, str]] = field(default_factory=set)
    """(file, code) on which a decision is in force."""
    allowed: int = 0

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
        """Everything that is there: the original, copies, technical copies; without doubtful matches."""
        original = [self.original_at] if self.original_at is not None else []
        return [*original, *self.copies, *self.technical]

    @property
    def observed(self) -> int:
        """Live deliberate locations, the original included."""
        return len(self.copies) + (self.original_at is not None)

    @property
    def excess(self) -> int:
        """What is beyond the original and the consented copies; never negative in words."""
        return self.observed - self.allowed - 1


def settle(policy: Policy | None, original: Original, locations: Sequence[Location], today: date) -> Family:
    """Judge all locations of one original on one day."""
    family = Family(original)
    contract = next((c for c in (policy.contract if policy else ()) if c.id == original.contract), None)
    ordered = sorted(locations, key=lambda found: (found.first_seen, found.file_id))
    family.original_at = _where_the_original_is(original, ordered)
    for location in ordered:
        if location is family.original_at:
            continue
        if location.copy.weak:
            family.weak.append(location)
        elif location.technical:
            family.technical.append(location)
        else:
            family.copies.append(location)
    consents = [c for c in contract.consent if _about(c, original)] if contract else []
    _copies(family, [c for c in consents if c.kind == "copy"], today)
    _technical(family, [c for c in consents if c.kind == "technical"], today)
    for location in family.copies:
        _carried(family, location, contract, consents, today)
        crossed = location.contract and location.contract != original.contract
        if crossed and not any(c.kind == "other_use" and in_force(c, today) for c in consents):
            _point(family, location, "F08-CROSS", {"place_of": location.contract, "rule": location.place})
    return family


def _where_the_original_is(original: Original, ordered: Sequence[Location]) -> Location | None:
    """The received file itself; where it is gone, the copy of the same bytes that was seen first stands for it."""
    exact = [found for found in ordered if found.copy.exact]
    own = [found for found in exact if found.path.encode("utf-8", "surrogateescape") == original.path]
    return own[0] if own else exact[0] if exact else None


def _copies(family: Family, consents: list[Consent], today: date) -> None:
    in_order = sorted(consents, key=lambda c: (c.place is None, c.id))
    left = {c.id: c.copies_max for c in in_order if in_force(c, today)}
    family.allowed = sum(n or 0 for n in left.values())
    for location in sorted(family.copies, key=lambda found: not found.declared):
        fitting = [c for c in in_order if _covers(c, location, family.original.contract)]
        fitting.sort(key=lambda c: c.id != location.declared)
        for consent in fitting:
            if consent.id in left and left[consent.id] != 0:
                remaining = left[consent.id]
                left[consent.id] = None if remaining is None else remaining - 1
                family.covered[location.file_id] = consent.id
                break
        else:
            _uncovered(family, location, fitting, today)


def _uncovered(family: Family, location: Location, fitting: list[Consent], today: date) -> None:
    used_up = [c for c in fitting if in_force(c, today)]
    if used_up:
        code = "F07-EXCESS"
    elif fitting:
        code = "F07-EXPIRED"
    else:
        code = "F07-UNDECLARED"
    _point(
        family,
        location,
        code,
        {
            "class": "deliberate",
            "consents": [_described(c) for c in fitting],
            "observed": family.observed,
            "consented": family.allowed,
            "excess": family.excess,
            "date": today.isoformat(),
        },
    )


def _technical(family: Family, consents: list[Consent], today: date) -> None:
    for location in family.technical:
        consent = next(
            (c for c in consents if in_force(c, today) and (not c.media or location.ground in c.media)), None
        )
        if consent is not None:
            family.covered[location.file_id] = consent.id
        else:
            working = {
                "class": "technical",
                "severity": "low",
                "ground": location.ground.value,
                "date": today.isoformat(),
            }
            _point(family, location, "F07-UNDECLARED", working)


def _carried(
    family: Family, location: Location, contract: Contract | None, consents: list[Consent], today: date
) -> None:
    if location.verdict is VerdictKind.IN_PLACE:
        return  # a place that was agreed to may well be a medium or a synchronised folder
    if location.ground is Ground.REMOVABLE:
        for carry in contract.carryout if contract else ():
            scope_fits = not carry.scope or family.original.family in carry.scope
            if scope_fits and carry.covers(today) and (not carry.serial or carry.serial == location.volume):
                family.covered.setdefault(location.file_id, carry.id)
                return
        _point(family, location, "F06-MEDIA", {"volume": location.volume, "date": today.isoformat()})
    elif location.ground is Ground.CLOUD_SYNC:
        _point(family, location, "F06-CLOUD", {"date": today.isoformat()})
    elif location.ground is Ground.MAIL_STORE or location.media_type in _MAIL_TYPES or _SENDING.search(location.path):
        sent = next((c for c in consents if c.kind == "send" and in_force(c, today)), None)
        if sent is None:
            # out of the house is 第7②'s; a mail that only lies there has been carried out of its place (第6)
            code = "F07-SEND" if _SENDING.search(location.path) else "F06-MAIL"
            _point(family, location, code, {"date": today.isoformat()})
        else:
            family.covered.setdefault(location.file_id, sent.id)


def _point(family: Family, location: Location, code: str, working: dict[str, Any]) -> None:
    facts = {
        "family": family.original.family,
        "contract": family.original.contract,
        "share_of_file": round(location.copy.share_here, 4),
        "share_of_original": round(location.copy.share_there, 4),
        "rows": location.copy.rows,
    }
    family.facts.setdefault(location.file_id, {})[code] = {**facts, **working}


def in_force(consent: Consent, today: date) -> bool:
    """Whether a consent holds on that day."""
    if consent.valid_to is not None and today > consent.valid_to:
        return False
    if consent.valid_from is not None and today < consent.valid_from:
        return False
    return consent.withdrawn_on is None or today < consent.withdrawn_on


def _about(consent: Consent, original: Original) -> bool:
    return not consent.scope or original.family in consent.scope


def _covers(consent: Consent, location: Location, contract: str) -> bool:
    """Whether a copy may lie where it does: in the consent's place, or in any agreed place if it names none."""
    if consent.place is None:
        return location.verdict is VerdictKind.IN_PLACE and location.contract == contract
    return location.place == f"{contract}/{consent.place}" or fnmatch.fnmatchcase(location.path, f"{consent.place}/*")


def _described(consent: Consent) -> str:
    until = consent.valid_to.isoformat() if consent.valid_to else "-"
    return f"{consent.id}: copies {consent.copies_max if consent.copies_max is not None else '-'}, place {consent.place or '*'}, until {until}"
