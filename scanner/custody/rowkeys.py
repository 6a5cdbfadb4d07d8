"""Which keys a row has: its normalised values, combined so that no weak one stands alone.

Every key has a kind of one letter, which says what it is evidence of. Keys of the first set stay, so that originals that were
registered before are still found; an original holds the keys of the second set alone.

| kind | set | key | evidence |
|---|---|---|---|
| ``p`` | second | telephone number | telephone |
| ``e`` | second | mail address without tag | mail |
| ``B`` | second | letters of the name and date of birth | birth |
| ``A`` | second | letters of the name and address without building | address |
| ``y`` | second | date of birth and address without building | birth, address |
| ``N`` | second | letters of the name | none (weak) |
| ``K`` ``J`` ``R`` | second | the same three of a reading in kana | birth, address, none (weak) |
| ``b`` ``a`` ``n`` | first | name and birth, name and address, name, as they were normalised then | birth, address, none (weak) |
| ``t`` ``f`` | first | telephone number, mail as written | telephone, mail |

The name is evidence of nothing: in two long lists the same names stand by chance. It only takes away: where a row names
somebody, and the original has other people at that telephone number, the number is a household's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from detectors.tables.headings import FAMILY, GIVEN
from scanner.custody.identity import (
    address_key,
    birth_key,
    in_parts,
    is_kana,
    joined_address,
    letters_of_name,
    mail_key,
    name_key,
    phone_key,
    site_key,
)

SECOND_SET = frozenset("peBAyNKJR")
"""Kinds that an original is stored with."""
WEAK = frozenset("nNR")
NAMED = frozenset("baBAKJ")
"""Kinds that hold a name together with something else."""
WRITTEN = frozenset("nbaNBA")
"""Kinds of a name as it is written; where nothing else is there, the first set took a reading for one."""
READINGS = frozenset("KJR")
"""Kinds of a reading: many names are read alike, so where names are written too, those decide."""
EVIDENCE = {
    "p": frozenset("p"),
    "t": frozenset("p"),
    "e": frozenset("e"),
    "f": frozenset("e"),
    "b": frozenset("b"),
    "B": frozenset("b"),
    "a": frozenset("a"),
    "A": frozenset("a"),
    "K": frozenset("b"),
    "J": frozenset("a"),
    "y": frozenset("ab"),
}
_MOST = 2
"""Persons of one row (a child and who looks after it) whose keys are made; the others stand for themselves elsewhere."""


class Value(NamedTuple):
    """A detected value of a row. ``part`` says which part of a name its column holds (``detectors.tables.headings``)."""

    entity: str
    text: str
    part: str = ""


def row_keys(values: Sequence[Value]) -> list[tuple[str, str]]:
    """(kind, key) of one row in the second set, given its values in order; each key once."""
    found: dict[str, str] = {}
    names: list[Value] = []
    days: list[str] = []
    addresses: list[str] = []
    for value in values:
        entity, text, _ = value
        if entity == "PERSON":
            names.append(value)
        elif entity == "DATE_OF_BIRTH":
            if (day := birth_key(text)) and day not in days:
                days.append(day)
        elif entity == "JP_ADDRESS":
            addresses.append(text)
        elif entity == "PHONE_NUMBER":
            if phone := phone_key(text):
                found[f"p:{phone}"] = "p"
        elif entity == "EMAIL_ADDRESS":
            found[f"e:{mail_key(text)}"] = "e"
    del days[_MOST:]
    sites: list[str] = []
    for address in addresses if len(addresses) < 2 else joined_address(addresses):
        if (site := site_key(address)) and site not in sites and len(sites) < _MOST:
            sites.append(site)
    written, readings = _names(names)
    for name in written:
        for day in days:
            found[f"mb:{name}|{day}"] = "B"
        for site in sites:
            found[f"ma:{name}|{site}"] = "A"
        found[f"m:{name}"] = "N"
    for name in readings:
        for day in days:
            found[f"mb:{name}|{day}"] = "K"
        for site in sites:
            found[f"ma:{name}|{site}"] = "J"
        found[f"m:{name}"] = "R"
    if days and sites:
        found[f"ba:{days[0]}|{sites[0]}"] = "y"
    return [(kind, key) for key, kind in found.items()]


def first_keys(values: Sequence[Value]) -> list[tuple[str, str]]:
    """(kind, key) of one row in the first set, as they have always been made."""
    found: dict[str, str] = {}
    of: dict[str, list[str]] = {}
    for entity, text, _ in values:
        of.setdefault(entity, []).append(text)
    for phone in filter(None, map(phone_key, of.get("PHONE_NUMBER", ()))):
        found[f"p:{phone}"] = "t"
    for mail in of.get("EMAIL_ADDRESS", ()):
        found[f"e:{unicodedata.normalize('NFKC', mail).lower()}"] = "f"
    keys = [key for key in map(name_key, of.get("PERSON", ())) if key]
    names = [key for key in keys if not is_kana(key)] or keys  # a reading stands beside the name itself
    for name in names[:1]:
        for day in filter(None, map(birth_key, of.get("DATE_OF_BIRTH", ())[:1])):
            found[f"nb:{name}|{day}"] = "b"
        for address in filter(None, map(address_key, of.get("JP_ADDRESS", ())[:1])):
            found[f"na:{name}|{address}"] = "a"
        if len(name) >= 3:
            found[f"n:{name}"] = "n"
    return [(kind, key) for key, kind in found.items()]


def _names(values: Sequence[Value]) -> tuple[list[str], list[str]]:
    """Full names of a row as their letters, whole ones and those put together from two columns; and their readings."""
    written: list[str] = []
    readings: list[str] = []
    parts: dict[tuple[bool, str], list[str]] = {}
    for _, text, part in values:
        kana, apart = is_kana(text), in_parts(text)
        if part and not apart:
            parts.setdefault((kana, part), []).append(text)
        elif len(name := letters_of_name(text)) >= (2 if apart else 3):
            (readings if kana else written).append(name)
    if parts:
        for kana, names in ((False, written), (True, readings)):
            pairs = zip(parts.get((kana, FAMILY), ()), parts.get((kana, GIVEN), ()), strict=False)
            names.extend([letters_of_name(family + given) for family, given in pairs])
    return list(dict.fromkeys(written))[:_MOST], list(dict.fromkeys(readings))[:_MOST]


def sketched(keys: Sequence[tuple[str, str]]) -> list[str]:
    """The keys by which files that nobody registered are compared."""
    kinds = "peBA" if any(kind in "BA" for kind, _ in keys) else "peKJ"
    return [key for kind, key in keys if kind in kinds]
