"""Forms that compare: 5c 権限照合表, 5d 収集項目照合表, 7c 目的外利用・提供照合表, 10 端末安全状況表, 12b 外部共有照合表."""

from __future__ import annotations

from scanner.duties.hosts import heard
from scanner.duties.interface import personal_files
from scanner.duties.items import surplus
from scanner.duties.parties import Parties
from scanner.duties.rights import EVERYONE, Rights, grants
from scanner.duties.terminal import terminals
from scanner.messages import t
from scanner.report import wording
from scanner.report.forms.interface import Context, Form, wareki, wareki_moment, wareki_text

_STANDING = {
    "worker": "従事者",
    "grant": "権限の登録あり",
    "leaver": "離任者・要確認",
    "orphan": "所有者不明・要確認",
    "": "登録なし・要確認",
}
_WHY = {
    "": "登録・承諾あり",
    "unknown": "登録なし・要確認",
    "no_consent": "承諾なし・要確認",
    "expired": "期限切れ・要確認",
}


def rights(context: Context) -> Form:
    """帳票5c: owners and access lists of files with personal data in agreed places, against the registers."""
    duty = Rights(context.view())
    for file in personal_files(context.reader.db):
        list(duty.file(file))
    due = {
        (row["contract"], row["subject"]): wareki_text(row["due"])
        for row in context.reader.rows(
            "select contract, subject, due from points where state = 'open' and subject like 'right:%'"
        )
    }
    rows: list[tuple[object, ...]] = [
        (
            right.contract,
            right.place,
            wording.principal(right.principal),
            {"owner": "所有", "r": "読取り", "rw": "読み書き", "w": "書込み"}.get(right.actual, right.actual),
            _STANDING[right.declared],
            right.files,
            "" if right.declared in ("worker", "grant") else "差異あり",
            due.get((right.contract, f"right:{right.place}:{right.principal}"), ""),
        )
        for right in duty.table()
        if context.contract in ("", right.contract)
    ]
    columns = (
        "契約番号",
        "場所",
        "主体(アカウント・グループ)",
        "実権限",
        "名簿上の権限",
        "ファイル数",
        "差異",
        "是正期限",
    )
    return Form(
        "5c", "権限照合表", columns, rows, ["承諾された場所にある、個人情報のあるファイルだけを照合しています。"]
    )


