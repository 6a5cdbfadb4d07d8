"""What was looked at for a proof of absence, and what was not: roots, machines, agreed places, media, and whether it was compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from scanner import clock
from scanner.custody.session import lacking
from scanner.duties import swept
from scanner.duties.compared import Uncompared, uncompared
from scanner.duties.interface import covers
from scanner.duties.swept import Swept
from scanner.inventory import coverage
from scanner.inventory.coverage import Coverage
from scanner.policy.models import Contract
from scanner.report.forms.interface import Context, FormRefused, wareki, wareki_moment

_NAMED = 5
"""Machines of one place that are named; of more their number is told."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was looked at since the disposal or return, and what was not."""

    covered: Coverage
    hosts: tuple[str, ...]
    """Machines that were not heard of since: registered ones, terminals of this hub, and those that the contract's places name. A terminal
    that is not approved counts as not heard."""
    places: tuple[str, ...]
    """Agreed places that were not gone through since on a machine that they are on."""
    media: tuple[str, ...]
    """Media that are out, or under way and not received: nobody has looked at them since."""
    keys: bool
    """Whether the key of the contract is there, without which no copy can be recognised on this machine."""
    uncompared: tuple[Uncompared, ...] = ()
    """Machines that did not compare all that they read with these originals."""
    swept: tuple[Swept, ...] = ()
    """Agreed places that were gone through since."""

    @property
    def gaps(self) -> int:
        """Everything that was not looked at, in one number."""
        named = len(self.hosts) + len(self.places) + len(self.media) + (not self.keys)
        return self.covered.gaps + named + sum(one.number for one in self.uncompared)

    def of(self, family: str) -> Sweep:
        """The same for one of the originals alone."""
        return replace(self, uncompared=tuple(one for one in self.uncompared if family in one.families))

    @property
    def tried(self) -> str:
        """Between which moments the roots were gone through."""
        ended = [root.walked for root in self.covered.roots if root.walked]
        return f"{wareki_moment(min(ended))} から {wareki_moment(max(ended))}" if ended else ""


def sweep_of(context: Context, contract: Contract, since: date | None, families: Collection[str]) -> Sweep:
    """The coverage as it is now, of what was last met on or after ``since``, and how far it was compared with ``families``. Raises
    ``FormRefused`` where nothing was gone through since."""
    moment = clock.begin_of(since) if since else ""
    covered = coverage.of(context.reader.db, since=moment)
    if all(not root.walked or root.walked < moment for root in covered.roots):
        raise FormRefused("no_sweep", contract=contract.id, since=wareki(since) or "—")
    view, base = context.view(), context.asked.get("base")
    hosts = swept.unswept_hosts(view, contract, since)
    here = any(not root.host for root in covered.roots)
    lost = lacking(context.reader.db, context.keys) if context.keys and here else ()
    places = swept.Places(view, covered, moment, Path(base) if base else None, hosts)
    return Sweep(
        covered,
        tuple(hosts),
        tuple(places.unswept(contract)),
        _out(context, contract),
        contract.id not in lost,
        tuple(u for u in uncompared(view, covered, families, hosts) if u.host or contract.id not in lost),
        tuple(places.swept(contract)),
    )


def _out(context: Context, contract: Contract) -> tuple[str, ...]:
    """Media of the contract's registers that are away today with data of it and were not cleared. Those about which a point is open
    are counted among the open points, and not twice."""
    wanted = tuple(context.asked.get("family") or ())
    told = {
        row["subject"]
        for row in context.reader.rows(
            "select subject from points where state = 'open' and contract = ? and subject is not null", (contract.id,)
        )
    }

    def about(subject: str, scope: tuple[str, ...]) -> bool:
        return subject not in told and (not wanted or any(covers(scope, name) for name in wanted))

    carried = [
        f"持出し {e.id}({wareki(e.due)} 返却予定)"
        for e in contract.carryout
        if e.starts <= context.today
        and e.returned_on is None
        and e.erased_on is None
        and about(f"carryout:{e.id}", e.scope)
    ]
    sent = [
        f"運搬 {e.id}({wareki(e.due)} 到着予定)"
        for e in contract.transport
        if e.departed_on <= context.today
        and e.received_on is None
        and e.erased_on is None
        and about(f"transport:{e.id}", e.scope)
    ]
    return (*carried, *sent)


def not_compared(one: Uncompared) -> tuple[str, str]:
    """The machine, and what is to be done."""
    told = "読み取ったファイルの照合が済んでいません" if one.contents else "この原本との照合の報告がありません"
    return one.host or "この端末", f"{told}(次の検査で照合します)" if one.contents else told


def gone_through(found: Sequence[Swept]) -> list[str]:
    """Places with the machines that went through them, when, and what they could not look at there."""
    by_place: dict[str, list[Swept]] = {}
    for one in found:
        by_place.setdefault(one.place, []).append(one)
    told = []
    for place, machines in by_place.items():
        gaps = sum(one.gaps for one in machines)
        names = [f"{one.host or 'この端末'} {_when(one)}" for one in machines[:_NAMED]]
        names += [f"ほか {len(machines) - _NAMED} 台"] if len(machines) > _NAMED else []
        told.append(f"{place}({'、'.join(names)}{f'、うち未検査 {gaps} 件' if gaps else ''})")
    return told


def _when(one: Swept) -> str:
    return f"{wareki_moment(one.walked)}{f' 第{one.scan}回' if one.scan else ''}"
