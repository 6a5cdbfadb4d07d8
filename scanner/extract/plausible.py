"""How likely bytes are text in one encoding rather than another, by the characters that come out.

All counts run in regular expressions over whole runs: a line is judged in microseconds.
"""

from __future__ import annotations

import re

from scanner.extract.jis import EUC, euc

_LEVEL_ONE = bytes(b for lead in range(0x88, 0x99) for t in (*range(0x40, 0x7F), *range(0x80, 0xFD)) for b in (lead, t))
_COMMON = "".join(sorted(set(_LEVEL_ONE.decode("cp932", "ignore")) & {chr(c) for c in range(0x4E00, 0xA000)}))
_GOOD = re.compile(r"[ぁ-んァ-ヶ、。ー・「」（）　０-９Ａ-Ｚ：／〒]+")
_KANJI = re.compile(f"[{_COMMON}々〇髙﨑]+")
_BAD = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f]+")
_HALF = re.compile("[｡-ﾟ]+")
_HIGH = re.compile("[^\x00-\x7f]+")
_RARE = re.compile("[一-龥]+")
_DOUBTFUL = re.compile(f"[｡-ﾟ](?:(?![{_COMMON}])[一-龥\ue000-\uf8ff]|(?<=､)[｡-ﾟ]､[｡-ﾟ])")
_SPOKEN = re.compile("(?:(?:ｳﾞ|[ｶ-ﾄ]ﾞ?|[ﾊ-ﾎ][ﾞﾟ]?|[ｱ-ｵﾅ-ﾉﾏ-ﾝｦ])[ｧ-ｮ]?[ｯｰ]?[･､｡]?|[｢｣])+")
"""Half-width katakana as it is spoken: voicing marks and small letters only behind what takes them."""
_MOST_LINES = 200
_JAPANESE = 0.3
_EUC_KANA = re.compile(rb"(?:\x8e[\xa1-\xdf]|[\x00-\x7f])*")
_HANGUL = re.compile(rb"(?:[\xb0-\xc8][\xa1-\xfe]|[\x00-\x7f])*")
_LATIN = re.compile(rb"(?:[\xc0-\xff]{1,2}(?=[A-Za-z]|$|[\s.,;:!?'\"-])|[\x00-\x7f])*")


def _length(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))


def score(text: str) -> float:
    """Of Japanese text about 0.7 for each character beyond ASCII, below zero for what is none; 0 where there is none."""
    high = _length(_HIGH, text)
    if not high:
        return 0.0
    good, kanji, bad, half = (_length(p, text) for p in (_GOOD, _KANJI, _BAD, _HALF))
    rare = _length(_RARE, text) - kanji
    other = high - good - kanji - bad - half - rare
    return (good + 0.7 * kanji + 0.05 * rare - 4.0 * bad - 0.3 * half - 0.3 * other) / high


def doubtful(text: str) -> bool:
    """Whether CP932 gave what it gives for EUC-JP: half-width katakana beside characters that nobody writes."""
    return _DOUBTFUL.search(text) is not None


def spoken(text: str) -> bool:
    """Whether all that is beyond ASCII is half-width katakana that can be said."""
    runs = _HIGH.findall(text)
    return bool(runs) and all(_SPOKEN.fullmatch(run) for run in runs)


def better_of_two(sample: bytes) -> str:
    """CP932 or EUC-JP (or, where neither fits, what a neighbour writes): the name of a codec."""
    as_cp932, as_euc = sample.decode("cp932", "replace"), euc(sample)
    if _EUC_KANA.fullmatch(sample):
        return EUC
    if spoken(as_cp932):
        return "cp932"
    if not _ours(sample):
        foreign = _foreign(sample)
        if foreign:
            return foreign
    return EUC if score(as_euc) > score(as_cp932) else "cp932"


def _ours(sample: bytes) -> bool:
    """Whether every second line at least is Japanese in one of the two."""
    found = [line for line in sample.split(b"\n")[:_MOST_LINES] if not line.isascii()]
    good = 0
    for line in found:
        for read in (lambda raw: raw.decode("cp932"), lambda raw: euc(raw, "strict")):
            try:
                text = read(line)
            except UnicodeDecodeError:
                continue
            if spoken(text) or score(text) > _JAPANESE:
                good += 1
                break
    return good * 2 >= len(found)


def _foreign(sample: bytes) -> str:
    """Western European, Korean, Chinese: what decodes whole, most of it in the letters of daily use."""
    tail = sample[: len(sample) - 4] if len(sample) > 60_000 else sample
    if _LATIN.fullmatch(tail):
        return "cp1252"
    if _HANGUL.fullmatch(tail) and _decodes(tail, "cp949"):
        return "cp949"
    for codec, rows in (("gb18030", (0xB0, 0xD7)), ("big5hkscs", (0xA4, 0xC6))):
        if _decodes(tail, codec):
            pairs = re.findall(rb"[\x81-\xfe][\x40-\xfe]", tail)
            if pairs and sum(rows[0] <= p[0] <= rows[1] for p in pairs) / len(pairs) > 0.7:
                return codec
    return "gb18030" if _decodes(tail, "gb18030") else ""


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start > len(data) - 4 and len(data) > 64
    return True
