"""``decisions.csv``: every decision that keeps a fact quiet, those by a pattern first, with what its signatures are worth."""

from __future__ import annotations

import json
from typing import Any

from scanner.inventory.people import checks, standing
from scanner.report.forms.interface import Context

_STANDING = {standing.SIGNED: "署名 確認済", standing.UNSIGNED: "署名なし", standing.BROKEN: "署名と不一致・要確認"}
_TOGETHER = {
    "": "",
    "account": "二人とも同じ端末の同じアカウントから10分以内",
    "machine": "二人とも同じ端末から10分以内",
}
COLUMNS = (
    "番号", "区分", "対象", "理由", "決めた人", "確認者", "決定日時", "期限", "取消日時", "形の上限(件)", "上限超過", "署名", "備考",
)  # fmt: skip


def rows(context: Context) -> list[tuple[object, ...]]:
    """With the heading. Of a contract: its own decisions, and those that no contract has."""
    found: list[tuple[object, ...]] = [COLUMNS]
    standings = standing.Standings(context.reader.db)
    for row in context.reader.rows(f"{standing.SELECT} order by s.pattern is null, s.id"):
        contract, together = _entry(context, row)
        if context.contract and contract not in ("", context.contract):
            continue
        target = context.name(row["path"]) if row["path"] else row["subject"]
        if row["pattern"]:
            target = f"(形による){context.name(row['pattern'])}"
        found.append(
            (
                row["id"],
                row["code"],
                target,
                row["reason"],
                row["by"],
                row["reviewer"],
                row["made"],
                row["expires"],
                row["revoked"] or "",
                row["most"] or "",
                row["exceeded"] or "",
                _STANDING[standings.of(row)],
                _TOGETHER[together],
            )
        )
    return found


def _entry(context: Context, row: Any) -> tuple[str, str]:
    """(contract, whether both signed from one place within minutes) by the entry of the record."""
    if not str(row["entry"] or "").isdigit():
        return row["contract"] or "", ""
    wanted = context.reader.rows(
        "select seq, at, host, account, contract, kind, details from ledger where seq = ?", (int(row["entry"]),)
    )
    if not wanted:
        return row["contract"] or "", ""
    entry = wanted[0]
    told = json.loads(entry["details"])
    both = [checks.Entry(entry["seq"], entry["at"], entry["host"], entry["account"], told)]
    first = context.reader.rows(
        "select seq, at, host, account from ledger where kind = 'decision_proposed' and seq < ?"
        " and json_extract(details, '$.said.nonce') = ?",
        (entry["seq"], told["said"]["nonce"]),
    )
    both += [checks.Entry(r["seq"], r["at"], r["host"], r["account"], {}) for r in first] or both
    one_signer = len(told.get("signatures", {})) < 2
    return entry["contract"] or row["contract"] or "", "" if one_signer else checks.together(both)
