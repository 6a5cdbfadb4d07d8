"""Names of nobody: samples of forms, pupils of school books, things behind their label, letters of a word set apart."""

from __future__ import annotations

import re

from detectors.interface import Match
from detectors.names.lexicon import Lexicon


def of_somebody(text: str, found: list[Match], lexicon: Lexicon) -> list[Match]:
    """``found`` without the names of nobody."""
    kept = [match for match in found if not _nobody(text, match, lexicon)]
    if all(f"{pupil}さん" in text for pupil in _PUPILS):
        kept = [match for match in kept if text[match.start : match.end] not in _PUPILS]
    if any(word in text for word in _SURNAMES_TOLD):
        kept = [match for match in kept if match.score >= _CERTAIN or not _as_word(text, match, lexicon)]
    return kept


def _as_word(text: str, match: Match, lexicon: Lexicon) -> bool:
    """Whether a surname stands near words that tell of surnames: 多い姓の順位 1位 佐藤."""
    near = text[max(0, match.start - _TOLD) : match.end + _TOLD]
    return text[match.start : match.end] in lexicon.surnames and any(word in near for word in _SURNAMES_TOLD)


_SURNAMES_TOLD = ("苗字", "名字", "多い姓", "姓の順位", "姓の由来", "姓の分布", "難読姓")
_TOLD, _CERTAIN = 80, 0.96
"""Characters around a surname, and the score of one that a column or a record gives."""


def _nobody(text: str, match: Match, lexicon: Lexicon) -> bool:
    """Whether a name is of a thing, letters of a word, or of a form's example. Two circles before a surname are the marks
    of a list."""
    before = text[max(0, match.start - 12) : match.start]
    name = text[match.start : match.end]
    if name.startswith(_INVENTED) or (before[-1:] in _ENDS_OF_THINGS and _OF_THING.search(before) is not None):
        return True
    if match.end - match.start == 3 and _letters_apart(text, match.start, match.end):
        return True
    if "例" in before and _SAMPLE.search(before):
        return True
    if before[-1:] not in _CIRCLES and before[-2:-1] not in _CIRCLES:
        return False
    alone = name in lexicon.given and name not in lexicon.surnames
    return alone and _BLANK.search(text, max(0, match.start - 4), match.start) is not None


_SAMPLE = re.compile(r"(?:(?:^|[^一-龥々])(?:記入|入力|記載)?例(?:えば)?[:)）】\]>]? ?[「『(\"']?)$")
"""What stands before the name of nobody: 例:山田 太郎, (記入例) 山田."""
_OF_THING = re.compile(
    r"(?:(?:記号|装置|機種|機器|メーカー|車種|銘柄|駅名|品種|商品名|色名|清酒|焼酎|日本酒|テスト|サンプル|ダミー) ?[:=]? {0,3}|字(?<=大字|[^一-龥]字))$"
)
"""Labels right before the name of a thing, what is put before that of nobody, and a part of a village."""
_ENDS_OF_THINGS = frozenset("号置種器ー柄名トル字酒酎 :=")
_INVENTED = ("テスト", "サンプル", "ダミー", "Test ", "TEST ")
_PUPILS = ("太郎", "花子")
"""The two of every school book: with both of them in a text neither is anybody."""
_CIRCLES = frozenset("○◯〇△□●")
_BLANK = re.compile(r"(?<![○◯〇△□●])([○◯〇△□●])\1 ?$")
"""What stands for the surname of nobody: ○○ 太郎."""
_TWO_LETTERS = re.compile(r"\S \S")


def _letters_apart(text: str, start: int, end: int) -> bool:
    """Whether a span is two letters of a word set apart (F A X 送 信 票)."""
    if end - start != 3 or _TWO_LETTERS.fullmatch(text, start, end) is None:
        return False
    before, behind = text[max(0, start - 3) : start], text[end : end + 3]
    return _LONE_BEFORE.search(before) is not None and _LONE_BEHIND.match(behind) is not None


_LONE_BEFORE, _LONE_BEHIND = re.compile(r"(?:^|\s)[^\s:/|・,→] $"), re.compile(r" [^\s:/|・,→](?:\s|$)")
