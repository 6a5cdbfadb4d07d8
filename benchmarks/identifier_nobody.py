"""Texts with the words and numbers of persons that are about nobody: laws, versions, goods, surveys, departments."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks import numbers
from benchmarks.identifier_values import Form, Person
from benchmarks.office_values import Document


def law(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(
        f"第{c.randint(2, 40)}条　申請書には、氏名、生年月日及び住所を記載しなければならない。\n附　則\nこの規則は、平成{c.randint(2, 30)}年{c.randint(1, 12)}月1日から施行する。\n一　申請者の氏名及び生年月日\n附　則（昭和{c.randint(40, 63)}年3月{c.randint(1, 28)}日省令第{c.randint(1, 60)}号）\n"
    )


def law_dates(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(
        f"本人の生年月日及び性別に関する規定は昭和{c.randint(40, 63)}年4月1日から適用する。出生の届出は、{c.randint(1950, 1999)}年{c.randint(1, 12)}月1日以後に受理したものに限る。\n生年月日、住所（平成{c.randint(3, 20)}年法律第{c.randint(2, 90)}号による改正）\n"
    )


def sections(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for _ in range(8):
        d.add(
            f"{c.randint(1, 9)}.{c.randint(1, 20)}.{c.randint(1, 9)}.{c.randint(1, 30)} {c.choice(('設定の手順', '通信の概要', '保守'))}\n"
        )


def versions(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(
        f"Mozilla/5.0 (Windows; rv:1.8.1.{c.randint(2, 20)}) Firefox/2.0.0.{c.randint(2, 20)}\n製品版 {c.randint(1, 9)}.{c.randint(0, 9)}.{c.randint(1, 40)}.{c.randint(0, 3)} に更新\nlibfoo {c.randint(1, 4)}.{c.randint(0, 9)}.{c.randint(0, 9)}.{c.randint(1, 90)}\n1.14.{c.randint(1, 9)}.1 節を参照\n"
    )


def sixteen_digits(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("伝票,識別子,数量\n")
    for i in range(14):
        d.add(f"{i + 1},{numbers.digits(c, 16)},{c.randint(1, 90)}\n")


def twelve_digits(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("商品番号,数量\n")
    for _ in range(12):
        d.add(f"{numbers.my_number(c) if c.random() < 0.4 else numbers.digits(c, 12)},{c.randint(1, 90)}\n")


def slips(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    for _ in range(6):
        d.add(
            f"{c.choice(('伝票No.', '商品コード：', '物品番号 ', '管理No ', '受付番号 '))}{numbers.my_number(c)}　{c.choice(('鉛筆', '用紙', '椅子'))} {c.randint(1, 30)}個\n"
        )


def survey(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(
        "問１ あなたは現在、持病がありますか。1 ある 2 ない\n問２ 障害者手帳をお持ちですか（等級 1 1級 2 2級 3 なし）\n問３ 介護が必要な場合、要介護1から要介護5のどれですか\n"
    )
    for _ in range(5):
        d.add(f"{c.randint(1, 200)},{c.randint(1, 2)},{c.randint(1, 3)},{c.randint(1, 5)}\n")


def departments(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("病院名,診療科,病床\n")
    for i in range(6):
        d.add(
            f"第{i + 1}総合病院,{c.choice(('精神科・心療内科', '糖尿病内科', '人工透析内科', '呼吸器内科', 'リウマチ科'))},{c.randint(20, 300)}\n"
        )


def services(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(
        "施設種別：認知症対応型共同生活介護\n対象：要介護1～5の方、身体障害者手帳1・2級の方\n難病・がん相談、うつ病の家族教室を月1回開催\n結核・肝炎検査 無料\n"
    )


def headings(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add(
        f"住所　1　半角{c.randint(20, 90)}文字\n住所コード 3 数値{c.randint(3, 11)}\n電話番号　2　半角13文字以内\n住所_MP01\n個人番号　4　12桁\n"
    )


def data_items(d: Document, c: random.Random, people: Sequence[Person]) -> None:
    d.add("項目名,型,桁,例\n住所,文字,100,\n生年月日,日付,8,YYYYMMDD\n個人番号,数字,12,\n")
    d.add(f"更新日,日付,8,2026{c.randint(1, 12):02d}01\n")


NOBODY: tuple[Form, ...] = (
    law, law_dates, versions, sections, sixteen_digits, twelve_digits, slips, survey, services, departments, headings, data_items,
)  # fmt: skip
"""People are handed over all the same."""
