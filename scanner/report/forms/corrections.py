"""帳票9d 移動・消去指示書: what the person at the terminal is told to do with which file, until when and on whose word."""

from __future__ import annotations

import os
from collections.abc import Iterator

from scanner.inventory import corrections
from scanner.inventory.corrections import Correction
from scanner.paths import names
from scanner.report.forms.interface import Context, Form, wareki_text

_LOST = {
    "attributes": "追加の属性は写せませんでした",
    "owner": "所有者は引き継げませんでした",
    "origin": "入手元の印は写せませんでした",
}
COLUMNS = (
    "番号", "契約番号", "対象ファイル", "原本", "行為", "移動先", "指示番号", "実施者", "期限", "要確認", "状態", "実施日・確認", "備考",
)  # fmt: skip
_KINDS = {"move": "移動", "erase": "消去"}
_STATES = {
    "prepared": "実施前", "running": "中断・要確認", "done": "実施済み(スキャン前)", "undoing": "中断・要確認", "undone": "元に戻した",
    "withdrawn": "取消",
}  # fmt: skip


def build(context: Context) -> Form:
    """One row an order, those that were withdrawn too."""
    where, values = context.only()
    found = corrections.load(context.reader.db, where, values)
    rows = [_row(context, one) for one in found]
    notes = [
        "移動は、合意された場所に同じ内容があることを確かめてから、元のファイルを除いてください。",
        "消去は、指示番号の指示によります。ファイルの消去は、媒体単位の消去や破壊の証拠にはなりません。",
        "SSD、スナップショット、クラウドの履歴には、以前の内容が残ることがあります。同じ内容の別の名前(ハードリンク)には何もしません。",
        "指示を作った後に内容が変わったファイルには何もせず、保護管理責任者に知らせてください。",
        "実施の結果は、次のスキャンで照合します。",
    ]
    return Form("9d", "移動・消去指示書", COLUMNS, rows, notes)


def _row(context: Context, one: Correction) -> tuple[object, ...]:
    checked = one.checked and one.state == "done"
    return (
        one.number,
        one.contract,
        context.name(one.path),
        one.family.replace(",", "、") or "(原本の登録なし)",
        _KINDS[one.kind],
        f"{one.place} {context.name(one.target)}" if one.target else "(残さない)",
        one.instruction,
        one.worker,
        wareki_text(one.due),
        one.point,
        "スキャンで確認済み" if checked else _STATES[one.state],
        "",
        "。".join(_remarks(context, one)),
    )


def _remarks(context: Context, one: Correction) -> Iterator[str]:
    if one.undo_until and one.state == "done":
        yield f"{wareki_text(one.undo_until)}まで元に戻せます"
    behind = _behind(context, one)
    if behind:
        yield f"このファイルの後ろの別の内容(代替データストリーム)も一緒に{_KINDS[one.kind]}します: {'、'.join(behind)}"
    if one.state != "prepared":
        yield from (_LOST[code] for code in one.work.get("lost") or () if code in _LOST)


def _behind(context: Context, one: Correction) -> list[str]:
    """Entries of the inventory that lie behind the file of an order: they go where it goes."""
    if names.flavour(one.path) is not names.Flavour.WINDOWS:
        return []
    rows = context.reader.db.execute(
        "select path from files where path >= ? and path < ? and host = '' and gone is null order by path",
        (one.path + b":", one.path + b";"),
    )
    return [context.name(os.fsencode(path)) for (path,) in rows]
