"""Lists of things that are called what people are called: wares, plants, stations, rivers, ships, branches, colours.

Nobody is named in them. Half of what stands in such lists is a surname or a given name too; what tells them apart is that
their neighbours are not, and what is said of them: amounts, lengths, prices, the weather.
"""

from __future__ import annotations

from detectors.training.jumble import Filler
from detectors.training.marked import Text

_SOURCES = (
    ("{town}",),
    ("{town}", "{place}"),
    ("{town}", "{town}", "{fam}"),
    ("{place}", "{place}", "{fam}"),
    ("{ware}",),
    ("{ware}", "{brand}"),
    ("{ware}", "{ware}", "{fam}"),
    ("{brand}", "{product}"),
    ("{noun}",),
    ("{noun}", "{noun}", "{maid}"),
    ("{kata}",),
    ("{kata}", "{kata}", "{kfam}"),
    ("{noun}", "{maid}", "{fam}"),
    ("{drug}", "{kata}"),
)
_ENDINGS = (
    *[""] * 14,
    *"丸 号 線 駅 川 町 ビル 株 色 産 種 城 山 店 館 橋 湖 岳 寺 神社 公園 海岸 台 型 錠 酒 焼 織 米 豆 茶 港 沼 坂 通り IC 高 中 小 会館 団地".split(),
)
_SAID = (
    "{amount} {amount} {num} {age} {age}% {age}ha {age}kg {age}本 {age}個 {age}株 {age}枚 {age}台 {age}km {age}m {age}cm {age}g {age}ml {age}度 "
    "{age}点 {age}戸 {age}人 {age}号 {time} {time} {code} {date} 晴れ くもり 晴れ時々くもり 雨 満室 空室 在庫僅少 完売 ○ △ × - 良 可 "
    "{age}.{age}m {age}.{age}km {age}.{age}% {age}:{age} {word} {word} {noun} {age}分 {age}階 {age}両 {age}番 1.8L 720ml 月曜休館 第{age}火曜休 "
    "年末年始休 L={age}m {age}円/kg {age}入 {age}cm×{age}cm 北 南 東 西 上り 下り 白 赤 紫 早生 晩生 強 弱 大 中 小 {sex} 牡{age} {age}kg {age}歳以上 全{age}席 "
    "標高{age}m {age}号室 {age}年産 {age}頭 {age}匹"
).split()
_PARTS = (*"  　　、,\t\t|：", "　　", "  ", " | ", " … ", "・・・")
_BETWEEN = ("\n", "\n", "\n", "\n", "、", "、", " ", "　", "・", "・", " / ", "→", " → ", "－", "，", "。")
_MARKS = (
    *[""] * 8,
    "・",
    "・",
    "○",
    "■ ",
    "{n}.",
    "{n} ",
    "({n})",
    "No.{n} ",
    "{n}番 ",
    "K-{n} ",
    "第{n}班 ",
    "{n}号車 ",
)
_HEADS = (
    *[""] * 3,
    *"{noun}一覧 {word}一覧 {noun}リスト {word}表 {noun}の{word} {noun}別{word} {kata}一覧 {place}の{noun} {word}状況 {noun} {word}結果 {word}予定 "
    "{noun}・{word} 新着{noun} 主な{noun} {place}産{noun} {word}箇所 {kata}メニュー 駅名 品種 銘柄 観測所 路線 会場 支店 工区 船名 店名 商品名 樹種 色名 施設名".split(),
)


def catalogue(office: Filler) -> Text:
    """One list, in one line or in several."""
    chance = office.chance
    source, said = chance.choice(_SOURCES), [chance.choice(_SAID) for _ in range(chance.choice((0, 1, 1, 2, 2, 3)))]
    endings = chance.choice((("",), ("",), _ENDINGS, (chance.choice(_ENDINGS),)))
    part, between, mark = chance.choice(_PARTS), chance.choice(_BETWEEN), chance.choice(_MARKS)
    rows = []
    for number in range(1, chance.randint(3, 14)):
        word = chance.choice(source) + chance.choice(endings)
        row = part.join([word, *said])
        rows.append(mark.replace("{n}", str(number)) + row)
    head = chance.choice(_HEADS)
    joint = chance.choice(("\n", "\n", "：", " ")) if head else ""
    return office.fill(head + joint + between.join(rows), [])
