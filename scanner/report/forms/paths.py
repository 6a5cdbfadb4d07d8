"""原本・写し所在一覧: the office's own list from the codes of masked names to paths, for the inspector on site. It never leaves: it is in
no pack and among no forms that are handed in, each page says 部外秘, and each time that it is made is an entry of the record."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

from scanner.inventory.point_lists import about, entries_about, files_about
from scanner.model import display
from scanner.report.forms.interface import Context, Form

MARK = "部外秘"
COLUMNS = ("コード", "台帳番号", "名称", "区分", "場所", "端末", "パス")
MOST = 100_000


def build(context: Context) -> Form:
    """One row a path that any form of these contracts can show masked, in the order of the codes."""
    found: dict[bytes, tuple[object, ...]] = {}
    for path, row in (*_originals(context), *_files(context), *_recorded(context)):
        found.setdefault(path, row)
    rows = sorted((context.code(path), *row, display(path)) for path, row in found.items())
    facts: list[tuple[str, object]] = [
        ("取扱い", f"{MARK}。事業所の外へ出さず、実地調査に立ち会う人が使います。"),
        ("件数", len(rows)),
        ("受け取った人・日", ""),
    ]
    notes = [
        "コードは、帳票で伏せたファイル名の [ ] の中の文字です。この端末の鍵で作るため、ほかの端末のコードとは異なります。"
    ]
    return Form("paths", f"【{MARK}】原本・写し所在一覧", COLUMNS, rows[:MOST], notes, facts, mark=MARK)


_Rows = Iterator[tuple[bytes, tuple[object, ...]]]


def _originals(context: Context) -> _Rows:
    for family in context.families():
        original = family.original
        place = family.original_at.place if family.original_at else ""
        yield original.path, (original.family, original.name, "原本", place or "(合意された場所の外)", "")


def _files(context: Context) -> _Rows:
    """Copies, and files with persons or open points."""
    families = {one.original.id: one.original for one in context.families()}
    where, values = files_about(context.contract)
    mine, more = about(context.contract)
    for row in context.reader.rows(
        "select f.path, coalesce(f.host, '') as host, coalesce(f.rule, '') as rule, f.gone,"  # noqa: S608  # our own conditions
        " (select min(k.original) from copies k where k.content_id = f.content_id and k.weak = 0) as original from files f"
        f" where ({where} and (exists (select 1 from findings n where n.content_id = f.content_id)"
        " or exists (select 1 from copies k where k.content_id = f.content_id)))"
        f" or exists (select 1 from points p where p.file_id = f.id and {mine})",
        (*values, *more),
    ):
        original = families.get(row["original"])
        kind = "写し" if original else "個人情報のあるファイル"
        told = f"{kind}(今はない)" if row["gone"] else kind
        named = (original.family, original.name) if original else ("", "")
        yield bytes(row["path"]), (*named, told, row["rule"] or "(合意された場所の外)", row["host"])


def _recorded(context: Context) -> _Rows:
    """Paths that only the record still knows."""
    where, values = entries_about(context.contract)
    for row in context.reader.rows(
        f"select details, host from ledger where details like '%\"path\":%' and {where} order by seq desc limit ?",  # noqa: S608
        (*values, MOST),
    ):
        details = json.loads(row["details"])
        for key in ("path", "to"):
            if isinstance(details.get(key), str):
                yield os.fsencode(details[key]), ("", "", "取扱記録にあるもの", "", "")
