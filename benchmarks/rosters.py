"""Rosters of invented people, seeded: what large tables of offices look like."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

SURNAMES = "佐野 三浦 中根 大野 東 本間 寺岡 宮地 柴谷 青野 吉岡 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 松本 井上 木村 林 清水".split()
GIVEN = "兼子 芳江 健二 望 久美子 穏恵 瑞穂 典行 静 翼 太郎 花子 一郎 直美 大輔 陽菜 結衣 蓮 湊 葵 さくら 美咲 翔太 拓也 恵 誠 隆 進".split()
KANA = "サノ ミウラ ナカネ オオノ ヒガシ ホンマ テラオカ ミヤジ シバタニ アオノ ヨシオカ スズキ タカハシ タナカ".split()
GIVEN_KANA = "カネコ ヨシエ ケンジ ノゾミ クミコ ヤスエ ミズホ ノリユキ シズカ ツバサ タロウ ハナコ イチロウ ナオミ ダイスケ ヒナ ユイ".split()
TOWNS = "香川県高松市番町 香川県丸亀市大手町 徳島県徳島市新町橋 愛媛県松山市二番町 高知県高知市本町 香川県坂出市室町".split()
NOTES = ("", "", "継続", "転入", "口座振替", "要確認", "本人来庁", "電話連絡済")
HEADINGS = ("番号", "氏名", "フリガナ", "生年月日", "郵便番号", "住所", "電話番号", "備考")


def rows(count: int, seed: int = 27) -> Iterator[tuple[str, ...]]:
    """The headings and ``count`` rows under them."""
    chance = random.Random(seed)
    codes = [f"{chance.randint(760, 799)}-{chance.randint(0, 999):04}" for _ in range(400)]
    yield HEADINGS
    for number in range(1, count + 1):
        yield (
            str(number),
            f"{chance.choice(SURNAMES)} {chance.choice(GIVEN)}",
            f"{chance.choice(KANA)} {chance.choice(GIVEN_KANA)}",
            f"{chance.randint(1930, 2015)}/{chance.randint(1, 12)}/{chance.randint(1, 28)}",
            chance.choice(codes),
            f"{chance.choice(TOWNS)}{chance.randint(1, 9)}-{chance.randint(1, 30)}-{chance.randint(1, 20)}",
            f"0{chance.choice('789')}0-{chance.randint(1000, 9999)}-{chance.randint(0, 9999):04}",
            chance.choice(NOTES),
        )


def workbook(path: Path, count: int) -> None:
    """Write the roster as an xlsx file."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名簿")
    for row in rows(count):
        sheet.append(row)
    book.save(path)
