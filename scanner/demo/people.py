"""Invented persons. Names are put together by chance, numbers are generated from patterns; nobody here exists."""

from __future__ import annotations

import random
from dataclasses import dataclass

_SURNAMES = (
    ("佐藤", "サトウ"),
    ("鈴木", "スズキ"),
    ("高橋", "タカハシ"),
    ("田中", "タナカ"),
    ("伊藤", "イトウ"),
    ("渡辺", "ワタナベ"),
    ("山本", "ヤマモト"),
    ("中村", "ナカムラ"),
    ("小林", "コバヤシ"),
    ("加藤", "カトウ"),
    ("吉田", "ヨシダ"),
    ("山田", "ヤマダ"),
    ("佐々木", "ササキ"),
    ("松本", "マツモト"),
    ("井上", "イノウエ"),
    ("木村", "キムラ"),
    ("清水", "シミズ"),
    ("斎藤", "サイトウ"),
    ("阿部", "アベ"),
    ("橋本", "ハシモト"),
    ("石川", "イシカワ"),
    ("前田", "マエダ"),
    ("藤田", "フジタ"),
    ("後藤", "ゴトウ"),
)
_GIVEN = (
    ("太郎", "タロウ"),
    ("花子", "ハナコ"),
    ("健一", "ケンイチ"),
    ("美咲", "ミサキ"),
    ("大輔", "ダイスケ"),
    ("陽子", "ヨウコ"),
    ("翔太", "ショウタ"),
    ("由美子", "ユミコ"),
    ("誠", "マコト"),
    ("裕子", "ユウコ"),
    ("拓也", "タクヤ"),
    ("恵", "メグミ"),
    ("直樹", "ナオキ"),
    ("真由美", "マユミ"),
    ("和也", "カズヤ"),
    ("千尋", "チヒロ"),
)
_TOWNS = (
    ("東京都", "世田谷区", "桜丘"),
    ("東京都", "練馬区", "豊玉北"),
    ("神奈川県", "横浜市青葉区", "美しが丘"),
    ("埼玉県", "川越市", "新富町"),
    ("千葉県", "市川市", "八幡"),
    ("大阪府", "豊中市", "本町"),
    ("京都府", "京都市左京区", "下鴨本町"),
    ("兵庫県", "西宮市", "甲子園町"),
    ("愛知県", "名古屋市千種区", "今池"),
    ("福岡県", "福岡市早良区", "西新"),
    ("北海道", "札幌市豊平区", "平岸"),
    ("宮城県", "仙台市青葉区", "国分町"),
    ("広島県", "福山市", "三之丸町"),
    ("新潟県", "長岡市", "大手通"),
    ("静岡県", "三島市", "一番町"),
)


@dataclass(frozen=True)
class Person:
    """One invented person."""

    family: str
    given: str
    kana: str
    address: str
    phone: str
    email: str
    birth: tuple[int, int, int]
    my_number: str

    @property
    def name(self) -> str:
        """Surname, space, given name."""
        return f"{self.family} {self.given}"

    @property
    def birth_western(self) -> str:
        """1980/4/1."""
        return "{}/{}/{}".format(*self.birth)

    @property
    def birth_japanese(self) -> str:
        """昭和55年4月1日."""
        year, month, day = self.birth
        era, base = ("平成", 1988) if year >= 1990 else ("昭和", 1925)
        return f"{era}{year - base}年{month}月{day}日"


def my_number(body: str) -> str:
    """Eleven digits and their check digit (総務省令85号5条)."""
    rest = sum(w * int(c) for w, c in zip((6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), body, strict=True)) % 11
    return body + str(0 if rest <= 1 else 11 - rest)


def people(count: int, seed: int = 20261) -> list[Person]:
    """``count`` persons, always the same for a seed."""
    chance = random.Random(seed)
    found: list[Person] = []
    used: set[tuple[str, str]] = set()
    while len(found) < count:
        family, given = chance.choice(_SURNAMES), chance.choice(_GIVEN)
        if (family[0], given[0]) in used:
            continue
        used.add((family[0], given[0]))
        prefecture, city, town = chance.choice(_TOWNS)
        number = len(found) + 1
        found.append(
            Person(
                family[0],
                given[0],
                f"{family[1]} {given[1]}",
                f"{prefecture}{city}{town}{chance.randint(1, 5)}-{chance.randint(1, 30)}-{chance.randint(1, 20)}",
                f"0{chance.choice('789')}0-{chance.randint(1000, 9999)}-{chance.randint(0, 9999):04d}",
                f"user{number:03d}@mail.example.jp",
                (chance.choice((*range(1945, 1988), *range(1990, 2005))), chance.randint(1, 12), chance.randint(1, 28)),
                my_number(
                    "".join(chance.choice("123456789") if i == 0 else chance.choice("0123456789") for i in range(11))
                ),
            )
        )
    return found
