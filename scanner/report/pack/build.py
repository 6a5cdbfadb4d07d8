"""The members of a pack beside the forms: coverage, decisions, evidence, verifiers, instructions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from scanner import clock
from scanner.inventory import coverage
from scanner.printable import in_cell
from scanner.report import baselines, exclusions, wording
from scanner.report.forms.interface import Context
from scanner.report.pack import evidence
from scanner.report.pack.sealing import Member
from scanner.report.pack.verifier import checking, joined

_README = """実地調査資料一式

index.html        目次(はじめにお読みください)
forms/            帳票(ファイル名はコードに置き換えています。現物との対応は、端末で sekisho report … --clear-names を実行して確かめます)
coverage.csv      スキャンできなかったファイルの数と理由、除外の指定
decisions.csv     受容・誤検知の決定(理由・二人・期限・署名。形による決定が先)
baseline.csv      期限つきで二人が認めた要確認(基準)と、そのあとに発生・悪化・解消したもの
evidence/         帳票の「記録番号」の記録と、それが取扱記録にあることの証明。詳細欄はダイジェストです(パスを含むため)
checkpoint.txt    取扱記録のこの時点の署名つきの要約。保管して、次の一式を確かめるときに使います
verify.html       検証ページ(ブラウザーで開きます。設置も通信も要りません)
verify_record.py  同じ検証のプログラム(Python 3.8 以上)
manifest.note     目録。全ファイルの大きさと SHA-256、取扱記録のチェックポイント、署名

検証の手順
1. 契約時に受け取った verify.html を開き、受け取った鍵(または指紋)を入れ、この一式(zip かフォルダー)を選びます。
2. 以前に受け取ったチェックポイントがあれば、それも入れます。
3. 帳票の任意の行を選び、そのコードのファイルを端末で開いて確かめます(sekisho extract)。
個人情報そのものは、この一式のどこにも入っていません。
"""


def members(context: Context, decisions: Sequence[Sequence[object]]) -> Iterator[Member]:
    """Every member that does not depend on the record's head. ``decisions``: as ``decided`` gives them."""
    yield Member("README.txt", _README.encode("utf-8-sig"), "はじめに")
    yield Member("coverage.csv", _coverage(context), "スキャンできなかったもの")
    yield Member("decisions.csv", _csv(decisions), "受容・誤検知の決定")
    yield Member("baseline.csv", _csv(baselines.rows(context)), "基準(期限つきで認めた要確認)とそのあとの変化")
    yield Member("verify.html", joined.page(), "検証ページ")
    yield Member("verify_record.py", joined.program(), "検証プログラム")


def proved(context: Context, cited: Mapping[str, Sequence[int]], head: str) -> Iterator[Member]:
    """The evidence against ``head`` (a note). ``cited``: path of a form → entries that it cites."""
    db = context.reader.db
    numbers = {number for entries in cited.values() for number in entries}
    yield Member(
        "checkpoint.txt", head.encode("utf-8"), "取扱記録のチェックポイント(保管して、次の一式を確かめるときに使います)"
    )
    yield Member(checking.ENTRIES, evidence.entries(db, numbers, head), "引かれた記録とその証明")
    yield Member(checking.CITATIONS, evidence.citations(cited), "帳票が引く記録の番号")
    yield Member(checking.LINKS, evidence.links(db, head), "以前のチェックポイントからの続きの証明")


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([in_cell(v) for v in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _coverage(context: Context) -> bytes:
    seen, zone = coverage.of(context.reader.db), clock.zone_name()
    rows: list[tuple[object, ...]] = [
        ("区分", "結果・理由", "件数", f"最後に試みた日時・最初({zone})", f"最後に試みた日時・最後({zone})")
    ]
    rows += [("ファイル", wording.outcome(kind), number, "", "") for kind, number in seen.counts.items()]
    rows += [
        ("未検査の理由", wording.reason(code), tried.number, *map(clock.shown, tried[1:]))
        for code, tried in seen.reasons.items()
    ]
    rows.append(("未検査の合計", "", seen.gaps, *map(clock.shown, seen.tried)))
    rows += [
        (
            "除外の指定",
            f"{pattern}({source}{' ' + agreed if agreed else ''})",
            entries,
            f"うち既知のファイル {known}",
            "",
        )
        for source, pattern, entries, known, agreed in exclusions.rows(context)
    ]
    return _csv(rows)
