"""How a copy stands to its original, in words and as a picture."""

from __future__ import annotations

from scanner.custody.arithmetic import Family
from scanner.custody.locations import Location
from scanner.messages import t
from scanner.model import VerdictKind
from scanner.policy.consents import Consent
from scanner.printable import printable
from scanner.report import wording

WHOLE = 0.95
_CONTAINERS = {
    "application/zip": "packed",
    "application/x-7z-compressed": "packed",
    "application/x-lzh": "packed",
    "application/x-tar": "packed",
    "application/x-gz": "packed",
    "message/rfc822": "attached",
    "application/x-msg": "attached",
    "application/x-mbox": "attached",
}


def kind(location: Location, original_type: str) -> str:
    """``same``, ``packed``, ``attached``, ``converted``, ``whole``, ``excerpt``, ``mixed`` or ``weak``."""
    copy = location.copy
    if copy.exact:
        return "same"
    if copy.weak:
        return "weak"
    if location.media_type in _CONTAINERS:
        return _CONTAINERS[location.media_type]
    if copy.share_there >= WHOLE and copy.share_here >= WHOLE:
        return "whole" if location.media_type == original_type else "converted"
    return "excerpt" if copy.share_here >= WHOLE else "mixed"


def evidence(location: Location, original_type: str) -> str:
    """Why it is a copy, with the numbers that a person can check: 「120 行のうち 120 行が一致」."""
    copy = location.copy
    word = t(f"kinship.{kind(location, original_type)}")
    if copy.exact:
        return word
    if copy.rows:
        return t(
            "kinship.rows", kind=word, rows=f"{copy.rows:,}", here=f"{copy.rows_here:,}", there=f"{copy.rows_there:,}"
        )
    return t("kinship.text", kind=word, here=f"{copy.share_here:.0%}", there=f"{copy.share_there:.0%}")


def agreed(family: Family, location: Location) -> str:
    """``original``, ``agreed``, ``open``, ``decided``, ``technical``, ``weak``, ``registered`` as another original, or
    ``unknown`` without the contract."""
    if not family.known:
        return "unknown"
    if location is family.original_at:
        return "original" if location.verdict in (VerdictKind.IN_PLACE, VerdictKind.NO_POLICY) else "open"
    if location.file_id in family.registered_as:
        return "registered"
    if location.file_id in family.points:
        return "open"
    if location.file_id in family.facts:
        return "decided"
    if location.copy.weak:
        return "weak"
    return "technical" if family.is_technical(location) else "agreed"


def sum_of(family: Family) -> str:
    """The arithmetic of the day in one line that can be redone by hand."""
    if not family.known:
        return t("families.no_contract", observed=family.observed, contract=family.original.contract)
    return t(
        "families.sum",
        observed=family.observed,
        consented=family.permitted,
        original=family.originals,
        excess=family.excess,
        technical=len(family.technical),
        technical_consented=family.technical_permitted,
    )


def uses_of(family: Family) -> list[str]:
    """One line a consent that could permit copies of this original: what of it is used, and what is not."""
    return [
        t(
            f"families.use_{use.state}",
            consent=printable(use.consent.id),
            kind=t(f"consent_kind.{use.consent.kind}"),
            where=_where(use.consent),
            most=wording.most(use.consent.copies_max),
            used=use.used,
            unused=wording.most(use.unused),
        )
        for use in family.uses
    ]


def _where(consent: Consent) -> str:
    """Where, to whom or for which kinds of copies a consent is."""
    named = [*([consent.place] if consent.place else []), *consent.media, *consent.recipients]
    return printable(t("list.separator").join(named)) or t("families.where_any")


def pieces_of(family: Family) -> list[str]:
    """One line where rows of this original lie in many files, few in each, and together are an excerpt."""
    every = (working for codes in family.facts.values() for working in codes.values())
    return [
        t("families.pieces", files=f"{working['files']:,}", rows=f"{working['rows']:,}")
        for working in every
        if working.get("class") == "pieces"
    ]


def everywhere(family: Family) -> list[Location]:
    """The original, all its copies, other originals that share rows with it, and doubtful matches, in this order."""
    return [*family.live, *family.registered, *family.weak]
