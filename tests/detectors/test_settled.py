"""Judging a column by classes finds what judging it cell by cell finds."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from detectors.engine import Engine
from detectors.interface import Match
from detectors.tables import settled
from detectors.tables.builder import LayoutBuilder
from detectors.tables.layout import Cell

VALUES: dict[str, Callable[[random.Random], str]] = {
    "氏名": lambda c: c.choice(("吉岡 兼子", "東 望", "中根芳江", "鈩 翼", "宮城 県一", "(株)創裕 吉岡", "未定", "")),
    "フリガナ": lambda c: c.choice(("ヨシオカ カネコ", "ヒガシ ノゾム", "ナカネヨシエ")),
    "生年月日": lambda c: c.choice(
        (
            f"{c.randint(1855, 2030)}/{c.randint(1, 13)}/{c.randint(1, 31)}",
            f"S{c.randint(1, 70)}.{c.randint(1, 12)}.{c.randint(1, 31)}",
            f"昭和{c.randint(1, 66)}年{c.randint(1, 12)}月{c.randint(1, 30)}日",
            "1960-03-12T00:00:00",
            "不明",
        )
    ),
    "電話番号": lambda c: c.choice(
        (
            f"0{c.randint(1, 9)}0-{c.randint(0, 9999):04}-{c.randint(0, 9999):04}",
            f"0{c.randint(10, 999)}-{c.randint(10, 999)}-{c.randint(0, 9999):04}",
            f"0{c.randint(0, 10**9)}",
            "090-5550-0140 内線12",
            "-",
        )
    ),
    "郵便番号": lambda c: f"{c.randint(0, 999):03}-{c.randint(0, 20):04}",
    "住所": lambda c: c.choice(("高松市番町", "香川県丸亀市大手町", "どこかの町", "香川県高松市")) + c.choice(("", "1-2-3", f"{c.randint(1, 30)}-{c.randint(1, 9)}", "2丁目3番")),
    "個人番号": lambda c: "".join(c.choices("0123456789", k=12)),
    "職員番号": lambda c: str(c.randint(1, 999999)),
    "番号": lambda c: str(c.randint(1, 99999)),
    "値": lambda c: "".join(c.choices("0123456789", k=c.choice((7, 8, 11, 12)))),
    "備考": lambda c: c.choice(("", "継続", "うつ病で通院", "高血圧症", "電話 090-5550-0140", "生活保護受給中", "2026/4/1 転入", "担当 中根")),
    "メール": lambda c: f"user{c.randint(1, 30)}@example.jp",
}  # fmt: skip


def key(match: Match) -> tuple[object, ...]:
    return tuple(match)


@pytest.mark.parametrize("seed", range(8))
def test_classes_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    headings = chance.sample(sorted(VALUES), 7)
    rows = [[VALUES[heading](chance) for heading in headings] for _ in range(150)]
    text = "\n".join("\t".join(row) for row in [headings, *rows])
    engine = Engine("quick")
    at_once = engine.analyze(text, names=False).matches
    monkeypatch.setattr(settled, "_LARGE", 10**9)
    one_by_one = engine.analyze(text, names=False).matches
    assert sorted(map(key, at_once)) == sorted(map(key, one_by_one))
    assert at_once


@pytest.mark.parametrize("seed", range(3))
def test_cells_move_with_a_text_that_becomes_shorter(seed: int) -> None:
    chance = random.Random(seed)
    rows = [["番号", "ﾌﾘｶﾞﾅ", "電話番号"]]
    rows += [[str(n), "ﾊﾞﾊﾞ ｶﾞｶﾞ" * chance.randint(1, 2), f"090-5550-{chance.randint(1000, 9999)}"] for n in range(5)]
    builder, at = LayoutBuilder(), 0
    pieces: list[str] = []
    table = builder.table()
    for number, row in enumerate(rows):
        cells = []
        for column, text in enumerate(row):
            cells.append(Cell(at, at + len(text), table, number, column))
            pieces += (text, "\t")
            at += len(text) + 1
        pieces.append("\n")
        at += 1
        builder.row(table, number, cells)
    text = "".join(pieces)
    matches = Engine("quick").analyze(text, builder.find_headers(text), names=False).matches
    assert [text[m.start : m.end] for m in matches] == [row[2] for row in rows[1:]]
    assert all(m.reason.startswith("column") for m in matches)
