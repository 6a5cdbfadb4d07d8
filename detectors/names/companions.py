"""Names in one enumeration with a certain name: 柿内・ブイ, 磯貝と王が, 瑛太(7)、紬(4).

The tagger is held to what words mean elsewhere (ブイ, 王, 紬); beside a name that is less likely what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.interface import Check, Match, View
from detectors.names.belief import ordinary
from detectors.names.doubts import GIVEN_BEHIND
from detectors.names.lexicon import Lexicon, to_katakana
from detectors.names.scripts import KANJI, KATAKANA
from detectors.names.shape import not_a_name
from detectors.names.tagger import Seen

_LINK = re.compile(r" ?(?:様|さん|氏)? ?(?:\([^()\n]{1,8}\))? ?(?P<link>[、・/&,と]) ?")
"""What stands between two names, the title and the age of the first included."""
_WORD = rf"(?:[{KATAKANA}]{{2,9}}(?:・[{KATAKANA}]{{2,9}})?(?![{KATAKANA}])|[{KANJI}]{{1,4}}(?![{KANJI}]))"
_NAME = re.compile(_WORD)
_ENDS = re.compile(r" ?(?:[、・/,()\n→]|\Z)|[がはのにをともへで] ?|さん|様|氏|(?: |$)")
_BEFORE = re.compile(
    rf"(?:^|(?<=[\s、・/,:]))(?P<name>{_WORD})"
    r"(?:さん|様|氏)?(?:\([^()\n]{1,8}\))? ?[、・/&,]$"
)
_LINKS = frozenset("、・/&,")
_REACH = 24
_LIKELY, _SURE, _CERTAIN = 0.5, 0.8, 0.9
"""Least probability of the tagger: of a listed or foreign word, of one that means something else as well, and of one that
is a name elsewhere in the text too."""


def companions(view: View, found: list[Match], seen: Seen, lexicon: Lexicon) -> Iterator[Match]:
    """Names behind and before the names ``found`` for which the tagger alone was not believed."""
    text = view.text
    taken = {match.start for match in found}
    for match in found:
        at = match.end
        while (link := _LINK.match(text, at)) is not None and link.end() not in taken:
            name = _NAME.match(text, link.end())
            if name is None or not _possible(text, name, seen, lexicon, link["link"] == "と"):
                break
            taken.add(name.start())
            given = GIVEN_BEHIND.match(text, name.end())
            whole = given is not None and to_katakana(given[1]) in lexicon.given_kana
            at = given.end() if given is not None and whole else name.end()  # 秋葉 洋・秋葉 えり
            yield _match(seen, name.start(), at)
        if text[match.start - 1 : match.start] not in _LINKS:
            continue
        low = max(0, match.start - _REACH)
        before = _BEFORE.search(text[low : match.start])
        if before is not None and low + before.start("name") not in taken:
            name = _NAME.match(text, low + before.start("name"))
            if name is not None and _possible(text, name, seen, lexicon, False):
                taken.add(name.start())
                yield _match(seen, name.start(), name.end())


def _match(seen: Seen, start: int, end: int) -> Match:
    score = 0.8 if float(seen.named[start:end].mean()) >= _CERTAIN else 0.6
    return Match("PERSON", start, end, score, Check.NONE, "NAME_BESIDE", "beside another name")


def _possible(text: str, name: re.Match[str], seen: Seen, lexicon: Lexicon, joined: bool) -> bool:
    word = name.group()
    ends = _ENDS.match(text, name.end())
    if ends is None or not_a_name(word) or (joined and not ends.group()):
        return False
    probability = float(seen.named[name.start() : name.end()].mean())
    if word[0] < "一":
        return probability >= (_SURE if all(map(ordinary, word.split("・"))) else _LIKELY)
    aged = text.startswith("(", name.end()) and text[name.end() + 1 : name.end() + 2].isdigit()
    return probability >= _LIKELY and (
        word in lexicon.surnames or lexicon.surname_too(word) or (aged and word in lexicon.given)
    )
