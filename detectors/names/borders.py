"""Where exactly a name that the tagger found begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_right

from detectors.interface import REPORTED, Match, View
from detectors.names.lexicon import Lexicon
from detectors.names.scripts import KANJI
from detectors.names.shape import bare


def behind_label(view: View, start: int, end: int) -> int:
    """Where a name begins of which the tagger took the end of its label too (対象|児 颯真)."""
    labels = view.labels
    hit = bisect_right(labels.starts, start) - 1
    if (
        hit < 0
        or not labels.starts[hit] <= start < labels.ends[hit] < end
        or labels.ends[hit] - labels.starts[hit] < 2
        or view.text[labels.ends[hit]] != " "
    ):
        return start
    start = labels.ends[hit]
    while start < end and view.text[start] == " ":
        start += 1
    return start


_BANKS = "ミズホ ミツイスミトモ ミツビシ リソナ サイタマリソナ ユウチヨ ユウチョ ヨコハマ チバ シズオカ フクオカ キヨウト ラクテン ソニー イオン".split()
_BANK = re.compile(f" (?:{'|'.join(_BANKS)})(?:ギンコウ)?$")
_BANK_ENDS = frozenset(bank[-1] for bank in (*_BANKS, "ウ"))
"""Banks as lists of transfers write them behind the name of the payee."""
_FIRST_LETTER = re.compile(r"(?<=[^ -~]) [A-Z](?=[A-Za-z/])")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces, brackets and honorifics at the ends, and without the first letter of a word behind (ディスク I/O)."""
    if end - start > 2 and _FIRST_LETTER.match(text, end - 2):
        end -= 2
    if end - start > 2 and text[end - 1] == "本" and text.startswith("部長", end):
        end -= 1  # 権藤|本部長
    if text[end - 1] in _BANK_ENDS and (bank := _BANK.search(text, start, end)) is not None:
        end = bank.start()  # ホシカワ コウヘイ|ミズホ
    return bare(text, start, end, " 　\t\r\n・、,:|()（）「」<>\"'*※†")


_JOINT = 12
"""So far before a name its label ends."""
_BELOW = re.compile(rf"[ \t]*\r?\n[ \t]{{0,16}}(?P<given>[{KANJI}ぁ-ん]{{1,4}})[ \t]*(?:[様殿氏][ \t]*)?(?:\r?\n|\Z)")


def over_lines(view: View, found: list[Match], lexicon: Lexicon) -> list[Match]:
    """Surnames right behind a label whose given name stands alone on the line below, as one name each: the lines of forms
    and of texts from PDF break anywhere."""
    text = view.text
    if view.layout.cells or not (labels := view.labels.of("PERSON")):
        return []
    beside = {view.labels.ends[hit] for hit in labels}
    sure = [match for match in found if match.score >= REPORTED]
    starts = {match.start for match in sure}
    result: list[Match] = []
    for match in sure:
        below = _BELOW.match(text, match.end)
        if below is None or not (below["given"] in lexicon.given or below.start("given") in starts):
            continue
        before = text[max(0, match.start - _JOINT) : match.start]
        label = match.start - len(before) + len(before.rstrip(" \t:"))
        family, given = text[match.start : match.end], below["given"]
        whole = below.start("given") in starts or family in lexicon.surnames
        if label in beside and whole and (family in lexicon.surnames or given not in lexicon.surnames):
            score = min(match.score + 0.01, 0.99)
            result.append(match._replace(end=below.end("given"), score=score, reason="a name over two lines"))
    return result
