"""Column headings as they are compared: 「氏　名」, 「※氏 名（必須）」, 「ＴＥＬ」 and a heading of two lines mean what they say without
the spaces, marks and widths that a form is set with."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.fold import fold
from detectors.tables.keys import meaning

_SPACE = re.compile(r"\s+")
_SET_APART = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
"""Spaces between Japanese letters set a heading wide; those between Latin words part them."""
_BEFORE = re.compile(r"(?:[*※◎○●■□◆◇▼▽★☆・]|[0-9]{1,2}[.)]|\([0-9]{1,2}\)|[①-⑳])+(?=.)")
_BEHIND = re.compile(r"(?:[*※:▼▽↓]|\((?:必須|任意|必ず記入|全角|半角|要)\))+$")
_LETTERS = re.compile("[\u4e00-\u4e5c\u4e5e-\u9fa5ぁ-んァ-ヴー]+")
"""Letters that folding leaves as they are; 九 may be a digit."""
_WHOLLY_BRACKETED = re.compile(r"[\[【《〈<「『(](?P<inner>[^\[\]【】《》〈〉<>「」『』()]+)[\]】》〉>」』)]")


@lru_cache(maxsize=2048)
def heading(text: str) -> str:
    """The heading that a cell holds, folded; a key of a machine file in the words of a heading (``birth_ymd`` → 生年月日)."""
    if (text.isascii() and text.isalnum()) or _LETTERS.fullmatch(text):
        return meaning(text)
    plain = _SET_APART.sub("", _SPACE.sub(" ", fold(text).text.strip()))
    plain = _BEHIND.sub("", _BEFORE.sub("", plain, count=1) if _BEFORE.match(plain) else plain)
    whole = _WHOLLY_BRACKETED.fullmatch(plain)
    return meaning(whole["inner"] if whole else plain)


FAMILY, GIVEN = "family", "given"

_PARTS = {
    FAMILY: "姓 氏 名字 苗字 せい セイ 姓カナ カナ姓 姓かな 姓(漢字) 姓漢字 漢字姓 姓(カナ) 姓(かな) 姓(フリガナ) 姓フリガナ セイ(カナ) 氏(カナ) 氏カナ"
    " last_name lastname last family_name familyname surname",
    GIVEN: "名 めい メイ 名カナ カナ名 名かな 名(漢字) 名漢字 漢字名 名(カナ) 名(かな) 名(フリガナ) 名フリガナ メイ(カナ)"
    " first_name firstname first given_name givenname",
}
_PART_OF = {word: part for part, words in _PARTS.items() for word in words.split()}


@lru_cache(maxsize=1024)
def part_of_name(heading: str) -> str:
    """Which part of a name stands under a (folded) heading: ``family``, ``given``, or empty for a whole name or none."""
    found = _PART_OF.get(heading.lower().replace(" ", "_"), "")
    if not found and len(heading) > 2:  # 申請者(姓), 本人_名, 患者 姓
        tail = heading.rstrip(")").replace("(", "_").rpartition("_")
        found = _PART_OF.get(tail[2], "") if tail[0] and not tail[2].isascii() else ""
    return found
