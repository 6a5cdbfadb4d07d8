"""Which 残存確認 speaks of which originals: one that looked for others says nothing of these."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import date
from sqlite3 import Row

from scanner import clock
from scanner.duties import residue
from scanner.policy.models import Contract
from scanner.report.forms.interface import Context

NONE = "未実施"
ABSENT = "検査範囲に残存なし"
"""How the verdict begins that nothing is left."""
_UNSEEN = re.compile(r"未検査 [1-9]\d* 件")


def told(context: Context, contract: Contract, families: Collection[str], since: date | None) -> str:
    """The last 残存確認 on or after ``since`` that looked for all of ``families``, and what it says of them.

    One that looked for exactly these is told by its verdict. Of one that looked for more, the verdict may be about the others: then what
    is left of these today is told.
    """
    wanted = set(families)
    rows = context.reader.rows(
        "select id, at, contract, families, verdict from sweeps where contract = ? order by id desc", (contract.id,)
    )
    for row in rows:
        looked_for = set(json.loads(row["families"]))
        if not wanted <= looked_for or (since is not None and clock.day_of(row["at"]) < since):
            continue
        if looked_for == wanted:
            return f"{_number(context, row)} {row['verdict']}"
        found = residue.of(context.view(), contract, tuple(sorted(wanted)))
        number = len(found.held) + len(found.few) + len(found.open)
        return f"{_number(context, row)}に含む。この対象の{_left(number, row['verdict'])}"
    return NONE


def _left(number: int, verdict: str) -> str:
    """What is left of originals that were looked for among others. What that one left unseen, and nobody accepted, is unseen of these too."""
    unseen = None if verdict.startswith(ABSENT) else _UNSEEN.search(verdict)
    if unseen and not number:
        return f"残存は未確認({unseen[0]})"
    return f"残存・未了 {number} 件" if number else "残存なし"


def _number(context: Context, row: Row) -> str:
    """The document number of the letter that was made of it, the first since; where it had none, its number among all of them."""
    letters = context.reader.rows(
        "select document from papers where form = '9c' and contract = ? and at >= ?"
        " and not exists (select 1 from sweeps s where s.id > ? and s.at <= papers.at) order by id limit 1",
        (row["contract"], row["at"], row["id"]),
    )
    return letters[0]["document"] if letters else f"第{row['id']}号"
