"""帳票9c 残存確認結果書: proof of absence is coverage times sweep.

Three outcomes: nothing left within what was scanned, with what was not and who accepted it; so and so many left; or nothing met, but
not confirmed, with the reasons. Nothing is said about media themselves: that takes a certificate of another kind.
"""

from __future__ import annotations

from datetime import date

from scanner.duties import residue
from scanner.duties.ending import endings
from scanner.model import display
from scanner.policy.models import Contract
from scanner.policy.names import folded
from scanner.report import exclusions, wording
from scanner.report.forms.examined import Sweep, gone_through, not_compared, sweep_of
from scanner.report.forms.interface import Context, Form, FormRefused, wareki
from scanner.report.forms.sweeps import ABSENT

ORIGINS = {"provided": "提供", "collected": "収集", "created": "作成"}
_KINDS = {"original": "原本", "copy": "写し", "technical": "技術的な写し"}


def certificate(context: Context) -> Form:
    """帳票9c for one contract or some families of it."""
    contract = the_contract(context)
    wanted = tuple(context.asked.get("family") or ())
    names = [f.original.family for f in context.families() if not wanted or f.original.family in wanted]
    if wanted and not names:
        raise FormRefused("no_family", contract=contract.id)
    since = _ended_on(context, contract, names)
    sweep = sweep_of(context, contract, since, names)
    left = residue.of(context.view(), contract, wanted)
    accepted, why = _accepted(context, contract)
    gaps, reasons, left_out = sweep.gaps, _reasons(left, sweep, accepted), exclusions.rows(context)
    outcome = "残存あり" if left.number else "未確認" if reasons else ABSENT
    verdict = f"{outcome}({'、'.join(reasons)})" if reasons else f"{outcome}(未検査 {gaps} 件)"
    facts: list[tuple[str, object]] = [
        ("判定", verdict),
        ("契約番号", contract.id),
        ("対象の原本系列", "、".join(names) or "(登録された原本なし)"),
        ("廃棄・返還の日", wareki(since) or "(登録なし)"),
        ("検査範囲", "、".join(_root(root.path, root.host) for root in sweep.covered.roots)),
        ("検査した場所", "、".join(gone_through(sweep.swept)) or "なし"),
        ("検査日時", sweep.tried),
        ("最後まで読めたファイル数", sweep.covered.examined),
        ("読取不能数", sweep.covered.gaps),
        ("うち一部だけ読めたファイル数", sweep.covered.partial),
        ("除外の指定", exclusions.named(left_out) or "なし"),
        ("未検査機器", "、".join(sweep.hosts) or "なし"),
        ("持出し・運搬中の媒体", "、".join(sweep.media) or "なし"),
        ("残存数", left.number),
        ("うち登録された原本の行があるもの", len(left.held)),
        ("うちその他の個人情報(契約の場所)", len(left.other)),
        ("未了の要確認", len(left.open)),
        context.without_contract(),
        (
            "未検査を受け入れた者",
            f"{'、'.join(accepted)}(理由: {why or '記載なし'})" if accepted and gaps else "該当なし",
        ),
        ("参考(少数の一致)", len(left.few)),
        ("参考(別に登録された原本にあるもの)", len(left.elsewhere)),
    ]
    evidence = [d for d in contract.disposal if d.certificate and d.level in ("Purge", "Destroy")]
    notes = [
        "本書は、検査した範囲に対象が見当たらないことの確認です。媒体そのものの状態を証明するものではありません。",
        *(["未検査の分は、責任者等がその氏名と理由を示して受け入れれば、その旨を記して判定します。"] if gaps and not accepted else []),
        *(["原本系列を限った確認です。場所にあるその他の個人情報は対象に含めていません。"] if wanted else []),
        *papers(left),
        *(f"媒体単位の証拠: {d.id} 水準 {d.level} 証明書 {d.certificate}" for d in evidence),
    ]  # fmt: skip
    issued: dict[str, object] = {
        "contract": contract.id,
        "families": names,
        "scope": [display(root.path) for root in sweep.covered.roots],
        "opened": sweep.covered.examined + sweep.covered.partial,
        "unread": {reason: tried.number for reason, tried in sweep.covered.reasons.items()},
        "hosts": list(sweep.hosts),
        "residue": left.number,
        "verdict": verdict,
        "accepted_by": "、".join(accepted),
        "accepted_why": why,
    }
    if left_out:
        issued["excluded"] = [[source, pattern, entries] for source, pattern, entries, _, _ in left_out]
    columns = ("区分", "台帳番号", "対象・理由", "保存先・対処", "場所", "件数")
    return Form("9c", "残存確認結果書", columns, _rows(context, left, sweep), notes, facts, issued)


