"""What an incident is about: the files and originals that a point, a family, a medium, a mail or a suspicion leads to.

Persons are a union, not a sum of matches: copies of one family hold the same persons, and of two families nobody knows how many
they share, so the range goes from the larger one to both. What a register says was on a medium or sent, but no scan has met, counts
with all persons of its original at most, and with the declared number at least.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scanner.custody.arithmetic import Family
from scanner.inventory.point_lists import about, files_of_no_other, of_no_other
from scanner.policy.acts import Incident, Transfer, Transport
from scanner.policy.models import Carryout, Contract
from scanner.policy.names import alike
from scanner.report import wording
from scanner.report.forms.interface import Context, FormRefused, wareki

_FILES = (
    "select p.id, p.code, p.family, f.id as file, f.path, f.host, f.ground, f.content_id, f.first_seen, f.last_seen,"
    " c.persons_min, c.persons_max from {tables} left join contents c on c.id = f.content_id where {condition}"
)
_OF_POINTS = "points p left join files f on f.id = p.file_id"
_OF_FILES = "files f left join (select null as id, null as code, null as family) p on true"
_MOST = 500
"""Names in one condition; SQLite takes some thousands."""


@dataclass(slots=True)
class Affected:
    """What the inventory and the registers know about it."""

    source: str
    """``point``, ``family``, ``medium``, ``mail``, ``suspicion`` or ``incident`` (an entry of the register alone)."""
    points: list[int] = field(default_factory=list)
    contracts: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    places: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    fewest: int = 0
    most: int = 0
    since: str = ""
    last: str = ""
    elsewhere: int = 0
    codes: set[str] = field(default_factory=set)
    entries: list[str] = field(default_factory=list)
    """What the registers say, a sentence an entry."""
    declared: int = 0
    """Largest number of persons or pieces that an entry states."""
    encrypted: bool | None = None
    """What the register says of a medium or a sending."""


Act = Carryout | Transport | Transfer


def collect(context: Context) -> Affected:
    """Files of what was asked for; for a suspicion all open points (of the asked contract or family). Raises ``FormRefused``."""
    asked = context.asked
    medium, mail = str(asked.get("medium") or ""), str(asked.get("mail") or "")
    wanted = tuple(asked.get("family") or ())
    if asked.get("point") is not None:
        return _of_points(context, "point", "p.id = ?", (asked["point"],))
    if medium:
        return _of_acts(context, "medium", medium, _carried(context, medium), "f.volume = ?", (medium,))
    if mail:
        return _of_acts(
            context,
            "mail",
            mail,
            _sent(context, mail),
            "f.path in (?, ?)",
            (os.fsencode(mail), os.fsencode(os.path.abspath(mail))),
        )
    if asked.get("suspicion"):
        if wanted:
            return _of_points(context, "suspicion", f"p.state = 'open' and p.family in ({_marks(wanted)})", wanted)
        return _of_points(context, "suspicion", "p.state = 'open'", ())
    if wanted:
        return _of_families(context, wanted)
    if asked.get("incident"):
        return _of_entry(context, str(asked["incident"]))
    raise FormRefused("incident_from_what")


def registered(context: Context, number: str) -> tuple[Contract, Incident]:
    """The entry of the register of incidents with this number; raises ``FormRefused``."""
    for contract in context.contracts():
        for entry in contract.incident:
            if alike(entry.id) == alike(number):
                return contract, entry
    raise FormRefused("no_such_incident", number=number)


def _of_entry(context: Context, number: str) -> Affected:
    """What the register says that an incident is about: its points, else its originals; neither may be known yet."""
    contract, entry = registered(context, number)
    if entry.points:
        marks = _marks(list(entry.points))
        found = _of_points(context, "incident", f"p.id in ({marks})", tuple(entry.points), contract.id)
        found.contracts = {contract.id}
    elif entry.scope:
        found = _of_families(context, entry.scope)
        found.source = "incident"
    else:
        found = Affected("incident")
    found.contracts.add(contract.id)
    return found


def _of_points(
    context: Context, source: str, condition: str, values: tuple[object, ...], contract: str = ""
) -> Affected:
    """Points that the condition names, of the ``contract``, else of the one that the paper is for: whoever types a number into a
    register, or at a command, is told nothing of a point of other people's. A point of which nobody can tell whose it is (a list in a
    shared folder) belongs where somebody names it; no suspicion of a contract's takes it along."""
    limit, mine = (about if source == "suspicion" else of_no_other)(contract or context.contract)
    rows = context.reader.rows(_FILES.format(tables=_OF_POINTS, condition=f"{condition} and {limit}"), (*values, *mine))
    if source == "point" and not rows:
        raise FormRefused("no_such_point", number=values[0])
    found = Affected(source)
    for row in rows:
        found.points.append(row["id"])
        found.codes.add(row["code"])
        found.contracts |= _contracts(context, row["id"])
    _count(context, found, [(row, row["family"] or "") for row in rows if row["file"] is not None], {})
    return found


def _contracts(context: Context, point: int) -> set[str]:
    """Contracts that a point is about, of those that the paper may name."""
    rows = context.reader.rows("select contract from point_contracts where point = ?", (point,))
    return {row["contract"] for row in rows if context.contract in ("", row["contract"])}


def _of_families(context: Context, wanted: tuple[str, ...]) -> Affected:
    known = {f.original.family: f for f in context.families()}
    for name in wanted:
        if name not in known:
            raise FormRefused("no_such_original", number=name)
    found = Affected("family")
    rows: list[tuple[Any, str]] = []
    for name in wanted:
        rows += [
            (row, name)
            for row in _files(context, [place.file_id for place in (*known[name].live, *known[name].registered)])
        ]
    _count(context, found, rows, dict.fromkeys(wanted, 0))
    return found


