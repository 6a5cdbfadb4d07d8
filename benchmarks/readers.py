"""What reading costs beside another version of the program: ``python -m benchmarks.readers --against FOLDER``, a checkout with a
``.venv`` of its own. Both read the same generated files by turns, each in a process of its own; processor seconds of the reading
with its way out, the least of several, and their ratio (above one: this version is slower).
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.sax.saxutils import escape

from scanner.demo import formats

HERE = Path(__file__).resolve().parent.parent
SEED = 20261130
_HEAD = ("氏名", "住所", "電話", "番号", "備考", "メール")
_CHILD = """
import io, sys, time
from pathlib import Path
import orjson
from scanner.extract.dispatch import dispatch
from scanner.extract.interface import Sink, Source
from scanner.limits import limits
path = Path(sys.argv[1])
data = path.read_bytes()
least = None
for _ in range(int(sys.argv[2])):
    began = time.process_time()
    sink = Sink(limits().for_size(len(data)), orjson.dumps, dispatch)
    dispatch(Source(path.name, io.BytesIO(data), len(data)), sink)
    sink.flush()
    taken = time.process_time() - began
    least = taken if least is None else min(least, taken)
print(least, sink.total_chars)
"""
"""Runs in each version's own interpreter."""


def rows(count: int) -> list[list[str]]:
    """Rows of a roster with a remark in words; nobody is meant."""
    chance = random.Random(SEED)
    remarks = (
        "",
        "",
        "折り返しの連絡を希望",
        "担当課で確認済み。次回の更新は来年度の予定です。",
        "See the note, 2nd visit",
        "済",
    )
    return [
        [
            f"標本{chance.choice('一二三四五六七八九')}{n}",
            f"東京都千代田区丸の内{chance.randrange(1, 9)}-{chance.randrange(1, 30)}-{n % 20}",
            f"03-{chance.randrange(10**4):04}-{n % 10_000:04}",
            str(n),
            chance.choice(remarks),
            f"sample{n}@example.jp",
        ]
        for n in range(count)
    ]


def _json(table: list[list[str]]) -> bytes:
    people = [
        dict(zip(_HEAD, row, strict=True)) | {"番号": int(row[3]), "tags": ["a", "b"], "有効": True} for row in table
    ]
    return json.dumps({"件数": len(people), "名簿": people}, ensure_ascii=False, indent=1).encode()


def _nested(table: list[list[str]]) -> bytes:
    tree = {
        f"id{row[3]}": {"氏名": row[0], "連絡先": {"住所": row[1], "電話": row[2]}, "備考": [row[4], row[5]]}
        for row in table
    }
    return json.dumps(tree, ensure_ascii=False).encode()


def _lines(table: list[list[str]]) -> bytes:
    return "\n".join(json.dumps(dict(zip(_HEAD, row, strict=True))) for row in table).encode()


def _sqlite(table: list[list[str]]) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"create table 名簿 ({', '.join(f'{h} text' for h in _HEAD)}, n integer, x real, b blob)")
        filled = [[*row, n, n / 7, row[0].encode("cp932") if n % 90 == 0 else None] for n, row in enumerate(table)]
        database.executemany(f"insert into 名簿 values ({','.join('?' * 9)})", filled)
        database.commit()
        return bytes(database.serialize())


def _xml(table: list[list[str]]) -> bytes:
    people = "\n".join(
        f'  <person id="{row[3]}" kind="個人">'
        + "".join(f"<{h}>{escape(v)}</{h}>" for h, v in zip(_HEAD, row, strict=True))
        + "</person>"
        for row in table
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<名簿>\n{people}\n</名簿>\n'.encode()


def _docx(table: list[list[str]]) -> bytes:
    from docx import Document

    document = Document()
    for row in table[: len(table) // 8]:
        paragraph = document.add_paragraph(f"{row[0]}({row[3]})の件。")
        paragraph.add_run(row[1]).bold = True
        paragraph.add_run(row[4])
    filled = document.add_table(rows=0, cols=3)
    for row in table[: len(table) // 40]:
        for cell, value in zip(filled.add_row().cells, row[:3], strict=True):
            cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _workbook(table: list[list[str]], *, formulas: bool) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名簿")
    sheet.append(list(_HEAD))
    for n, row in enumerate(table, 2):
        sheet.append(
            [*row[:3], int(row[3]), *row[4:], *((f"=A{n}&B{n}", f'=IF(D{n}>5,"可","不可")') if formulas else ())]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(table: list[list[str]]) -> bytes:
    return "\r\n".join(",".join(row) for row in (list(_HEAD), *table)).encode("cp932")


def _html(table: list[list[str]]) -> bytes:
    body = "\n".join("<tr>" + "".join(f"<td>{escape(v)}</td>" for v in row) + "</tr>" for row in table)
    return f"<!doctype html><html><body><table>\n{body}\n</table></body></html>".encode()


def _text(table: list[list[str]]) -> bytes:
    return "\n".join("　".join(row) for row in table).encode("cp932")


def _pdf(table: list[list[str]]) -> bytes:
    return formats.pdf(
        [[f"{r[0]} {r[2]} {r[1]}" for r in table[at : at + 30]] for at in range(0, len(table) // 20, 30)]
    )


KINDS: dict[str, tuple[str, Callable[[list[list[str]]], bytes]]] = {
    "json": ("a.json", _json),
    "json, nested": ("b.json", _nested),
    "json, lines": ("c.jsonl", _lines),
    "sqlite": ("a.db", _sqlite),
    "xml": ("a.xml", _xml),
    "docx": ("a.docx", _docx),
    "xlsx": ("a.xlsx", lambda table: _workbook(table, formulas=False)),
    "xlsx, formulas": ("b.xlsx", lambda table: _workbook(table[: len(table) // 2], formulas=True)),
    "csv": ("a.csv", lambda table: _csv(table * 4)),
    "html": ("a.html", _html),
    "text": ("a.txt", lambda table: _text(table * 4)),
    "pdf": ("a.pdf", _pdf),
}


def measured(checkout: Path, file: Path, times: int) -> tuple[float, int]:
    """(processor seconds, characters given) of one file in one version."""
    command = [checkout / ".venv/bin/python", "-c", _CHILD, file, str(times)]
    seconds, characters = subprocess.run(command, cwd=checkout, stdout=subprocess.PIPE, check=True).stdout.split()
    return float(seconds), int(characters)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Reading beside another version of the program.")
    parser.add_argument("--against", type=Path, required=True)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--only", nargs="*", default=list(KINDS))
    given = parser.parse_args()
    table = rows(given.rows)
    print(f"{'':<16}{'seconds':>9}{'other':>9}{'ratio':>7}{'characters':>12}{'other':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for kind in given.only:
            name, made = KINDS[kind]
            file = Path(folder) / name
            file.write_bytes(made(table))
            turns = [(measured(HERE, file, 2), measured(given.against, file, 2)) for _ in range(given.turns)]
            ours, theirs = min(a[0] for a, _ in turns), min(b[0] for _, b in turns)
            counts = f"{turns[0][0][1]:>12}{turns[0][1][1]:>12}"
            print(f"{kind:<16}{ours:>9.3f}{theirs:>9.3f}{ours / theirs:>7.2f}{counts}", flush=True)


if __name__ == "__main__":
    main()
