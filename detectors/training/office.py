"""Invented office texts with marked names: forms, tables, mails, minutes, logs, letters, and as many without anybody.

A template is a line or a text with slots. ``{1}`` … ``{4}`` are persons in their own script, with a letter behind for
another spelling: f surname, g given name, k katakana, K and G its halves, h hiragana, e given name as among friends, r romaji, s spaced, n unspaced. Other slots are
things. The test set of the benchmarks has templates of its own; none stands in both.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from detectors.names.vocabulary import english
from detectors.person_labels import STRONG
from detectors.training import names, vocabulary
from detectors.training.catalogue import catalogue
from detectors.training.jumble import jumbled
from detectors.training.marked import Text, behind, joined

_SLOT = re.compile(r"\{(\w+)\}")
_HIRA = {v: k for k, v in names._KATAKANA.items()}
_CHOICES = {
    "facility": vocabulary.FACILITIES,
    "shop": vocabulary.SHOPS,
    "goods": vocabulary.GOODS,
    "theory": vocabulary.THEORIES,
    "dept": vocabulary.DEPTS,
    "role": vocabulary.ROLES,
    "hon": vocabulary.HONORIFICS,
    "room": vocabulary.BUILDINGS,
    "sex": ("男", "女", "男性", "女性"),
    "rel": vocabulary.RELATIONS,
    "kin": vocabulary.KIN,
    "status": vocabulary.STATES,
    "drug": vocabulary.DRUGS,
}
"""Slots filled with any word of one list."""
_ENGLISH = sorted(word for word in english() if len(word) > 2)


class Office:
    """A seeded source of texts. ``things`` are names of organisations, places and works from open sentences, which
    look like persons and are none."""

    def __init__(self, seed: int, things: dict[str, list[str]] | None = None) -> None:
        self.chance = random.Random(seed)
        self._things = things or {}

    def text(self) -> Text:
        """One text of any kind; a third names nobody."""
        roll = self.chance.random()
        if roll < 0.25:
            return self._table()
        if roll < 0.50:
            return self._lines(_PERSONAL, 1, 9)
        if roll < 0.60:
            return self._lines(_PERSONAL + _PLAIN, 2, 10)
        if roll < 0.75:
            return jumbled(self)
        if roll < 0.83:
            return catalogue(self)
        if roll < 0.94:
            return self._paragraph()
        return self._lines(_PLAIN, 2, 10)

    def somebody(self) -> names.Name:
        return names.varied(self.chance, *(self._things.get(kind, ()) for kind in ("surname", "given", "abroad")))

    def heading(self) -> str:
        """A template that names nobody."""
        return self.chance.choice(_PLAIN)

    def _lines(self, templates: list[str], low: int, high: int) -> Text:
        count = self.chance.randint(low, high)
        people = [self.somebody() for _ in range(4)]
        parts, spans, at = [], [], 0
        for _ in range(count):
            piece = self.fill(self.chance.choice(templates), people)
            if self.chance.random() < 0.3:
                people = [self.somebody() for _ in range(4)]
            parts.append(piece.text)
            spans += [(a + at, b + at) for a, b in piece.spans]
            at += len(piece.text) + 1
        return Text("\n".join(parts), tuple(spans))

    def _paragraph(self) -> Text:
        """Sentences of records, letters and talks, one behind the other; a third names nobody."""
        chance = self.chance
        source = (_PLAIN_PROSE, _PROSE, _PROSE + _PLAIN_PROSE)[chance.randrange(3)]
        people = [self.somebody() for _ in range(4)]
        rows, line = [], Text("", ())
        for _ in range(chance.randint(1, 7)):
            line = behind(line, self.fill(chance.choice(source), people))
            if not line.text.endswith("。") or chance.random() < 0.3:
                rows.append(line)
                line = Text("", ())
            if chance.random() < 0.5:
                people = [self.somebody() for _ in range(4)]
        return joined([*rows, line] if line.text else rows)

    def _table(self) -> Text:
        chance = self.chance
        mark = chance.choice((",", ",", "\t", "\t", " | ", "|", "  ", "、", " ", ";"))
        columns = chance.sample(_COLUMNS, chance.randint(2, 7))
        if chance.random() < 0.72 and not any("{1" in c[1] for c in columns):
            columns.insert(chance.randint(0, len(columns)), chance.choice(_NAME_COLUMNS))
        rows: list[Text] = []
        if chance.random() < 0.55:
            rows.append(Text(mark.join(c[0] for c in columns), ()))
        style = chance.random()
        for _ in range(chance.randint(1, 14)):
            people = [self.somebody() for _ in range(2)]
            parts, spans, at = [], [], 0
            for i, (_, template) in enumerate(columns):
                cell = self.fill(
                    template if style < 0.8 or "{1}" not in template else template.replace("{1}", "{1s}"), people
                )
                if i:
                    at += len(mark)
                parts.append(cell.text)
                spans += [(a + at, b + at) for a, b in cell.spans]
                at += len(cell.text)
            rows.append(Text(mark.join(parts), tuple(spans)))
        return joined(rows)

    def fill(self, template: str, people: list[names.Name]) -> Text:
        """A template with its slots filled."""
        out, spans, at = [], [], 0
        last = 0
        for match in _SLOT.finditer(template):
            before = template[last : match.start()]
            out.append(before)
            at += len(before)
            value, person = self._slot(match[1], people)
            if person and value:
                spans.append((at, at + len(value)))
            out.append(value)
            at += len(value)
            last = match.end()
        out.append(template[last:])
        return Text("".join(out), tuple(spans))

    def _slot(self, slot: str, people: list[names.Name]) -> tuple[str, bool]:
        if slot[0] in "1234":
            return self._person(people[int(slot[0]) - 1], slot[1:]), True
        if slot in _CHOICES:
            return self.chance.choice(_CHOICES[slot]), False
        return getattr(self, f"_s_{slot}")(), False

    def _person(self, n: names.Name, how: str) -> str:
        chance = self.chance
        foreign = n.kind == "foreign"
        if how == "f":
            return n.family if not foreign else chance.choice((n.family, n.given))
        if how == "R":
            return n.family_romaji
        if how == "g":
            return n.given
        if how == "e":
            return n.given if foreign else chance.choice((n.given, n.given_kana, n.given_kana.translate(_HIRA)))
        if how in ("K", "G"):
            if foreign:
                return n.family if how == "K" else n.given
            return n.family_kana if how == "K" else n.given_kana
        if how in ("k", "h"):
            if foreign:
                return f"{n.given}{chance.choice('・ ')}{n.family}"
            kana = n.family_kana + chance.choice((" ", " ", "", "　")) + n.given_kana
            return kana if how == "k" else kana.translate(_HIRA)
        if how == "r":
            return names.romaji(n, chance)
        if how == "s" and not foreign:
            return f"{n.family}{chance.choice(' 　')}{n.given}"
        if how == "n" and n.kind not in ("foreign", "mixed"):
            return n.family + n.given
        if how == "a":
            return names.styled(n, chance)
        return names.full(n, chance)

    # -- things ------------------------------------------------------------------------------------------------------
    def _s_org(self) -> str:
        chance = self.chance
        if chance.random() < 0.35 and self._things.get("org"):
            return chance.choice(self._things["org"])
        base = chance.choice(
            (
                self.somebody().family,
                chance.choice(vocabulary.PLACES),
                "".join(chance.choice("東西南北大新日本中央富士光和三栄") for _ in range(2)),
                chance.choice(vocabulary.KATA_COMMON),
            )
        )
        core = base + chance.choice(vocabulary.ORG_WORDS)
        return chance.choice(
            (
                core,
                core,
                f"株式会社{core}",
                f"{core}株式会社",
                f"(株){core}",
                f"有限会社{core}",
                f"{core}(株)",
                f"㈱{core}",
                f"（有）{core}",
            )
        )

    def _s_thing(self) -> str:
        kinds = [k for k in ("work", "place", "org", "event") if self._things.get(k)]
        return self.chance.choice(self._things[self.chance.choice(kinds)]) if kinds else self._s_product()

    def _s_fam(self) -> str:
        """A surname that means no person: in the name of a place, a shop, a theory."""
        n = self.somebody()
        return n.family if n.kind == "japanese" else self.chance.choice(vocabulary.PLACES)

    def _s_kfam(self) -> str:
        return self.chance.choice(names.KATAKANA_FAMILY)

    def _s_town(self) -> str:
        """A place of the dictionary, by its bare name: many are surnames too."""
        return self._ours_or("town", vocabulary.PLACES, 0.9)

    def _s_ware(self) -> str:
        """What brands, works, stations and firms of the dictionary are called."""
        return self._ours_or("ware", vocabulary.PRODUCTS, 0.9)

    def _s_maid(self) -> str:
        """A given name that means no person."""
        n = self.somebody()
        return n.given if n.kind == "japanese" else self.chance.choice(vocabulary.PLACES)

    def _s_noun(self) -> str:
        return self._ours_or("noun", vocabulary.WORDS)

    def _s_head(self) -> str:
        return self._ours_or("noun", vocabulary.HEADS)

    def _s_lab(self) -> str:
        """A label that announces a name."""
        return self.chance.choice(STRONG)

    def _s_brand(self) -> str:
        """What makers and goods are called: often a surname, a place or a word of flowers and sky."""
        chance = self.chance
        n = self.somebody()
        return chance.choice(
            (
                n.family,
                n.family_kana or n.family,
                self._s_ware(),
                chance.choice(vocabulary.PLACES),
                chance.choice(vocabulary.KATA_COMMON),
                "".join(chance.choice("東西南北大新日本中央富士光和三栄") for _ in range(2)),
                chance.choice("さくら ひまわり みどり あおば すみれ のぞみ ひかり こまち つばさ あさひ ゆたか".split()),
            )
        )

    def _s_place(self) -> str:
        chance = self.chance
        if chance.random() < 0.3 and self._things.get("place"):
            return chance.choice(self._things["place"])
        if chance.random() < 0.3:
            return self._s_town()
        return chance.choice(vocabulary.PLACES) + chance.choice(
            ("", "", "市", "駅", "区", "支店", "営業所", "地区", "県", "町")
        )

    def _s_addr(self) -> str:
        chance = self.chance
        town = chance.choice((chance.choice(vocabulary.PLACES), self.somebody().family)) + chance.choice(
            ("町", "", "本町", "台", "が丘", "東", "中央")
        )
        number = chance.choice(("{}-{}-{}", "{}丁目{}番{}号", "{}-{}", "{}番地{}")).format(
            chance.randint(1, 9), chance.randint(1, 40), chance.randint(1, 30)
        )
        building = chance.choice(
            (
                "",
                "",
                "",
                f" {self.somebody().family}{chance.choice(('ビル', 'ハイツ', 'マンション', 'コーポ', '荘'))}{chance.randint(101, 909)}",
                f" {chance.choice(('グリーン', 'サニー', 'メゾン', 'パーク'))}{chance.choice(vocabulary.PLACES)}{chance.randint(101, 909)}号室",
            )
        )
        return (
            chance.choice(vocabulary.PLACES)
            + chance.choice(("市", "県", "都", "区", "府"))
            + chance.choice(vocabulary.PLACES)
            + chance.choice(("市", "区", "町"))
            + town
            + number
            + building
        )

    def _s_tel(self) -> str:
        chance = self.chance
        return chance.choice(("090-{}-{}", "03-{}-{}", "080{}{}", "0{}-22-{}", "({})-{}")).format(
            chance.randint(1000, 9999), chance.randint(1000, 9999)
        )

    def _s_mail(self) -> str:
        n = self.somebody()
        return f"{self.chance.choice((n.family_romaji, n.given_romaji, 'info', 'user')).lower()}{self.chance.choice(('', '.', '_'))}{self.chance.randint(1, 99)}@example.{self.chance.choice(('jp', 'co.jp', 'com'))}"

    def _s_date(self) -> str:
        chance = self.chance
        y, m, d = chance.randint(1940, 2026), chance.randint(1, 12), chance.randint(1, 28)
        return chance.choice(
            (
                f"{y}/{m}/{d}",
                f"{y}-{m:02d}-{d:02d}",
                f"令和{chance.randint(1, 8)}年{m}月{d}日",
                f"{m}月{d}日",
                f"S{chance.randint(20, 63)}.{m}.{d}",
                f"昭和{chance.randint(10, 63)}年{m}月{d}日",
                f"{m}/{d}({chance.choice('月火水木金土日')})",
            )
        )

    def _s_time(self) -> str:
        return f"{self.chance.randint(8, 20)}:{self.chance.choice(('00', '15', '30', '45'))}"

    def _s_num(self) -> str:
        return "".join(self.chance.choice("0123456789") for _ in range(self.chance.choice((3, 4, 5, 7, 8, 10, 12))))

    def _s_code(self) -> str:
        chance = self.chance
        return f"{chance.choice('ABCDEFGHKMNPRSTX')}{chance.choice('ABCDEFGHKMNPRSTX')}-{chance.randint(10, 9999)}"

    def _s_amount(self) -> str:
        return f"{self.chance.randint(1, 9999):,}{self.chance.choice(('円', '', '千円'))}"

    def _s_product(self) -> str:
        return self.chance.choice(
            (
                self.chance.choice(vocabulary.PRODUCTS),
                self.chance.choice(vocabulary.KATA_COMMON) + self.chance.choice(("", "一式", "セット", "A4")),
            )
        )

    def _s_word(self) -> str:
        return self._ours_or("deed", vocabulary.WORDS)

    def _s_kata(self) -> str:
        return self._ours_or("loan", vocabulary.KATA_COMMON)

    def _ours_or(self, kind: str, ours: list[str], share: float = 0.5) -> str:
        """A word of our own list or, as often as ``share`` says, one of the dictionary."""
        theirs = self._things.get(kind)
        return self.chance.choice(theirs if theirs and self.chance.random() < share else ours)

    def _s_age(self) -> str:
        return str(self.chance.randint(1, 98))

    def _s_latin(self) -> str:
        if self.chance.random() < 0.5:
            return self.chance.choice(_ENGLISH).capitalize()
        return self.chance.choice(vocabulary.LATIN)


_FOLDER = Path(__file__).with_name("templates")


def _templates(name: str) -> list[str]:
    """Lines of a template file; ``\\n`` and ``\\t`` stand for line end and tab."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines if line]


def _pairs(name: str) -> list[tuple[str, str]]:
    """(header, template of the cells) of a file of columns."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(head, cell) for head, _, cell in (line.partition("\t") for line in lines if line)]


_NAME_COLUMNS = _pairs("name_columns")
_COLUMNS = _pairs("columns")
_PERSONAL = _templates("personal")
_PLAIN = _templates("plain")
_PROSE = _templates("prose")
_PLAIN_PROSE = _templates("plain_prose")
