"""Texts in which the place in the line tells who is named, and their twins in which the same words name nobody: chats, shift
tables, notes of calls, records of machines, names over two lines; logs of wares, examples of school books, reports on money.

What ``office.py`` writes is for the tagger, which reads one line; here a line says little and all of them much.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from detectors.resources import rules
from detectors.training import names
from detectors.training.marked import Text, behind, joined
from detectors.training.office import Office

_FOLDER = Path(__file__).with_name("templates")


def filled_templates(name: str) -> list[str]:
    """The lines of a file of templates."""
    return [line for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n") if line]


_TALK, _CALLS, _REPORTS, _WARES = map(filled_templates, ("talk", "calls", "reports", "wares"))
_AROUND = filled_templates("around")
"""Lines before and behind that have nothing to do with what stands between."""
_STAFF = "スタッフ 職員 メンバー 担当者 氏名 名前 従業員 勤務者 看護師 介護員 当番 乗務員 講師 パート".split()
_SHIFTS = ("早遅日夜休", "ABCDO", "出休公有", "日準深休", "○×△－", "明入休日", "早中遅公", "甲乙丙休")
_WEEK = "月火水木金土日"
_DUTIES = "早番 遅番 日勤 夜勤 当直 準夜 深夜 受付 電話番 清掃 鍵当番 送迎 入浴 配膳 午前 午後".split()
_ROOMS = "居室 部屋 号室 病室 班 組 学年 開始 終了 区分 状況 出欠 点数 金額 備考".split()
_OF_THINGS = ("品名", "会社名", "施設名")
_MODULES = "INFO WARN DEBUG NOTICE audit batch job app web sync import export queue print mail order stock".split()
_PUPILS = "太郎 花子 次郎 一郎 三郎 桃子 たろう はなこ じろう 太一 和夫 良子".split()
_LETTERS = "Ａ Ｂ Ｃ Ｘ Ｙ A B C X Y 甲 乙".split()
_SAMPLES = ("（例）", "例：", "記入例　", "【記入例】", "見本　", "入力例：", "(サンプル) ", "※例 ", "書き方：")


class Daily(Office):
    """A seeded source of such texts."""

    def text(self) -> Text:
        """One text, perhaps between lines that have nothing to do with it; half of them name nobody."""
        kinds: list[tuple[Callable[[], Text], int]] = [
            (self._chat, 5),
            (self._shifts, 5),
            (self._short_table, 5),
            (self._calls, 8),
            (self._records, 8),
            (self._log, 6),
            (self._broken, 6),
            (self._examples, 4),
            (self._report, 6),
            (self._wares, 5),
        ]
        made = self.chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]()
        rows = [made]
        if self.chance.random() < 0.3:
            rows.insert(0, self._filled(self.chance.choice(_AROUND)))
        if self.chance.random() < 0.3:
            rows.append(self._filled(self.chance.choice(_AROUND)))
        return joined(rows)

    # -- helpers
    def _filled(self, template: str) -> Text:
        template = template.replace("\\n", "\n").replace("\\t", "\t")
        return self.fill(template, [self.somebody() for _ in range(4)])

    def _called(self, n: names.Name, style: int) -> str:
        """A person as one text calls everybody: by surname, in full, by given name."""
        how = "f" if style < 6 else "" if style < 9 else "e"
        return self._person(n, how)

    def _thing(self) -> str:
        """What looks like a name and is none."""
        slot = self.chance.choice(("brand", "brand", "ware", "town", "fam", "kfam", "noun", "kata", "product"))
        word = self._slot(slot, [])[0]
        ends = (
            "",
            "",
            "",
            "",
            self._slot("facility", [])[0],
            self._slot("shop", [])[0],
            " " + self._slot("goods", [])[0],
        )
        return word + self.chance.choice(ends)

    def _people(self, low: int, high: int) -> list[names.Name]:
        return [self.somebody() for _ in range(self.chance.randint(low, high))]

    # -- persons
    def _chat(self) -> Text:
        """Who says it, when, what; those who talk come again."""
        chance = self.chance
        speakers, style = self._people(2, 4), chance.randrange(10)
        form = chance.choice(
            (
                "{who}  {time}\n{said}",
                "{who} {time}\n{said}\n",
                "[{time}] {who}: {said}",
                "{time} {who}：{said}",
                "{time}\t{who}\t{said}",
                "{who}（{time}）\n{said}",
                "{who}：{said}",
                "＞{who} {said}",
                "{time} {who} {said}",
                "<{who}> {said}",
                "{who} > {said}",
            )
        )
        rows = []
        for _ in range(chance.randint(3, 10)):
            who = self._called(chance.choice(speakers), style)
            rows.append(
                _put(
                    form,
                    {"who": (who, True), "time": (self._s_time(), False), "said": self._filled(chance.choice(_TALK))},
                )
            )
        return joined(rows)

    def _shifts(self) -> Text:
        """Staff against days, or days against shifts."""
        chance = self.chance
        mark = chance.choice(("\t", "\t", ",", "|", "  ", "　"))
        staff, style = self._people(3, 9), chance.randrange(10)
        if chance.random() < 0.4:
            duties = chance.sample(_DUTIES, chance.randint(2, 4))
            rows = [
                _line(mark, [(chance.choice(("日", "日付", "曜日", "")), False), *((duty, False) for duty in duties)])
            ]
            for day in range(1, chance.randint(4, 12)):
                cells: list[tuple[str, bool] | Text] = [(chance.choice((str(day), f"{day}日", _WEEK[day % 7])), False)]
                for _ in duties:
                    several = chance.sample(staff, chance.choice((1, 1, 1, 2)))
                    cells.append(_line(chance.choice("・、/ "), [(self._called(n, style), True) for n in several]))
                rows.append(_line(mark, cells))
            return joined(rows)
        codes, days = chance.choice(_SHIFTS), chance.randint(4, 12)
        week = chance.random() < 0.5
        head = [chance.choice((*_STAFF, "")), *(_WEEK[n % 7] if week else str(n + 1) for n in range(days))]
        about = chance.random() < 0.8
        rows = [
            _line(
                mark,
                [
                    (cell, False)
                    for cell in (
                        head if about else [chance.choice(("会議室", "車両", "設備", "便", "品目")), *head[1:]]
                    )
                ],
            )
        ]
        for n in staff:
            who = (self._called(n, style), True) if about else (self._thing(), False)
            rows.append(_line(mark, [who, *((chance.choice(codes), False) for _ in range(days))]))
        return joined(rows)

    def _short_table(self) -> Text:
        """A roster of two or three columns whose heading is what somebody is (利用者, 受講者), or what is no person."""
        chance = self.chance
        mark, style = chance.choice((",", "\t", "|", ",", "\t")), chance.randrange(10)
        about = chance.random() < 0.65
        heads = (
            _said_to_be("person", 0.85)
            if about
            else _said_to_be(chance.choice(("thing", "facility", "organisation")), 0.85)
        )
        others = chance.sample(_ROOMS, chance.choice((1, 1, 2)))
        rows = [_line(mark, [(chance.choice(heads), False), *((other, False) for other in others)])]
        for _ in range(chance.randint(2, 12)):
            nobody = chance.random() < 0.12
            other = (
                chance.choice(_NOBODY)
                if chance.random() < 0.5
                else self._slot("fam", [])[0] + self._slot("shop", [])[0]
            )
            value = (other, False) if nobody else (self._called(self.somebody(), style), True)
            rest = [(chance.choice((self._s_age(), self._s_age(), self._slot("status", [])[0])), False) for _ in others]
            rows.append(_line(mark, [value if about else (self._thing(), False), *rest]))
        return joined(rows)

    def _calls(self) -> Text:
        """Notes of calls, visits and minutes."""
        return joined([self._filled(self.chance.choice(_CALLS)) for _ in range(self.chance.randint(1, 6))])

    def _broken(self) -> Text:
        """Names whose halves stand in two lines, and lists of surnames and given names that are whole."""
        chance, n = self.chance, self.somebody()
        while n.kind != "japanese":
            n = self.somebody()
        if chance.random() < 0.3:
            return joined([Text(w, ((0, len(w)),)) for w in (self._person(m, "f") for m in self._people(3, 8))])
        gap = "\n" + chance.choice(("", "", "　", "　　　", "  "))
        whole = n.family + gap + n.given
        before, after = chance.choice(_BROKEN)
        return behind(
            behind(self._filled(before) if before else Text("", ()), Text(whole, ((0, len(whole)),))),
            self._filled(after) if after else Text("", ()),
        )

    # -- machines, of persons and of things
    def _records(self) -> Text:
        """Records with keys: of persons or of things."""
        chance = self.chance
        about = chance.random() < 0.5
        keys = rules("columns")["keys"]
        heading = "氏名" if about else chance.choice(_OF_THINGS)
        key = chance.choice(keys[heading]) if chance.random() < 0.7 else heading
        if chance.random() < 0.15:
            key = chance.choice(("f0", "col1", "field1", "v", "item0", "value"))
        if not about and chance.random() < 0.2:
            key = chance.choice(
                (
                    "hinmei",
                    "shouhin",
                    "shohin_mei",
                    "tenpo",
                    "tenpo_mei",
                    "buppin",
                    "kaijo",
                    "title",
                    "brand",
                    "maker",
                    "eki",
                    "kikai",
                )
            )
        others = chance.sample(sorted(keys), 2)
        form = chance.choice(tuple(_RECORDS))
        outer, inner, between = _RECORDS[form]
        style, rows = chance.randrange(10), []
        for _ in range(chance.randint(1, 9)):
            value = (self._called(self.somebody(), style), True) if about else (self._thing(), False)
            cells = [(key, value)] + [(chance.choice(keys[other]), (self._plain_value(), False)) for other in others]
            chance.shuffle(cells)
            fields = _line(between, [_put(inner, {"key": (name, False), "value": what}) for name, what in cells])
            rows.append(_put(outer, {"fields": fields}))
        return joined(rows)

    def _plain_value(self) -> str:
        slot = self.chance.choice(("num", "num", "date", "code", "amount", "mail", "tel", "age", "status"))
        return self._slot(slot, [])[0]

    def _log(self) -> Text:
        """Lines of a log that tell of wares, stations and programs, or of users."""
        chance = self.chance
        about, style = chance.random() < 0.35, chance.randrange(10)
        day = f"2026-{chance.randint(1, 12):02d}-"
        middle = chance.choice(
            (
                " {num} {value} {goods}",
                " {num} {value}",
                " {key}={value} {num}",
                " {num} {key}={value} {word}",
                " {key}: {value}",
                " {word} {value}",
                " {num} {goods} {value}",
            )
        )
        key = (
            chance.choice(rules("columns")["keys"]["氏名"])
            if about
            else chance.choice(("item", "hinmei", "title", "place", "shop", "maker", "name", "src", "target"))
        )
        module, rows = chance.choice(_MODULES), []
        for _ in range(chance.randint(2, 12)):
            stamp = f"{day}{chance.randint(1, 28):02d} {chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}:{chance.randint(0, 59):02d} {module}"
            value = (self._called(self.somebody(), style), True) if about else (self._thing(), False)
            plain = {slot: (self._slot(slot, [])[0], False) for slot in ("num", "goods", "word")}
            rows.append(_put(stamp + middle, {"value": value, "key": (key, False), **plain}))
        return joined(rows)

    # -- nobody
    def _wares(self) -> Text:
        """Lists and forms of wares, firms and places with numbers beside them, as delivery notes and inventories have them."""
        chance = self.chance
        form = chance.choice(_WARES)
        rows = []
        for number in range(1, chance.randint(3, 12)):
            line = form.replace("{n}", str(number))
            while "{what}" in line:
                line = line.replace("{what}", self._thing(), 1)
            rows.append(self._filled(line))
        return joined(rows)

    def _examples(self) -> Text:
        """Persons of examples and school books: nobody."""
        chance = self.chance
        rows = []
        for _ in range(chance.randint(1, 4)):
            one, other = chance.sample(_PUPILS, 2)
            family = chance.choice(("山田", "鈴木", "佐藤", "田中", "役所", "見本", "市役所", "○○", "〇〇", "△△"))
            rows.append(
                chance.choice(
                    (
                        f"{one}さんと{other}さんは、{self._s_age()}円の{self._slot('goods', [])[0]}を買いました。",
                        f"{one}さんは{self._s_age()}個、{other}さんは{self._s_age()}個持っています。",
                        f"{one}君が{other}さんに{self._slot('goods', [])[0]}をあげると、残りはいくつですか。",
                        f"{chance.choice(_LETTERS)}さん（{self._s_age()}歳）と{chance.choice(_LETTERS)}さんの場合",
                        f"{chance.choice(_SAMPLES)}{family}{chance.choice(('　', ' ', ''))}{one}",
                        f"{chance.choice(_SAMPLES)}氏名 {family}{chance.choice(('　', ' ', ''))}{other}　電話 00-0000-0000",
                        f"{chance.choice('百五千万')}{chance.choice(('円', '円玉', '円札', '名', '個', '円ショップ'))}、{chance.choice('十百千')}{chance.choice(('円', '人', '本'))}",
                        f"氏名：{chance.choice(('○○　○○', '〇〇 太郎', '●● ●●', '（自署）', '＿＿＿＿', '□□□□'))}",
                    )
                )
            )
        return joined([Text(row, ()) for row in rows])

    def _report(self) -> Text:
        """Reports on money, dates and places, one sentence behind the other."""
        line, rows = Text("", ()), []
        for _ in range(self.chance.randint(2, 7)):
            line = behind(line, self._filled(self.chance.choice(_REPORTS)))
            if self.chance.random() < 0.4:
                rows.append(line)
                line = Text("", ())
        return joined([*rows, line] if line.text else rows)


_NOBODY = ("未定", "空室", "なし", "欠員", "調整中", "-", "募集中", "空き", "該当なし", "総務課", "業者")
_BROKEN = (
    ("氏名　", ""),
    ("{lab}　", ""),
    ("{lab}：", "\\n{head}：{num}"),
    ("{lab} ", "\\n{head} {date}"),
    ("{head}　{amount}\\n{lab}　", "\\n{head}　{age}"),
    ("{dept}\\t", "\\t{tel}"),
    ("氏名：", "\\n住所：{addr}"),
    ("担当は{dept}の", "が務める。"),
    ("先日{org}の", "様からご連絡があり"),
    ("{role}の", "より説明があった。"),
    ("", "\\n{tel}"),
    ("申請者\\n", " 印"),
    ("{addr}\\n", " 様"),
    ("| ", " |"),
    ("{noun}について{dept}の", "に聞く"),
)
"""What stands before and behind a name over two lines."""
_RECORDS = {
    "json": ("{{fields}},", '"{key}": "{value}"', ", "),
    "lines": ("{fields}", "{key}={value}", " "),
    "ini": ("[{fields}", "{key} = {value}", "\n"),
    "yaml": ("- {fields}", "{key}: {value}", "\n  "),
    "xml": ("<row>{fields}</row>", "<{key}>{value}</{key}>", ""),
    "query": ("?{fields}", "{key}={value}", "&"),
    "code": ("record({fields})", "{key}='{value}'", ", "),
    "sql": ("SET {fields};", "{key} = '{value}'", ", "),
    "form": ("{fields}\n", "{key}：{value}", "\n"),
    "semicolon": ("{fields}", "{key}:{value}", ";"),
}
"""Form → what stands around the fields of a record, around one field, between two."""


def _said_to_be(kind: str, sure: float) -> list[str]:
    """Headings of our lists that announce this."""
    groups = [group for group in rules("columns")["kind"] if group["kind"] == kind and group["sure"] >= sure]
    words = [word for group in groups for word in (*group.get("whole", ()), *group.get("ends", ()))]
    return [word for word in words if len(word) > 1 and not word.isascii()]


def _line(mark: str, cells: list[tuple[str, bool] | Text] | list[tuple[str, bool]] | list[Text]) -> Text:
    """Cells in one line; those that are names by themselves are marked."""
    line = Text("", ())
    for number, cell in enumerate(cells):
        if number:
            line = behind(line, Text(mark, ()))
        line = behind(
            line, cell if isinstance(cell, Text) else Text(cell[0], ((0, len(cell[0])),) if cell[1] and cell[0] else ())
        )
    return line


def _put(form: str, parts: dict[str, tuple[str, bool] | Text]) -> Text:
    """A form with its parts in the places of their names in braces."""
    line, rest = Text("", ()), form
    while rest:
        found = [(at, name) for name in parts if (at := rest.find(f"{{{name}}}")) >= 0]
        if not found:
            return behind(line, Text(rest, ()))
        at, name = min(found)
        part = parts[name]
        line = behind(line, Text(rest[:at], ()))
        line = behind(line, part if isinstance(part, Text) else _line("", [part]))
        rest = rest[at + len(name) + 2 :]
    return line
