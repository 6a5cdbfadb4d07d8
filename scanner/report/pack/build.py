"""The members of the archive beside the forms: record, coverage, decisions, anchor, instructions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from scanner import clock
from scanner.inventory import coverage, ledger
from scanner.inventory.record import tree
from scanner.printable import in_cell
from scanner.report import wording
from scanner.report.forms.interface import Context
from scanner.report.pack import decided

_README = """実地調査資料一式

forms/            帳票(ファイル名は符号に置き換えています。現物との対応は、端末で sekisho report … --clear-names を実行して確かめます)
record.jsonl      取扱記録。詳細欄はダイジェストです(パスを含むため)
coverage.csv      走査できなかったファイルの数と理由
decisions.csv     受容・誤検知の決定(理由・二人・期限・署名。形による決定が先)
anchor.txt        この時点の記録の文字列
verify_record.py  記録の検証プログラム

検証の手順
1. python verify_record.py record.jsonl 以前に受け取った文字列
2. 端末で sekisho ledger verify --anchor 以前に受け取った文字列
3. 帳票の任意の行を選び、その符号のファイルを端末で開いて確かめます(sekisho extract)。
個人情報そのものは、この一式のどこにも入っていません。
"""


def members(context: Context) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every member but the forms."""
    yield "README.txt", _README.encode("utf-8-sig")
    yield "record.jsonl", b"".join(_record(context))
    yield "coverage.csv", _coverage(context)
    yield "decisions.csv", _csv(decided.rows(context))
    yield "anchor.txt", (ledger.anchor(context.reader.db) + "\n").encode()
    yield "verify_record.py", Path(__file__).with_name("verify_record.py").read_bytes()


def _record(context: Context) -> Iterator[bytes]:
    """All entries without their details. Those of the tree have ``leaf``, those of earlier versions stand in a chain."""
    base = tree.base(context.reader.db)
    for row in context.reader.db.execute(
        "select seq, at, kind, contract, family, host, account, details, hash from ledger order by seq"
    ):
        seq, at, kind, contract, family, host, account, details, digest = tuple(row)
        salted = seq > base or f'"{ledger.SALT}":"' in details
        entry = {
            "seq": seq, "at": at, "kind": kind, "contract": contract, "family": family, "host": host, "account": account,
            "details": ledger.digest_of(details) if salted else "", "chained": salted, "leaf": seq > base, "hash": bytes(digest).hex(),
        }  # fmt: skip
        yield json.dumps(entry, ensure_ascii=False).encode() + b"\n"


def _csv(rows: list[tuple[object, ...]]) -> bytes:
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
        ("未走査の理由", wording.reason(code), tried.number, *map(clock.shown, tried[1:]))
        for code, tried in seen.reasons.items()
    ]
    return _csv([*rows, ("未走査の合計", "", seen.gaps, *map(clock.shown, seen.tried))])
