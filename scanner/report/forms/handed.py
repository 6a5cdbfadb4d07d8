"""帳票10R 返還・引渡届兼受領書: what is held under a contract and goes back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from scanner import clock
from scanner.custody.sharing import fingerprint
from scanner.duties import residue
from scanner.duties.ending import endings
from scanner.inventory.custody import Original
from scanner.policy.models import Contract
from scanner.report import wording
from scanner.report.forms import sweeps
from scanner.report.forms.examined import Sweep, sweep_of
from scanner.report.forms.interface import Context, Form, FormRefused, wareki, wareki_text
from scanner.report.forms.residual import ORIGINS, papers, the_contract

_COLUMNS = (
    "No", "台帳番号", "名称", "由来", "媒体・管理番号", "本人数(検出)", "本人数(申告)", "受領時の記録(日)", "受領時の記録(番号)", "複写数", "複写の処置",
    "処置", "引渡方法", "暗号化", "引渡者", "引渡日", "受領者", "受領日", "照合値", "備考",
)  # fmt: skip


def handover(context: Context) -> Form:
    """帳票10R: everything held under a contract, whatever its origin (第13), with fingerprints both sides can compare; and what lies
    in its places without being registered, because that is held too."""
    contract = the_contract(context)
    acts = list(contract.handover)
    received = _received(context)
    families = [f.original.family for f in context.families()]
    sweeps_since: dict[date, Sweep | None] = {}
    rows: list[tuple[object, ...]] = []
    for number, family in enumerate(context.families(), 1):
        original = family.original
        ended = endings(contract, original, context.today)
        act = next((h for e in ended for h in acts if e.kind == "handover" and h.id == e.number), None)
        disposed = next(
            (d for e in ended for d in contract.disposal if e.kind == "disposal" and d.id == e.number), None
        )
        copied = len(family.copies) + len(family.technical)
        since = max((e.day for e in ended), default=_arrived(original))
        if since not in sweeps_since:
            sweeps_since[since] = _sweep(context, contract, since, families)
        rows.append(
            (
                number,
                original.family,
                context.name(original.path),
                ORIGINS[original.origin],
                original.medium,
                wording.persons(original.persons_min, original.persons_max),
                original.declared_count if original.declared_count is not None else "",
                wareki_text(original.received),
                received.get(original.family, ""),
                copied,
                f"残り {copied} 件・未了" if copied else _none_left(sweeps_since[since], original.family, bool(ended)),
                "返還" if act else f"消去({disposed.id})" if disposed else "未了",
                act.method if act else "",
                ("有" if act.encrypted else "無") if act else "",
                act.handed_by if act else "",
                wareki(act.date) if act else "",
                act.receiver if act else "",
                wareki(act.received_on) if act else "",
                fingerprint(context.reader.db, original.id)[:16],
                "返還・消去の登録後も所在あり" if ended and family.original_at is not None else "",
            )
        )
    looked = sweeps_since[max(sweeps_since)] if sweeps_since else _sweep(context, contract, contract.starts, families)
    left = residue.of(context.view(), contract)
    for file in left.other:
        persons = wording.persons(file.persons_min, file.persons_max)
        row = (len(rows) + 1, "(台帳になし)", context.name(file.path), "要確認", "", persons, "", "", "", 0, "", "未了")
        rows.append((*row, *[""] * (len(_COLUMNS) - len(row))))
    if not rows:
        raise FormRefused("no_family", contract=contract.id)
    others = [
        f"{i.id}({wareki(i.date)} {i.text})" for i in contract.instruction if i.kind in ("keep", "dispose", "return")
    ]
    facts: list[tuple[str, object]] = [
        ("契約件名・番号", f"{contract.title} {contract.id}"),
        ("事務完了日", wareki(contract.completed_on) or "(登録なし)"),
        ("返還日", "、".join(wareki(h.date) + ("" if h.date <= context.today else "(予定)") for h in acts) or "(未了)"),
        ("受領書", "、".join(h.receipt for h in acts if h.receipt) or "(未了)"),
        ("委託者の別途指示", "、".join(others) or "なし"),
        ("複写を探した範囲", _looked(looked)),
        (
            "返還後残存確認",
            sweeps.told(
                context,
                contract,
                families,
                max((h.date for h in acts), default=None),
            ),
        ),
        ("受領者 署名・印", ""),
    ]
    notes = ["照合値は、契約の鍵で求めた値の要約です。同じ鍵を持つ側が、内容を明かさずに照合できます。", *papers(left)]
    return Form("10R", "返還・引渡届兼受領書", _COLUMNS, rows, notes, facts)


def _sweep(context: Context, contract: Contract, since: date | None, families: Collection[str]) -> Sweep | None:
    """What was looked at since a day; ``None`` where nothing was."""
    try:
        return sweep_of(context, contract, since, families)
    except FormRefused:
        return None


def _arrived(original: Original) -> date:
    """The day from which on copies of an original can be: that it was received, else that it was registered."""
    try:
        return date.fromisoformat(original.received)
    except ValueError:
        return clock.day_of(original.registered)


def _none_left(sweep: Sweep | None, family: str, ended: bool) -> str:
    """Of an original of which no copy is known; ``ended``: whether it was returned or erased. That none is left is said only of what was
    looked at and compared, wholly."""
    if sweep is None:
        return f"未確認({'返還・消去' if ended else '受領'}の後の検査なし)"
    gaps = sweep.of(family).gaps
    return f"未確認(残り 0 件、未検査 {gaps} 件)" if gaps else "残りなし"


def _looked(sweep: Sweep | None) -> str:
    """When, how many files, and what was not looked at, by its kinds."""
    if sweep is None:
        return "検査なし"
    missing = [
        *(f"{wording.reason(reason)} {tried.number} 件" for reason, tried in sweep.covered.reasons.items()),
        *(
            f"{word} {'、'.join(named)}"
            for word, named in (("機器", sweep.hosts), ("場所", sweep.places), ("媒体", sweep.media))
            if named
        ),
        *(f"照合なし {one.host or 'この端末'}" for one in sweep.uncompared),
        *([] if sweep.keys else ["契約の鍵なし"]),
    ]
    whole = f"{sweep.tried}、最後まで読めたファイル {sweep.covered.examined} 件"
    return f"{whole}、未検査 {sweep.gaps} 件({'、'.join(missing)})" if missing else f"{whole}、未検査なし"


def _received(context: Context) -> dict[str, int]:
    """Original → number of the entry of the record that says that it was received."""
    rows = context.reader.rows("select family, min(seq) as seq from ledger where kind = 'received' group by family")
    return {row["family"]: row["seq"] for row in rows}
