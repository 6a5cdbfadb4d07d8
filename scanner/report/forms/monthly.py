"""帳票3 取扱状況報告書: what came, changed and left in a period, what is open at its end, what was corrected (第17).

What happened is told by the record and the registers for the days of the period, also for a month that is over; what is held is told
as it is when the report is made, and the form says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from scanner.duties.ending import endings
from scanner.duties.people import trained
from scanner.duties.receipts import differs
from scanner.inventory import coverage
from scanner.inventory.ledger import anchor
from scanner.inventory.point_lists import about, entries_about, files_about
from scanner.policy.models import Contract
from scanner.report import exclusions, wording
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment, wareki_text
from scanner.report.forms.period import Period, reported

Row = tuple[object, ...]
_OPEN_AT = "p.opened < ? and (p.closed is null or p.closed >= ?)"
_WHY = {"gone": "ファイルの消失", "settled": "照合の一致", "verdict": "場所の判定の変更", "accepted": "受容", "false_alarm": "誤検知", "suppressed": "決定済み"}  # fmt: skip


def report(context: Context) -> Form:
    """The form."""
    period = reported(context)
    rows: list[Row] = []
    for section in (_held_and_gone, _received, _left, _handled, _balance, _points, _people, _held, _unseen):
        rows += section(context, period)
    contracts = context.contracts()
    facts: list[tuple[str, object]] = [
        context.without_contract(),
        ("報告期間", period.shown()),
        ("契約", "、".join(f"{c.id} {c.title}".strip() for c in contracts) or "(登録なし)"),
        ("取扱記録の控え", anchor(context.reader.db) or "(記録なし)"),
        ("責任者確認", ""),
    ]
    notes = [
        "閲覧は、端末の監査機能が有効な場合を除き、含みません。",
        f"期間内の受領・増減・送付・要確認は取扱記録と登録簿により、原本系列・場所・未検査は作成日({wareki(context.today)})現在です。",
    ]
    more = context.left_out(_OPEN_AT, (period.end, period.end))
    notes += [f"要確認の期末の未了は、{more}。"] if more else []
    title = f"取扱状況報告書({period.title})" if period.title else "取扱状況報告書"
    return Form("3", title, ("区分", "事項", "件数・状況"), rows, notes, facts)


def _received(context: Context, period: Period) -> Iterator[Row]:
    """What came."""
    for family in context.families():
        o = family.original
        if period.first.isoformat() <= o.received <= period.last.isoformat():
            told = [
                wareki_text(o.received),
                o.giver,
                o.medium,
                f"本人 {wording.persons(o.persons_min, o.persons_max)} 人",
                f"申告 {o.declared_count:,} 人(検出と不一致・要確認)"
                if o.declared_count is not None and differs(o)
                else "",
            ]
            yield "受領・収集・作成", f"{o.family} {context.name(o.path)}", "、".join(part for part in told if part)


def _held_and_gone(context: Context, period: Period) -> Iterator[Row]:
    """Originals held before + received − returned or disposed of = held after, so that it can be redone by hand."""
    first, last = period.first, period.last
    before = came = left = after = 0
    contracts = {c.id: c for c in context.contracts()}
    for family in context.families():
        o = family.original
        received = date.fromisoformat(o.received)
        contract = contracts.get(o.contract)
        gone = [max(e.day, received) for e in endings(contract, o, last)] if contract else []
        if received > last:
            continue
        came += received >= first
        before += received < first and not (gone and gone[0] < first)
        left += bool(gone) and gone[0] >= first
        after += not gone
    yield "保有状況(増減)", "期首の原本 + 受領等 − 返還・廃棄 = 期末の原本", f"{before} + {came} − {left} = {after}"


def _handled(context: Context, period: Period) -> Iterator[Row]:
    """Entries of the record, counted by kind: what was done to files and to the record, which is no number of holdings."""
    where, values = entries_about(context.contract)
    for row in context.reader.rows(
        f"select kind, count(*) as n from ledger where at >= ? and at < ? and {where} group by kind order by min(seq)",  # noqa: S608
        (period.begin, period.end, *values),
    ):
        yield "取扱記録の件数", wording.event(row["kind"]), row["n"]


_LEFT: tuple[tuple[str, str, str, Callable[[Any], str]], ...] = (
    ("持出し", "carryout", "starts", lambda e: f"{e.destination}、返却 {wareki(e.returned_on) or '未了'}、消去確認 {wareki(e.erased_on) or '未了'}"),
    ("送信・送付", "transfer", "date", lambda e: f"{e.recipient}、{e.means}、承諾 {e.consent or '—'}、受領確認 {wareki(e.receipt_on) or '未了'}"),
    ("運搬", "transport", "departed_on", lambda e: f"{e.method}、到着 {wareki(e.received_on) or '未了'}"),
    ("消去・廃棄", "disposal", "executed_on", lambda e: f"指示 {e.instruction or '—'}、数量 {e.count if e.count is not None else '—'}、証明書 {e.certificate or '—'}"),
    ("返還・引渡し", "handover", "date", lambda e: f"{e.method}、受領書 {e.receipt or '—'}"),
    ("事故(おそれを含む)", "incident", "known_on", lambda e: f"委託者への第一報 {wareki(e.reported_on) or '未了'}"),
    ("委託者の指示・報告要求", "instruction", "date", lambda e: f"期限 {wareki(e.due) or '—'}、回答 {wareki(e.answered_on) or '未了'}"),
)  # fmt: skip
"""区分, register, its day, what is told of an entry."""


def _left(context: Context, period: Period) -> Iterator[Row]:
    """What went out, was erased, given back or asked for, by the registers."""
    for contract in context.contracts():
        for label, register, day, told in _LEFT:
            for entry in getattr(contract, register):
                if period.holds(getattr(entry, day)):
                    scope = "、".join(getattr(entry, "scope", ()))
                    text = "、".join(part for part in (scope, *told(entry).split("、")) if part)
                    yield label, f"{contract.id} {entry.id}({wareki(getattr(entry, day))})", text


def _balance(context: Context, period: Period) -> Iterator[Row]:
    """Points before + opened − closed = points after, so that it can be redone by hand."""
    before, opened, closed, after = (
        _number(context, condition, values)
        for condition, values in (
            (_OPEN_AT, (period.begin, period.begin)),
            ("p.opened >= ? and p.opened < ?", (period.begin, period.end)),
            ("p.closed >= ? and p.closed < ?", (period.begin, period.end)),
            (_OPEN_AT, (period.end, period.end)),
        )
    )
    yield "要確認の増減", "期首の未了 + 発生 − 完了 = 期末の未了", f"{before} + {opened} − {closed} = {after}"


def _number(context: Context, condition: str, values: tuple[str, ...]) -> int:
    where, mine = about(context.contract)
    rows = context.reader.rows(f"select count(*) as n from points p where {condition} and {where}", (*values, *mine))  # noqa: S608
    return int(rows[0]["n"])


def _points(context: Context, period: Period) -> Iterator[Row]:
    """Open at the end, opened and corrected in the period, by kind."""
    where, mine = about(context.contract)
    for label, condition, values in (
        ("不適合(未了)", _OPEN_AT, (period.end, period.end)),
        ("不適合(期間内に発生)", "p.opened >= ? and p.opened < ?", (period.begin, period.end)),
        ("不適合(期間内に完了)", "p.closed >= ? and p.closed < ?", (period.begin, period.end)),
    ):
        for row in context.reader.rows(
            f"select code, count(*) as n from points p where {condition} and {where} group by code order by code",  # noqa: S608
            (*values, *mine),
        ):
            yield label, f"{row['code']} {wording.point_short(row['code'])}", row["n"]
    for row in context.reader.rows(
        "select coalesce(closed_why, '') as why, count(*) as n from points p where p.closed >= ? and p.closed < ?"  # noqa: S608
        f" and {where} group by 1 order by 1",
        (period.begin, period.end, *mine),
    ):
        yield "是正・終了の理由", _WHY.get(row["why"], "その他"), row["n"]


def _people(context: Context, period: Period) -> Iterator[Row]:
    """Training and inspections."""
    for contract in context.contracts():
        yield "研修", f"{contract.id} 期間内の実施", sum(period.holds(s.date) for s in contract.training)
        yield "研修", f"{contract.id} 未受講", len(untrained(context, contract))
        yield "点検・調査", f"{contract.id} 期間内の実施", sum(period.holds(i.date) for i in contract.inspection)


def untrained(context: Context, contract: Contract) -> list[str]:
    """Numbers of the active workers whose training is not in force."""
    return [w.id for w in contract.worker if w.active(context.today) and trained(contract, w) is None]


def _held(context: Context, _: Period) -> Iterator[Row]:
    """What is held when the report is made."""
    for family in context.families():
        told = f"所在 {family.observed}、承諾内 {family.permitted}、原本 {family.originals}、超過 {family.excess}、技術的 {len(family.technical)}"
        yield "原本系列", family.original.family, told
    where, values = files_about(context.contract)
    for row in context.reader.rows(
        f"select coalesce(f.rule, '') as rule, count(*) as n from files f where f.gone is null and {where}"  # noqa: S608
        " and exists (select 1 from findings n where n.content_id = f.content_id and n.about = 'person') group by 1 order by 1",
        values,
    ):
        yield "場所別(個人情報のあるファイル)", row["rule"] or "(合意された場所の外)", row["n"]


def _unseen(context: Context, _: Period) -> Iterator[Row]:
    """What was not examined, with when it was last tried."""
    for reason, tried in coverage.of(context.reader.db).reasons.items():
        told = f"{tried.number}(最後に試みた日時 {wareki_moment(tried.last)})"
        yield "未検査範囲", wording.reason(reason), told
    for source, pattern, entries, known, agreed in exclusions.rows(context):
        told = f"{entries} 件(うち既知のファイル {known} 件)"
        yield "除外の指定", f"{pattern}({source}{' ' + agreed if agreed else ''})", told
