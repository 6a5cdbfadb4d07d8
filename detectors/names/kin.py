"""Names behind what their bearers are to somebody: 長男の翔は, 友人の乾と.

The word behind 長男の may be any word (実家), so a match counts by itself only where a list has it and the dictionary no
other meaning; elsewhere its score is below what is reported, and the tagger must agree a little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.dates import ERAS
from detectors.interface import Check, Match, View
from detectors.names.belief import ordinary
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.placed import UNSURE
from detectors.names.title_words import CHILDREN

_KIN = (
    *CHILDREN,
    *"養男 養女 養子 娘 父 父親 母 母親 祖父 祖母 兄 弟 姉 妹 従兄弟 従姉妹 孫 妻 夫 友人 親友 知人 同僚 後輩 先輩 恩師 恋人 婚約者".split(),
    *"おとうと いもうと いとこ おとうさん おかあさん おにいさん おねえさん おにいちゃん おねえちゃん おじいちゃん おばあちゃん おばあさん おじいさん".split(),
)
_LASTS = "[男女子娘父母親兄弟姉妹孫妻夫友人僚輩師者とこんう]"
_AFTER = tuple(re.compile(f"{particle}(?<={_LASTS}{particle})") for particle in "のは")
"""What stands between such a word and the name, behind one of the last characters of those words. Here and below one
expression for each first character: the engine skips to it."""


_BESIDE = tuple(
    re.compile(
        rf"{mark}(?<={_LASTS}{mark})[ :(]{{0,2}}"
        r"(?P<n>[一-龥々]{1,3}|[ぁ-ん]{2,4})(?=[()、,。\n・/0-9]|は|が|と|さん|くん|君|ちゃん|様|\Z| (?![一-龥ぁ-んァ-ヶA-Z]))"
    )
    for mark in (" ", ":", r"\(")
)
"""長男 翔(8歳), 娘(美咲), 子:太郎: begins behind one of the last characters of those words."""
_KIN_OR_CHILD = tuple(sorted((*_KIN, "子", "第一子", "第二子"), key=len, reverse=True))
_KANJI = re.compile("[一-龥々]")


def relatives(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Given names (of relatives) and surnames (of friends) right behind such a word."""
    text = view.text
    for beside in (match for pattern in _BESIDE for match in pattern.finditer(text)):
        word, at = beside["n"], beside.start()
        kin = next((k for k in _KIN_OR_CHILD if text.endswith(k, max(0, at - len(k)), at)), None)
        if kin is None or _KANJI.match(text, max(0, at - len(kin) - 1), max(0, at - len(kin))):
            continue  # 男子 女子, 分母 分子
        if word in ERAS:
            continue  # 長男 昭和33年
        if word in lexicon.given or (len(word) > 1 and to_katakana(word) in lexicon.given_kana):
            score = UNSURE if ordinary(word) else 0.6
            yield Match("PERSON", *beside.span("n"), score, Check.NONE, "NAME_KIN", "behind what he is to somebody")
    for after in (match for pattern in _AFTER for match in pattern.finditer(text)):
        at = after.end()
        if not text.endswith(_KIN, max(0, at - 8), at - 1):
            continue
        name = _name(text, at, lexicon)
        if name is None:
            continue
        sure = len(name) > 1 and not ordinary(name)
        score = 0.6 if sure else UNSURE
        yield Match("PERSON", at, at + len(name), score, Check.NONE, "NAME_KIN", "behind what he is to somebody")


def _name(text: str, at: int, lexicon: Lexicon) -> str | None:
    """The listed name at ``at`` that a particle or the end of the clause follows."""
    for length in (5, 4, 3, 2, 1):
        name, behind = text[at : at + length], text[at + length : at + length + 1]
        if len(name) < length or behind not in _ENDS:
            continue
        if "ぁ" <= name[0] <= "ん":
            if length > 1 and to_katakana(name) in lexicon.given_kana:
                return name
        elif name in lexicon.given or (length > 1 and name in lexicon.surnames) or name in lexicon.given_kana:
            return name
    return None


_LINE = re.compile(
    rf"(?m)^ {{0,8}}(?:{'|'.join((*CHILDREN, '妻', '夫', '父', '母', '祖父', '祖母', '孫'))}) {{1,8}}(?P<n>[^ \n(]{{1,4}})(?= ?(?:\n|\Z|\())"
)


def households(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Given names by themselves in the lines of a family: 妻　栞."""
    if "世帯主" not in view.text and "続柄" not in view.text:
        return
    for line in _LINE.finditer(view.text):
        name = line["n"]
        if name in lexicon.given or (len(name) > 1 and to_katakana(name) in lexicon.given_kana):
            yield Match("PERSON", *line.span("n"), 0.65, Check.NONE, "NAME_KIN", "behind what he is to somebody")


_ENDS = frozenset("はがもをにとのへや、。)」")
