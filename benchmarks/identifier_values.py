"""Invented persons with all that an office may know of them, and the labels under which it stands."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cached_property

from benchmarks import numbers
from benchmarks.office_values import Document

FAMILY = "大隅 葛城 三雲 保科 梶原 妹尾 鳴海 雨宮 諏訪 磯貝 久世 土岐 若狭 榊 羽鳥 真壁 仁科 穂積 長谷部 宇佐見".split()
GIVEN = "慎吾 千紘 悦郎 芙美 航平 由貴子 惣一 佐和 亮輔 菜摘 辰彦 光江 啓介 万里子 征二 暁 早苗 敬 美鈴 尚武".split()
_KANA = "オオスミ カツラギ ミクモ ホシナ カジワラ セノオ ナルミ アマミヤ スワ イソガイ クゼ トキ ワカサ サカキ ハトリ マカベ ニシナ ホヅミ ハセベ ウサミ".split()
_GIVEN_KANA = "シンゴ チヒロ エツロウ フミ コウヘイ ユキコ ソウイチ サワ リョウスケ ナツミ タツヒコ ミツエ ケイスケ マリコ セイジ アカツキ サナエ タカシ ミスズ ナオタケ".split()
TOWNS = (
    ("岩手県", "盛岡市", "本宮"),
    ("山形県", "酒田市", "亀ケ崎"),
    ("福島県", "いわき市", "平字"),
    ("栃木県", "小山市", "駅南町"),
    ("東京都", "練馬区", "豊玉北"),
    ("東京都", "町田市", "原町田"),
    ("新潟県", "長岡市", "二の町"),
    ("富山県", "高岡市", "御旅屋町"),
    ("岐阜県", "多治見市", "本町"),
    ("三重県", "四日市市", "諏訪栄町"),
    ("奈良県", "橿原市", "八木町"),
    ("和歌山県", "和歌山市", "七番丁"),
    ("岡山県", "倉敷市", "阿知"),
    ("山口県", "宇部市", "大字沖宇部"),
    ("香川県", "丸亀市", "三番丁"),
    ("高知県", "南国市", "大埇甲"),
    ("熊本県", "八代市", "松江城町"),
    ("宮崎県", "延岡市", "一の丸町"),
)
_HOUSES = ("メゾン若葉", "第3コーポ泉", "ルミエール本宮", "サンライズマンション", "桜荘", "エスポワール弐番館")
FACTS = ("糖尿病", "高血圧症", "統合失調症", "気管支喘息", "慢性腎不全", "てんかん", "乳がん", "脳梗塞後遺症")

LABELS: dict[str, tuple[str, ...]] = {
    "JP_MY_NUMBER": (
        "個人番号",
        "マイナンバー",
        "個人番号（マイナンバー）",
        "マイナ",
        "個人番号(12桁)",
        "本人の個人番号",
    ),
    "JP_DRIVER_LICENSE": ("運転免許証番号", "免許証番号", "免許証No.", "免許", "運転免許証の番号", "免許番号"),
    "JP_PASSPORT": ("旅券番号", "パスポート番号", "旅券", "パスポートNo.", "旅券No", "パスポート"),
    "JP_PENSION_NUMBER": ("基礎年金番号", "年金番号", "年金", "年金手帳番号", "基礎年金", "年金手帳の番号"),
    "JP_EMPLOYMENT_INSURANCE": (
        "雇用保険被保険者番号",
        "雇用保険番号",
        "雇保",
        "雇用保険",
        "雇保番号",
        "雇用保険の被保険者番号",
    ),
    "JP_CARE_INSURANCE": (
        "介護保険被保険者番号",
        "介護被保険者番号",
        "介護",
        "介護保険番号",
        "介護保険証番号",
        "介護保険の番号",
    ),
    "JP_HEALTH_INSURANCE": (
        "保険証番号",
        "健康保険証 記号・番号",
        "健保",
        "被保険者証記号番号",
        "国保番号",
        "保険証の記号番号",
    ),
    "JP_BANK_ACCOUNT": ("口座番号", "振込口座", "普通預金 口座番号", "口座", "給与振込口座", "引落口座番号"),
    "JP_RESIDENCE_CARD": (
        "在留カード番号",
        "在留カード",
        "在留カードNo.",
        "在留番号",
        "在留カードの番号",
        "特別永住者証明書番号",
    ),
    "JP_RESIDENT_CODE": ("住民票コード", "住基コード"),
    "DATE_OF_BIRTH": ("生年月日", "生年月日（西暦・和暦）", "誕生日", "出生年月日", "ご生年月日", "生年月日等"),
    "JP_ADDRESS": ("住所", "現住所", "ご住所", "自宅住所", "住所地", "お住まい"),
    "PHONE_NUMBER": ("電話番号", "電話", "TEL", "連絡先", "携帯電話", "携帯"),
    "JP_SENSITIVE": ("既往歴", "病名", "持病", "診断名", "傷病名", "主病名"),
}
KEYS: dict[str, tuple[str, ...]] = {
    "JP_MY_NUMBER": ("mynumber", "kojin_no", "my_number", "kojin_bango", "my", "individual_number"),
    "JP_DRIVER_LICENSE": ("license_no", "menkyo_no", "driver_license", "menkyosho_bango"),
    "JP_PASSPORT": ("passport_no", "passport", "ryoken_no", "passportNumber"),
    "JP_PENSION_NUMBER": ("kiso_nenkin_no", "nenkin_no", "pension_no", "kisonenkin_bango"),
    "JP_EMPLOYMENT_INSURANCE": ("KoyoHoken", "koyo_hoken_no", "employment_insurance_no", "koyohoken_bango"),
    "JP_CARE_INSURANCE": ("kaigo_no", "kaigo_hoken_no", "KaigoHoken", "care_insurance_no"),
    "JP_BANK_ACCOUNT": ("account_no", "koza_no", "accountNumber", "koza_bango"),
    "DATE_OF_BIRTH": ("birth", "BDAY", "birth_date", "seinengappi", "birthYmd", "birthday"),
    "JP_ADDRESS": ("address", "jusho", "addr", "juusho"),
    "PHONE_NUMBER": ("tel", "phone", "tel_no", "denwa", "mobile", "denwa_bango"),
}
"""Names of fields in the data of machines."""


class Person:
    """Somebody; ``half`` says which labels are used of the person's data."""

    def __init__(self, chance: random.Random, half: int) -> None:
        self.c, self.half = chance, half
        at, to = chance.randrange(len(FAMILY)), chance.randrange(len(GIVEN))
        self.name, self.kana = f"{FAMILY[at]} {GIVEN[to]}", f"{_KANA[at]} {_GIVEN_KANA[to]}"
        self.sex = chance.choice("男女")
        self.year, self.month, self.day = chance.randint(1938, 1988), chance.randint(1, 12), chance.randint(1, 28)

    def label(self, entity: str) -> str:
        """A label of the half."""
        return self.c.choice(LABELS[entity][self.half :: 2])

    def key(self, entity: str) -> str:
        """A key of the half."""
        return self.c.choice(KEYS[entity][self.half :: 2])

    def value(self, entity: str) -> str:
        """A value, written in one of the usual ways."""
        c, n = self.c, numbers
        if entity == "JP_MY_NUMBER":
            v = n.my_number(c)
            return c.choice((v, v, n.grouped(v, 4, 4, 4), n.grouped(v, 4, 4, 4, mark=" ")))
        if entity == "JP_DRIVER_LICENSE":
            return n.licence(c)
        if entity == "JP_PASSPORT":
            return c.choice("TM") + c.choice("KRSZU") + n.digits(c, 7)
        if entity == "JP_PENSION_NUMBER":
            v = n.digits(c, 10)
            return c.choice((f"{v[:4]}-{v[4:]}", v))
        if entity == "JP_EMPLOYMENT_INSURANCE":
            v = n.digits(c, 11)
            return c.choice((n.grouped(v, 4, 6, 1), n.grouped(v, 4, 6, 1), v))
        if entity == "JP_CARE_INSURANCE":
            return f"000{n.digits(c, 7)}" if c.random() < 0.7 else n.digits(c, 10)
        if entity == "JP_HEALTH_INSURANCE":
            a, b = n.digits(c, c.choice((4, 8))), n.digits(c, c.choice((2, 4, 6)))
            return c.choice((f"{a}-{b}", f"{a}・{b}", f"{a} {b}"))
        if entity == "JP_BANK_ACCOUNT":
            return n.digits(c, 7)
        if entity == "JP_RESIDENCE_CARD":
            return "".join(c.choice("ABCDEFGH") for _ in "12") + n.digits(c, 8) + c.choice(("CD", "EF", "KB"))
        if entity == "JP_RESIDENT_CODE":
            return n.resident_code(c)
        if entity == "DATE_OF_BIRTH":
            return self.birth
        if entity == "JP_ADDRESS":
            return self.address
        if entity == "PHONE_NUMBER":
            return self.phone
        return c.choice(FACTS)

    @cached_property
    def birth(self) -> str:
        """The birth date in letters."""
        y, m, d = self.year, self.month, self.day
        return self.c.choice(
            (
                f"{y}年{m}月{d}日",
                f"{y}/{m:02d}/{d:02d}",
                f"昭和{y - 1925}年{m}月{d}日",
                f"S{y - 1925}.{m}.{d}",
                f"{y}-{m:02d}-{d:02d}",
            )
        )

    @cached_property
    def address(self) -> str:
        """A home, some with a building and a room behind a space."""
        c = self.c
        prefecture, city, town = c.choice(TOWNS)
        a, b, d = c.randint(1, 6), c.randint(1, 30), c.randint(1, 20)
        house = c.choice((f"{a}-{b}-{d}", f"{a}丁目{b}番{d}号", f"{a * b}番地{d}", f"{a * b}-{d}", f"{a * b}番地"))
        building = f" {c.choice(_HOUSES)}{c.choice(('', ' '))}{c.randint(101, 805)}" if c.random() < 0.3 else ""
        return (prefecture if c.random() < 0.7 else "") + city + town + house + building

    @cached_property
    def phone(self) -> str:
        """A mobile number or a land line."""
        c = self.c
        a, b = f"{c.randint(1000, 9999)}", f"{c.randint(0, 9999):04d}"
        return c.choice(
            (
                f"0{c.choice('789')}0-{a}-{b}",
                f"0{c.choice('789')}0{a}{b}",
                f"03-3{a[1:]}-{b}",
                f"0258-{a[:2]}-{b}",
                f"045-{a[:3]}-{b}",
            )
        )


Form = Callable[[Document, random.Random, Sequence[Person]], None]
"""A way of writing: adds to a document what it tells of people."""
NUMBERS = tuple(e for e in LABELS if e not in ("DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "JP_SENSITIVE"))


def fields(chance: random.Random, count: int, among: Sequence[str] = tuple(LABELS)) -> list[str]:
    """Some kinds of values."""
    return chance.sample(list(among), min(count, len(among)))
