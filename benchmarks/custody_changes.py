"""What people do to a list of persons before it turns up elsewhere: one function a change, and how well rows are known again.

Everything is measured in this process: the file is written, read by the format modules, judged by the detectors and compared,
as a scan does it. All persons are invented; the same seed gives the same list.
"""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email.message import EmailMessage

from detectors.engine import Engine
from detectors.training import names
from scanner.custody.compare import Size, compare
from scanner.custody.keys import Key
from scanner.custody.prints import Fingerprinter, Prints
from scanner.custody.stored import Fingerprinted, fingerprinted
from scanner.demo import formats
from scanner.detect.assemble import Detection
from scanner.extract.blocks import decode
from scanner.extract.interface import Source
from scanner.extract.worker import read
from scanner.limits import limits
from scanner.model import Copy

Rows = list[list[str]]
CONTRACT = "A-1"
HEADER = ["氏名", "フリガナ", "生年月日", "住所", "電話番号", "メール", "備考"]
_TOWNS = (
    ("東京都", "世田谷区", "桜丘"), ("東京都", "八王子市", "館町"), ("神奈川県", "横浜市港北区", "日吉"), ("大阪府", "堺市堺区", "中之町"),
    ("愛知県", "岡崎市", "康生通"), ("北海道", "札幌市豊平区", "平岸"), ("福岡県", "久留米市", "東町"), ("宮城県", "仙台市若林区", "連坊"),
    ("広島県", "福山市", "三之丸町"), ("新潟県", "長岡市", "大手通"), ("静岡県", "三島市", "一番町"), ("兵庫県", "西宮市", "甲子園町"),
)  # fmt: skip
_BUILDINGS = ("コーポ桜201", " メゾン緑 302号室", "　第2山田ビル３Ｆ", "ﾊｲﾂ青空105", "シャトー中央1001")
_ERAS = (
    ("令和", "R", 2018, date(2019, 5, 1)),
    ("平成", "H", 1988, date(1989, 1, 8)),
    ("昭和", "S", 1925, date(1926, 12, 25)),
)


@dataclass(frozen=True)
class Person:
    """An invented person."""

    family: str
    given: str
    family_kana: str
    given_kana: str
    birth: date
    town: tuple[str, str, str]
    number: str
    phone: str
    mail: str

    @property
    def name(self) -> str:
        return f"{self.family} {self.given}"

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"

    @property
    def address(self) -> str:
        return "".join(self.town) + self.number

    @property
    def day(self) -> str:
        return f"{self.birth.year}/{self.birth.month}/{self.birth.day}"

    @property
    def row(self) -> list[str]:
        return [self.name, self.kana, self.day, self.address, self.phone, self.mail, ""]


def people(count: int, seed: int, *, mails: float = 0.6) -> list[Person]:
    """``count`` persons. Those of other seeds have the same names and towns, and other births, numbers and houses."""
    chance = random.Random(seed)
    found: list[Person] = []
    while len(found) < count:
        name = names.name(chance)
        if name.kind == "foreign" or not name.family or not name.given:
            continue
        found.append(
            Person(
                name.family,
                name.given,
                name.family_kana,
                name.given_kana,
                date(1935, 1, 1) + timedelta(days=chance.randrange(27_000)),
                chance.choice(_TOWNS),
                f"{chance.randint(1, 9)}-{chance.randint(1, 40)}-{chance.randint(1, 30)}",
                f"0{chance.choice('789')}0-{chance.randint(1000, 9999)}-{chance.randint(0, 9999):04}",
                f"u{seed}.{len(found)}@mail.example.jp" if chance.random() < mails else "",
            )
        )
    return found


def table(persons: Iterable[Person]) -> Rows:
    """The list as it was received."""
    return [HEADER, *(p.row for p in persons)]


def _xlsx(rows: Rows) -> tuple[bytes, str]:
    return formats.xlsx({"一覧": rows}), "xlsx"


def _csv(rows: Rows, codec: str = "cp932") -> tuple[bytes, str]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(codec, "replace"), "csv"