def papers(left: residue.Residue) -> list[str]:
    """A note on the papers of this program that lie in the contract's places."""
    number = left.papers
    return [f"本ツールが作成した帳票 {number} 件(作成したままのもの)は、対象に含めていません。"] if number else []


def _reasons(left: residue.Residue, sweep: Sweep, accepted: tuple[str, ...]) -> list[str]:
    """Why it cannot be said that nothing is left; empty where it can. That nothing was met is said beside what is not confirmed."""
    found = [
        ("残存", left.number),
        ("少数の一致(参考)", len(left.few)),
        ("未了の要確認", len(left.open)),
        ("未検査", 0 if accepted else sweep.gaps),
    ]
    told = [f"{word} {number} 件" for word, number in found if number]
    return told if left.number or not told else ["残存 0 件", *told]


def _rows(context: Context, left: residue.Residue, sweep: Sweep) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for family, location, kind in (*left.held, *left.few):
        origin = ORIGINS[family.original.origin]
        word = "参考(少数の一致)" if kind == "few" else f"残存({origin}・{_KINDS[kind]})"
        number = location.copy.rows or location.copy.texts if kind == "few" else 1
        where = location.place or "(場所の外)"
        rows.append(
            (
                word,
                family.original.family,
                context.name(location.path),
                wording.ground(location.ground.value),
                where,
                number,
            )
        )
    for family, location, _ in left.elsewhere:
        name = family.registered_as[location.file_id]
        told = f"参考(別に登録された原本 {name})"
        rows.append(
            (
                told,
                family.original.family,
                context.name(location.path),
                wording.ground(location.ground.value),
                location.place or "(場所の外)",
                location.copy.rows or location.copy.texts,
            )
        )
    for file in left.other:
        persons = wording.persons(file.persons_min, file.persons_max)
        rows.append(
            (
                "残存(その他の個人情報)",
                "",
                context.name(file.path),
                f"{wording.ground(file.ground)} 本人数 {persons}",
                file.rule,
                1,
            )
        )
    for point in left.open:
        what = f"要確認 {point.number} {wording.named(point.code)}"
        where = context.name(point.path) if point.path is not None else wording.subject(point.subject)
        rows.append(("未了の要確認", point.family, what, where, "", 1))
    for reason, tried in sweep.covered.reasons.items():
        rows.append(("読取不能", "", wording.reason(reason), wording.advice_on_paper(reason), "", tried.number))
    rows += [("未検査の端末", "", host, "", "", 1) for host in sweep.hosts]
    rows += [("未検査の場所", "", place, "", "", 1) for place in sweep.places]
    rows += [("未検査の媒体", "", medium, "媒体が戻り、又は到着した後に検査します", "", 1) for medium in sweep.media]
    rows += [("照合していない端末", "、".join(u.families), *not_compared(u), "", u.number) for u in sweep.uncompared]
    rows += [] if sweep.keys else [("照合できない原本", "", "契約の鍵がありません", "", "", 1)]
    return rows


def _root(path: bytes, host: str) -> str:
    return f"{host}:{display(path)}" if host else display(path)


def _accepted(context: Context, contract: Contract) -> tuple[tuple[str, ...], str]:
    """Who accepts what was not looked at, and why; each must be somebody whom the contract's registers know."""
    given = str(context.asked.get("accept") or "")
    named = tuple(n for n in (part.strip() for part in given.replace(",", "、").split("、")) if n)
    known = {contract.responsible.name} if contract.responsible else set()
    known |= {name for post in contract.post for name in (post.id, post.name)}
    known |= {name for worker in contract.worker for name in (worker.id, worker.name)}
    registered = {folded(name) for name in known if name}
    unknown = [name for name in named if folded(name) not in registered]
    if unknown:
        raise FormRefused("unknown_acceptor", names="、".join(unknown), contract=contract.id)
    return named, str(context.asked.get("accept_why") or "")


def the_contract(context: Context) -> Contract:
    """The contract that was asked for; the only one where there is one."""
    found = context.contracts()
    if len(found) != 1:
        known = "、".join(c.id for c in (context.policy.contract if context.policy else ())) or "—"
        raise FormRefused("which_contract", known=known)
    return found[0]


def _ended_on(context: Context, contract: Contract, names: list[str]) -> date | None:
    """The last day on which any of these originals, or of a contract without one everything, was disposed of or returned."""
    mine = [f.original for f in context.families() if f.original.contract == contract.id and f.original.family in names]
    if mine:
        return max((e.day for one in mine for e in endings(contract, one, context.today)), default=None)
    days = [d.executed_on for d in contract.disposal if d.executed_on and not d.scope]
    return max([*days, *(h.date for h in contract.handover if not h.scope)], default=None)
