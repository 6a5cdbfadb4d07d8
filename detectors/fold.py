"""Folding: one spelling for digits, dashes, spaces and kana, with offsets back to the text as given.

Almost every fold replaces one character by one character, so offsets stay what they were. Only where
characters must be dropped (zero-width marks) or joined (half-width kana with a voicing mark, NFD kana) is an
offset map kept. The rules are those of Unicode NFKC per character plus the dash look-alikes which NFKC leaves
alone. Circled and superscript digits are kept as they are, because ``①03-…`` is a list marker before a number,
not a digit of it; only a run of four or more circled digits, or groups of them with dashes, is read as a number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from detectors.letters import gaps

_DASHES = "‐‑‒–—―−─﹣－˗⁃➖"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DROPPED = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2066\u2067"
    "\u2068\u2069\ufeff"
)
_CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
_VOICING = "\u3099\u309a"


def _one_to_one() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0x80, 0x10000):
        char = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            table[code] = "\ufffd"  # lone surrogates cannot be encoded by anything further down
            continue
        if unicodedata.category(char) == "No" or char in _DROPPED:
            continue
        folded = unicodedata.normalize("NFKC", char)
        if folded != char and len(folded) == 1:
            table[code] = folded
    table.update(_without_accents())
    table.update({ord(c): "-" for c in _DASHES})
    table.update({ord(c): " " for c in _SPACES})
    table[ord("〜")] = "~"
    table.update(
        zip(map(ord, "㍾㍽㍼㍻㋿"), "明大昭平令", strict=True)
    )  # eras in one character: one letter says as much
    table[ord("ﾞ")], table[ord("ﾟ")] = "\u3099", "\u309a"
    return table


_NO_DECOMPOSITION = {
    "đ": "d",
    "Đ": "D",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "ß": "s",
    "æ": "a",
    "Æ": "A",
    "œ": "o",
}


def _without_accents() -> dict[int, str]:
    """Latin letters with accents as the plain ones: Müller, Nguyễn and José are written with and without."""
    table = {ord(char): plain for char, plain in _NO_DECOMPOSITION.items()}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base != chr(code) and base.isascii() and base.isalpha():
            table[code] = base
    return table


def _char_class(chars: list[int]) -> str:
    ranges: list[list[int]] = []
    for code in sorted(chars):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"\\u{a:04x}-\\u{b:04x}" for a, b in ranges) + "]"


_TABLE = _one_to_one()
_NEEDS_FOLD = re.compile(_char_class(list(_TABLE)) + "+")
_LONG_MARK_BETWEEN_DIGITS = re.compile(r"ー(?<=[0-9]ー)(?=[0-9])")
_CIRCLED_RUN = re.compile(f"[{_CIRCLED}]{{4,}}|[{_CIRCLED}]{{2,4}}(?:-[{_CIRCLED}]{{2,4}}){{1,3}}")
_CIRCLED_TABLE = {ord(c): str(i) for i, c in enumerate(_CIRCLED)}
_KANJI_DIGITS = "〇一二三四五六七八九"
_KANJI_RUN = re.compile(
    f"[{_KANJI_DIGITS}](?<![{_KANJI_DIGITS}].)(?:[{_KANJI_DIGITS}]{{1,4}}(?:[-ー][{_KANJI_DIGITS}]{{2,4}}){{1,3}}(?![{_KANJI_DIGITS}])|[{_KANJI_DIGITS}]{{8,15}})"
)
_KANJI_TABLE = {**{ord(c): str(i) for i, c in enumerate(_KANJI_DIGITS)}, ord("ー"): "-"}
_LOOK_ALIKE = (
    *(re.compile(rf"{letter}(?<=[0-9年月./-]{letter})(?=[0-9OIl年月日./-])") for letter in "OIl"),
    re.compile(r"O(?=[0-9]{1,3}-[0-9])"),
)
"""One expression for each letter: the engine skips to it."""
_MISREAD = re.compile(
    r"(?<![0-9A-Za-z-])[0-9OIl]{2,4}-[0-9OIl]{2,4}-[0-9OIl]{4}(?![0-9A-Za-z-])|(?<=〒)[0-9OIl]{3}-[0-9OIl]{4}(?![0-9A-Za-z-])"
    r"|(?<![0-9A-Za-z./-])(?:[12][0-9OIl]{3}|[MTSHR][0-9OIl]{1,2})(?P<s>[-./])[0-9OIl]{1,2}(?P=s)[0-9OIl]{1,2}(?![0-9A-Za-z./-])"
)
"""Groups of digits some of which text recognition took for letters (O48-652-l713, 1976-l2-04)."""
_IN_DATE = re.compile(r"(?<=[年月])[0-9OIl]{1,2}(?=[月日])|(?<=昭和|平成|令和|大正)[0-9OIl]{1,2}(?=年)")
_READ_WELL = 4
"""Digits at least, that were read as such."""
_LIKE_DIGITS = {ord("O"): "0", ord("I"): "1", ord("l"): "1"}
_SELECTORS = "\ufe00\ufe01\ufe02\ufe0e\ufe0f" + "".join(map(chr, range(0xE0100, 0xE0110)))
"""Which drawing of a character is meant (葛󠄀, 辻󠄁): names of registers have them, lists do not. No collection of variants has more."""
_SELECTOR = re.compile(f"[{_SELECTORS}]")
_MARKS = tuple(_DROPPED + _VOICING + _SELECTORS)
_LONG = 400
"""Characters from which on looking for each mark by itself is quicker than one expression for all."""
_NEEDS_MAP = re.compile(f"[{_DROPPED}{_SELECTORS}]|[か-とは-ほカ-トハ-ホウワ-ヲヽゝう][{_VOICING}]")


def _digits(match: re.Match[str]) -> str:
    """Misread digits as digits, where enough of the number was read as such."""
    value = match.group()
    return value.translate(_LIKE_DIGITS) if sum(map(str.isdigit, value)) >= _READ_WELL else value


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``starts`` and ``ends`` are ``None`` where every offset equals the offset in the source;
    otherwise they hold, per folded character, where its source characters begin and end."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets (start, end) in the source text of a non-empty span of the folded text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str, *, join: bool = False) -> Folded:
    """Fold ``text``; offsets of the result lead back to the same characters of ``text``. ``join``: read letters set apart
    (``奥 平 清 美``) as words."""
    if text.isascii():
        return Folded(text)
    folded = _NEEDS_FOLD.sub(lambda m: m.group().translate(_TABLE), text)
    if "ー" in folded:
        folded = _LONG_MARK_BETWEEN_DIGITS.sub("-", folded)
    if "①" in folded or "⓪" in folded or "②" in folded:
        folded = _CIRCLED_RUN.sub(lambda m: m.group().translate(_CIRCLED_TABLE), folded)
    if "〇" in folded or "九" in folded:
        folded = _KANJI_RUN.sub(lambda m: m.group().translate(_KANJI_TABLE), folded)
    if any(pattern.search(folded) for pattern in _LOOK_ALIKE):
        folded = _IN_DATE.sub(lambda m: m.group().translate(_LIKE_DIGITS), _MISREAD.sub(_digits, folded))
    cuts = gaps(text) if join else []
    plain = len(folded) > _LONG and not any(mark in folded for mark in _MARKS)
    if not cuts and (plain or _NEEDS_MAP.search(folded) is None):
        return Folded(folded)
    return _mapped(folded, cuts)


def _mapped(text: str, cuts: list[int]) -> Folded:
    """Drop zero-width marks and the characters at ``cuts``, and compose voiced kana, keeping where every kept character
    came from."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    changes = [match.span() for match in _NEEDS_MAP.finditer(text)]
    for start, end in sorted(changes + [(at, at + 1) for at in cuts]):
        pieces.append(text[position:start])
        starts.extend(range(position, start))
        ends.extend(range(position + 1, start + 1))
        position = end
        if ends and _SELECTOR.match(text, start):
            ends[-1] = end  # it belongs to the character before it
        if end - start == 2:
            composed = unicodedata.normalize("NFC", text[start:end])
            pieces.append(composed)
            starts.extend([start] * len(composed))
            ends.extend([end] * len(composed))
    pieces.append(text[position:])
    starts.extend(range(position, len(text)))
    ends.extend(range(position + 1, len(text) + 1))
    return Folded("".join(pieces), starts, ends)