def _text(lines: Iterable[str]) -> tuple[bytes, str]:
    return "\r\n".join(lines).encode("utf-8"), "txt"


def _wide(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def _half_kana(text: str) -> str:
    return unicodedata.normalize("NFD", text).translate(
        {ord(unicodedata.normalize("NFKC", chr(c))[0]): chr(c) for c in range(0xFF66, 0xFF9E)}
        | {0x3099: "ﾞ", 0x309A: "ﾟ"}
    )


def _hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ン" else c for c in text)


def _era(day: date, letter: bool) -> str:
    word, short, base, _ = next(e for e in _ERAS if day >= e[3])
    if letter:
        return f"{short}{day.year - base}.{day.month}.{day.day}"
    year = day.year - base
    return f"{word}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def _serial(day: date) -> str:
    return str((day - date(1899, 12, 30)).days)


def _steps(number: str) -> str:
    first, second, third = number.split("-")
    return f"{first}丁目{second}番{third}号"


def _columns(
    header: str, *cells: Callable[[Person], str]
) -> Callable[[list[Person], random.Random], tuple[bytes, str]]:
    """A workbook with these headings (parted by ``|``) and cells."""
    return lambda persons, _: _xlsx([header.split("|"), *([cell(p) for cell in cells] for p in persons)])


def _rows(change: Callable[[Person], Person]) -> Callable[[list[Person], random.Random], tuple[bytes, str]]:
    return lambda persons, _: _xlsx(table(map(change, persons)))


def _shuffled(rows: Rows, chance: random.Random) -> Rows:
    body = rows[1:]
    chance.shuffle(body)
    order = chance.sample(range(len(rows[0])), len(rows[0]))
    return [[row[i] for i in order] for row in [rows[0], *body]]


def _mixed(persons: list[Person], chance: random.Random, own: int, others: int) -> tuple[bytes, str]:
    both = [*chance.sample(persons, own), *people(others, chance.randrange(10**6, 10**7))]
    chance.shuffle(both)
    return _xlsx(table(both))


def _cards(persons: list[Person], *, wide: bool = False) -> list[str]:
    labels = ("氏　名", "生 年 月 日", "住　　所") if wide else ("氏名", "生年月日", "住所")
    return [
        line
        for p in persons
        for line in (f"{labels[0]}：{p.name}", f"{labels[1]}：{p.day}", f"{labels[2]}：{p.address}", "")
    ]


def _forms(persons: list[Person]) -> Rows:
    return [
        row
        for p in persons
        for row in (["氏名", p.name], ["生年月日", p.day], ["住所", p.address], ["電話", p.phone], ["", ""])
    ]


def _mail(p: Person) -> str:
    local, at, domain = p.mail.partition("@")
    return f"{local.upper()}+news{at}{domain}" if p.mail else ""


def _letter(body: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "tanto@example.jp", "aite@example.com", "名簿"
    letter.set_content(body)
    return letter.as_bytes()


Change = Callable[[list[Person], random.Random], tuple[bytes, str]]
"""(persons of the original, chance) → (contents, ending)."""

CHANGES: dict[str, Change] = {
    "xlsx": lambda persons, _: _xlsx(table(persons)),
    "csv": lambda persons, _: _csv(table(persons), "utf-8"),
    "tsv": lambda persons, _: ("\n".join("\t".join(r) for r in table(persons)).encode("utf-8"), "tsv"),
    "docx table": lambda persons, _: (formats.docx(["名簿"], table(persons)), "docx"),
    "pdf text": lambda persons, _: (
        formats.pdf([["  ".join(c for c in p.row if c) for p in persons[i : i + 40]] for i in range(0, len(persons), 40)]),
        "pdf",
    ),
    "columns in another order, rows sorted anew": lambda persons, chance: _xlsx(_shuffled(table(persons), chance)),
    "every row twice": lambda persons, _: _csv([*table(persons), *table(persons)[1:]], "utf-8"),
    "ten rows": lambda persons, chance: _xlsx(table(chance.sample(persons, 10))),
    "six rows": lambda persons, chance: _csv(table(chance.sample(persons, 6)), "utf-8"),
    "rows among others": lambda persons, chance: _mixed(persons, chance, 30, 150),
    "few rows among many others": lambda persons, chance: _mixed(persons, chance, 8, 400),
    "headings renamed": lambda persons, _: _xlsx([["お名前", "ふりがな", "誕生日", "現住所", "連絡先", "E-mail", "メモ"], *table(persons)[1:]]),
    "headings in Latin": lambda persons, _: _csv([["name", "kana", "birthday", "address", "tel", "mail", "memo"], *table(persons)[1:]], "utf-8"),
    "no headings": lambda persons, _: _csv(table(persons)[1:], "utf-8"),
    "headings set wide": lambda persons, _: _xlsx([["氏　名", "フ リ ガ ナ", "生　年　月　日", "住　　　所", "電　話", "メ ー ル", "備　考"], *table(persons)[1:]]),
    "headings with marks and line ends": lambda persons, _: _xlsx([["※氏\n名（必須）", "ﾌﾘｶﾞﾅ", "生年月日\n（西暦）", "【住所】", "電話\n番号", "ﾒｰﾙ", "備考"], *table(persons)[1:]]),
    "a title above the headings": lambda persons, _: _xlsx([["令和8年度 対象者一覧"], [], *table(persons)]),
    "name and birth": _columns("氏名|生年月日", lambda p: p.name, lambda p: p.day),
    "name and address": _columns("氏名|住所", lambda p: p.name, lambda p: p.address),
    "name and telephone": _columns("氏名|電話", lambda p: p.name, lambda p: p.phone),
    "telephone alone": _columns("No|電話番号", lambda p: p.number[:1], lambda p: p.phone),
    "birth and telephone": _columns("生年月日|電話番号", lambda p: p.day, lambda p: p.phone),
    "birth and address": _columns("生年月日|住所", lambda p: p.day, lambda p: p.address),
    "kana and birth": _columns("フリガナ|生年月日", lambda p: p.kana, lambda p: p.day),
    "kana and telephone": _columns("カナ氏名|電話番号", lambda p: p.kana, lambda p: p.phone),
    "half-width kana and birth": _columns("ｶﾅ氏名|生年月日", lambda p: _half_kana(p.kana), lambda p: p.day),
    "hiragana and birth": _columns("ふりがな|生年月日", lambda p: _hiragana(p.kana), lambda p: p.day),
    "family and given name in two columns": _columns("姓|名|生年月日", lambda p: p.family, lambda p: p.given, lambda p: p.day),
    "氏 and 名 with address": _columns("氏|名|住所", lambda p: p.family, lambda p: p.given, lambda p: p.address),
    "セイ and メイ with birth": _columns("セイ|メイ|生年月日", lambda p: p.family_kana, lambda p: p.given_kana, lambda p: p.day),
    "both pairs of columns": _columns(
        "姓|名|セイ|メイ|生年月日|電話", lambda p: p.family, lambda p: p.given, lambda p: p.family_kana, lambda p: p.given_kana, lambda p: p.day, lambda p: p.phone,
    ),
    "headings of two rows": lambda persons, _: _xlsx([["氏名", "", "生年月日", "住所"], ["姓", "名", "", ""], *([p.family, p.given, p.day, p.address] for p in persons)]),
    "name turned round": _columns("氏名|生年月日|住所", lambda p: f"{p.given} {p.family}", lambda p: p.day, lambda p: p.address),
    "name turned round with a comma": _columns("name|birthday|tel", lambda p: f"{p.given}, {p.family}", lambda p: p.day, lambda p: p.phone),
    "name without a space": _columns("氏名|生年月日", lambda p: p.family + p.given, lambda p: p.day),
    "name with a wide space": _columns("氏名|生年月日", lambda p: f"{p.family}　{p.given}", lambda p: p.day),
    "dates in eras": _columns("氏名|生年月日", lambda p: p.name, lambda p: _era(p.birth, letter=False)),
    "dates in letters": _columns("氏名|生年月日", lambda p: p.name, lambda p: _era(p.birth, letter=True)),
    "dates as ISO": _columns("氏名|生年月日", lambda p: p.name, lambda p: p.birth.isoformat()),
    "dates in eight digits": _columns("氏名|生年月日", lambda p: p.name, lambda p: f"{p.birth:%Y%m%d}"),
    "dates as day numbers": lambda persons, _: _csv([["氏名", "生年月日", "電話"], *([p.name, _serial(p.birth), p.phone] for p in persons)], "utf-8"),
    "telephone without hyphens": _columns("氏名|電話", lambda p: p.name, lambda p: p.phone.replace("-", "")),
    "telephone with brackets and full width": _columns("氏名|電話", lambda p: p.name, lambda p: _wide(p.phone.replace("-", "(", 1).replace("-", ")", 1))),
    "telephone with country code": _columns("氏名|電話", lambda p: p.name, lambda p: "+81-" + p.phone[1:]),
    "tagged mail addresses": lambda persons, _: _csv([["メールアドレス", "区分"], *([_mail(p), "会員"] for p in persons if p.mail)], "utf-8"),
    "full-width mail addresses": lambda persons, _: _xlsx([["氏名", "メール"], *([p.name, _wide(p.mail)] for p in persons if p.mail)]),
    "building behind the address": lambda persons, chance: _xlsx([["氏名", "住所"], *([p.name, p.address + chance.choice(_BUILDINGS)] for p in persons)]),
    "room behind the number": lambda persons, chance: _xlsx([["氏名", "住所"], *([p.name, f"{p.address}-{chance.randint(101, 999)}"] for p in persons)]),
    "address over two columns": _columns("氏名|住所1|住所2", lambda p: p.name, lambda p: "".join(p.town[:2]), lambda p: p.town[2] + p.number),
    "address over four columns": _columns("氏名|都道府県|市区町村|番地|建物名", lambda p: p.name, lambda p: p.town[0], lambda p: p.town[1], lambda p: p.town[2] + p.number, lambda _: "コーポ桜201"),
    "address without prefecture": _columns("氏名|住所", lambda p: p.name, lambda p: "".join(p.town[1:]) + p.number),
    "address in words": _columns("氏名|住所", lambda p: p.name, lambda p: "".join(p.town) + _steps(p.number)),
    "address in full width": _columns("氏名|住所", lambda p: p.name, lambda p: _wide(p.address)),
    "address with postal code": _columns("氏名|住所", lambda p: p.name, lambda p: f"〒154-0015 {p.address}"),
    "cards in lines": lambda persons, _: _text(_cards(persons)),
    "cards in a document": lambda persons, _: (formats.docx(_cards(persons)), "docx"),
    "cards with wide labels": lambda persons, _: _text(_cards(persons, wide=True)),
    "forms one below the other": lambda persons, _: _xlsx(_forms(persons)),
    "all cells in full width": _rows(lambda p: replace(p, phone=_wide(p.phone), mail=_wide(p.mail), number=_wide(p.number))),
    "in a mail": lambda persons, _: (_letter("\n".join("  ".join(c for c in p.row if c) for p in persons)), "eml"),
}  # fmt: skip


class Bench:
    """Reads, judges and compares as a scan does, in this process."""

    def __init__(self, depth: str = "balanced") -> None:
        self._engine = Engine(depth)
        self._key, self._house = Key(CONTRACT, b"k" * 32, older=False), Key("", b"h" * 32)
        self._tokens: dict[int, tuple[tuple[int, int], ...]] = {}
        self._sizes: dict[int, Size] = {}

    def prints(self, data: bytes, ending: str) -> Prints:
        """Fingerprints of a file."""
        made = Fingerprinter([self._key], self._house)
        detection = Detection(self._engine, made)
        texts: dict[int, str] = {}

        def take(items: list[list[object]]) -> None:
            for block in decode(items, texts):
                detection.add(block)

        read(Source(f"a.{ending}", io.BytesIO(data), len(data)), limits(), take)
        detection.close()
        return made.finish()

    def receive(self, data: bytes, ending: str) -> Fingerprinted:
        """Register an original."""
        made = fingerprinted(self.prints(data, ending), CONTRACT)
        number = len(self._sizes) + 1
        self._sizes[number] = Size(made.rows, made.texts, made.named)
        for token, row in made.tokens.items():
            self._tokens[token] = (*self._tokens.get(token, ()), (number, row))
        return made

    def copies(self, data: bytes, ending: str) -> tuple[Copy, ...]:
        """Which originals a file is a copy of."""
        return compare(self.prints(data, ending), self._lookup, self._sizes)

    def _lookup(self, tokens: Iterable[int]) -> Mapping[int, tuple[tuple[int, int], ...]]:
        return {token: self._tokens[token] for token in tokens if token in self._tokens}


def _strangers(persons: list[Person], count: int, seed: int) -> list[Person]:
    """Other people with the names, and from the towns, of those in the list."""
    chance = random.Random(seed)
    named = zip(people(count, seed), (chance.choice(persons) for _ in range(count)), strict=True)
    return [
        replace(other, family=p.family, given=p.given, family_kana=p.family_kana, given_kana=p.given_kana)
        for other, p in named
    ]


def _kin(persons: list[Person], count: int, seed: int) -> list[Person]:
    """People of the households of those in the list: their surname, address and telephone, another name and birth."""
    chance = random.Random(seed)
    found = []
    for other in people(count, seed, mails=0):
        p = chance.choice(persons)
        found.append(
            replace(other, family=p.family, family_kana=p.family_kana, town=p.town, number=p.number, phone=p.phone)
        )
    return [k for k in found if all(k.given != p.given for p in persons if p.phone == k.phone)]


def _neighbours(persons: list[Person], count: int, seed: int) -> list[Person]:
    """People of the buildings of those in the list."""
    chance = random.Random(seed)
    homes = [(p.town, p.number) for p in chance.sample(persons, 3)]
    return [
        replace(other, town=town, number=number)
        for other, (town, number) in zip(people(count, seed), (chance.choice(homes) for _ in range(count)), strict=True)
    ]


def _few_numbers(persons: list[Person], count: int, seed: int) -> list[Person]:
    """People whose telephone numbers meet those in the list by chance, one in fifty, and whose names do."""
    chance = random.Random(seed)
    return [
        replace(other, phone=chance.choice(persons).phone if chance.random() < 0.02 else other.phone)
        for other in _strangers(persons, count, seed)
    ]


UNRELATED: dict[str, Callable[[list[Person], int, int], list[Person]]] = {
    "others": lambda _, count, seed: people(count, seed),
    "the same names": _strangers,
    "the same households": _kin,
    "the same buildings": _neighbours,
    "numbers that meet by chance": _few_numbers,
}
"""(persons of the original, how many, seed) → persons that do not stand in it."""


def recall(bench: Bench, persons: list[Person], seed: int = 2) -> dict[str, float]:
    """Change → share of its rows that are known again; 0 where no copy of the one original is seen, or only a weak one."""
    found: dict[str, float] = {}
    for name, change in CHANGES.items():
        copies = bench.copies(*change(list(persons), random.Random(seed)))
        sure = [copy for copy in copies if not copy.weak]
        wanted = {"rows among others": 30, "few rows among many others": 8}
        found[name] = sure[0].rows / wanted.get(name, sure[0].rows_here) if len(sure) == 1 else 0.0
    return found


def wrong(bench: Bench, persons: list[Person], rows: int, *, per_file: int = 500) -> tuple[int, dict[str, int]]:
    """(unrelated rows that were compared, kind → files taken for a copy, or for a piece that counts towards one)."""
    seen = 0
    found: dict[str, int] = {}
    for number, (name, make) in enumerate(UNRELATED.items()):
        for part in range(max(1, rows // len(UNRELATED) // per_file)):
            others = make(persons, per_file, 1_000_000 + 1_000 * number + part)
            seen += len(others)
            copies = bench.copies(*_csv(table(others), "utf-8"))
            found[name] = found.get(name, 0) + any(not copy.weak or copy.matched for copy in copies)
    return seen, found
