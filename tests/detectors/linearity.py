"""Texts that are nothing but repetitions: of every word the detectors know, and of what their expressions match.

A detector that looks at a line, a cell or a neighbourhood again for every word in it costs little on what people write
and hours on what they do not. The words are taken from the modules themselves, so a new list is covered by being there.
"""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from re import _constants as c
from re import _parser
from types import ModuleType
from typing import NamedTuple

import detectors
from detectors.engine import Engine
from detectors.layout import Layout, LayoutBuilder
from detectors.registry import registry
from detectors.resources import rules

_LEFT_OUT = ("detectors.training", "detectors.presidio")
_LONGEST = 40
"""Characters of a word; what is longer is a text."""


class Case(NamedTuple):
    """A kind of text: ``make(n)`` gives about ``n`` characters of it, and its cells where it is a worksheet."""

    name: str
    make: Callable[[int], tuple[str, Layout | None]]


def modules() -> list[ModuleType]:
    """Every module of the detectors that takes part in an analysis."""
    names = [m.name for m in pkgutil.walk_packages(detectors.__path__, "detectors.")]
    return [importlib.import_module(name) for name in names if not name.startswith(_LEFT_OUT)]


@lru_cache(maxsize=1)
def words() -> Mapping[str, frozenset[str]]:
    """Word list → its words: the labels of every family, the word lists of every module and of the rule files."""
    found: dict[str, list[str]] = {}
    index = registry().labels
    for word, owners in zip(index.words, index.owners, strict=True):
        for family in owners:
            found.setdefault(f"label {family}", []).append(word)
    for module in modules():
        for name, value in vars(module).items():
            if not name.startswith("__") and (listed := list(_listed(value))):
                found[f"{module.__name__.removeprefix('detectors.')}.{name}"] = listed
    found.update({f"sensitive {name}": listed for name, listed in _of_rules(rules("sensitive"))})
    tidy = {name: tuple(dict.fromkeys(w for w in listed if 0 < len(w) <= _LONGEST)) for name, listed in found.items()}
    return {name: listed for listed, name in {frozenset(listed): name for name, listed in tidy.items()}.items()}


def _listed(value: object) -> Iterator[str]:
    """The words of a list, of a set, of the keys of a mapping, or of an alternation written as one string."""
    if isinstance(value, str):
        parts = value.split("|")
        if len(parts) > 2 and not re.search(r"[\\\[\](){}?*+^$]", value):
            yield from parts
    elif isinstance(value, (tuple, list, set, frozenset, dict)) and len(value) < 5000:
        yield from sorted(word for word in value if isinstance(word, str))


