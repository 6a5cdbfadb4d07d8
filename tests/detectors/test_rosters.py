"""Names of large columns of which some are read for all: nothing is found less than when every cell is read."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from detectors.engine import Engine
from detectors.names import rosters
from detectors.names.features import Floats
from detectors.tables.builder import LayoutBuilder
from detectors.tables.layout import Layout

FAMILY = "佐野 三浦 中根 大野 東 本間 森 林 寺岡 宮地 鈩 鈴木 高橋 田中 伊藤 渡辺 山本 馬締".split()
GIVEN = "兼子 芳江 健二 望 久美子 穏恵 瑞穂 静 翼 太郎 花子 一郎 トメ さくら 恵 誠".split()
KANA = "サノ ミウラ ナカネ オオノ ヒガシ ホンマ モリ スズキ".split()
CALLED = "カネコ ヨシエ ケンジ ノゾミ クミコ タロウ".split()
OTHERS = ("未定", "同上", "空室", "(株)創裕", "", "-", "東京ガス", "鈴木 太郎様", "田中太郎・花子")


def sheet(rows: Sequence[Sequence[str]]) -> tuple[str, Layout]:
    builder, text, at = LayoutBuilder(), "", 0
    table = builder.table()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            builder.cell(table, number, column, at, at + len(value))
            text += f"{value}\t"
            at = len(text)
        text += "\n"
        at += 1
    return text, builder.find_headers(text)


def people(seed: int, count: int = 260) -> list[list[str]]:
    chance = random.Random(seed)
    gap, odd = chance.choice((" ", "", "　")), chance.choice((0.0, 0.05, 0.3))
    rows = [["番号", "氏名", "姓", "名", "フリガナ", "住所"]]
    for number in range(count):
        family, given = chance.choice(FAMILY), chance.choice(GIVEN)
        whole = chance.choice(OTHERS) if chance.random() < odd else family + gap + given
        rows.append([str(number), whole, family, given, f"{chance.choice(KANA)} {chance.choice(CALLED)}", "高松市番町"])
    return rows


@pytest.mark.parametrize("depth", ["quick", "balanced"])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_what_reading_all_finds(depth: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text, layout = sheet(people(seed))
    engine = Engine(depth)
    some = scores(engine, text, layout)
    monkeypatch.setattr(rosters, "LARGE", 10**9)
    every = scores(engine, text, layout)
    assert every.keys() <= some.keys()
    assert len(some) - len(every) <= len(every) / 100
    assert sum(abs(some.get(at, 0) - every[at]) > 0.25 for at in every) <= len(every) / 40  # a class has one score


def scores(engine: Engine, text: str, layout: Layout) -> dict[int, float]:
    """Score of each character that stands in a name, whether two names side by side are one or two."""
    return {at: m.score for m in engine.analyze(text, layout).matches for at in range(m.start, m.end)}


def test_cells_are_left_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    weigh = rosters.Rosters.doubted

    def seen(self: rosters.Rosters, scores: Floats, starts: object) -> bool:
        read.append(len(scores))
        return weigh(self, scores, starts)  # type: ignore[arg-type]

    monkeypatch.setattr(rosters.Rosters, "doubted", seen)
    text, layout = sheet([["氏名", "番号"], *[[f"{f} {g}", "1"] for f in FAMILY[:4] * 20 for g in GIVEN[:9]]])
    found = [m for m in Engine("balanced").analyze(text, layout).matches if m.entity == "PERSON"]
    assert len(found) == 720
    assert len(read) == 1
    assert read[0] < 360


def test_a_column_that_the_model_doubts_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosters, "SURE", 1.0)
    rows = people(1)
    text, layout = sheet(rows)
    doubted = Engine("balanced").analyze(text, layout).matches
    monkeypatch.setattr(rosters, "LARGE", 10**9)
    assert doubted == Engine("balanced").analyze(text, layout).matches
