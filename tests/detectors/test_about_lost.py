"""Persons who stand among wares, places, firms and offices stay persons: what is missed here is missed by every duty."""

from __future__ import annotations

import pytest

from detectors.engine import Engine
from detectors.interface import About

PEOPLE = ("山田太郎", "佐藤花子", "鈴木一郎", "高橋健二")
ADDRESS = "東京都世田谷区三軒茶屋1-2-3"


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = Engine("balanced")
    engine.warm()
    return engine


def _about(engine: Engine, text: str) -> dict[str, set[About]]:
    found: dict[str, set[About]] = {}
    for match in engine.analyze(text).matches:
        found.setdefault(match.entity, set()).add(match.about)
    return found


def _list(heading: str, values: str) -> str:
    rows = (values.format(name=name, address=ADDRESS, n=n) for n, name in enumerate(PEOPLE, 1))
    return heading + "\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("駐車場契約者,住所,電話番号,区画", "{name},{address},03-3412-{n}567,{n}"),
        ("日付,入場者氏名,電話", "2026-01-0{n},{name},03-3412-{n}567"),
        ("トイレ清掃担当者氏名,住所,電話", "{name},{address},03-3412-{n}567"),
        (
            "注文者,郵便番号,住所,電話番号,商品名,単価,数量,料金",
            "{name},154-0024,{address},03-3412-{n}567,付箋,100,2,200",
        ),
        ("講座名,開始時間,料金,受講者,住所,電話", "陶芸,10:00,500,{name},{address},03-3412-{n}567"),
        ("物件名,号室,入居者名,面積,構造,電話", "青葉荘,10{n},{name},40,木造,03-3412-{n}567"),
        ("地番,構造,面積,築年,所有者,住所,電話", "1-{n},木造,80,1990,{name},{address},03-3412-{n}567"),
        ("患者氏名,診療科,受付時間,利用開始,症状", "{name},内科,10:00,2026-01-01,糖尿病"),
        ("氏名,党派,備考", "{name},○○党,支持"),
    ],
)
def test_lists_of_persons_among_things(engine: Engine, heading: str, values: str) -> None:
    found = _about(engine, _list(heading, values))
    assert found.pop("PERSON") == {About.PERSON}
    assert set().union(*found.values()) <= {About.PERSON}


@pytest.mark.parametrize(
    "text",
    [
        "問診票\n氏名：山田太郎\n" + "".join(f"問{n} 睡眠はとれていますか　はい\n" for n in range(1, 8)),
        "山田太郎が入院した病院。田中一郎と中央公園、鈴木三郎の自宅マンション。",
        "概要：佐藤花子が窓口で転倒した。\n説明：鈴木一郎が作成した。\n",
        "教育委員 佐藤花子 うつ病により休職\n",
        f"民生委員 加藤幸子\n{ADDRESS}\n03-3412-1567\n",
        "PTA総会 議長 木村拓、副議長 森さゆり\n",
    ],
)
def test_names_in_texts(engine: Engine, text: str) -> None:
    assert _about(engine, text)["PERSON"] == {About.PERSON}


@pytest.mark.parametrize("line", ["勤務先:青山病院", "職業 会社員(青山商事株式会社)", "在籍校 第一小学校"])
def test_a_form_with_the_firm_of_its_person(engine: Engine, line: str) -> None:
    found = _about(engine, f"氏名:山田太郎\n{line}\n住所:{ADDRESS}\n電話:03-3412-1567\n")
    assert found["JP_ADDRESS"] == found["PERSON"] == {About.PERSON}


@pytest.mark.parametrize(
    ("address", "about"),
    [
        ("taro-mail@docomo.ne.jp", About.PERSON),
        ("yamada.pr@gmail.com", About.PERSON),
        ("yamada.taro+shop@gmail.com", About.PERSON),
        ("info@gmail.com", About.ORGANISATION),
        ("soumu@city.example.lg.jp", About.ORGANISATION),
        ("info@example.co.jp", About.ORGANISATION),
    ],
)
def test_mailboxes_of_providers(engine: Engine, address: str, about: About) -> None:
    assert _about(engine, f"連絡は {address} まで")["EMAIL_ADDRESS"] == {about}