def _of_rules(table: Mapping[str, object], name: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _of_rules(value, f"{name}{key} ")
        elif isinstance(value, list):
            yield f"{name}{key}", value


@lru_cache(maxsize=1)
def expressions() -> Mapping[str, re.Pattern[str]]:
    """Every regular expression of the detectors, by where it stands."""
    found: dict[str, re.Pattern[str]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(_patterns(value)):
                found[f"{module.__name__.removeprefix('detectors.')}.{name} {number}"] = pattern
    for spec in registry().specs:
        for field in ("pattern", "value", "hint", "joint"):
            if source := getattr(spec, field, ""):
                found[f"{spec.family}.{field}"] = re.compile(source, getattr(spec, "flags", 0))
    for category, rule in rules("sensitive")["category"].items():
        for field in ("fact", "word"):
            if rule.get(field):
                found[f"sensitive {category}.{field}"] = re.compile(rule[field])
    return found


def _patterns(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _patterns(inner)
    elif isinstance(value, (tuple, list)) and len(value) < 50:
        for inner in value:
            yield from _patterns(inner)


def example(pattern: re.Pattern[str], chance: random.Random, most: int = 3) -> str:
    """A text made along a regular expression; look-arounds are written out too, so it nearly always matches and, cut
    anywhere, nearly does. ``most``: repetitions at the most."""
    return _written(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), chance, most)


def _written(nodes: Iterable[tuple[object, object]], chance: random.Random, most: int) -> str:
    return "".join(_one(op, value, chance, most) for op, value in nodes)


def _one(op: object, value: object, chance: random.Random, most: int) -> str:  # the tree of sre has no types
    if op is c.LITERAL:
        return chr(value)
    if op is c.NOT_LITERAL:
        return "亜" if value != ord("亜") else "あ"
    if op is c.ANY:
        return chance.choice("亜あア1a ")
    if op is c.IN:
        return _of_class(value, chance)
    if op is c.BRANCH:
        return _written(chance.choice(value[1]), chance, most)
    if op is c.SUBPATTERN:
        return _written(value[-1], chance, most)
    if op is c.ATOMIC_GROUP:
        return _written(value, chance, most)
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        low, high, inner = value
        times = chance.randint(low, max(low, min(int(high), low + most)))
        return "".join(_written(inner, chance, most) for _ in range(times))
    if op is c.ASSERT:
        return "" if value[0] < 0 else _written(value[1], chance, most)
    return ""  # anchors, negative look-arounds, references


_ANY = "亜田中あのアー1Aa ・:-"


def _of_class(items: Sequence[tuple[object, object]], chance: random.Random) -> str:
    if items[0][0] is c.NEGATE:
        denied = re.compile("[" + "".join(_source(item) for item in items[1:]) + "]")
        return next((ch for ch in chance.sample(_ANY, len(_ANY)) if not denied.match(ch)), "亜")
    op, value = chance.choice(items)
    if op is c.LITERAL:
        return chr(value)
    if op is c.RANGE:
        return chr(chance.randint(*value))
    return {c.CATEGORY_SPACE: " ", c.CATEGORY_DIGIT: "7", c.CATEGORY_WORD: "w"}.get(value, "亜")


def _source(item: tuple[object, object]) -> str:
    op, value = item
    if op is c.LITERAL:
        return re.escape(chr(value))
    if op is c.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    kind = str(value).removeprefix("CATEGORY_")
    letter = {"SPACE": "s", "DIGIT": "d", "WORD": "w"}[kind.removeprefix("NOT_")]
    return "\\" + (letter.upper() if kind.startswith("NOT_") else letter)


ENDS = (
    *("", " ", "  ", "\u3000", "\n", "\n\n", "\t", ",", "、", "。", ":", ": ", "：", "=", "|", "/", "・", "・・", "-", "(", "「", '"', "'", "→", "□"),
    *("1", " 12", "123-", "2", ":1234567", " 0312345678 ", " 03-1234-5678\n", " 1980/1/2 ", "昭和55年1月2日", " S38.11.29\n", " 20240101 1\n"),
    *("様", "さん ", " 田中", "田", "の", "は", " 翔\n", "に伴い", "症", "県", "市1-1", "ア", "あ", "a", "A", "@a", " 東 西\n", ":東\n", "\n田中 一\n"),
)
"""What is put behind each word."""


def repeated(units: Sequence[str], size: int) -> str:
    """The units one after the other, again and again, up to ``size`` characters."""
    whole = "".join(units)
    return (whole * (size // max(1, len(whole)) + 1))[:size]


def sheet(rows: Iterable[Sequence[str]]) -> tuple[str, Layout]:
    """A worksheet as the scanner hands it over: cells ended by tabs, rows by line ends."""
    builder, pieces, at = LayoutBuilder(), [], 0
    table = builder.table()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            builder.cell(table, number, column, at, at + len(cell))
            pieces += (cell, "\t")
            at += len(cell) + 1
        pieces.append("\n")
        at += 1
    text = "".join(pieces)
    return text, builder.find_headers(text)


def plain(name: str, *units: str) -> Case:
    """A text of repetitions of ``units``."""
    return Case(name, lambda size: (repeated(units, size), None))


def sheets(name: str, unit: str, other: str) -> list[Case]:
    """One long cell beside a short one, one wide row over another, one column of many rows, many empty cells in a row."""

    def wide(size: int) -> tuple[str, Layout]:
        count = max(2, size // (len(unit) + len(other) + 2))
        return sheet([[unit] * count, [other] * count])

    def empty(size: int) -> tuple[str, Layout]:
        count = max(2, size // (len(unit) + len(other) + 4) // 2)
        return sheet([[other, *[""] * count, *[unit, ""] * count]] * 2)

    return [
        Case(f"{name} in one cell", lambda size: sheet([[other, repeated([unit, other, " "], size)], [unit, other]])),
        Case(f"{name} in a wide row", wide),
        Case(f"{name} behind empty cells", empty),
        Case(f"{name} in a column", lambda size: sheet([[unit, "備考"], *[[other, unit]] * (size // (len(unit) + len(other) + 3))])),
        Case(f"{name} beside long cells", lambda size: sheet([[unit, "備考"], *[[repeated([other], 2000), unit + other]] * (size // 2000)])),
    ]


def cost(engine: Engine, case: Case, size: int, times: int = 1) -> float:
    """CPU seconds of one analysis, the least of ``times``."""
    text, layout = case.make(size)
    seconds = []
    for _ in range(times):
        began = time.process_time()
        engine.analyze(text, layout)
        seconds.append(time.process_time() - began)
        text, layout = case.make(size) if layout is not None else (text, None)
    return min(seconds)


def growth(engine: Engine, case: Case, size: int, times: int = 2) -> tuple[float, float]:
    """CPU seconds at ``4 * size``, and how many times those at ``size`` they are."""
    one, four = cost(engine, case, size, times), cost(engine, case, 4 * size, times)
    return four, four / max(one, 1e-4)


def _on_one_line(name: str, unit: str) -> list[Case]:
    """The same with and without line ends."""
    return [plain(name, unit), plain(f"{name}, lines", unit, "\n")]


def _mixed(name: str, line: Callable[[random.Random], str]) -> Case:
    """Lines that all differ, the same for every size."""

    def make(size: int) -> tuple[str, None]:
        chance, lines, length = random.Random(name), [], 0
        while length < size:
            lines.append(line(chance))
            length += len(lines[-1])
        return "".join(lines)[:size], None

    return Case(name, make)


def known() -> list[Case]:
    """What was found to cost more than it should: by reading, and by trying all words and expressions in turn."""
    return [
        plain("headings parted by one space", "○○ 氏名 住所 電話\n"),
        plain("headings, half of them", "甲 氏名 乙 住所 丙 電話\n東 一 2 西 3 4\n"),
        _mixed("long rows under a heading", _long_row),
        plain("titles alone", "様"),
        plain("titles behind each other", "課長様"),
        plain("titles behind surnames", "東様"),
        plain("a line of a railway", "中央線: 青木 浦和\n"),
        plain("a line of a railway, without spaces", "中央線: 青木、\n"),
        plain("one surname, again and again", "青木、"),
        plain("surnames of two kinds", "青木、浦和、"),
        plain("surnames parted by lines", "青木は\n浦和と\n"),
        plain("births in old style behind one person", "佐藤一郎様\n", *["あ S38.11.29\n"] * 500),
        plain("records without line ends", "佐藤 19580312 2 "),
        plain("long lines above numbers", "電話番号" + "あ" * 100 + "\n1234567\n"),
        plain("brackets above numbers", "(" * 300 + "\n1234567\n"),
        plain("labels above numbers", "電話番号 住所 " * 80 + "\n1234567\n"),
        plain("units of addresses without digits", "県" * 50),
        plain("addresses one behind the other", "津市1"),
        plain("addresses with steps", "津市一一一一一一一一丁目"),
        plain("addresses and buildings", "津市1-1ビルビルビルビルビル"),
        plain("addresses with letters", "津市1 aaaaaaaaaaaaaaaaaaaa"),
        plain("addresses in kana", "ミエケン アアアアアア"),
        plain("signs of births", "日生"),
        plain("labels of births", "生年"),
        plain("labels of births and forms", "生年 年日"),
        plain("sexes", " 男 M"),
        plain("signs of mail", "@"),
        plain("signs of mail behind letters", "a@"),
        plain("signs of mail behind words", "a.b-c@d."),
        plain("kinds of roman addresses", "-ku"),
        plain("roman addresses", "A 1-1 A A A A-ku "),
        plain("signs of accounts", "ゆうちょ記号"),
        plain("numbers of other countries", "+1 1 1"),
        plain("boxes", "1 2 3 4 5 6 7 8 "),
        plain("frames over boxes", "個人番号\n" + "───\n" * 200 + "│1│2│3│4│5│6│7│8│9│0│1│8│\n"),
        plain("digits and dashes", "1-1-"),
        plain("numbers of all shapes", "1234-567890-1 "),
        plain("accounts of many banks", *[f"{n:04}-001-{n * 997 % 9999999:07} " for n in range(1, 4000, 3)]),
        plain("triggers", "症"),
        plain("illnesses", "慢性慢性慢性肺炎"),
        plain("illnesses in a law", "がん対策"),
        plain("facts one behind the other", "病名:肺炎、肺炎、"),
        plain("relatives", "長男の翔は"),
        plain("single surnames", "東 "),
        plain("katakana", "アリ"),
        plain("katakana and dots", "ジョン・"),
        plain("katakana with a space", "ヤマダ タロウ "),
        plain("kanji", "田中山"),
        plain("capitals", "Sato Hiromi "),
        plain("labels of one character", "父 "),
        plain("labels with a mark", "担当:東 "),
        plain("labels and brackets", "担当("),
        plain("open statements", "insert into a(b) values ('"),
        plain("statements", "insert into a(氏名) values ('東'),('西');"),
        plain("one long statement", "insert into a(氏名,住所) values ", *["('東 一','津市1-1'),"] * 400),
        plain("copies", "COPY a (b) FROM stdin;\n"),
        plain("records of a transfer", "20149ｼｽﾞｵｶ         101ﾎﾝﾃﾝ              10441872ｲﾜﾓﾄ ｶﾂﾔ                      00000184500\n"),
        plain("half a record of a transfer", "2 0149 シズオカ 101 ホンテン 1 0441872 ア0 ア0 ア0 ア0 ア0 \n"),
        plain("letters set apart", "奥 平 清 美 様 "),
        plain("wide headings", "氏名　住所　電話　\n"),
        plain("wide headings and rows", "氏名　住所　電話\n東　西　南\n"),
        plain("times", "10:30 "),
        plain("greetings", "お世話になります。東です。"),
        plain("turns", "ゆかり: はい\nはるか: いいえ\n"),
        plain("values under commas", "氏名,住所\n", *["東 一,津市1-1\n"] * 50),
        plain("quotes", '"'),
        plain("quotes and commas", '",'),
        *_sheets_known(),
    ]


def _long_row(chance: random.Random) -> str:
    if chance.random() < 0.05:
        return "番号 氏名 住所 電話 氏名 住所 電話 氏名 住所 電話 氏名 住所\n"
    return " ".join(chance.choice(("東", "1", "ア", "-", "西1", "a")) for _ in range(24)) + "\n"


def _sheets_known() -> list[Case]:
    def row(*cells: str) -> Callable[[int], tuple[str, Layout]]:
        return lambda size: sheet([cells * (size // (len("".join(cells)) + len(cells)))] * 2)

    def header(first: str, unit: str) -> Callable[[int], tuple[str, Layout]]:
        return lambda size: sheet([[first, "住所"], [repeated([unit], size), repeated([unit], size)], ["東", "西"]])

    return [
        Case("a row of names", row("氏名")),
        Case("a row of numbers", row("1234567")),
        Case("a row of numbers and nothing", row("1234567", "", "", "")),
        Case("a row of labels and numbers", row("口座番号", "1234567")),
        Case("a row of single labels", row("個人番号", "", "")),
        Case("a row of small numbers", row("1")),
        Case("a long cell of addresses", header("住所", "あ")),
        Case("a long cell of kanji", header("氏名", "県")),
        Case("a long cell of labels", header("備考", "父 東 ")),
        Case("a long cell of numbers", header("備考", "1234567 ")),
        Case("a long cell of illnesses", header("病名", "肺炎 ")),
        Case("a long heading", lambda size: sheet([["氏名", "住所", "県" * size], *[["東 一", "津市1-1", "1234567"]] * 20])),
        Case(
            "a long heading of an illness",
            lambda size: sheet([["氏名", "病名", "障害" * (size // 4)], *[["東", "肺炎", "2級"]] * (size // 16)]),
        ),
    ]
