"""帳票14c 自己点検票: the questions of the yearly check by article, with what the record and the registers know beside them.

The program answers none of them: the column 結果 is for the person who checks. A question without facts says what to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from scanner.inventory.point_lists import about, entries_about
from scanner.policy.models import Contract
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment
from scanner.report.forms.monthly import untrained
from scanner.report.forms.period import Period, checked

COLUMNS = ("条項", "点検項目", "事実(記録・登録)", "帳票", "結果(適・否・該当なし)", "特記事項・是正")


@dataclass(frozen=True, slots=True)
class _Office:
    """What questions ask for their facts."""

    context: Context
    period: Period
    contracts: list[Contract]

    def entries(self, register: str, day: str = "", keep: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """Entries of a register, of the year where ``day`` names its date."""
        every: Iterable[Any] = (e for c in self.contracts for e in getattr(c, register))
        return [e for e in every if (not day or self.period.holds(getattr(e, day))) and keep(e)]

    def points(self, *starts: str) -> str:
        """Points of these kinds: opened and closed in the year, and open now."""
        where, mine = about(self.context.contract)
        kinds = " or ".join("p.code glob ?" for _ in starts)
        row = self.context.reader.rows(
            "select coalesce(sum(p.opened >= ? and p.opened < ?), 0) as opened, coalesce(sum(p.closed >= ? and p.closed < ?), 0) as closed,"  # noqa: S608
            f" coalesce(sum(p.state = 'open'), 0) as still from points p where ({kinds}) and {where}",
            (*[self.period.begin, self.period.end] * 2, *(f"{s}*" for s in starts), *mine),
        )[0]
        told = f"要確認: 年度内の発生 {row['opened']}、完了 {row['closed']}、未了 {row['still']}"
        more = self.context.left_out(f"({kinds}) and p.state = 'open'", tuple(f"{s}*" for s in starts))
        return f"{told}({more})" if more else told

    def recorded(self, *kinds: str) -> int:
        """Entries of the record of these kinds in the year."""
        where, mine = entries_about(self.context.contract)
        marks = f"kind in ({','.join('?' * len(kinds))})" if kinds else "1"
        statement = f"select count(*) as n from ledger where at >= ? and at < ? and {marks} and {where}"  # noqa: S608
        return int(self.context.reader.rows(statement, (self.period.begin, self.period.end, *kinds, *mine))[0]["n"])

    def runs(self) -> str:
        """Scans of the year."""
        row = self.context.reader.rows(
            "select count(*) as n, max(ended) as last from runs where state = 'complete' and started >= ? and started < ?",
            (self.period.begin, self.period.end),
        )[0]
        return f"最後まで終わったスキャン {row['n']} 回(最後 {wareki_moment(row['last']) or '—'})"


def _inspections(o: _Office, *kinds: str) -> str:
    found = o.entries("inspection", "date", lambda e: not kinds or e.kind in kinds)
    told = "、".join(f"{e.id} {wareki(e.date)}" for e in found)
    open_ = sum(bool(e.corrective) and e.closed_on is None for e in found)
    return f"登録 {len(found)} 件" + (f"({told})、是正の未了 {open_} 件" if found else "")


def _posts(o: _Office) -> str:
    posts = o.entries("post")
    late = sum(p.valid_to is not None and p.valid_to < o.context.today for p in posts)
    return f"体制の登録 {len(posts)} 名(任期の過ぎたもの {late})、代行者 {sum(bool(p.deputy) for p in posts)} 名"


def _places(o: _Office) -> str:
    places = o.entries("place")
    late = sum(p.valid_to is not None and p.valid_to < o.context.today for p in places)
    return f"場所 {len(places)} か所(承諾番号なし {sum(not p.consent for p in places)}、期限切れ {late})。{o.points('F03')}"


def _pledges(o: _Office) -> str:
    workers = o.entries("worker")
    active = [w for w in workers if w.active(o.context.today)]
    left = [w for w in workers if o.period.holds(w.ends)]
    return (
        f"従事者 {len(active)} 名のうち誓約の登録 {sum(w.pledged_on is not None for w in active)} 名。年度内の離任 {len(left)} 名のうち"
        f"離任時の確認 {sum(w.left_checked_on is not None for w in left)} 名。{o.points('F04')}"
    )


def _carried(o: _Office) -> str:
    found = o.entries("carryout", "starts")
    told = (
        f"返却 {sum(e.returned_on is not None for e in found)}、消去確認 {sum(e.erased_on is not None for e in found)}"
    )
    return f"持出し {len(found)} 件({told})。{o.points('F06')}"


def _sent(o: _Office) -> str:
    found = o.entries("transfer", "date")
    two = sum(bool(e.checker1 and e.checker2 and e.checker1 != e.checker2) for e in found)
    return f"送信・送付 {len(found)} 件のうち異なる二人の確認 {two} 件、送付等の確認完了の記録 {o.recorded('gate_released')} 件。{o.points('F07-ONE', 'F07-SEND', 'F07-WEB')}"


def _disposed(o: _Office) -> str:
    asked = o.entries("instruction", "date", lambda e: e.kind == "dispose")
    done = o.entries("disposal", "executed_on")
    return f"廃棄の指示 {len(asked)} 件、廃棄 {len(done)} 件、残存確認 {o.recorded('swept')} 回。{o.points('F09')}"


def _trained(o: _Office) -> str:
    active = sum(w.active(o.context.today) for c in o.contracts for w in c.worker)
    none = sum(len(untrained(o.context, c)) for c in o.contracts)
    return f"研修 {len(o.entries('training', 'date'))} 回、従事者 {active} 名のうち受講が有効 {active - none} 名。{o.points('F11')}"


def _subcontracted(o: _Office) -> str:
    parties = o.entries("party", keep=lambda e: e.kind not in ("entruster", "contractor"))
    return f"再委託先等 {len(parties)} 者(承諾番号なし {sum(not p.consent for p in parties)})。{o.points('F12')}"


def _instructed(o: _Office) -> str:
    found = o.entries("instruction", "date")
    timely = sum(e.answered_on is not None and (e.due is None or e.answered_on <= e.due) for e in found)
    late = sum(e.answered_on is None and e.due is not None and e.due < o.context.today for e in found)
    return f"指示・報告要求 {len(found)} 件(期限までの回答 {timely}、期限を過ぎて未回答 {late})。{o.points('F16')}"


def _transported(o: _Office) -> str:
    found = o.entries("transport", "departed_on")
    return f"運搬 {len(found)} 件(到着の確認 {sum(e.received_on is not None for e in found)}、照合の一致 {sum(e.arrival == 'match' for e in found)})。{o.points('F18')}"


def _incidents(o: _Office) -> str:
    found = o.entries("incident", "known_on")
    return f"事故(おそれを含む)の登録 {len(found)} 件、委託者へ報告したもの {sum(e.reported_on is not None for e in found)} 件"


_BY_HAND = "(記録・登録からは分かりません。現物を確かめてください)"
_QUESTIONS: tuple[tuple[int, str, str, Callable[[_Office], str] | None], ...] = (
    (1, "安全管理の措置の全体を、年度内に点検し見直したか", "19", lambda o: f"{o.runs()}。点検 {_inspections(o, 'self', 'audit')}"),
    (2, "保護管理責任者・代行者は現任で、届け出た体制と一致しているか", "5a", _posts),
    (2, "従事者名簿と実際の権限は一致し、必要最小限か", "5b 5c", lambda o: o.points("F02")),
    (3, "作業場所・保管場所は承諾を受けた所だけか", "4", _places),
    (4, "全従事者が守秘を誓約し、離任者の持つ資料を確かめたか", "17", _pledges),
    (5, "収集した項目は、契約の記録項目の範囲か", "5d", lambda o: o.points("F05")),
    (6, "持出しは必要なものだけで、登録・返却・消去を確かめたか", "6 6b", _carried),
    (7, "複写・複製は承諾の範囲か", "7 7b", lambda o: f"承諾の登録 {len(o.entries('consent'))} 件。{o.points('F07-UN', 'F07-EX')}"),
    (7, "送信・送付・公開の前に、異なる二人が確かめたか", "6c 8", _sent),
    (8, "目的外の利用・提供はないか", "7c", lambda o: o.points("F08")),
    (9, "不要になった資料は、指示を受けて廃棄し、残りのないことを確かめたか", "9a 9b 9c", _disposed),
    (10, "パスワードを見直し、端末・媒体を暗号化しているか", "10", lambda o: o.points("F10-PLAIN", "F10-PWFILE")),
    (10, "アクセス記録を定期に分析したか", "14b", lambda o: f"記録の確認 {_inspections(o, 'log')}。{o.points('F10-LOG')}"),
    (10, "使う端末は登録されたものだけか", "10", lambda o: f"端末の登録 {len(o.context.policy.host) if o.context.policy else 0} 台。{o.points('F10-UNKNOWN', 'F10-SILENT', 'F03-UNDECLARED')}"),
    (10, "ウイルス対策と更新は行われているか", "10", lambda o: o.points("F10-OLD")),
    (10, "入退室の管理、画面ののぞき見の防止、盗難の防止は行われているか", "", None),
    (11, "全従事者に研修を行い、欠席者にも行ったか", "13", _trained),
    (12, "承諾のない再委託・外部サービスの利用はないか", "12 12b", _subcontracted),
    (13, "終わった事務の資料を返還したか", "10R", lambda o: f"返還・引渡し {len(o.entries('handover', 'date'))} 件。{o.points('F13')}"),
    (14, "事故・そのおそれを直ちに報告し、連絡先は今も正しいか", "11a 11b", _incidents),
    (15, "委託者の調査で求められた是正を終えたか", "14b", lambda o: _inspections(o, "entruster")),
    (16, "指示・報告要求に期限までに答えたか", "15", _instructed),
    (17, "取扱記録に空白はなく、改ざんのないことを検証したか", "2", lambda o: f"年度内の記録 {o.recorded():,} 件、記録の空白・時計の変更 {o.recorded('clock_jump')} 件"),
    (18, "運搬は方法を守り、到着を確かめたか", "16", _transported),
    (19, "不適合の是正を終え、同じことを繰り返していないか", "18", lambda o: o.points("")),
)  # fmt: skip
"""Article, question, forms that show more, facts."""


def build(context: Context) -> Form:
    """The form for a business year (``--year``; the present one)."""
    period = checked(context)
    office = _Office(context, period, context.contracts())
    rows: list[tuple[object, ...]] = [
        (f"第{number}", question, facts(office) if facts else _BY_HAND, forms, "", "")
        for number, question, forms, facts in _QUESTIONS
    ]
    told: list[tuple[str, object]] = [
        ("対象年度", f"{period.title}({period.shown()})"),
        ("契約", "、".join(f"{c.id} {c.title}".strip() for c in office.contracts) or "(登録なし)"),
        ("年度内の点検・調査", _inspections(office)),
        context.without_contract(),
        ("点検日・点検者", ""),
        ("保護管理責任者の確認", ""),
    ]
    notes = ["事実は記録と登録簿によるもので、適否の判断ではありません。結果は、点検した人が書きます。"]
    return Form("14c", f"自己点検票({period.title})", COLUMNS, rows, notes, told)
