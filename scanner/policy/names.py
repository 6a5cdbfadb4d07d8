"""When two names are written for one person: the one place where names are compared.

One person under two spellings (half-width kana, hiragana, full-width Latin, spaces, a mark that nobody sees) must not become two.
"""

from __future__ import annotations

import unicodedata

_VARIANTS = str.maketrans("髙﨑濵濱邉邊齋齊斎澤廣國眞惠嶋", "高崎浜浜辺辺斉斉斉沢広国真恵島")
"""Forms of one character in which one family's name is written."""


def alike(text: str) -> str:
    """A number of the register, as it looks: width and case folded, without spaces and what nobody sees."""
    shown = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in shown if not _unseen(c))


def folded(name: str) -> str:
    """A name for comparison: as ``alike``, hiragana as katakana, variants of characters as one, letters and digits only."""
    kana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in alike(name))
    return "".join(c for c in kana.translate(_VARIANTS) if c.isalnum())


def _unseen(character: str) -> bool:
    """Spaces, controls, marks without width, selectors of a variant."""
    kind = unicodedata.category(character)
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return kind[0] in "CZ" or selector or character in "\u034f\u115f\u1160\u3164\u180b\u180c\u180d"
