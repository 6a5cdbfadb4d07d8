"""Judging again what a scan did not come by: places after another policy was used, and points that an earlier version closed
because a run that knew no policy could not tell their place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from scanner.inventory import ledger, points
from scanner.inventory.scope import Scope
from scanner.model import WEAK, Ground, Verdict, VerdictKind, display

Judging = Callable[[bytes, Ground], Verdict]
Codes = Callable[[Verdict, bool], tuple[str, ...]]
"""Points that a verdict raises, for a file with personal data or without."""
_WEAK = ", ".join(f"'{entity}'" for entity in WEAK)
_PERSONAL = f"exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person' and n.entity not in ({_WEAK}))"  # noqa: S608


class Again(NamedTuple):
    """A point that was judged again."""

    point: int
    code: str
    path: str
    result: str
    """``open``, ``decided`` (people keep it quiet), ``closed``, ``gone``."""


def places(db: sqlite3.Connection, scope: Scope, verdict: Judging, codes: Codes, moment: str) -> None:
    """Files of this machine that the policy in force has not judged yet. Media are judged only where they are met: they may
    stand under another name now. Only of files that this policy has judged before new points are opened: others may lie below
    roots that nobody asked it to look at."""
    rows = db.execute(
        f"select f.id, f.path, f.ground, f.verdict, f.contract, f.rule, f.consent, f.volume, f.policy, {_PERSONAL} from files f"  # noqa: S608
        " where f.gone is null and f.host = '' and f.policy is not ? and f.ground <> 'removable'",
        (scope.policy,),
    ).fetchall()
    same: list[int] = []
    for number, path, ground, *standing, volume, policy, personal in (tuple(row) for row in rows):
        found = verdict(bytes(path), Ground(ground))._replace(volume=volume)
        if [found.kind.value, found.contract, found.rule, found.consent] == standing:
            same.append(number)
        else:
            db.execute(
                "update files set verdict = ?, contract = ?, rule = ?, consent = ?, policy = ? where id = ?",
                (found.kind.value, found.contract, found.rule, found.consent, scope.policy, number),
            )
        in_place = found.kind is VerdictKind.IN_PLACE
        mine = policy in scope.same or (policy is None and standing[0] != VerdictKind.NO_POLICY.value)
        raised = codes(found, bool(personal))
        points.of_verdict(db, number, raised, scope, moment, in_place=in_place, opening=mine)
    db.executemany("update files set policy = ? where id = ?", ((scope.policy, number) for number in same))


def closed_blindly(db: sqlite3.Connection, scope: Scope, codes: Codes, moment: str) -> list[Again]:
    """Points that earlier versions closed because the place was judged otherwise; once, and told in the record."""
    found: list[Again] = []
    for number, code, file_id, path, gone, kind, personal in db.execute(
        f"select p.id, p.code, f.id, f.path, f.gone, f.verdict, {_PERSONAL} from points p"  # noqa: S608
        " join files f on f.id = p.file_id where p.again = 1 order by p.id"
    ).fetchall():
        result = "gone" if gone else "closed"
        standing = Verdict(VerdictKind(kind), Ground.FIXED)
        if not gone and code in codes(standing, bool(personal)):
            points.of_verdict(db, file_id, codes(standing, bool(personal)), scope, moment)
            open_ = db.execute(
                "select 1 from points where file_id = ? and code = ? and state = 'open'", (file_id, code)
            ).fetchone()
            result = "open" if open_ else "decided"
        db.execute("update points set again = 0 where id = ?", (number,))
        found.append(Again(number, code, display(bytes(path)), result))
    if found:
        ledger.append(db, "points_judged_again", results=[[a.point, a.code, a.result] for a in found])
    return found
