"""The same forms about nobody: facilities, wares, orders. Their records stand where persons stand in the other half."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from benchmarks import numbers


class Thing(NamedTuple):
    """A field of a record about nobody: labels as of ``people.Field``, and how it is made."""

    full: str
    short: str
    english: str
    key: str
    make: Callable[[random.Random], str]


_PLACES = ("中央", "みどり", "東部", "北", "松原", "大野", "小林", "三田", "千代田", "上原", "石川", "高田")
_KINDS = ("公民館", "体育館", "図書館", "保育所", "浄水場", "児童館", "駐車場", "こども園", "消防署", "郵便局前")
_WARES = (
    "付箋",
    "蛍光ペン",
    "保管庫",
    "ノート",
    "乾電池",
    "食パン",
    "醤油",
    "塗料",
    "脚立",
    "軍手",
    "桜苗木",
    "つばき油",
)
_MAKERS = (
    "森永",
    "山崎",
    "松本",
    "ゼブラ",
    "さくら",
    "ひまわり",
    "モリタ",
    "コクヨ",
    "フジ",
    "大和",
    "あずさ",
    "はるか",
)

THINGS = {
    "facility": Thing("施設名", "名称", "Facility", "shisetsu_mei", lambda c: f"{c.choice(_PLACES)}{c.choice(_KINDS)}"),
    "ware": Thing("品名", "品名", "Item", "hinmei", lambda c: f"{c.choice(_MAKERS)} {c.choice(_WARES)}"),
    "order": Thing("受注番号", "受注番号", "Order no.", "order_no", lambda c: numbers.digits(c, 12)),
    "parcel": Thing("送り状番号", "伝票", "Waybill", "okurijo_no", lambda c: numbers.digits(c, 12)),
    "amount": Thing("金額", "金額", "Amount", "kingaku", lambda c: f"{c.randint(1, 900) * 100:,}"),
    "opened": Thing(
        "開設年月日",
        "開設日",
        "Opened on",
        "kaisetsu_ymd",
        lambda c: f"{c.randint(1950, 2020)}年{c.randint(1, 12)}月{c.randint(1, 28)}日",
    ),
    "version": Thing(
        "版",
        "版",
        "Version",
        "version",
        lambda c: f"{c.randint(1, 9)}.{c.randint(0, 30)}.{c.randint(0, 9)}.{c.randint(0, 9)}",
    ),
    "stop": Thing(
        "停留所名",
        "停留所",
        "Stop",
        "teiryujo",
        lambda c: f"{c.choice(_PLACES)}{c.choice(('橋', '一丁目', '坂上', '神社前', '台'))}",
    ),
}


class Record:
    """One record about nobody."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._made: dict[str, str] = {}

    def value(self, field: str) -> str:
        """The record's value of a field."""
        if field not in self._made:
            self._made[field] = THINGS[field].make(self._chance)
        return self._made[field]
