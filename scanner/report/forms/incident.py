"""帳票11a 第一報, 11b 事故報告書, 11c 委員会報告下書き: the nine items, each as observed, declared, or unknown (第14).

What they are about is found by ``affected``. What is unknown stands as a question in the letter (``paper.questions``).
"""

from __future__ import annotations

from datetime import date

from scanner.policy.acts import Incident
from scanner.report import deadlines, wording
from scanner.report.forms import notice
from scanner.report.forms.affected import Affected, collect, registered
from scanner.report.forms.interface import Context, Form, FormRefused, wareki, wareki_moment

COLUMNS = ("番号", "項目", "事実(ツール)", "申告", "区分")
_KINDS = {"leak": "漏えい", "loss": "滅失", "damage": "毀損", "suspicion": "おそれ"}
_UNKNOWN = "不明"
_SOURCES = {"medium": "媒体の紛失等", "mail": "誤送信・誤送付等", "family": "原本に係る事故等"}


def declared(context: Context, found: Affected) -> Incident | None:
    """The entry of the register that speaks of this incident: of a contract that the paper is for and its points are about."""
    number = str(context.asked.get("incident") or "")
    if number:
        return registered(context, number)[1]
    for contract in context.contracts():
        if found.contracts and contract.id not in found.contracts:
            continue
        for entry in contract.incident:
            if set(entry.points) & set(found.points):
                return entry
    return None


def _known(context: Context, entry: Incident | None) -> date:
    """The day from which the dates run: as declared, else today. Raises ``FormRefused`` for a day that is still to come."""
    known = _told_known(context, entry) or context.today
    if known > context.today:
        raise FormRefused("known_ahead", day=wareki(known), today=wareki(context.today))
    return known


def _told_known(context: Context, entry: Incident | None) -> date | None:
    """The day as somebody declared it."""
    asked: date | None = context.asked.get("known_on")
    return asked or (entry.known_on if entry else None)


def _began(context: Context, entry: Incident | None, known: date) -> str:
    """The day, with where it comes from where nobody declared it."""
    return wareki(known) + ("" if _told_known(context, entry) else "(本書の作成日。発覚日の申告なし)")


def _issued(found: Affected, known: date, context: Context) -> dict[str, object]:
    return {
        "contract": sorted(found.contracts)[0] if found.contracts else "",
        "points": found.points,
        "families": sorted(found.families),
        "known_on": known.isoformat(),
        "suspicion": bool(context.asked.get("suspicion")),
        "source": found.source,
    }


def _row(number: object, label: str, fact: object, said: object) -> tuple[object, ...]:
    kind = "事実・申告" if fact and said else "事実" if fact else "申告" if said else _UNKNOWN
    return (number, label, fact or "", said or "", kind)


def _said(entry: Incident | None, name: str) -> str:
    value = getattr(entry, name) if entry else ""
    return wareki(value) if isinstance(value, date) else str(value or "")


def _persons(found: Affected) -> str:
    """As a sentence; the largest number is the one that decides."""
    if not found.most:
        return ""
    if found.fewest == found.most:
        return f"{found.most:,} 人です。"
    return f"{found.fewest:,} 人以上、最大で {found.most:,} 人です(報告の要否は最大数で判断)。"


def _declared_count(found: Affected) -> str:
    return f"登録された件数は {found.declared:,} 件です。" if found.declared else ""


def _entities(found: Affected) -> str:
    return "、".join(wording.entity(e) for e in sorted(found.entities))


def _where(found: Affected) -> str:
    shown = "、".join(found.places[:20])
    return shown + (f" ほか {len(found.places) - 20} か所" if len(found.places) > 20 else "")


def first(context: Context) -> Form:
    """帳票11a: told at once, with what is known so far."""
    found = collect(context)
    entry = declared(context, found)
    known = _known(context, entry)
    rows = [
        _row(1, "認識日時", wareki_moment(found.since), wareki(_told_known(context, entry))),
        _row(2, "発見者", "本ツールのスキャン" if found.points else "", _said(entry, "recognised_by")),
        _row(3, "事象", _happened(found), _event(context, entry)),
        _row(4, "対象の原本系列", "、".join(sorted(found.families)), "、".join(entry.scope) if entry else ""),
        _row(5, "項目", _entities(found), ""),
        _row(6, "本人数(最小–最大)", _persons(found), _declared_count(found)),
        _row(7, "所在", _where(found), ""),
        _row(8, "端末", "、".join(sorted(found.hosts)), ""),
        _row(9, "暗号化", "パスワードなしで開ける状態" if found.places else "", _encryption(entry, found)),
        _row(10, "応急措置", "", _said(entry, "contained")),
        _row(
            11,
            "委託者への連絡",
            "",
            " ".join(filter(None, (_said(entry, n) for n in ("reported_on", "reported_to", "channel")))),
        ),
    ]
    facts: list[tuple[str, object]] = [
        ("起算日(発覚日)", _began(context, entry, known)),
        ("おそれの段階", "はい(漏えい等は未確認)" if _suspected(context, entry) else "いいえ"),
        *_clocks(context, entry, known)[1:],
    ]
    notes = ["判断と報告は責任者が行います。応急措置として削除を急がず、証拠を残してください。"]
    return Form("11a", "事故等第一報", COLUMNS, rows, notes, facts, _issued(found, known, context))


def _suspected(context: Context, entry: Incident | None) -> bool:
    """Whether it is a suspicion so far (第14の1): what the register says of it stands over what was asked for."""
    return entry.kind == "suspicion" if entry else bool(context.asked.get("suspicion"))


