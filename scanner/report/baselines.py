"""Baselines in words, and as a table of a pack."""

from __future__ import annotations

import sqlite3

from scanner.inventory import baseline
from scanner.inventory.baseline import Compared, Held
from scanner.inventory.people import agreements
from scanner.messages import t
from scanner.model import display
from scanner.printable import printable
from scanner.report import wording
from scanner.report.forms.interface import NO_CONTRACT, Context

STATES = {"waiting": "二人目待ち", "in_force": "有効", "expired": "期限切れ", "ended": "終了"}
_STANDS = {"new": "基準のあとに発生", "worse": "悪化", "same": "基準のまま", "gone": "解消"}


def sums(found: Compared) -> str:
    """One sentence: how many are new, worse, as accepted, gone."""
    numbers = t("list.separator").join(f"{a.number}({a.until})" for a in found.in_force)
    return t("baseline.sums", numbers=numbers, **{name: f"{n:,}" for name, n in found.counts.items()})


def line(db: sqlite3.Connection, name: str, held: Held) -> str:
    """One point that is ``new``, ``worse`` or ``gone``."""
    row = db.execute("select path from files where id = ?", (held.file_id,)).fetchone() if held.file_id else None
    shown = display(bytes(row[0])) if row else printable(wording.subject(held.subject))
    return t(f"baseline.line_{name}", point=held.point, code=held.code, word=wording.point_short(held.code), what=shown)


def rows(context: Context) -> list[tuple[object, ...]]:
    """``baseline.csv``: every baseline with its signers, then each accepted point and how it stands today."""
    found: list[tuple[object, ...]] = [
        ("区分", "番号", "契約番号", "対象", "件数・本人数", "状態", "署名", "期限", "理由"),
    ]
    db = context.reader.db
    told = baseline.compared(db, context.today)
    known = [
        a
        for a in agreements.load(db, agreements.BASELINE)
        if context.contract in ("", a.said["contract"]) or not a.said["contract"]
    ]
    for one in known:
        state = "署名と不一致" if one.number in told.broken else STATES[one.state(context.today)]
        folder = context.name(one.said["folder"]) if one.said["folder"] else "すべて"
        contract = one.said["contract"] or "すべて"
        signers = "・".join(filter(None, (one.by, one.second)))
        found.append(
            (
                "基準",
                one.number,
                contract,
                folder,
                one.said["points"],
                state,
                signers,
                one.until.isoformat(),
                one.reason,
            )
        )
    if not told.in_force:
        return found
    for name in ("new", "worse", "same", "gone"):
        for held in getattr(told, name):
            contracts = _contracts(db, held.point)
            if context.contract and contracts and context.contract not in contracts:
                continue
            row = (
                db.execute("select path from files where id = ?", (held.file_id,)).fetchone() if held.file_id else None
            )
            what = context.name(bytes(row[0])) if row else wording.subject(held.subject)
            about = "、".join(contracts) or NO_CONTRACT
            found.append((wording.named(held.code), held.point, about, what, held.persons, _STANDS[name], "", "", ""))
    return found


def _contracts(db: sqlite3.Connection, point: int) -> list[str]:
    found = db.execute("select contract from point_contracts where point = ? order by contract", (point,))
    return [str(row[0]) for row in found]
