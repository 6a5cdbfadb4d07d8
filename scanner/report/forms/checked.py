"""帳票8 二者確認票: every act at the gate, with what two people answered, as the record proves it."""

from __future__ import annotations

import json

from scanner.inventory.people import checks, registry
from scanner.report import wording
from scanner.report.forms import cited
from scanner.report.forms.interface import Context, Form, wareki_moment

_ACTS = {"send": "送信・送付", "dispose": "廃棄", "publish": "公開"}
_RESULTS = {"stopped": "中止(回答の不一致)", "waiting": "確認待ち", "withdrawn": "取下げ"}
_TOGETHER = {
    "": "",
    "account": "二人とも同じ端末の同じアカウントから10分以内",
    "machine": "二人とも同じ端末から10分以内",
}
COLUMNS = (
    "番号", "契約番号", "行為", "対象", "本人数", "種類", "宛先・公開先", "確認者1(時刻・結果)", "確認者2(時刻・結果)", "結果", "終了日時", "備考", "記録番号",
)  # fmt: skip


def form(context: Context) -> Form:
    """The form."""
    where, values = context.only()
    known, acts = registry.load(context.reader.db), checks.acts(context.reader.db)
    entries = cited.about(context.reader, "gate", cited.GATES)
    rows: list[tuple[object, ...]] = []
    proved: list[int] = []
    for gate in context.reader.rows(f"select * from gates where {where} order by id", values):  # noqa: S608
        act = acts.get(gate["id"], checks.Act())
        summary = json.loads(gate["summary"])
        proved += entries.get(gate["id"], ())
        told = [
            f"{a.told['worker']} {wareki_moment(a.at)} {'一致' if a.told['result'] == 'right' else '不一致'}"
            for a in act.answers
        ]
        rows.append(
            (
                gate["id"],
                gate["contract"],
                _ACTS[gate["act"]],
                context.name(gate["target"]),
                wording.persons(*summary["persons"]) if "persons" in summary else "(確認後に記載)",
                "、".join(wording.entity(e) for e in summary.get("kinds", ())),
                gate["recipient"],
                *[*told, "", ""][:2],
                _result(gate["state"], act, proved=checks.proved(known, act, gate["id"])),
                wareki_moment(gate["closed"]),
                _TOGETHER[act.together],
                cited.told(entries.get(gate["id"], ())),
            )
        )
    notes = ["結果は、取扱記録にある二人の署名から求めています。「検証できず」は、署名のない以前の方式の記録です。"]
    return Form("8", "二者確認票", COLUMNS, rows, notes, entries=proved)


def _result(state: str, act: checks.Act, *, proved: bool) -> str:
    if state != "released":
        return _RESULTS[state]
    return "確認完了" if proved else "検証できず" if act.old else "記録と不一致・要確認"
