"""Texts whose analysis once cost more than it should, or that reading the code made suspect, and some that trying all words
and expressions in turn found the dearest."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.repeated import Case, plain, repeated, sheet
from detectors.tables.layout import Layout


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
    """All of them."""
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
        plain(
            "records of a transfer",
            "20149ｼｽﾞｵｶ         101ﾎﾝﾃﾝ              10441872ｲﾜﾓﾄ ｶﾂﾔ                      00000184500\n",
        ),
        plain("half a record of a transfer", "2 0149 シズオカ 101 ホンテン 1 0441872 ア0 ア0 ア0 ア0 ア0 \n"),
        plain("letters set apart", "奥 平 清 美 様 "),
        plain("wide headings", "氏名　住所　電話　\n"),
        plain("wide headings and rows", "氏名　住所　電話\n東　西　南\n"),
        plain("times", "10:30 "),
        plain("greetings", "お世話になります。東です。"),
        plain("turns", "ゆかり: はい\nはるか: いいえ\n"),
        plain("values under commas", "氏名,住所\n", *["東 一,津市1-1\n"] * 50),
        plain("surnames behind small letters", "ゃ 田中"),
        plain("surnames behind strange kanji", "醜 田中"),
        plain("surnames with a title", "佐藤さん "),
        plain("surnames without line ends", "朴,"),
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
        Case("a long cell of surnames", header("備考", "亜東 ")),
        Case(
            "long cells beside labels",
            lambda size: sheet([["備考", "起案日"]] + [["起案日 " * 400, "全"]] * (size // 1600)),
        ),
        Case(
            "a long heading",
            lambda size: sheet([["氏名", "住所", "県" * size], *[["東 一", "津市1-1", "1234567"]] * 20]),
        ),
        Case(
            "a long heading of an illness",
            lambda size: sheet([["氏名", "病名", "障害" * (size // 4)], *[["東", "肺炎", "2級"]] * (size // 16)]),
        ),
    ]
