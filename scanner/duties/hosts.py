"""第10二: machines that the register does not know, that are no longer heard of, and gaps in their record."""

from __future__ import annotations

import fnmatch
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from scanner import clock
from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact
from scanner.model import WEAK
from scanner.paths.shares import share
from scanner.policy.models import Host

CODES = ("F10-LOG-GAP", "F10-SILENT", "F10-UNKNOWN-HOST")
_SILENT = int(Host.model_fields["silent_days"].default)
"""Days that a machine which no register names may be silent."""
_APPROVED = "approved"
_MANY = frozenset("*?[")
GAP = timedelta(days=1)
"""An agent that stood longer than this left a gap in the record."""


def duties(view: View) -> Iterable[Duty]:
    """The duties of this module."""
    return (Hosts(view),)


class Hosts:
    """The register of machines against the machines that were heard of; nothing is compared while it is empty."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._files: Counter[str] = Counter()

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """Counts files with personal data on each machine."""
        self._files[self._view.host_of(file).lower()] += 1
        yield from ()

    def counted(self) -> None:
        """The same for all files at once, for who asks for nothing else of them."""
        marks = ", ".join("?" * len(WEAK))
        rows = self._view.db.execute(
            "select f.host, count(*) from files f where f.gone is null and exists (select 1 from findings n"  # noqa: S608  # only marks are put in
            f" where n.content_id = f.content_id and n.about = 'person' and n.entity not in ({marks})) group by f.host",
            tuple(WEAK),
        )
        for host, number in rows:
            self._files[(host or self._view.host).lower()] += int(number)

    def finish(self) -> Iterator[Fact]:
        """Unknown, silent, and with gaps."""
        registered = self._view.policy.host
        today = self._view.today
        last = heard(self._view)
        others = _others(self._view)
        ids = {name for h in registered for name in (h.id.lower(), h.id.lower().partition(".")[0])}
        for host in sorted({*self._files, *others} if registered else ()):
            if not any(fnmatch.fnmatchcase(_machine(host), name) for name in ids):
                met = {"met_in": sorted(others[host])} if host in others else {}
                working = {"host": host, "files": self._files[host], **met}
                yield Fact("F10-UNKNOWN-HOST", None, f"host:{host}", "", "", working)
        for entry in registered:
            if (entry.ends and entry.ends < today) or (entry.starts and entry.starts > today) or "*" in entry.id:
                continue
            at = last.get(entry.id.lower())
            if at is None or (today - at).days > entry.silent_days:
                working = {"host": entry.id, "last": at.isoformat() if at else "", "days": entry.silent_days}
                yield Fact("F10-SILENT", None, f"host:{entry.id.lower()}", "", "", working)
        for host, gaps in sorted(self._gaps().items()):
            yield Fact(
                "F10-LOG-GAP", None, f"host:{host}", "", "", {"host": host, "gaps": gaps[:10], "count": len(gaps)}
            )

    def _gaps(self) -> dict[str, list[str]]:
        """Gaps since the access record was last looked at by a person (点検・調査 of the kind ``log``)."""
        reviews = [i.date for c in self._view.policy.contract for i in c.inspection if i.kind == "log"]
        since = max((d for d in reviews if d <= self._view.today), default=date.min)
        gaps: dict[str, list[str]] = {}
        for host, found in gaps_of(self._view).items():
            fresh = [g for g in found if clock.day_of(g) > since and clock.day_of(g) <= self._view.today]
            if fresh:
                gaps[host] = fresh
        return gaps


def heard(view: View) -> dict[str, date]:
    """The last day on which each machine left an entry, by its name in small letters. A terminal of a hub that waits, is stopped or is
    revoked keeps no machine from being silent, and neither does the hub's own record, if a terminal has the name of its machine."""
    last: dict[str, date] = {}
    states = _states(view)
    end = clock.begin_of(view.today + timedelta(days=1))  # a clock that ran ahead was heard at no such moment
    found = [
        *view.db.execute(
            "select host, max(at), '' from ledger where kind <> 'merged' and at < ? group by host", (end,)
        ),
        *view.db.execute("select host, heard, state from hosts where heard < ?", (end,)),
    ]
    for host, at, state in found:
        name = (host or view.host).lower()
        if at and (name not in states or state) and states.get(name, True):
            last[name] = max(last.get(name, date.min), clock.day_of(at))
    return last


