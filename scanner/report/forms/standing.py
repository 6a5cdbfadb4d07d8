"""How an entry of a register stands, said affirmatively: what is done is told as done, and only what is not as not.

An open point about the entry is told first, with its number. Without one the entry's own dates speak: that no point is open says
nothing about whether two people checked or whether a medium arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.policy.acts import Instruction, Transfer, Transport
from scanner.policy.models import Carryout, Contract, Worker
from scanner.policy.persons import known_as
from scanner.report.forms.interface import Context

Said = Callable[[Context, Contract, Any], str]
Column = tuple[str, Callable[[Context, Contract, Any], object]]
CHECK = "・要確認"
_DECIDED = {"accepted": "受容", "false_alarm": "誤検知"}


def column(label: str, code: str, subject: str, said: Said) -> Column:
    """A column that tells how entries stand: the open point of that code about the entry, else what ``said`` makes of it."""

    def value(context: Context, contract: Contract, entry: Any) -> object:
        rows = context.reader.rows(
            "select id, state, closed_why from points where code = ? and subject = ? and contract = ? order by state desc, id desc",
            (code, f"{subject}:{entry.id}", contract.id),
        )
        if rows and rows[0]["state"] == "open":
            return f"要確認({rows[0]['id']})"
        told = said(context, contract, entry)
        decided = next((r for r in rows if r["closed_why"] in _DECIDED), None) if told.endswith(CHECK) else None
        if decided is not None:
            return f"{told.removesuffix(CHECK)}({_DECIDED[decided['closed_why']]}: {decided['id']})"
        return told

    return label, value


def carried(context: Context, _: Contract, entry: Carryout) -> str:
    """持出し (第6)."""
    if entry.returned_on and entry.erased_on:
        return "返却・消去確認済"
    if entry.returned_on:
        return f"返却済、消去の確認なし{CHECK}"
    return f"返却期限超過{CHECK}" if entry.due < context.today else "持出中(期限内)"


def met(context: Context, contract: Contract, entry: Carryout) -> str:
    """Files of the contract's originals that scans have met on the medium, and those of them that this entry answers for."""
    if not entry.serial:
        return "照合できません(製造番号の記載なし)"
    mine = [f for f in context.families() if f.original.contract == contract.id]
    there = {at.file_id for f in mine for at in f.live if at.volume == entry.serial}
    answered_for = {file_id for f in mine for file_id, number in f.carried.items() if number == entry.id}
    if not there and not answered_for:
        return "媒体での観測なし"
    return f"媒体での観測 {len(there | answered_for)} 件、うちこの登録に当たるもの {len(answered_for)} 件"


def checked(_: Context, contract: Contract, entry: Transfer) -> str:
    """二者確認 (第7③): one person under two names is one."""
    people = {known_as(contract, name) for name in (entry.checker1, entry.checker2) if name}
    if len(people) == 2:
        return "済(異なる二人)"
    return f"一人だけ{CHECK}" if people else f"確認者の記載なし{CHECK}"


def arrived(context: Context, _: Contract, entry: Transport) -> str:
    """運搬 (第18)."""
    if entry.received_on:
        return {"match": "到着・照合一致", "differs": f"到着・照合不一致{CHECK}"}.get(
            entry.arrival, f"到着、照合の記録なし{CHECK}"
        )
    return f"未着(期限超過){CHECK}" if entry.due < context.today else "運搬中(期限内)"


def answered(context: Context, _: Contract, entry: Instruction) -> str:
    """指示・報告要求 (第16)."""
    if entry.answered_on:
        return "回答済" if not entry.due or entry.answered_on <= entry.due else "回答済(期限後)"
    if entry.due is None:
        return "期限の定めなし"
    return f"期限超過{CHECK}" if entry.due < context.today else "期限内"


def left(context: Context, _: Contract, entry: Worker) -> str:
    """離任者の保有 (第4)."""
    if entry.active(context.today) or not entry.ends or entry.ends >= context.today:
        return "在任中"
    return "観測なし(離任時確認済)" if entry.left_checked_on else f"観測なし、離任時の確認なし{CHECK}"
