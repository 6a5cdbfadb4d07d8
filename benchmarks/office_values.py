"""What our labelled documents are made of: words of offices, and invented values of persons."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from benchmarks import numbers
from detectors.training import names


@dataclass
class Document:
    """A text with its labelled spans (entity, start, end)."""

    kind: str
    number: int
    text: str = ""
    spans: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, text: str) -> Document:
        """Plain text."""
        self.text += text
        return self

    def put(self, entity: str, value: str, after: str = "") -> Document:
        """A labelled value."""
        self.spans.append((entity, len(self.text), len(self.text) + len(value)))
        self.text += value + after
        return self


AREAS = (
    ("東京都", "世田谷区", "北沢"),
    ("東京都", "八王子市", "明神町"),
    ("大阪府", "大阪市淀川区", "西中島"),
    ("大阪府", "東大阪市", "長田中"),
    ("神奈川県", "川崎市中原区", "小杉町"),
    ("神奈川県", "藤沢市", "鵠沼石上"),
    ("愛知県", "名古屋市中区", "栄"),
    ("愛知県", "豊田市", "西町"),
    ("北海道", "札幌市北区", "北七条西"),
    ("北海道", "函館市", "末広町"),
    ("福岡県", "福岡市博多区", "博多駅前"),
    ("福岡県", "北九州市小倉北区", "浅野"),
    ("宮城県", "仙台市太白区", "長町"),
    ("広島県", "広島市中区", "基町"),
    ("京都府", "京都市中京区", "烏丸町"),
    ("兵庫県", "神戸市中央区", "三宮町"),
    ("新潟県", "新潟市中央区", "学校町通"),
    ("長野県", "松本市", "丸の内"),
    ("沖縄県", "那覇市", "泉崎"),
    ("鹿児島県", "鹿児島市", "山下町"),
    ("埼玉県", "さいたま市浦和区", "高砂"),
    ("千葉県", "船橋市", "湊町"),
    ("静岡県", "浜松市中央区", "元城町"),
    ("石川県", "金沢市", "広坂"),
    ("北海道", "虻田郡倶知安町", "北一条東"),
    ("群馬県", "吾妻郡草津町", "大字草津"),
    ("長崎県", "長崎市", "尾上町"),
    ("青森県", "弘前市", "大字上白銀町"),
    ("山梨県", "甲府市", "丸の内"),
    ("滋賀県", "大津市", "御陵町"),
)
BUILDINGS = (
    "サンハイツ",
    "コーポ田中",
    "メゾン青葉",
    "グリーンマンション",
    "第二松風荘",
    "レジデンス中央",
    "パークハイム",
    "県営住宅3号棟",
)
ORGS = (
    "株式会社あおば商会",
    "山本電機株式会社",
    "有限会社中村工務店",
    "みらい社会福祉協議会",
    "北陽システム株式会社",
    "医療法人さくら会",
    "東和印刷(株)",
    "社会福祉法人ひだまり",
)
DEPARTMENTS = ("総務課", "市民税課", "高齢福祉課", "営業二課", "管理部", "窓口サービス課")
TOPICS = (
    "受給資格の更新",
    "窓口の混雑",
    "書類の不備",
    "送迎の時間",
    "口座振替の手続き",
    "アンケートの回収",
    "倉庫の棚卸し",
    "システムの切替え",
)
ILLNESSES = ("糖尿病", "高血圧症", "うつ病", "脳梗塞", "気管支喘息", "統合失調症")


class Values:
    """Invented values for one document."""

    def __init__(self, kind: str, number: int, seed: int) -> None:
        self.c = random.Random(f"{seed}/{kind}/{number}")
        self.d = Document(kind, number)

    def person(self) -> names.Name:
        return names.name(self.c)

    def full(self, n: names.Name) -> str:
        return names.full(n, self.c)

    def address(self, short: bool = False) -> str:
        prefecture, city, town = self.c.choice(AREAS)
        c = self.c
        number = c.choice(
            (
                f"{c.randint(1, 5)}-{c.randint(1, 30)}-{c.randint(1, 20)}",
                f"{c.choice('一二三四1234')}丁目{c.randint(1, 30)}番{c.randint(1, 20)}号",
                f"{c.randint(1, 900)}番地{c.randint(1, 9)}",
                f"{c.randint(1, 5)}丁目{c.randint(1, 30)}-{c.randint(1, 20)}",
            )
        )
        head = "" if short or c.random() < 0.25 else prefecture
        tail = (
            f"{c.choice((' ', '　', ''))}{c.choice(BUILDINGS)}{c.randint(101, 909)}{c.choice(('', '号室'))}"
            if c.random() < 0.3 and not short
            else ""
        )
        value = head + city + town + number + tail
        return numbers.wide(value) if c.random() < 0.1 else value

    def phone(self) -> str:
        c = self.c
        a, b = f"{c.randint(2000, 9999)}", f"{c.randint(0, 9999):04d}"
        value = c.choice(
            (
                f"0{c.choice('789')}0-{a}-{b}",
                f"03-{a}-{b}",
                f"06-6{a[1:]}-{b}",
                f"052-{c.randint(200, 999)}-{b}",
                f"0{c.choice('789')}0{a}{b}",
                f"03({a}){b}",
                f"045-{c.randint(200, 999)}-{b}",
            )
        )
        return numbers.wide(value) if c.random() < 0.1 else value

    def email(self, n: names.Name) -> str:
        return f"{n.given_romaji.lower()}.{n.family_romaji.lower()}{self.c.randint(1, 99)}@{self.c.choice(('example.jp', 'mail.example.co.jp', 'city.example.lg.jp'))}"

    def birth(self) -> str:
        c = self.c
        y, m, d = c.randint(1932, 1985), c.randint(1, 12), c.randint(1, 28)
        return c.choice(
            (
                f"{y}年{m}月{d}日",
                f"{y}/{m:02d}/{d:02d}",
                f"{y}-{m:02d}-{d:02d}",
                f"昭和{y - 1925}年{m}月{d}日",
                f"S{y - 1925}.{m}.{d}",
                f"昭和{y - 1925}年{m}月{d}日",
            )
        )

    def postal(self) -> str:
        return self.c.choice(
            ("100-0001", "530-0001", "460-0008", "810-0001", "060-0001", "155-0031", "231-0023", "980-0811")
        )

    def grouped_number(self) -> str:
        value = numbers.my_number(self.c)
        return self.c.choice(
            (value, numbers.grouped(value, 4, 4, 4), numbers.grouped(value, 4, 4, 4, mark=" "), numbers.wide(value))
        )