def not_heard(view: View, since: date | None) -> list[str]:
    """Machines of which nobody knows how they stand: registered ones and those of a hub's or merged inventory that were not heard on or
    after ``since`` (without a day: for as long as the register lets them be silent), terminals that never told what they hold, and those that
    are not approved, until the register says that the machine ended. What stands in the inventory of them is how they were."""
    last = heard(view)
    entries = {entry.id.lower(): entry for entry in view.policy.host if "*" not in entry.id}
    found: dict[str, str] = {}
    for name, entry in entries.items():
        at = last.get(name)
        if (not entry.ends or entry.ends >= view.today) and (at is None or (since is not None and at < since)):
            found[name] = entry.id
    told = _told(view)
    for name, host in machines(view).items():
        known = entries.get(name)
        if known is not None and known.ends and known.ends < view.today:
            continue
        at = last.get(name)
        first = since or view.today - timedelta(days=known.silent_days if known else _SILENT)
        if at is None or at < first or name not in told:
            found.setdefault(name, host)
    return sorted(found.values())


def machines(view: View) -> dict[str, str]:
    """Other machines of a hub's or merged inventory by their names in small letters: those that told anything, and those that a hub knows
    besides, whether or not they were let in."""
    tables = ("hub_applied", "hosts", "roots")
    found = [str(host) for table in tables for (host,) in view.db.execute(f"select distinct host from {table}")]  # noqa: S608
    return {host.lower(): host for host in found if host}


def _others(view: View) -> dict[str, set[str]]:
    """Machines that a hub meets otherwise than by their files, and in what: its own terminals, places of the contracts, servers of their shares,
    journals of other products. Empty where there is no hub: an inventory of one machine knows of no other."""
    found: dict[str, set[str]] = {}
    states = _states(view)
    if not states:
        return found

    def met(name: str, where: str) -> None:
        short = name.partition(".")[0].lower()
        if short and not set(short) & _MANY and not short.isdecimal():
            found.setdefault(short, set()).add(where)

    for name, approved in states.items():
        if approved:
            met(_machine(name), "terminal")
    for contract in view.policy.contract:
        for place in contract.place:
            met(place.host or "", "place")
            server = share(place.unc or place.path or "", encoded=True)
            met(server.server if server is not None else "", "share")
    for (name,) in view.db.execute("select distinct host from outside"):
        met(str(name), "journal")
    return found


def _machine(name: str) -> str:
    """Without the mark of a second terminal of one name."""
    return name.partition("~")[0]


def _states(view: View) -> dict[str, bool]:
    """Whether the word of each terminal of a hub counts; machines that were merged have no state."""
    found: dict[str, bool] = {}
    for host, state in view.db.execute("select host, state from hosts where state <> ''"):
        found[host.lower()] = found.get(host.lower(), True) and state == _APPROVED
    return found


def _told(view: View) -> frozenset[str]:
    """Machines with a root: of others nobody has told what was looked at there."""
    return frozenset(str(host).lower() for (host,) in view.db.execute("select distinct host from roots"))


def gaps_of(view: View) -> dict[str, list[str]]:
    """Ends of gaps and jumps of the clock by machine, as moments."""
    gaps: dict[str, list[str]] = {}
    stopped: dict[str, str] = {}
    for host, kind, at in view.db.execute(
        "select host, kind, at from ledger where kind in ('agent_on', 'agent_off', 'clock_jump') order by seq"
    ):
        name = host.lower()
        if kind == "clock_jump":
            gaps.setdefault(name, []).append(at)
        elif kind == "agent_off":
            stopped[name] = at
        elif name in stopped and _moment(at) - _moment(stopped.pop(name)) > GAP:
            gaps.setdefault(name, []).append(at)
    for host, text in view.db.execute("select host, gaps from hosts"):
        gaps.setdefault(host.lower(), []).extend(json.loads(text or "[]"))
    return {host: found for host, found in gaps.items() if found}


def _moment(text: str) -> datetime:
    return clock.moment_of(text)
