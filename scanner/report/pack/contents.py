"""目次: the page that an inspector opens first. What was set to be quiet by a pattern stands before everything else."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.report.pack.sealing import Member
from scanner.report.paper.html import escape

_STYLE = (
    "body{font:11pt/1.6 'Hiragino Sans','Yu Gothic UI','Noto Sans CJK JP',Meiryo,sans-serif;max-width:56rem;margin:16mm auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;font-size:9.5pt}th,td{border:1px solid #999;padding:3px 6px;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "th{background:#e8edf3}h2{margin-top:9mm}@page{size:A4}@media print{body{margin:0;max-width:none}}"
)


def page(
    title: str,
    facts: Sequence[tuple[str, str]],
    quiet: Sequence[Sequence[object]],
    members: Sequence[Member],
    missing: Sequence[tuple[str, str]],
) -> bytes:
    """``index.html``.

    Args:
        facts: label and value of what the manifest says of the whole.
        quiet: decisions by a pattern, first row the heading.
        members: everything else in the pack.
        missing: title and reason of forms that could not be made.
    """
    parts = [
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head><body>',
        f"<h1>{escape(title)}</h1>",
        _table([("事項", "内容"), *facts]),
        "<h2>1. 形による決定(同じ形のものを一括して「要確認」から外したもの)</h2>",
        _table(quiet) if len(quiet) > 1 else "<p>ありません。</p>",
        "<h2>2. 入っているもの</h2>",
        _table(
            [
                ("名称", "ファイル"),
                *((m.title, m.path) for m in sorted(members, key=lambda m: not m.path.startswith("forms/"))),
            ]
        ),
        "<h2>3. 入っていないもの</h2>",
        _table([("名称", "理由"), *missing]) if missing else "<p>ありません。</p>",
        "<h2>4. 確かめ方</h2>",
        "<p>この一式が作られたときのままであることは、別に受け取った検証ページ(verify.html)と鍵で確かめます。帳票の「記録番号」の行が取扱記録に"
        "あることも、同時に確かめられます。個人情報そのものは、この一式のどこにも入っていません。</p></body></html>\n",
    ]
    return "\n".join(parts).encode("utf-8")


def plain_page(
    title: str,
    facts: Sequence[tuple[str, str]],
    tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[object]]]],
) -> bytes:
    """A page of tables, each with its title, headings and rows."""
    parts = [
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head><body>',
        f"<h1>{escape(title)}</h1>",
        _table([("事項", "内容"), *facts]),
    ]
    for name, head, rows in tables:
        parts += [f"<h2>{escape(name)}({len(rows)} 件)</h2>", _table([head, *rows]) if rows else "<p>ありません。</p>"]
    return "\n".join([*parts, "</body></html>\n"]).encode("utf-8")


def _table(rows: Sequence[Sequence[object]]) -> str:
    head, *body = rows
    cells = "".join(f"<th>{escape(str(v))}</th>" for v in head)
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(v))}</td>" for v in row) + "</tr>" for row in body)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"
