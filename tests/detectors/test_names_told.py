"""Names that a few words around them tell: greetings, departments, kin, labels with brackets; names in full by themselves."""

from __future__ import annotations

import pytest

from detectors.engine import Engine
from tests.detectors.conftest import persons, share

TOLD = [
    ("お世話になっております。高橋です。\n", ["高橋"]),
    ("株式会社ABCの林と申します。\n", ["林"]),
    ("記録者（森）\n", ["森"]),
    ("（担当：原）\n", ["原"]),
    ("担当：東\n", ["東"]),
    ("営業部 関\n", ["関"]),
    ("長男 翔太（8歳）、娘（美咲）\n", ["翔太", "美咲"]),
    ("子：花子\n", ["花子"]),
    ("妻 山田 花子\n", ["山田 花子"]),
    ("山田 太郎は2020年に入社した。\n", ["山田 太郎"]),
    ("承認 小林誠 2026/05/01\n", ["小林誠"]),
    ("・木村 さくら（営業部）\n", ["木村 さくら"]),
    ("担当者はDavid Leeです。\n", ["David Lee"]),
    ("氏名：Anna Müller\n", ["Anna Müller"]),
    ("申請者 Nguyễn Văn An\n", ["Nguyễn Văn An"]),
    ("出席者は髙橋さんと𠮷田 健二です。\n", ["髙橋", "𠮷田 健二"]),
    ("東部長の報告\n", []),
    ("多い姓の順位（全国）1位 佐藤、2位 鈴木、3位 高橋\n", []),
    ("母は元気です。\n", []),
    ("土木課 水道\n", []),
]


def test_names_are_told_by_a_few_words(balanced: Engine) -> None:
    """Of texts in which a few words tell a name nearly all are read without a fault."""
    assert share(balanced, TOLD) >= 0.9


@pytest.mark.parametrize(
    "context",
    ["{}様", "担当者は{}です。", "1\t{}\t営業部\t課長", "{}（48）を逮捕した。", "会議には{}、部長が出席した。"],
)
@pytest.mark.parametrize("name", ["山田太郎", "佐藤 花子", "清水葵", "木村さくら", "岡田 准"])
def test_names_in_full_need_nothing_else(balanced: Engine, name: str, context: str) -> None:
    text = f"資料\n{context.format(name)}\n以上"
    assert name in persons(balanced, text)


@pytest.mark.parametrize("mark", ["（記入例）", "入力例) ", "【見本】", "例：", "※サンプル　"])
@pytest.mark.parametrize("name", ["中山 啓", "吉田 大祐", "三谷麗子", "森 益広"])
def test_an_example_names_nobody_and_the_form_itself_somebody(balanced: Engine, mark: str, name: str) -> None:
    assert persons(balanced, f"{mark}氏名 {name}、住所：○○市\n") == []
    assert persons(balanced, f"氏名 {name}、住所：高松市\n") == [name]
