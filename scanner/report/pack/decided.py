"""``decisions.csv``: every decision that keeps a fact quiet, those by a pattern first, with what its signatures are worth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from scanner import clock
from scanner.inventory.people import checks, standing
from scanner.report import wording
from scanner.report.forms.interface import NO_CONTRACT, Context

_STANDING = {standing.SIGNED: "署名 確認済", standing.UNSIGNED: "署名なし", standing.BROKEN: "署名と不一致・要確認"}
_TOGETHER = {
    "": "",
    "account": "二人とも同じ端末の同じアカウントから10分以内",
    "machine": "二人とも同じ端末から10分以内",
}
_BY_PATTERN = "(形による)"
COLUMNS = (
    "番号", "契約番号", "区分", "対象", "理由", "決めた人", "確認者", "決定日時", "期限", "取消日時", "形の上限(件)", "上限超過", "署名", "備考", "記録番号",
)  # fmt: skip


def rows(context: Context) -> list[tuple[object, ...]]:
    """With the heading. Of a contract: its own decisions, and those that no contract has."""
    moments = {"決定日時", "取消日時", "上限超過"}
    zone = clock.zone_name()
    found: list[tuple[object, ...]] = [tuple(f"{name}({zone})" if name in moments else name for name in COLUMNS)]
    standings = standing.Standings(context.reader.db)
    for row in context.reader.rows(f"{standing.SELECT} order by s.pattern is null, s.id"):
        contract, together = _entry(context, row)
        contracts = sorted({contract, *_contracts(context, row)} - {""})
        if context.contract and contracts and context.contract not in contracts:
            continue
        target = context.name(row["path"]) if row["path"] else wording.subject(row["subject"])
        if row["pattern"]:
            target = f"{_BY_PATTERN}{context.name(row['pattern'])}"
        found.append(
            (
                row["id"],
                "、".join(contracts) or NO_CONTRACT,
                row["code"],
                target,
                row["reason"],
                row["by"],
                row["reviewer"],
                clock.shown(row["made"]),
                row["expires"],
                clock.shown(row["revoked"]),
                row["most"] or "",
                clock.shown(row["exceeded"]),
                _STANDING[standings.of(row)],
                _TOGETHER[together],
                int(row["entry"]) if str(row["entry"] or "").isdigit() else "",
            )
        )
    return found


def _contracts(context: Context, row: Any) -> list[str]:
    """Contracts of the points that a decision is about, also by way of copies; none of one about a kind of points."""
    if row["pattern"]:
        return []
    about = "p.file_id = ?" if row["file_id"] else "p.file_id is null and p.subject = ?"
    rows = context.reader.rows(
        f"select distinct o.contract from points p join point_contracts o on o.point = p.id where p.code = ? and {about}",  # noqa: S608
        (row["code"], int(row["file_id"]) if row["file_id"] else row["subject"]),
    )
    return [r["contract"] for r in rows]


def by_pattern(decisions: Sequence[Sequence[object]]) -> list[Sequence[object]]:
    """Of ``rows`` the heading and those that keep many facts quiet at once."""
    at = COLUMNS.index("対象")
    return [row for n, row in enumerate(decisions) if n == 0 or str(row[at]).startswith(_BY_PATTERN)]


def entries(decisions: Sequence[Sequence[object]]) -> tuple[int, ...]:
    """Entries of the record that ``rows`` cite."""
    return tuple(number for row in decisions[1:] if isinstance(number := row[-1], int))


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