def _event(context: Context, entry: Incident | None) -> str:
    if entry is not None:
        return _KINDS[entry.kind]
    return "漏えい等のおそれ" if _suspected(context, entry) else ""


def _encryption(entry: Incident | None, found: Affected) -> str:
    kept = {True: "媒体・送付の暗号化あり", False: "媒体・送付の暗号化なし", None: ""}[found.encrypted]
    if entry is None or entry.key_managed is None:
        return kept
    managed = "暗号化あり・鍵の管理は確か" if entry.key_managed else "鍵の管理は確かでない"
    return "、".join(filter(None, (kept, managed)))


def _happened(found: Affected) -> str:
    """What points and registers tell of the event; not what the program advises to do."""
    lines = [_SOURCES.get(found.source, ""), *(wording.fact(code) for code in sorted(found.codes)), *found.entries]
    return "\n".join(filter(None, lines))


def _clocks(context: Context, entry: Incident | None, known: date) -> list[tuple[str, object]]:
    """The dates by which reports are due."""
    wrongful = bool(entry and entry.wrongful) or bool(context.asked.get("wrongful"))
    clock = deadlines.clock(known, wrongful=wrongful)
    return [
        ("起算日(1日目)", _began(context, entry, clock.known)),
        ("委託者への報告", "直ちに(第14第1項)"),
        ("速報の目安", f"{wareki(clock.first_from)} から {wareki(clock.first_until)}"),
        ("確報の期限(日数)", f"{wareki(clock.final_day)}({60 if wrongful else 30} 日目)"),
        ("確報の期限(閉庁日を繰り下げ)", wareki(clock.final_due)),
    ]


def _notice(context: Context, found: Affected, entry: Incident | None) -> list[tuple[str, list[str]]]:
    titles = "、".join(c.title for c in context.contracts() if c.id in found.contracts)
    return [(notice.TITLE, notice.draft(titles, entry, _entities(found)))]


def _nine(found: Affected, entry: Incident | None, known: date) -> list[tuple[object, ...]]:
    happened = (
        f"発生 {_said(entry, 'happened_on') or _UNKNOWN}、発覚 {wareki(known)}。{_said(entry, 'summary')}".strip()
    )
    said = happened if entry else ""
    lifeline = (
        f"初見 {wareki_moment(found.since)}、最終確認 {wareki_moment(found.last)}、所在 {len(found.places)} か所: {_where(found)}"
        if found.places
        else ""
    )
    lifeline = "。".join(filter(None, (lifeline, *found.entries)))
    same = f"同じデータが他の場所に {found.elsewhere} 件あります(滅失・毀損の判断の参考)。" if found.elsewhere else ""
    return [
        _row(1, "概要", lifeline, said),
        _row(2, "項目", _entities(found), ""),
        _row(3, "本人の数", _persons(found), _declared_count(found)),
        _row(4, "原因", "", _said(entry, "cause")),
        _row(5, "二次被害又はそのおそれ", "", _said(entry, "secondary")),
        _row(6, "本人への対応", "", _said(entry, "response")),
        _row(7, "公表", "", _said(entry, "publication")),
        _row(
            8,
            "再発防止の措置",
            "",
            "。".join(
                filter(None, (_said(entry, "measures"), _said(entry, "planned") and f"予定: {_said(entry, 'planned')}"))
            ),
        ),
        _row(9, "その他参考となる事項", same, _said(entry, "other")),
    ]


def report(context: Context) -> Form:
    """帳票11b: the nine items in writing."""
    found = collect(context)
    entry = declared(context, found)
    known = _known(context, entry)
    facts: list[tuple[str, object]] = [
        ("契約", "、".join(sorted(found.contracts)) or _UNKNOWN),
        ("種別", _event(context, entry) or _UNKNOWN),
        ("要確認の番号", "、".join(map(str, found.points)) or "なし"),
        *_clocks(context, entry, known),
    ]
    rows, issued = _nine(found, entry, known), _issued(found, known, context)
    return Form("11b", "事故報告書", COLUMNS, rows, [], facts, issued, texts=_notice(context, found, entry))


def draft(context: Context) -> Form:
    """帳票11c: a draft for the commission with its clocks; it is submitted by people, on the entruster's instruction."""
    found = collect(context)
    entry = declared(context, found)
    known = _known(context, entry)
    laws = {c.law for c in context.contracts() if c.id in found.contracts} or {"public"}
    limit = min(deadlines.THRESHOLD[law] for law in laws)
    over = "超える" if found.fewest > limit else "超える可能性がある" if found.most > limit else "超えない"
    special = [wording.entity(e) for e in ("JP_SENSITIVE", "JP_MY_NUMBER") if e in found.entities]
    facts: list[tuple[str, object]] = [
        *_clocks(context, entry, known),
        ("人数の基準", f"{limit:,} 人を{over}(最大 {found.most:,} 人)"),
        ("特に確かめる項目", "、".join(special) or "なし"),
        ("委託者の指示", _said(entry, "instructed") or _UNKNOWN),
        ("委員会への報告日", _said(entry, "submitted_on") or "未了"),
    ]
    notes = [
        "委員会への報告は、委託者の指示に従い、人がウェブの様式で行います(第14第3項)。氏名等、本人を特定できる情報は書かないでください。",
        "暗号化等の高度な保護措置に当たるかは、方式と鍵の管理の両方で判断します。",
    ]
    return Form(
        "11c",
        "委員会報告用下書き",
        COLUMNS,
        _nine(found, entry, known),
        notes,
        facts,
        _issued(found, known, context),
        texts=_notice(context, found, entry),
    )
