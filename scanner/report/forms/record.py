"""帳票2 取扱記録簿: the handling record in order, with gaps of the watch as entries."""

from __future__ import annotations

import json

from scanner.messages import t
from scanner.report import wording
from scanner.report.forms.interface import Context, Form, wareki_moment

COLUMNS = ("番号", "日時", "端末", "アカウント", "行為", "契約番号", "台帳番号", "対象", "移動先", "本人数", "記録の別")
_DECLARED = frozenset({"received", "declared", "key_made", "key_exported", "key_imported", "key_destroyed"})
_LEFT_OUT = frozenset({"scan_begun", "scan_ended", "point_opened", "point_closed"})
MOST = 100_000


def build(context: Context) -> Form:
    """The latest ``MOST`` entries; how many older ones there are stands below."""
    rows: list[tuple[object, ...]] = []
    marks = ",".join("?" * len(_LEFT_OUT))
    mine, values = _of(context)
    found = context.reader.rows(
        f"select * from (select * from ledger where kind not in ({marks}) and {mine} order by seq desc limit ?) order by seq",  # noqa: S608
        (*sorted(_LEFT_OUT), *values, MOST),
    )
    own = {f.original.family for f in context.families()} if context.contract else None
    for entry in found:
        details = json.loads(entry["details"])
        persons = details.get("persons")
        rows.append(
            (
                entry["seq"],
                wareki_moment(entry["at"]),
                entry["host"],
                entry["account"],
                t("ledger_kind." + entry["kind"]),
                entry["contract"] or "",
                entry["family"] if own is None or entry["family"] in own else "(他の契約)" if entry["family"] else "",
                context.name(details["path"]) if "path" in details else "",
                context.name(details["to"]) if "to" in details else "",
                wording.persons(*persons) if persons else "",
                "申告" if entry["kind"] in _DECLARED else "自動",
            )
        )
    total = context.reader.rows("select count(*) as n from ledger")[0]["n"]
    notes = [
        f"取扱記録は全 {total:,} 件です。スキャンと要確認の記録は除いています。",
        "閲覧は、端末の監査機能が有効な場合を除き、記録されません。",
    ]
    return Form("2", "取扱記録簿", COLUMNS, rows, notes, entries=[entry["seq"] for entry in found])


def _of(context: Context) -> tuple[str, tuple[str, ...]]:
    """Entries of the contract that was asked for and of its families: a form for one entruster says nothing of another."""
    if not context.contract:
        return "1", ()
    names = [f.original.family for f in context.families()]
    marks = ",".join("?" * len(names))
    return f"(contract = ? or family in ({marks}))", (context.contract, *names)
