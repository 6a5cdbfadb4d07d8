"""Security descriptors of Windows, judged from their text (SDDL, MS-DTYP 2.5.1): who may do what, without asking anybody.

Entries are taken in their order, as the system takes them: what is denied to a trustee before it is allowed stays denied, to
itself, to everyone or to all who are signed in. Who is in which group only the domain knows, so a denial of a group takes
nothing from its members here. No list at all lets everybody in; an empty one nobody.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from scanner.sources.principals import EVERYONE

READ, WRITE, APPEND, WRITE_DAC, WRITE_OWNER = 0x1, 0x2, 0x4, 0x40000, 0x80000
_ALL, _GENERIC_READ, _GENERIC_WRITE, _GENERIC_EXECUTE = 0x1F01FF, 0x120089, 0x120116, 0x1200A0
_GENERIC = (
    (0x10000000, _ALL),
    (0x80000000, _GENERIC_READ),
    (0x40000000, _GENERIC_WRITE),
    (0x20000000, _GENERIC_EXECUTE),
)
_RIGHTS = {
    "FA": _ALL, "FR": _GENERIC_READ, "FW": _GENERIC_WRITE, "FX": _GENERIC_EXECUTE,
    "GA": _ALL, "GR": _GENERIC_READ, "GW": _GENERIC_WRITE, "GX": _GENERIC_EXECUTE,
    "RC": 0x20000, "SD": 0x10000, "WD": WRITE_DAC, "WO": WRITE_OWNER,
    "CC": 0x1, "DC": 0x2, "LC": 0x4, "SW": 0x8, "RP": 0x10, "WP": 0x20, "DT": 0x40, "LO": 0x80, "CR": 0x100,
}  # fmt: skip
_TRUSTEES = {
    "WD": EVERYONE, "CO": "S-1-3-0", "CG": "S-1-3-1", "OW": "S-1-3-4", "NU": "S-1-5-2", "IU": "S-1-5-4", "SU": "S-1-5-6",
    "AN": "S-1-5-7", "ED": "S-1-5-9", "PS": "S-1-5-10", "AU": "S-1-5-11", "RC": "S-1-5-12", "SY": "S-1-5-18",
    "LS": "S-1-5-19", "NS": "S-1-5-20", "BA": "S-1-5-32-544", "BU": "S-1-5-32-545", "BG": "S-1-5-32-546",
    "PU": "S-1-5-32-547", "AO": "S-1-5-32-548", "SO": "S-1-5-32-549", "PO": "S-1-5-32-550", "BO": "S-1-5-32-551",
    "RE": "S-1-5-32-552", "RD": "S-1-5-32-555", "NO": "S-1-5-32-556", "AC": "S-1-15-2-1",
}  # fmt: skip
_OF_DOMAIN = {"LA": "500", "LG": "501", "DA": "512", "DU": "513", "DG": "514", "DC": "515", "DD": "516", "CA": "517"}
"""Of these the text has no domain: they stay as ``S-1-5-21-`` with the last number alone."""
_OWNER_RIGHTS, _SIGNED_IN, _ANONYMOUS = "S-1-3-4", "S-1-5-11", "S-1-5-7"
_SYSTEM = frozenset({"S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-1"})
"""The system, its administrators, and the place-holders for who makes a file: that is one of ours, or stands as its owner."""
_ADMINISTRATORS_OF_DOMAIN = frozenset({"500", "512", "519"})
_NOT_SIGNED_IN = frozenset({EVERYONE, _ANONYMOUS, "S-1-5-32-546"})
_PART = re.compile(r"([OGDS]):")
_ENTRY = re.compile(r"\((O?[AD]|X[AD]|Z[AD]);([A-Z]*);([^;]*);[^;]*;[^;]*;([^;()]*)(;.*)?\)", re.DOTALL)


class Entry(NamedTuple):
    """One line of an access list."""

    deny: bool
    inherited: bool
    mask: int
    sid: str


class Descriptor(NamedTuple):
    """Owner (a SID; empty where none is told) and the entries about the object itself; ``None`` where there is no list."""

    owner: str
    entries: tuple[Entry, ...] | None


class Grant(NamedTuple):
    """What a trustee may do in the end: ``r``, ``w`` or ``rw``; whether any of it stands at the object itself."""

    sid: str
    right: str
    inherited: bool


def parsed(text: str, *, below: bool = False) -> Descriptor:
    """A descriptor from its SDDL; ``below``: with the entries that only what comes into a folder will have. Raises ``ValueError``
    where it is none."""
    parts = _parts(text)
    entries = None if parts.get("D") is None else tuple(_entries(parts["D"], below))
    if entries is not None and parts["D"].lstrip("PARI").startswith("NO_ACCESS_CONTROL"):
        entries = None
    return Descriptor(_sid(parts["O"]) if parts.get("O") else "", entries)


def _parts(text: str) -> dict[str, str]:
    """``O:``, ``G:``, ``D:`` and ``S:``, told from letters inside parentheses by their depth."""
    found: dict[str, str] = {}
    name, depth, begin, at = "", 0, 0, 0
    while at < len(text):
        if text[at] == '"':  # a text of a condition
            at = text.find('"', at + 1)
            if at < 0:
                raise ValueError("a text has no end")
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0 and (match := _PART.match(text, at)):
            found.update({name: text[begin:at]} if name else {})
            name, begin, at = match[1], match.end(), match.end()
            continue
        if not name:
            raise ValueError("not a security descriptor")
        at += 1
    return (
        {**found, name: text[begin:]} if name and depth == 0 else _fail("parentheses do not match" if name else "empty")
    )


def _fail(why: str) -> dict[str, str]:
    raise ValueError(why)


def _entries(text: str, below: bool) -> Iterator[Entry]:
    depth = begin = 0
    quoted = False
    for at, char in enumerate(text):
        quoted ^= char == '"'
        if quoted:
            continue
        if char == "(":
            depth += 1
            begin = at if depth == 1 else begin
        elif char == ")":
            depth -= 1
            if depth == 0 and (entry := _entry(text[begin : at + 1], below)) is not None:
                yield entry


def _entry(text: str, below: bool) -> Entry | None:
    """An entry; ``None`` of one that applies to what is below only and is not asked for, or denies under a condition that nobody can test here."""
    found = _ENTRY.fullmatch(text)
    if found is None:
        raise ValueError("an entry that cannot be read")
    kind, flags, rights, sid = found[1], re.findall("..", found[2]), found[3], found[4]
    deny = kind.endswith("D")
    if ("IO" in flags and not below) or (deny and kind[0] in "XZ"):
        return None
    return Entry(deny, "ID" in flags, _mask(rights), _sid(sid))


def _mask(text: str) -> int:
    if re.fullmatch("0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10}", text):
        mask = int(text, 16 if text[:2].lower() == "0x" else 8 if text[:1] == "0" else 10)
    else:
        mask = 0
        for name in re.findall("..", text):
            if name not in _RIGHTS:
                raise ValueError("a right that is not known")
            mask |= _RIGHTS[name]
    for generic, meant in _GENERIC:
        if mask & generic:
            mask |= meant
    return mask


def _sid(text: str) -> str:
    name = text.strip()
    if re.fullmatch(r"S-1-(?:\d+|0x[0-9A-Fa-f]+)(?:-\d+)+", name):
        return name
    if name in _OF_DOMAIN:
        return f"S-1-5-21-{_OF_DOMAIN[name]}"
    if name in _TRUSTEES:
        return _TRUSTEES[name]
    raise ValueError("a trustee that is not known")


def effective(descriptor: Descriptor) -> list[Grant]:
    """What each trustee may read and write, in the order of the list."""
    if descriptor.entries is None:
        return [Grant(EVERYONE, "rw", False)]
    denied: dict[str, int] = {}
    allowed: dict[str, tuple[int, bool]] = {}
    for entry in descriptor.entries:
        sid = descriptor.owner or entry.sid if entry.sid == _OWNER_RIGHTS else entry.sid
        if entry.deny:
            denied[sid] = denied.get(sid, 0) | entry.mask
            continue
        kept = entry.mask & ~(denied.get(sid, 0) | denied.get(EVERYONE, 0))
        if sid not in _NOT_SIGNED_IN:
            kept &= ~denied.get(_SIGNED_IN, 0)
        before, inherited = allowed.get(sid, (0, True))
        if kept:
            allowed[sid] = (before | kept, inherited and entry.inherited)
    grants = [Grant(sid, _letters(mask), inherited) for sid, (mask, inherited) in allowed.items()]
    return [grant for grant in grants if grant.right]


def strangers(descriptor: Descriptor, ours: Collection[str]) -> list[Grant]:
    """What others may do than ``ours`` (SIDs), the system and its administrators, from whom nothing can be kept. An owner can give
    himself any right, unless an entry says what owners may do."""
    grants = [grant for grant in effective(descriptor) if not _of_ours(grant.sid, ours)]
    told = {grant.sid for grant in grants}
    limited = any(entry.sid == _OWNER_RIGHTS for entry in descriptor.entries or ())
    owner = descriptor.owner
    if owner and owner not in told and not limited and not _of_ours(owner, ours):
        grants.append(Grant(owner, "w", False))
    return grants


def _of_ours(sid: str, ours: Collection[str]) -> bool:
    of_domain = sid.startswith("S-1-5-21-") and sid.rpartition("-")[2] in _ADMINISTRATORS_OF_DOMAIN
    return sid in ours or sid in _SYSTEM or of_domain


def _letters(mask: int) -> str:
    """``w`` also for who may give itself the right to write."""
    write = mask & (WRITE | APPEND | WRITE_DAC | WRITE_OWNER)
    return ("r" if mask & READ else "") + ("w" if write else "")