def _of_acts(
    context: Context,
    source: str,
    name: str,
    acts: list[tuple[Contract, Act]],
    condition: str,
    values: tuple[object, ...],
) -> Affected:
    """What an entry of a register says went along, and what was met on the medium or in the mail itself; what is of another contract
    alone stays out of a paper for one."""
    limit, mine = files_of_no_other(context.contract)
    rows = context.reader.rows(_FILES.format(tables=_OF_FILES, condition=f"{condition} and {limit}"), (*values, *mine))
    listed = [
        m for m in (context.policy.medium if context.policy else ()) if source == "medium" and name in (m.id, m.serial)
    ]
    if not (rows or acts or listed):
        raise FormRefused(f"no_such_{source}", number=name)
    found = Affected(source)
    holders: dict[int, str] = {}
    for family in context.families():
        for place in family.live:
            holders.setdefault(place.file_id, family.original.family)
    declared: dict[str, int] = {}
    for contract, act in acts:
        found.contracts.add(contract.id)
        found.entries.append(_told(act))
        count = getattr(act, "count", None) or 0
        found.declared = max(found.declared, count)
        found.encrypted = act.encrypted if found.encrypted is None else found.encrypted and act.encrypted
        for family_name in act.scope:
            declared[family_name] = max(declared.get(family_name, 0), count if len(act.scope) == 1 else 0)
    for medium in listed:
        state = "暗号化あり" if medium.encrypted else "暗号化なし"
        found.entries.append(f"媒体 {medium.id}({medium.kind} {medium.maker}、製造番号 {medium.serial}、{state})")
        found.encrypted = medium.encrypted if found.encrypted is None else found.encrypted and medium.encrypted
    _count(context, found, [(row, holders.get(row["file"], "")) for row in rows], declared)
    return found


def _carried(context: Context, name: str) -> list[tuple[Contract, Act]]:
    """Entries about a medium by its number, its serial number, or their own number."""
    serials = {m.serial for m in (context.policy.medium if context.policy else ()) if name in (m.id, m.serial)}
    return [
        (contract, act)
        for contract in context.contracts()
        for acts in (contract.carryout, contract.transport)
        for act in acts
        if name in (act.id, act.medium, act.serial) or (act.serial and act.serial in serials)
    ]


def _sent(context: Context, name: str) -> list[tuple[Contract, Act]]:
    return [(contract, act) for contract in context.contracts() for act in contract.transfer if act.id == name]


def _told(act: Act) -> str:
    if isinstance(act, Transfer):
        return f"{wareki(act.date)}に{act.means or '(手段の記載なし)'}で{act.recipient}へ送信・送付した記録({act.id})"
    if isinstance(act, Transport):
        arrived = f"{wareki(act.received_on)}に到着" if act.received_on else "到着の記録なし"
        return f"{wareki(act.departed_on)}に発送した運搬の記録({act.id}、{arrived})"
    back = f"{wareki(act.returned_on)}に返却" if act.returned_on else f"返却予定 {wareki(act.due)}、返却の記録なし"
    return f"{wareki(act.starts)}の持出しの記録({act.id}、{back})"


def _count(context: Context, found: Affected, rows: Iterable[tuple[Any, str]], declared: dict[str, int]) -> None:
    """Places, kinds, persons of the files (with the family of each), and of families that a register names (with their number)."""
    families = {f.original.family: f for f in context.families()}
    spread: dict[str, tuple[int, int]] = {}
    for name, count in declared.items():
        if name in families:
            _named(found, families[name])
            original = families[name].original
            found.entities.update(original.entities)
            least = original.persons_min if found.source == "family" else min(count, original.persons_max or count)
            spread[name] = (least, max(original.persons_max, count))
        elif count:
            spread[name] = (count, count)
    met: set[int] = set()
    for row, name in rows:
        if row["file"] in met:
            continue  # a file with several points is one place
        met.add(row["file"])
        found.places.append(f"{context.name(row['path'])}({wording.ground(row['ground'])})")
        found.hosts.add(row["host"] or context.view().host)
        found.since = min(filter(None, (found.since, row["first_seen"])))
        found.last = max(found.last, row["last_seen"])
        family = families.get(name)
        if family is not None:
            _named(found, family)
            low, high = spread.get(name, (0, 0))
            most = min(row["persons_max"] or 0, family.original.persons_max) or family.original.persons_max
            spread[name] = (max(low, min(row["persons_min"] or 0, most)), max(high, most))
            found.elsewhere += family.original_at is not None and family.original_at.file_id != row["file"]
        else:
            spread[f"content:{row['content_id']}"] = (row["persons_min"] or 0, row["persons_max"] or 0)
        for (entity,) in context.reader.db.execute(
            "select distinct entity from findings where content_id = ? and about = 'person'", (row["content_id"],)
        ):
            found.entities.add(entity)
    found.fewest = max((low for low, _ in spread.values()), default=0)
    found.most = sum(high for _, high in spread.values())


def _named(found: Affected, family: Family) -> None:
    found.families.add(family.original.family)
    found.contracts.add(family.original.contract)


def _files(context: Context, numbers: list[int]) -> list[Any]:
    rows: list[Any] = []
    for at in range(0, len(numbers), _MOST):
        some = numbers[at : at + _MOST]
        rows += context.reader.rows(_FILES.format(tables=_OF_FILES, condition=f"f.id in ({_marks(some)})"), tuple(some))
    return rows


def _marks(values: tuple[object, ...] | list[int]) -> str:
    return ",".join("?" * len(values))
