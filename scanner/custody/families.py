"""Families as the inventory knows them: every original, all files that hold rows of it, and the sum of the day; and
groups of files that are alike though nobody registered one of them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from scanner import clock
from scanner.custody import pieces
from scanner.custody.arithmetic import Family, settle, where_the_original_is
from scanner.custody.locations import Location
from scanner.inventory import custody as table
from scanner.inventory.points import Quiet
from scanner.model import Ground, VerdictKind, display
from scanner.paths import names
from scanner.policy.models import Policy

_LOCATIONS = f"""
select c.original, f.id, f.path, f.verdict, f.ground, f.contract, f.rule, n.media_type, f.first_seen,
       {", ".join("c." + name for name in table.COLUMNS.split(", "))},
       f.volume, f.host, n.notes, f.origin, f.ctime_ns, (select d.consent from declarations d join points p on p.id = d.point_id
        where p.file_id = f.id and d.consent <> '' order by d.id desc limit 1)
from copies c join contents n on n.id = c.content_id join files f on f.content_id = c.content_id
where f.gone is null and {{which}} order by c.original, f.first_seen, f.id
"""  # noqa: S608  # the columns are a constant of ours
RECIPIENT_NOTE = "recipient_domain: "
"""How a content's notes tell the domains that a mail was addressed to."""
ALIKE_ROWS = 5
ALIKE_SHARE = 0.5
ALIKE_HITS = 3
ALIKE_COMMON = 40
"""A token in more files than this is looked at no further: the cost of a file does not grow with their number."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two contents of which none was registered, with the share of each that stands in the other (estimated)."""

    content: int
    other: int
    rows: int
    share_here: float
    share_there: float


def load(db: sqlite3.Connection, policy: Policy | None, today: date, only: int | None = None) -> list[Family]:
    """All families of registered originals, or that of one (``only``: its number), settled for ``today``."""
    by_original: dict[int, list[Location]] = defaultdict(list)
    for row in db.execute(*_asked(only)).fetchall():
        original, file_id, path, verdict, ground, contract, rule, media_type, first_seen = tuple(row)[:9]
        *counts, volume, host, notes, origin, ctime_ns, declared = tuple(row)[9:]
        copy = table.copy_of((original, *counts))
        by_original[original].append(
            Location(
                file_id,
                os.fsencode(path).decode("utf-8", "surrogateescape"),
                display(names.name(path)),
                VerdictKind(verdict),
                Ground(ground),
                contract or "",
                rule or "",
                media_type,
                first_seen,
                copy,
                volume,
                declared or "",
                host,
                recipients_of(notes),
                min(today, clock.day_of(clock.stamp_of(ctime_ns))) if ctime_ns else None,
                origin,
            )
        )
    originals = table.originals(db)
    homes: dict[str, dict[int, str]] = defaultdict(dict)
    for original in originals:
        home = where_the_original_is(original, by_original.get(original.id, []))
        if home is not None:
            homes[original.contract].setdefault(home.file_id, original.family)
    found = [
        settle(policy, original, by_original.get(original.id, []), today, homes[original.contract])
        for original in originals
        if only in (None, original.id)
    ]
    contracts = {contract.id: contract for contract in (policy.contract if policy else ())}
    for family in found:
        pieces.add_up(family, contracts.get(family.original.contract), today)
        if family.original.contract not in contracts:
            family.known = False
            family.facts.clear()
    quiet = Quiet(db, today)
    for family in found:
        family.decided = {
            (file_id, code)
            for file_id, codes in family.facts.items()
            for code in codes
            if quiet.covers(code, file_id, "")
        }
    return found


def _asked(only: int | None) -> tuple[str, tuple[int, ...]]:
    if only is None:
        return _LOCATIONS.format(which="1"), ()
    # whether a file is another original of the contract is asked of files with a row of this one alone
    same = (
        "c.original in (select id from originals where contract = (select contract from originals where id = ?1)) and (c.original = ?1"
        " or c.original in (select k.original from copies m join copies k on k.content_id = m.content_id where m.original = ?1))"
    )
    return _LOCATIONS.format(which=same), (only,)


def recipients_of(notes: str | None) -> tuple[str, ...]:
    """The domains that a content is addressed to, out of the notes about it (a JSON list)."""
    found = json.loads(notes or "[]")
    return tuple(note.removeprefix(RECIPIENT_NOTE) for note in found if note.startswith(RECIPIENT_NOTE))


_HOLDERS = """
select t.value, (select group_concat(s.content) from (select content from sketches where token = t.value limit ?) s)
from json_each(?) t
"""
"""Each of many tokens with the contents that have it, in one statement: most stand in one content only."""


def alike(db: sqlite3.Connection, content: int) -> list[Alike]:
    """Contents that share sampled tokens with ``content``. Both samples hold every token that the sparser one could hold,
    so the share among those estimates the share of rows."""
    own = db.execute("select rows, modulus from contents where id = ?", (content,)).fetchone()
    tokens = table.sketch(db, content)
    if own is None or not tokens:
        return []
    shared: dict[int, list[int]] = defaultdict(list)
    for token, others in db.execute(_HOLDERS, (ALIKE_COMMON + 1, json.dumps(tokens.tolist()))):
        holders = others.split(",") if others else ()
        if len(holders) <= ALIKE_COMMON:  # what stands in more files is a phrase of the office
            for other in holders:
                shared[int(other)].append(token)
    shared.pop(content, None)
    found: list[Alike] = []
    for other, common in shared.items():
        if len(common) < ALIKE_HITS:
            continue
        row = db.execute("select modulus from contents where id = ?", (other,)).fetchone()
        modulus = max(own[1] or 1, (row[0] if row else 1) or 1)
        theirs = table.sketch(db, other)
        here = sum((t >> 1) % modulus == 0 for t in tokens)
        there = sum((t >> 1) % modulus == 0 for t in theirs)
        hits = sum((t >> 1) % modulus == 0 for t in common)
        if hits * modulus >= ALIKE_ROWS and hits >= ALIKE_HITS and here and there:
            share_here, share_there = hits / here, hits / there
            if max(share_here, share_there) >= ALIKE_SHARE:
                found.append(Alike(content, other, hits * modulus, share_here, share_there))
    return found


def groups(pairs: list[tuple[int, int]]) -> list[set[int]]:
    """Contents joined by being alike, largest group first."""
    leader: dict[int, int] = {}

    def find(item: int) -> int:
        while leader.setdefault(item, item) != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    for a, b in pairs:
        leader[find(a)] = find(b)
    members: dict[int, set[int]] = defaultdict(set)
    for item in list(leader):
        members[find(item)].add(item)
    return sorted(members.values(), key=lambda g: (-len(g), min(g)))
