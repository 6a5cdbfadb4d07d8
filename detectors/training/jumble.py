"""Lines of forms that nobody thought of: fields of any kind, parted and wrapped in any way.

Offices lay out their texts in more ways than anybody writes templates for. What is left to tell a name by here is the word
itself and its like in the other lines.
"""

from __future__ import annotations

import random
from typing import Protocol

from detectors.training import names
from detectors.training.marked import Text, joined


class Filler(Protocol):
    """Fills templates: the source of office texts."""

    chance: random.Random

    def fill(self, template: str, people: list[names.Name]) -> Text: ...
    def somebody(self) -> names.Name: ...
    def heading(self) -> str: ...


_PERSONS = (
    "{1} {1} {1s} {1s} {1n} {1a} {1f} {1f} {1f} {1k} {1K} {1h} {1r} {1}・{2} {1f}、{2f} {1f}（{2f}） {1g}".split()
)
_FIELDS = (
    "{org} {org} {thing} {brand} {brand}{product} {fam}{facility} {fam}{shop} {kfam}{theory} {place} {place} {place} {place} {addr} "
    "{tel} {mail} {date} {time} {num} {code} {amount} {dept} {role} {product} {goods} {drug} {word} {word} {noun} {noun} {kata} {kata} "
    "{room} {sex} {age} {rel} {status} {latin} {head} {word}中 {age}歳 {age}名 {age}年{age}組 {place}{age} {noun}の{word} {kata}{noun}"
).split()
_WRAPS = (
    "* * * * * * * （*） 【*】 「*」 [*] <*> ・* ○* ●* ■* ※* →* *様 *さん *（{age}） *({rel}) {head}：* * {head}=* * {age}）* * {word}：* * "
    "{role}* *{role} *殿 *、 *／"
).split()
_BESIDE = (
    "{rel} *|{rel}　*|{rel}：*|{kin} *|{kin}　*|{kin}の*|{kin}{kin} *|{role} *|{role}　*|* {role}|*　{role}|{lab} *|{lab}　*|{lab}：*|* {word}|*　{word}|* {noun}|"
    "*　{noun}|{noun} *|{word} *|{word}児 *|{word}員　*|{word}者 *|*{age})|*){age}|○*|◎*|**|*ほか{age}名|*他{age}名|* 外{age}名|* と{word}|* に{word}済|* が{word}|* より{word}|"
    "*は{word}|*、{age}歳|*（{age}歳）|* {hon}|*{hon}　{word}|* {date}生|No.{num} *|{num} *|{code}　*|* {num}|*　{num}|{org} *|{org}　*|{dept} *|{dept}　*|"
    "{place} *|* {place}|*（{place}）|* {addr}|{time} *|{date} *|{age}.*|{age} *|名 *|氏 *|姓 *|名：*|本人 *|甲　*|乙：*|故 *|*（{kin}）|*（{noun}）|*【{role}】|"
    "* {sex}|*　{sex}　{age}|{sex} *|* {status}|{status} *|*→{word}|{word}→*|*／{word}|*：{word}|@* {word}|*\t{word}|*\t{num}"
).split("|")
"""What stands beside a person more often than beside a thing."""
_PARTS = (*"  　　、、・//,,\t\t|：:;→（\n│", "　　", "  ", " | ", " - ")


def jumbled(office: Filler) -> Text:
    """One text of one to nine lines; a third of them names nobody."""
    chance = office.chance
    fields = [chance.choice(_FIELDS) for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.66:
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            fields[chance.randrange(len(fields))] = chance.choice(_PERSONS)
    wrapped = [_wrapped(field, chance) for field in fields]
    mark, free = chance.choice(_PARTS), chance.random() < 0.2
    rows = []
    for _ in range(chance.randint(1, 8)):
        people = [office.somebody() for _ in range(4)]
        line = wrapped[0]
        for field in wrapped[1:]:
            line += (chance.choice(_PARTS) if free else mark) + field
        rows.append(office.fill(line, people))
    if chance.random() < 0.3:
        rows.insert(0, office.fill(office.heading(), [office.somebody() for _ in range(4)]))
    return joined(rows)


def _wrapped(field: str, chance: random.Random) -> str:
    wraps = _BESIDE if field[:2] in _OF_PERSON and chance.random() < 0.6 else _WRAPS
    return chance.choice(wraps).replace("*", field)


_OF_PERSON = ("{1", "{2")
