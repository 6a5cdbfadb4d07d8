"""Names before a title or an honorific (中村様, 新垣職員) and behind an English one (Mr. Tanaka)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from detectors.interface import Check, Match, View
from detectors.labels import LabelIndex
from detectors.names.belief import ordinary
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.scripts import KANJI
from detectors.names.shape import SEVERAL, plausibility
from detectors.names.title_words import POLITE, RANK_ENDS, RANKS, TITLES

_OF_MANNERS, _OF_RANK = frozenset(POLITE), frozenset(RANKS)
_ALL_TITLES = frozenset((*POLITE, *TITLES, *RANKS))
_NO_TITLE_BEFORE = {"様": "仕同模多一異両有", "殿": "貴", "さん": "くざ", "さま": "かお"}
"""What makes another word of a title: 仕様, たくさん, いかさま."""
_NOT_TITLE = re.compile(
    r"さま[でらざれた]|様[なに](?<=[そこあどの].[なに])|氏名|氏族|殿堂|殿様|君が代|様式|様子|様々|様相|委員会|くんれ|君主|理事会|監督署|監督員"
)
_BEFORE = tuple(
    re.compile(form)
    for form in (
        rf" ?[{KANJI}ぁ-んァ-ヶー]{{0,4}}[ 　]?[{KANJI}]{{1,4}}",
        rf" ?[{KANJI}]{{1,6}}",
        r" ?(?:[ァ-ヶー]{2,10}[ ・])?[ァ-ヶー]{2,12}",
        r" ?(?:[ぁ-ん]{2,5} )?[ぁ-ん]{2,5}",
    )
)
"""Names as they stand before a title, spelt backwards: matched from the title on, each as long as it can be."""


@lru_cache(maxsize=1)
def _titles() -> LabelIndex:
    return LabelIndex({"TITLE": (*POLITE, *TITLES, *RANKS)})


_AS_TUPLE, _FIRSTS = tuple(_ALL_TITLES), frozenset(title[0] for title in _ALL_TITLES)


def title_at(text: str, at: int) -> bool:
    """Whether a title stands at ``at``."""
    return text[at : at + 1] in _FIRSTS and text.startswith(_AS_TUPLE, at)


def honorifics(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """Names before titles: 窓口の吉村様, 新垣職員."""
    text = view.text
    hits = _titles().search(text)
    longest: dict[tuple[str, str], tuple[int, float] | None] = {}
    for hit, at in enumerate(hits.starts):
        title = hits.word(hit)
        if not at or _NOT_TITLE.match(text, at) or text[at - 1] in _NO_TITLE_BEFORE.get(title, ""):
            continue
        behind = text[max(0, at - 14) : at][::-1]
        last = behind[1:2] if behind[0] == " " else behind[0]
        other = _BEFORE[3 if "ぁ" <= last <= "ん" else 2 if "ァ" <= last <= "ー" else 1]
        one, two = _BEFORE[0].match(behind), other.match(behind)
        length = max(one.end() if one else 0, two.end() if two else 0)
        length = length or (1 if text[at - 1] in _FOREIGN_KANA else 0)
        if not length or (title in _OF_PLACES and _NAMED.match(text, at + len(title))):
            continue
        name = text[at - length : at].rstrip(" ")
        if name[-1:] in RANK_ENDS and name.endswith(RANKS):
            continue  # 浅井校医 様: the rank has a name before it of its own
        if (name, title) not in longest:
            longest[name, title] = _longest(name, title, lexicon)
        best = longest[name, title]
        if best is None and _speaks(text, at - length, at, title, lexicon):
            best = 0, 1.0
        if best is None and title in _OF_CHILDREN:
            best = _child(name, lexicon)
        listed = title in _POLITE_TO_ALL or text[max(0, at - 2) : at - 1] in _LISTS
        if best is None and listed and _ONE_KANA.search(text, max(0, at - 2), at):
            best = len(name) - 1, 0.7
        if best is not None:
            offset, rating = best
            begin = at - length + offset
            if _VERB.search(text, max(0, begin - 1), at):
                continue
            yield Match(
                *("PERSON", begin, begin + len(name) - offset, 0.6 + rating * 0.25),
                *(Check.NONE, "NAME_HONORIFIC", f"label {title}"),
            )


_VERB = re.compile(rf"[にを][{KANJI}]{{1,2}}[いきぎしちみりびえけげせてめれべね]$")
"""に伴い理事, を担い委員: a verb that a dictionary knows as a surname too."""
_FOREIGN_KANA = "レホイオユノハリドゴヴウ"
_ONE_KANA = re.compile(rf"(?:^|(?<=[^ァ-ヶー]))[{_FOREIGN_KANA}]$")
"""Surnames of one katakana: レさん, ホさん."""
_POLITE_TO_ALL = ("さん", "様")
_LISTS = ("", "\n", "、", "。", "・", "(", " ")
"""Before a surname of one katakana in a line of others: (森下社長、オ課長)."""


def _speaks(text: str, start: int, end: int, title: str, lexicon: Lexicon) -> bool:
    """Who speaks in minutes: a name and a title alone in brackets at the begin of a line."""
    alone = text[start - 1 : start] == "(" and text[max(0, start - 2) : start - 1] in ("", "\n")
    return alone and text.startswith(")", end + len(title)) and end - start > 1 and lexicon.surname_too(text[start:end])


_OF_PLACES = frozenset(("市長", "町長", "村長", "知事"))
_NAMED = re.compile(rf" {{1,3}}[{KANJI}]{{1,4}} ?[{KANJI}ぁ-んァ-ヶー]{{1,5}} {{0,3}}(?:様|殿|宛|印|\n|\Z|\()")
"""The name of who holds the office behind it: before it stands the place (最上川町長 安孫子 宏 様)."""
_OF_CHILDREN = ("くん", "ちゃん", "さん")
_OF_LETTERS = ("殿", "様", "氏")


def _longest(name: str, title: str, lexicon: Lexicon) -> tuple[int, float] | None:
    """(offset, rating) of the best end of ``name`` before a title: the longest, unless a shorter one is clearly better."""
    need = 0.69 if title in _OF_MANNERS else SEVERAL if title in _OF_RANK else 0.79
    best: tuple[int, float] | None = None
    for offset, first in enumerate(name):
        if first in " 　ーッャュョんっ" or (offset and not _boundary(name[offset - 1], first)):
            continue
        piece, cut = name[offset:], offset > 0 and "一" <= name[offset - 1] <= "龥"
        if cut and title in _OF_LETTERS and "ぁ" <= first <= "ー":
            continue  # 割烹みやこ 殿
        if (
            cut
            and "一" <= first <= "龥"
            and " " not in piece
            and title not in _OF_MANNERS
            and not lexicon.may_begin(piece)
        ):
            continue  # what begins inside a word must begin with a listed surname to rate as much
        if _SOLID.fullmatch(piece) and not _possible(piece, lexicon):
            continue
        rating = _rating(piece, cut, title, lexicon)
        if rating >= need and (best is None or rating > best[1] + 0.05):
            best = offset, rating
    return best


_SOLID = re.compile(r"[一-龥々﨑髙㐂]{2,}")


def _possible(piece: str, lexicon: Lexicon) -> bool:
    """Whether ``_rating`` may give two and more kanji as much as any title asks for: nine pieces in ten it does not."""
    return (
        lexicon.may_begin(piece)
        or piece in lexicon.given
        or lexicon.surname_too(piece)
        or any(piece[n:] in lexicon.given for n in range(2, len(piece)))
    )


def _rating(piece: str, cut: bool, title: str, lexicon: Lexicon) -> float:
    """How much ``piece`` looks like a name before ``title``. ``cut``: it begins inside a run of kanji."""
    single = len(piece) == 1
    if cut and (single or piece[1:2] in (" ", "　")):
        return 0.0  # the last character of a word is no surname: 係長 課長
    if cut and title in _OF_MANNERS and piece not in lexicon.surnames and ordinary(piece):
        return 0.0  # 匿名希望さん
    if title in _OF_RANK:  # 新垣職員, not 関係職員 nor 林業普及指導員
        if cut or single or piece in _ALL_TITLES:
            return 0.0
        listed = piece in lexicon.surnames or lexicon.known_full(piece) or lexicon.rare(piece)
        return plausibility(piece, lexicon) if listed else 0.0
    if not _ALL_TITLES.isdisjoint(piece.replace("　", " ").split(" ")):
        return 0.0
    if single and (lexicon.noun(piece + title[0]) or (piece not in lexicon.surnames and piece not in "東西南北")):
        return 0.0  # 奥様, 文様
    if single and piece in "東西南北" and (title in _OF_MANNERS or (not cut and title[0] not in "部北南")):
        return 0.8  # 東課長, not 東部長
    rating = plausibility(piece, lexicon)
    if not cut and lexicon.surname_too(piece):
        if len(piece) > 2:
            return max(rating, 0.8)  # 早乙女, not 乙女
        if len(piece) == 2 and title in _OF_LETTERS:
            return max(rating, 0.7)  # 花形様, not 旦那様
    return rating


def _child(name: str, lexicon: Lexicon) -> tuple[int, float] | None:
    """A given name in hiragana right behind other hiragana (1位になったゆうとくん): the longest listed reading."""
    for offset in range(len(name) - 3 + 1):
        piece = name[offset:]
        if len(piece) <= 5 and all("ぁ" <= c <= "ん" for c in piece) and to_katakana(piece) in lexicon.given_kana:
            return offset, 0.7
    return None


_PREFIXES = tuple(
    re.compile(
        rf"{first}(?<![A-Za-z.]{first})(?:{rest})(?:\. ?| )(?P<n>[A-Z][a-z]{{1,14}}(?: [A-Z][a-z]{{1,14}})?|[一-龥々﨑髙]{{1,5}})"
    )
    for first, rest in (("M", "rs?|s|iss"), ("D", "r|R"), ("P", "rof"))
)
"""One expression for each first letter: the engine skips to it."""


def prefixes(view: View, lexicon: Lexicon) -> Iterator[Match]:
    """``Mr. Tanaka``, ``Dr.西村``."""
    for match in (found for pattern in _PREFIXES for found in pattern.finditer(view.text)):
        name = match["n"]
        if name.isascii() or plausibility(name, lexicon) >= 0.7:
            yield Match(
                "PERSON", match.start("n"), match.end("n"), 0.85, Check.NONE, "NAME_HONORIFIC", "title before it"
            )


def _boundary(before: str, after: str) -> bool:
    """Whether a name may begin between the two characters: anywhere inside kanji, at a change of script."""
    if "ぁ" <= before <= "ん":
        return not "ぁ" <= after <= "ん"
    return not ("ァ" <= before <= "ー" and "ァ" <= after <= "ー" and before != "・")
