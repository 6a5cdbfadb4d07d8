"""Invented persons with everything that an office may write down about them, and the labels it writes before it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from benchmarks import numbers
from benchmarks.office_values import Values
from detectors.training import names

_ILLNESS = ("糖尿病", "高血圧症", "うつ病", "脳梗塞", "気管支喘息", "関節リウマチ", "白内障", "慢性腎臓病")


class Field(NamedTuple):
    """A field: its entity, how it is labelled in full, in short, in English, as a key of a machine, and how it is made."""

    entity: str
    full: str
    short: str
    english: str
    key: str
    make: Callable[[random.Random, names.Name, Values], str]


def _birth(c: random.Random, *_: object) -> str:
    y, m, d = c.randint(1931, 2015), c.randint(1, 12), c.randint(1, 28)
    western = (f"{y}年{m}月{d}日", f"{y}/{m:02d}/{d:02d}", f"{y}-{m:02d}-{d:02d}", f"{y}.{m}.{d}")
    if y >= 1989:
        return c.choice((*western, f"平成{y - 1988}年{m}月{d}日", f"H{y - 1988}.{m}.{d}"))
    return c.choice((*western, f"昭和{y - 1925}年{m}月{d}日", f"S{y - 1925}.{m}.{d}"))


FIELDS = {
    "name": Field("PERSON", "氏名", "氏名", "Name", "shimei", lambda c, n, v: names.full(n, c)),
    "kana": Field("PERSON", "フリガナ", "カナ", "Kana", "kana", lambda c, n, v: n.kana or names.full(n, c)),
    "birth": Field("DATE_OF_BIRTH", "生年月日", "生年月日", "Date of birth", "birth_ymd", _birth),
    "address": Field("JP_ADDRESS", "住所", "住所", "Address", "jusho", lambda c, n, v: v.address()),
    "phone": Field("PHONE_NUMBER", "電話番号", "TEL", "Phone", "tel_no", lambda c, n, v: v.phone()),
    "mail": Field("EMAIL_ADDRESS", "メールアドレス", "Mail", "E-mail", "mail", lambda c, n, v: v.email(n)),
    "postal": Field("JP_POSTAL_CODE", "郵便番号", "〒", "Zip", "zip_cd", lambda c, n, v: v.postal()),
    "number": Field(
        "JP_MY_NUMBER", "個人番号", "マイナンバー", "My Number", "kojin_bango", lambda c, n, v: v.grouped_number()
    ),
    "health": Field(
        "JP_HEALTH_INSURANCE",
        "保険者番号",
        "保険者番号",
        "Health insurer no.",
        "hokensha_no",
        lambda c, n, v: numbers.insurer(c),
    ),
    "care": Field(
        "JP_CARE_INSURANCE",
        "介護保険被保険者番号",
        "介護保険",
        "Care insurance no.",
        "kaigo_no",
        lambda c, n, v: numbers.digits(c, 10),
    ),
    "licence": Field(
        "JP_DRIVER_LICENSE",
        "運転免許証番号",
        "免許証番号",
        "Driver's license no.",
        "menkyo_no",
        lambda c, n, v: numbers.licence(c),
    ),
    "passport": Field(
        "JP_PASSPORT",
        "旅券番号",
        "旅券",
        "Passport no.",
        "passport_no",
        lambda c, n, v: f"T{c.choice('KRSZ')}{numbers.digits(c, 7)}",
    ),
    "employment": Field(
        "JP_EMPLOYMENT_INSURANCE",
        "雇用保険被保険者番号",
        "雇保番号",
        "Employment insurance no.",
        "koyo_hoken_no",
        lambda c, n, v: f"{numbers.digits(c, 4)}-{numbers.digits(c, 6)}-{c.randint(0, 9)}",
    ),
    "pension": Field(
        "JP_PENSION_NUMBER",
        "基礎年金番号",
        "年金番号",
        "Pension no.",
        "nenkin_no",
        lambda c, n, v: f"{numbers.digits(c, 4)}-{numbers.digits(c, 6)}",
    ),
    "account": Field(
        "JP_BANK_ACCOUNT",
        "口座番号",
        "普通預金",
        "Account no.",
        "koza_no",
        lambda c, n, v: numbers.digits(c, 7),
    ),
    "illness": Field("JP_SENSITIVE", "病名", "病名", "Diagnosis", "byomei", lambda c, n, v: c.choice(_ILLNESS)),
}
BARE = ("name", "phone", "address", "mail", "postal")
"""What can be told from the value alone."""


class Person:
    """One invented person; every field is made once, so that a second mention is the same value."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number, self._chance = number, chance
        self.name = names.name(chance)
        self._values = Values("yardstick", number, chance.randint(0, 10**9))
        self._made: dict[str, str] = {}

    def value(self, field: str) -> str:
        """The person's value of a field."""
        if field not in self._made:
            self._made[field] = FIELDS[field].make(self._chance, self.name, self._values)
        return self._made[field]

    def short(self) -> str:
        """What others call the person: the surname, or the given name of a foreigner."""
        return self.name.family if self.name.kind != "foreign" else self.name.given
