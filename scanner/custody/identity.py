"""What makes two rows the same person's row: normalised values, combined so that no weak one stands alone.

A telephone number or a mail address tells a row by itself; a name does so only with a birth date or an address. A full
name alone is kept as a weak key. My Number, card and account numbers never come here: the detection does not hand
them over, and digits are taken out of running text before it is compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from detectors.dates import DATE, parse
from detectors.fold import fold

USED = frozenset({"PERSON", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"})
"""The only entities whose values are looked at. What may identify everybody (My Number) is not among them."""

_VARIANTS = str.maketrans("髙﨑德濵濱邊邉齋齊", "高崎徳浜浜辺辺斎斎")
_SPACES = re.compile(r"[\s\u3000・,]+")
_ADDRESS_STEP = re.compile(r"(?<=[0-9])(?:丁目|番地の?|番町|番|号室|号|の|ノ|-|−)(?=[0-9])")
_STEPS = frozenset("丁番号のノ−")
"""One of them stands in every step and end of an address that is to be changed."""
_ADDRESS_END = re.compile(r"(?<=[0-9])(?:丁目|番地|番|号室|号)(?![0-9])")
_KANJI_NUMBER = re.compile(r"[一二三四五六七八九](?=丁目)")
_KANA = re.compile("[ぁ-んァ-ヶー]+")
_NUMBERS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")}
_NOT_DIGITS = re.compile("[^0-9]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
LONGEST_SHINGLE = 16
"""Characters of a shingle: three or four Japanese words, rarely the same by chance."""


def name_key(value: str) -> str:
    """A name without spaces, common variants of one character unified; empty for one that is too short to tell."""
    text = unicodedata.normalize("NFKC", value).translate(_VARIANTS).lower()
    if not text.isalpha():
        text = _SPACES.sub("", text)
    return text if len(text) >= 2 else ""


def birth_key(value: str) -> str:
    """A date as ISO, whatever calendar it was written in; empty where it is none."""
    match = DATE.search(fold(value).text)
    found = parse(match) if match else None
    return found.isoformat() if found else ""


def address_key(value: str) -> str:
    """An address without spaces, with ``1-2-3`` for 1丁目2番3号."""
    text = _SPACES.sub("", unicodedata.normalize("NFKC", value))
    if _STEPS.isdisjoint(text):
        return text  # 1-2-3 as it stands
    text = _KANJI_NUMBER.sub(lambda m: _NUMBERS[m.group()], text)
    return _ADDRESS_END.sub("", _ADDRESS_STEP.sub("-", text))


def phone_key(value: str) -> str:
    """The digits of a telephone number in its national form; empty for anything that is not 10 or 11 digits long."""
    digits = _NOT_DIGITS.sub("", value if value.isascii() else unicodedata.normalize("NFKC", value))
    if digits.startswith("81") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    return digits if len(digits) in (10, 11) else ""


def row_keys(values: list[tuple[str, str]]) -> Iterator[tuple[str, bool]]:
    """(key, weak) of one row, given its (entity, value) pairs in order. Five keys where everything is there."""
    names: list[str] = []
    births: list[str] = []
    addresses: list[str] = []
    for entity, value in values:
        if entity == "PERSON":
            key = name_key(value)
            if key:
                names.append(key)
        elif entity == "DATE_OF_BIRTH":
            births.append(birth_key(value))
        elif entity == "JP_ADDRESS":
            addresses.append(address_key(value))
        elif entity == "PHONE_NUMBER":
            phone = phone_key(value)
            if phone:
                yield f"p:{phone}", False
        elif entity == "EMAIL_ADDRESS":
            yield f"e:{unicodedata.normalize('NFKC', value).lower()}", False
    written = [name for name in names if not _KANA.fullmatch(name)] or names  # a reading stands beside the name itself
    for name in written[:1]:
        for birth in filter(None, births[:1]):
            yield f"nb:{name}|{birth}", False
        for address in filter(None, addresses[:1]):
            yield f"na:{name}|{address}", False
        if len(name) >= 3:
            yield f"n:{name}", True


def letters(text: str) -> str:
    """Running text as it is compared: letters only. Without digits no number of any kind can be recovered from it."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()
