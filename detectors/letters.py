"""Letters set apart, one by one: ``奥 平 清 美 様``, as scans and widely set print come out of text recognition.

Where most of a text is so, the spaces between single letters are no word ends, and what they part is read as one word.
A wider gap, or one of another kind of space, stays a gap.
"""

from __future__ import annotations

import re

_MARK = r"、。，．,.・:：;；()（）「」『』/~〜-"
_RUNS = tuple(
    re.compile(
        rf"(?<!\S)[〒{_MARK}]?[^\s{_MARK}](?:(?:{space}(?:[{_MARK}]+{space}?)?|[{_MARK}]+{space}?)[^\s{_MARK}])+(?:{space}?[{_MARK}]+)?(?!\S)"
    )
    for space in (" ", "\u3000")
)
_CJK = re.compile("[一-龥ぁ-んァ-ヶ]")
_SHARE = 0.4
"""Least share of the letters of a text that stand apart."""
_DIFFERENT = 0.6
"""Least share of different letters in a run that counts as words: the rows of a duty roster repeat theirs."""


def gaps(text: str) -> list[int]:
    """Offsets of the spaces to be left out; empty unless most of ``text`` is set so."""
    if (text.count(" ") + text.count("\u3000")) * 4 < len(text):
        return []
    narrow, wide = (list(pattern.finditer(text)) for pattern in _RUNS)
    ends = {at for match in narrow for at in (match.start(), match.end() - 1)}
    runs = narrow + [run for run in wide if ends.isdisjoint((run.start(), run.end() - 1))]  # 中 嶋　大 悟: two words
    letters = words = 0
    for run in runs:
        apart = "".join(run.group().split())
        if len(apart) >= 3:
            letters += len(apart)
            found = _CJK.findall(apart)
            words += len(found) >= 4 and len(set(apart)) >= _DIFFERENT * len(apart)
    if not words or letters < _SHARE * len("".join(text.split())):
        return []
    return sorted(at for run in runs for at in range(*run.span()) if text[at] in " \u3000")
