"""帳票10R 返還・引渡届兼受領書: what is held under a contract and goes back."""

from __future__ import annotations

from scanner.custody.sharing import fingerprint
from scanner.duties import residue
from scanner.duties.ending import endings
from scanner.report import wording
from scanner.report.forms import sweeps
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
    rows: list[tuple[object, ...]] = []
    for number, family in enumerate(context.families(), 1):
        original = family.original
        ended = endings(contract, original, context.today)
        act = next((h for e in ended for h in acts if e.kind == "handover" and h.id == e.number), None)
        disposed = next(
            (d for e in ended for d in contract.disposal if e.kind == "disposal" and d.id == e.number), None
        )
        copied = len(family.copies) + len(family.technical)
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
                f"残り {copied} 件・未了" if copied else "残りなし",
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
        (
            "返還後残存確認",
            sweeps.told(
                context,
                contract,
                [f.original.family for f in context.families()],
                max((h.date for h in acts), default=None),
            ),
        ),
        ("受領者 署名・印", ""),
    ]
    notes = ["照合値は、契約の鍵で求めた値の要約です。同じ鍵を持つ側が、内容を明かさずに照合できます。", *papers(left)]
    return Form("10R", "返還・引渡届兼受領書", _COLUMNS, rows, notes, facts)


def _received(context: Context) -> dict[str, int]:
    """Original → number of the entry of the record that says that it was received."""
    rows = context.reader.rows("select family, min(seq) as seq from ledger where kind = 'received' group by family")
    return {row["family"]: row["seq"] for row in rows}