def items(context: Context) -> Form:
    """収集項目照合表 (第5): declared items against found ones, one row a family or place."""
    found: dict[tuple[str, str], set[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    files: dict[tuple[str, str], set[int]] = {}
    owner = {f.original.id: f.original for f in context.families()}
    for file in personal_files(context.reader.db):
        originals = [owner[n] for n in file.families if n in owner]
        contract = file.contract or (originals[0].contract if originals else "")
        if contract and context.contract in ("", contract):
            key = (contract, originals[0].family if originals else file.rule or "(写し以外)")
            found.setdefault(key, set()).update(file.entities)
            counts[key] = counts.get(key, 0) + 1
            files.setdefault(key, set()).add(file.id)
    done = _done(context)
    rows: list[tuple[object, ...]] = []
    for (number, group), entities in sorted(found.items()):
        contract_ = next((c for c in context.contracts() if c.id == number), None)
        if contract_ is None:
            continue
        extra = surplus(contract_, entities)
        if "JP_MY_NUMBER" in entities and not contract_.my_number:
            extra = ["JP_MY_NUMBER", *extra]
        rows.append(
            (
                number,
                group,
                counts[number, group],
                "、".join(wording.entity(e) for e in contract_.items) or "(申告なし)",
                "、".join(wording.entity(e) for e in sorted(entities)),
                "、".join(wording.entity(e) for e in extra),
                "項目超過・要確認" if extra else "一致" if contract_.items else "照合できません(記録項目の申告なし)",
                "、".join(sorted({done[n] for n in files[number, group] if n in done})) if extra else "",
            )
        )
    columns = ("契約番号", "原本系列・場所", "ファイル数", "申告項目", "検出項目", "差分", "判断", "処置")
    return Form("5d", "収集項目照合表", columns, rows)


def _done(context: Context) -> dict[int, str]:
    """File → what was done about surplus kinds in it: how far an open point is, with its day, or how the last one ended."""
    found: dict[int, str] = {}
    for row in context.reader.rows(
        "select file_id, state, stage, due, closed_why from points where code in ('F05-MYNUMBER', 'F05-SURPLUS-ITEM') order by state, id"
    ):
        due = f"(期限 {wareki_text(row['due'])})" if row["due"] else ""
        found[row["file_id"]] = (
            t(f"point_stage.{row['stage']}") + due if row["state"] == "open" else t(f"closed_why.{row['closed_why']}")
        )
    return found


def crossed(context: Context) -> Form:
    """帳票7c: data of one contract in the place of another."""
    rows: list[tuple[object, ...]] = []
    purposes = {c.id: c.purpose or c.title for c in (context.policy.contract if context.policy else ())}
    for family in context.families():
        for location in (*family.copies, *family.technical):
            if location.contract and location.contract != family.original.contract:
                mine, theirs = family.original.contract, location.contract
                agreed = "指示・承諾あり" if location.file_id in family.other_use else "二人で判断済み"
                judged = "要確認" if "F08-CROSS" in family.points.get(location.file_id, {}) else agreed
                rows.append(
                    (
                        family.original.family,
                        mine,
                        purposes.get(mine, ""),
                        context.name(location.path),
                        theirs if not context.contract else "(他の契約)",
                        purposes.get(theirs, "") if not context.contract else "",
                        family.other_use.get(location.file_id, ""),
                        wareki_moment(location.first_seen),
                        judged,
                    )
                )
    columns = (
        "台帳番号",
        "本来の契約",
        "本来の目的",
        "対象",
        "発見場所の契約",
        "発見場所の目的",
        "指示・承諾番号",
        "初見",
        "判断",
    )
    return Form("7c", "目的外利用・提供照合表", columns, rows)


def terminals_form(context: Context) -> Form:
    """帳票10: what each machine tells of itself and what the register says."""
    view = context.view()
    told, last = terminals(view), heard(view)
    registered = {h.id.lower(): h for h in (context.policy.host if context.policy else ())}
    counts: dict[str, int] = {}
    for file in personal_files(context.reader.db):
        host = view.host_of(file).lower()
        counts[host] = counts.get(host, 0) + 1
    open_: dict[tuple[str, str], int] = {
        (r["host"].lower() or view.host.lower(), r["code"]): r["n"]
        for r in context.reader.rows(
            "select f.host, p.code, count(*) as n from points p join files f on f.id = p.file_id"
            " where p.state = 'open' and p.code in ('F10-PLAIN', 'F10-PUBLIC') group by 1, 2"
        )
    }
    shared_: dict[str, set[str]] = {}
    for file in personal_files(context.reader.db):
        if any(
            principal == EVERYONE or principal.startswith("group ") for principal, _ in grants(file.owner, file.acl)
        ):
            shared_.setdefault(view.host_of(file).lower(), set()).add(file.rule or "(合意された場所の外)")
    rows: list[tuple[object, ...]] = []
    for name in sorted({*told, *registered, *counts}):
        facts, entry = told.get(name, {}), registered.get(name)
        encrypted = {"yes": "有(観測)", "no": "無(観測)"}.get(facts.get("encryption", ""), "不明")
        if encrypted == "不明" and entry is not None and entry.encrypted is not None:
            encrypted = "有(申告)" if entry.encrypted else "無(申告)"
        rows.append(
            (
                entry.id if entry else name,
                entry.asset if entry else "(端末台帳にありません)",
                entry.place if entry else "",
                entry.lock if entry else "",
                encrypted,
                entry.authentication if entry else "",
                entry.password_rule if entry else "",
                wareki(entry.password_reviewed_on) if entry else "",
                facts.get("os", "不明"),
                facts.get("os_end", "不明"),
                facts.get("os_updated", "不明"),
                facts.get("av", "不明"),
                facts.get("av_date", "不明"),
                facts.get("screen_lock", "不明"),
                counts.get(name, 0),
                open_.get((name, "F10-PLAIN"), 0),
                "、".join(sorted(shared_.get(name, ()))) or "観測なし",
                open_.get((name, "F10-PUBLIC"), 0),
                wareki(last.get(name)),
            )
        )
    columns = (
        "端末", "資産番号", "設置場所", "盗難防止", "暗号化", "認証方式", "パスワードの方針", "パスワードの見直し日", "OS", "サポート終了", "最終更新", "ウイルス対策", "定義日", "画面ロック", "個人情報のあるファイル",
        "うち平文・要確認", "共有されている場所", "公開領域のもの・要確認", "最後の記録",
    )  # fmt: skip
    return Form("10", "端末安全状況表", columns, rows, ["端末が権限なしに示さない事項は「不明」です。"])


def shared(context: Context) -> Form:
    """帳票12b: who gets personal data from outside."""
    duty = Parties(context.view())
    for file in personal_files(context.reader.db):
        list(duty.file(file))
    kinds = {"tenant": "クラウド同期の組織", "mail": "メールの宛先", "transfer": "送信・送付記録"}
    rows: list[tuple[object, ...]] = [
        (contract, name, kinds[kind], files, consent, _WHY[why]) for contract, name, kind, files, consent, why in duty.table()
        if context.contract in ("", contract)
    ]  # fmt: skip
    return Form("12b", "外部共有照合表", ("契約番号", "共有先", "手段", "ファイル数", "再委託承諾番号", "判定"), rows)
