"""帳票9c 残存確認結果書 and 10R 返還・引渡届兼受領書: proof of absence is coverage times sweep.

Two outcomes only: nothing left within what was scanned (with the number of what was not), or so and so many left. Nothing
is said about media themselves: that takes a certificate of another kind.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date

from scanner.custody.sharing import fingerprint
from scanner.duties.hosts import heard
from scanner.duties.interface import covers
from scanner.policy.models import Contract
from scanner.report import wording
from scanner.report.forms.interface import Context, Form, FormRefused, wareki, wareki_moment, wareki_text


@dataclass(slots=True)
class Sweep:
    """What was looked at since the disposal or return, and what was not."""

    since: date | None
    roots: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    opened: int = 0
    unread: dict[str, int] = field(default_factory=dict)
    hosts: list[str] = field(default_factory=list)
    """Registered machines that were not heard of since."""
    places: list[str] = field(default_factory=list)
    """Agreed places that no scan covered."""

    @property
    def gaps(self) -> int:
        """Everything that was not looked at, in one number."""
        return sum(self.unread.values()) + len(self.hosts) + len(self.places)


def sweep_of(context: Context, contract: Contract, since: date | None) -> Sweep:
    """The coverage of complete scans on or after ``since``."""
    found = Sweep(since)
    first = since.isoformat() if since else ""
    runs = context.reader.rows(
        "select id, roots, started, ended, host from runs where state = 'complete' and date(started, '+9 hours') >= ? order by id",
        (first,),
    )
    if not runs:
        raise FormRefused("no_sweep", contract=contract.id, since=wareki(since) or "—")
    for run in runs:
        for root in json.loads(run["roots"] or "[]"):
            name = f"{run['host']}:{root}" if run["host"] else root
            if name not in found.roots:
                found.roots.append(name)
        found.moments.append(run["ended"])
    marks = ",".join("?" * len(runs))
    numbers = tuple(r["id"] for r in runs)
    for row in context.reader.rows(
        f"select coalesce(reason, '') as reason, count(*) as n from files where gone is null and run_id in ({marks}) group by 1",  # noqa: S608
        numbers,
    ):
        if row["reason"] in ("", "empty"):
            found.opened += row["n"]
        else:
            found.unread[row["reason"]] = row["n"]
    last = heard(context.view())
    for host in context.policy.host if context.policy else ():
        active = (not host.ends or host.ends >= context.today) and "*" not in host.id
        at = last.get(host.id.lower())
        if active and (at is None or (since is not None and at < since)):
            found.hosts.append(host.id)
    swept = [r.rpartition(":")[2] if ":" in r else r for r in found.roots]
    for place in contract.place:
        path = os.path.normpath(place.path or "") if place.path else ""
        inside = any(path == s or path.startswith(s.rstrip("/") + "/") or s.startswith(path + "/") for s in swept)
        relative = bool(path) and not os.path.isabs(path)
        if path and not relative and not inside:
            found.places.append(place.id)
    return found


def certificate(context: Context) -> Form:
    """帳票9c for one contract or one family of it."""
    contract = the_contract(context)
    wanted = tuple(context.asked.get("family") or ())
    chosen = [f for f in context.families() if not wanted or f.original.family in wanted]
    if not chosen:
        raise FormRefused("no_family", contract=contract.id)
    names = [f.original.family for f in chosen]
    since = max(filter(None, (_ended_on(contract, n) for n in names)), default=None)
    sweep = sweep_of(context, contract, since)
    left = [(f, location) for f in chosen for location in f.live]
    accepted, why = str(context.asked.get("accept") or ""), str(context.asked.get("accept_why") or "")
    if sweep.gaps and not accepted:
        parts = [f"{wording.reason(r)} {n}" for r, n in sweep.unread.items()]
        parts += [f"未走査の端末 {h}" for h in sweep.hosts] + [f"未走査の場所 {p}" for p in sweep.places]
        raise FormRefused("gaps_open", count=sweep.gaps, parts="、".join(parts))
    verdict = f"残存 {len(left)} 件" if left else f"走査範囲に残存なし(未走査 {sweep.gaps} 件)"
    rows: list[tuple[object, ...]] = [
        ("残存", f.original.family, context.name(location.path), wording.ground(location.ground.value), location.place or "(場所の外)", 1)
        for f, location in left
    ]  # fmt: skip
    rows += [("読取不能", "", wording.reason(r), wording.advice(r), "", n) for r, n in sorted(sweep.unread.items())]
    rows += [("未走査の端末", "", host, "", "", 1) for host in sweep.hosts]
    rows += [("未走査の場所", "", place, "", "", 1) for place in sweep.places]
    facts: list[tuple[str, object]] = [
        ("判定", verdict),
        ("契約番号", contract.id),
        ("対象族", "、".join(names)),
        ("廃棄・返還の日", wareki(since) or "(登録なし)"),
        ("走査範囲", "、".join(sweep.roots)),
        ("走査日時", f"{wareki_moment(min(sweep.moments))} から {wareki_moment(max(sweep.moments))}"),
        ("開いたファイル数", sweep.opened),
        ("読取不能数", sum(sweep.unread.values())),
        ("未走査機器", "、".join(sweep.hosts) or "なし"),
        ("残存数", len(left)),
        ("未走査を受け入れた者", f"{accepted}(理由: {why or '記載なし'})" if accepted and sweep.gaps else "該当なし"),
        ("参考(少数の一致)", sum(len(f.weak) for f in chosen)),
    ]
    evidence = [d for d in contract.disposal if d.certificate and d.level in ("Purge", "Destroy")]
    notes = [
        "本書は、走査した範囲に対象が見当たらないことの確認です。媒体そのものの状態を証明するものではありません。",
        *(f"媒体単位の証拠: {d.id} 水準 {d.level} 証明書 {d.certificate}" for d in evidence),
    ]
    issued: dict[str, object] = {
        "contract": contract.id,
        "families": names,
        "scope": sweep.roots,
        "opened": sweep.opened,
        "unread": sweep.unread,
        "hosts": sweep.hosts,
        "residue": len(left),
        "verdict": verdict,
        "accepted_by": accepted,
        "accepted_why": why,
    }
    columns = ("区分", "台帳番号", "対象・理由", "保存先・対処", "場所", "件数")
    return Form("9c", "残存確認結果書", columns, rows, notes, facts, issued)


def handover(context: Context) -> Form:
    """帳票10R: everything held under a contract, whatever its origin (第13), with fingerprints both sides can compare."""
    contract = the_contract(context)
    sweeps = context.reader.rows("select * from sweeps where contract = ? order by id desc limit 1", (contract.id,))
    acts = list(contract.handover)
    rows: list[tuple[object, ...]] = []
    for number, family in enumerate(context.families(), 1):
        original = family.original
        act = next((h for h in acts if covers(h.scope, original.family)), None)
        disposed = next((d for d in contract.disposal if covers(d.scope, original.family)), None)
        rows.append(
            (
                number,
                original.family,
                context.name(original.path),
                {"provided": "提供", "collected": "収集", "created": "作成"}[original.origin],
                original.medium,
                wording.persons(original.persons_min, original.persons_max),
                original.declared_count if original.declared_count is not None else "",
                wareki_text(original.received),
                len(family.copies) + len(family.technical),
                "返還" if act else f"消去({disposed.id})" if disposed else "未了",
                act.method if act else "",
                ("有" if act.encrypted else "無") if act else "",
                act.handed_by if act else "",
                act.receiver if act else "",
                wareki(act.date) if act else "",
                fingerprint(context.reader.db, original.id)[:16],
            )
        )
    if not rows:
        raise FormRefused("no_family", contract=contract.id)
    others = [
        f"{i.id}({wareki(i.date)} {i.text})" for i in contract.instruction if i.kind in ("keep", "dispose", "return")
    ]
    facts: list[tuple[str, object]] = [
        ("契約件名・番号", f"{contract.title} {contract.id}"),
        ("事務完了日", wareki(contract.completed_on) or "(登録なし)"),
        ("返還日", "、".join(wareki(h.date) for h in acts) or "(未了)"),
        ("受領書", "、".join(h.receipt for h in acts if h.receipt) or "(未了)"),
        ("委託者の別途指示", "、".join(others) or "なし"),
        ("返還後残存確認", f"第{sweeps[0]['id']}号 {sweeps[0]['verdict']}" if sweeps else "未実施"),
        ("受領者 署名・印", ""),
    ]
    columns = (
        "No", "台帳番号", "名称", "由来", "媒体・管理番号", "本人数(検出)", "本人数(申告)", "受領日", "複写数", "処置", "引渡方法", "暗号化",
        "引渡者", "受領者", "引渡日", "照合符号",
    )  # fmt: skip
    notes = ["照合符号は、契約の鍵による符号の要約です。同じ鍵を持つ側が、内容を明かさずに照合できます。"]
    return Form("10R", "返還・引渡届兼受領書", columns, rows, notes, facts)


def the_contract(context: Context) -> Contract:
    """The contract that was asked for; the only one where there is one."""
    found = context.contracts()
    if len(found) != 1:
        known = "、".join(c.id for c in (context.policy.contract if context.policy else ())) or "—"
        raise FormRefused("which_contract", known=known)
    return found[0]


def _ended_on(contract: Contract, family: str) -> date | None:
    days = [d.executed_on for d in contract.disposal if d.executed_on and covers(d.scope, family)]
    days += [h.date for h in contract.handover if covers(h.scope, family)]
    return max(days, default=None)
