"""帳票2 取扱記録簿: the handling record in order, with gaps of the watch as entries."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from scanner import clock
from scanner.messages import t
from scanner.model import display
from scanner.policy.models import Contract
from scanner.report import wording
from scanner.report.forms.interface import Context, Form, wareki_moment

COLUMNS = (
    "番号", "日時", "端末", "場所", "アカウント", "従事者番号", "行為", "契約番号", "台帳番号", "対象", "移動先", "本人数", "事務種別", "処理事由",
    "承諾・持出番号", "確認者", "記録の別",
)  # fmt: skip
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
    beside = _Beside(context)
    own = {f.original.family for f in context.families()} if context.contract else None
    for entry in found:
        details = json.loads(entry["details"])
        persons = details.get("persons")
        contract = beside.contracts.get(entry["contract"] or "")
        why, people = beside.said(details)
        rows.append(
            (
                entry["seq"],
                wareki_moment(entry["at"]),
                entry["host"],
                beside.place(details),
                entry["account"],
                _worker(contract, entry["account"], clock.day_of(entry["at"])),
                t("ledger_kind." + entry["kind"]),
                entry["contract"] or "",
                entry["family"] if own is None or entry["family"] in own else "(他の契約)" if entry["family"] else "",
                context.name(details["path"]) if "path" in details else "",
                context.name(details["to"]) if "to" in details else "",
                wording.persons(*persons) if persons else "",
                contract.title if contract else "",
                why,
                beside.number(details),
                people,
                "申告" if entry["kind"] in _DECLARED else "自動",
            )
        )
    total = context.reader.rows("select count(*) as n from ledger")[0]["n"]
    notes = [
        f"取扱記録は全 {total:,} 件です。スキャンと要確認の記録は除いています。",
        "閲覧は、端末の監査機能が有効な場合を除き、記録されません。",
        "場所と承諾・持出番号は、今もその所在にあるものについて、作成日現在の照合によります。処理事由は、申告又は決定の理由です。",
    ]
    return Form("2", "取扱記録簿", COLUMNS, rows, notes, entries=[entry["seq"] for entry in found])


class _Beside:
    """What else is known of what an entry of the record is about: places, consents, and what people said."""

    def __init__(self, context: Context) -> None:
        self.contracts = {c.id: c for c in context.policy.contract} if context.policy else {}
        mine = {c.id for c in context.contracts()}
        self._places: dict[str, str] = {}
        for row in context.reader.rows("select path, contract, rule from files where gone is null and rule <> ''"):
            other = bool(context.contract) and row["contract"] not in mine
            self._places[display(bytes(row["path"]))] = "(他の契約の場所)" if other else row["rule"]
        self._numbers = {
            at.path: number
            for f in context.families()
            for at in f.live
            if (number := f.carried.get(at.file_id) or f.covered.get(at.file_id))
        }
        self._said: dict[int, tuple[str, str]] = {}
        for row in context.reader.rows(
            "select point_id, at, by, '' as reviewer, reason from declarations union all"
            " select cast(point_id as integer), at, by, reviewer, reason from decisions order by at"
        ):
            people = "、".join(filter(None, (row["by"], row["reviewer"])))
            self._said[row["point_id"]] = (row["reason"], people)

    def place(self, details: dict[str, Any]) -> str:
        """The place of the file, or of where it went."""
        return self._places.get(str(details.get("to") or details.get("path", "")), "")

    def number(self, details: dict[str, Any]) -> str:
        """The consent or the entry that permits the file to be where it is, as the entry says or as it stands today."""
        told = details.get("consent") or self._numbers.get(str(details.get("to") or details.get("path", "")), "")
        return str(told)

    def said(self, details: dict[str, Any]) -> tuple[str, str]:
        """Reason and people of what was said of a point; of another act its people, where the entry names them."""
        point = details.get("point")
        if isinstance(point, int):
            return self._said.get(point, ("", ""))
        people = [str(details[k]) for k in ("by", "reviewer", "custodian", "accepted_by") if details.get(k)]
        return "", "、".join(people)


def _worker(contract: Contract | None, account: str, day: date) -> str:
    found = contract.worker_of(account, day) if contract and account else None
    return found.id if found else ""


def _of(context: Context) -> tuple[str, tuple[str, ...]]:
    """Entries of the contract that was asked for and of its families: a form for one entruster says nothing of another."""
    if not context.contract:
        return "1", ()
    names = [f.original.family for f in context.families()]
    marks = ",".join("?" * len(names))
    return f"(contract = ? or family in ({marks}))", (context.contract, *names)
