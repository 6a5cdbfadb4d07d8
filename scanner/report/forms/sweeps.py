"""Which 残存確認 speaks of which originals: one that looked for others says nothing of these."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date

from scanner import clock
from scanner.duties import residue
from scanner.policy.models import Contract
from scanner.report.forms.interface import Context

NONE = "未実施"


def told(context: Context, contract: Contract, families: Collection[str], since: date | None) -> str:
    """The last 残存確認 on or after ``since`` that looked for all of ``families``, and what it says of them.

    One that looked for exactly these is told by its verdict. Of one that looked for more, the verdict may be about the others: then what
    is left of these today is told.
    """
    wanted = set(families)
    rows = context.reader.rows(
        "select id, at, families, verdict from sweeps where contract = ? order by id desc", (contract.id,)
    )
    for row in rows:
        looked_for = set(json.loads(row["families"]))
        if not wanted <= looked_for or (since is not None and clock.day_of(row["at"]) < since):
            continue
        if looked_for == wanted:
            return f"第{row['id']}号 {row['verdict']}"
        found = residue.of(context.view(), contract, tuple(sorted(wanted)))
        number = len(found.held) + len(found.few) + len(found.open)
        return f"第{row['id']}号に含む。この対象の{f'残存・未了 {number} 件' if number else '残存なし'}"
    return NONE
