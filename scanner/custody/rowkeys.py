"""Which keys a row has: its normalised values, combined so that no weak one stands alone.

Every key has a kind of one letter, which says what it is evidence of. Keys of the first set stay, so that originals that were
registered before are still found; an original holds the keys of the second set alone.

| kind | set | key | evidence |
|---|---|---|---|
| ``p`` | both | telephone number | telephone |
| ``e`` | both | mail address without tag | mail |
| ``B`` | second | letters of the name and date of birth | birth |
| ``A`` | second | letters of the name and address without building | address |
| ``y`` | second | date of birth and address without building | birth, address |
| ``N`` | second | letters of the name | none (weak) |
| ``K`` ``J`` ``R`` | second | the same three of a reading in kana | birth, address, none (weak) |
| ``b`` ``a`` ``n`` ``f`` | first | name and birth, name and address, name, mail as written | birth, address, none (weak), mail |

The name is evidence of nothing: in two long lists the same names stand by chance. It only takes away: where a row names
somebody, and the original has other people at that telephone number, the number is a household's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from detectors.headings import FAMILY, GIVEN
from scanner.custody.identity import (
    address_key,
    birth_key,
    is_kana,
    joined_address,
    letters_of_name,
    mail_key,
    name_key,
    parts_of,
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
    """A detected value of a row. ``part`` says which part of a name its column holds (``detectors.headings``)."""

    entity: str
    text: str
    part: str = ""


def row_keys(values: Sequence[Value]) -> list[tuple[str, str]]:
    """(kind, key) of one row, given its values in order; each key once."""
    found: dict[str, str] = {}
    written: list[str] = []
    births: list[str] = []
    addresses: list[str] = []
    for entity, text, _ in values:
        if entity == "PERSON":
            written.append(text)
        elif entity == "DATE_OF_BIRTH":
            births.append(birth_key(text))
        elif entity == "JP_ADDRESS":
            addresses.append(text)
        elif entity == "PHONE_NUMBER":
            if phone := phone_key(text):
                found[f"p:{phone}"] = "p"
        elif entity == "EMAIL_ADDRESS":
            found[f"e:{mail_key(text)}"] = "e"
            found.setdefault(f"e:{unicodedata.normalize('NFKC', text).lower()}", "f")
    births = list(dict.fromkeys(filter(None, births)))[:_MOST]
    _first(found, written, births, addresses)
    sites = list(dict.fromkeys(filter(None, map(site_key, joined_address(addresses)))))[:_MOST]
    for kinds, names in zip(("BAN", "KJR"), _names(values), strict=True):
        for name in names:
            for birth in births:
                found.setdefault(f"mb:{name}|{birth}", kinds[0])
            for site in sites:
                found.setdefault(f"ma:{name}|{site}", kinds[1])
            found.setdefault(f"m:{name}", kinds[2])
    for birth in births[:1]:
        for site in sites[:1]:
            found[f"ba:{birth}|{site}"] = "y"
    return [(kind, key) for key, kind in found.items()]


def _first(found: dict[str, str], written: list[str], births: list[str], addresses: list[str]) -> None:
    """The keys of the first set, as they have always been made."""
    keys = [key for key in map(name_key, written) if key]
    names = [key for key in keys if not is_kana(key)] or keys  # a reading stands beside the name itself
    for name in names[:1]:
        for birth in births[:1]:
            found[f"nb:{name}|{birth}"] = "b"
        for address in filter(None, map(address_key, addresses[:1])):
            found[f"na:{name}|{address}"] = "a"
        if len(name) >= 3:
            found[f"n:{name}"] = "n"


def _names(values: Sequence[Value]) -> tuple[list[str], list[str]]:
    """Full names of a row as their letters, whole ones and those put together from two columns; and their readings."""
    found: dict[bool, list[str]] = {False: [], True: []}
    parts: dict[tuple[bool, str], list[str]] = {}
    for entity, text, part in values:
        if entity != "PERSON":
            continue
        kana = is_kana(text)
        if part and parts_of(text) < 2:
            parts.setdefault((kana, part), []).append(text)
        elif len(name := letters_of_name(text)) >= (2 if parts_of(text) > 1 else 3):
            found[kana].append(name)
    for kana, names in found.items():
        pairs = zip(parts.get((kana, FAMILY), ()), parts.get((kana, GIVEN), ()), strict=False)
        names.extend([letters_of_name(family + given) for family, given in pairs])
    written, readings = (list(dict.fromkeys(found[kana]))[:_MOST] for kana in (False, True))
    return written, readings


def sketched(keys: Sequence[tuple[str, str]]) -> list[str]:
    """The keys by which files that nobody registered are compared."""
    kinds = "peBA" if any(kind in "BA" for kind, _ in keys) else "peKJ"
    return [key for kind, key in keys if kind in kinds]
