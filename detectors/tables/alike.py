"""Which cells of a column are alike to every recognizer, asked of a whole text at once.

The *form* of a value is the value with 9 for every digit. A value is told by its form and by the few characters of it that
matter beyond that, so what a regular expression says of one value is asked once for all that share both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Sequence
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from detectors.checkdigits import mobile
from detectors.tables.inserts import FILLED
from detectors.tables.kinds import ColumnKind
from detectors.tables.layout import Cell

_PHONE = re.compile(r"0[0-9]{1,4}-[0-9]{1,4}-[0-9]{4}|0[0-9]{9,10}")
_POSTAL = re.compile(r"[0-9]{3}-?[0-9]{4}")
_DAY = re.compile(r"(?P<year>[^0-9\s]{0,2}[0-9]{1,4})[-/.年](?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|1[0-9]|2[0-8])日?")
"""A day that every month has."""
_YEAR = re.compile(r"[^0-9\s]{0,2}[0-9]{1,4}")
_SITE = re.compile(r"[^0-9]+[0-9]+(?:-[0-9]+){0,3}")
_SHORT = 24
_LETTERS = re.compile(r"[^\W\d_]{1,8}(?:[ ・][^\W\d_]{1,8})?")
_MOST_LETTERS = 8
_FEW_DIGITS = re.compile("[0-9]{1,6}")
"""No identifier has so few digits and no label."""

Key = Hashable
"""What a value is told by; ``None`` for one that stands for itself."""
Span = tuple[int, int]
_Numbers = npt.NDArray[np.intp]


class Alike:
    """The cells of one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _codes(self) -> npt.NDArray[np.uint32]:
        return np.frombuffer(self._text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)

    @cached_property
    def _forms(self) -> str:
        """The form of the whole text."""
        codes = self._codes.copy()
        codes[(codes >= ord("0")) & (codes < ord("9"))] = ord("9")
        return codes.tobytes().decode("utf-32-le", "surrogatepass")

    def without(self, spans: Collection[Span]) -> str:
        """The text with something that is in no table in place of ``spans``."""
        low, high = _edges(spans)
        size = len(self._codes)
        opened = np.bincount(low, minlength=size + 1) - np.bincount(high, minlength=size + 1)
        codes = self._codes.copy()
        codes[opened[:size].cumsum() > 0] = ord(FILLED)
        return codes.tobytes().decode("utf-32-le", "surrogatepass")

    def keys(self, kind: ColumnKind, cells: Sequence[Cell]) -> list[Key]:
        """What each cell of a column is told by."""
        text, forms = self._text, self._forms
        return _KEYS.get(kind, _of_texts)([(text[low:high], forms[low:high]) for low, high, *_ in cells])

    def names(self, spans: Collection[Span]) -> list[bool]:
        """Which of the spans hold nothing but a few letters in one part or two, as names are written."""
        low, high = _edges(spans)
        codes = self._codes
        others = (~_letters()[np.minimum(codes, 0xFFFF)]).nonzero()[0]
        first, count = others.searchsorted(low), others.searchsorted(high) - others.searchsorted(low)
        gap = np.append(others, 0)[first]
        parted = (count == 1) & ((codes[gap] == ord(" ")) | (codes[gap] == ord("・")))
        left, right = np.where(parted, gap, high) - low, np.where(parted, high - gap - 1, 1)
        written = (parted | (count == 0)) & (left > 0) & (left <= _MOST_LETTERS)
        written &= (right > 0) & (right <= _MOST_LETTERS)
        beyond = (codes > 0xFFFF).nonzero()[0]
        for at in (beyond.searchsorted(low) < beyond.searchsorted(high)).nonzero()[0].tolist():
            written[at] = _LETTERS.fullmatch(self._text, int(low[at]), int(high[at])) is not None
        result: list[bool] = written.tolist()
        return result


def _edges(spans: Collection[Span]) -> tuple[_Numbers, _Numbers]:
    both = np.fromiter(chain.from_iterable(spans), dtype=np.intp, count=2 * len(spans))
    return both[::2], both[1::2]


@lru_cache(maxsize=1)
def _letters() -> npt.NDArray[np.bool_]:
    """Which code points of the BMP are letters to ``_LETTERS``."""
    chars = np.arange(0x10000, dtype=np.uint32).view("U1")
    return np.asarray(np.char.isalnum(chars) & ~np.char.isdecimal(chars))


_Values = list[tuple[str, str]]
"""Values, each with its form."""


def _told_by_form(pattern: re.Pattern[str]) -> Callable[[_Values], list[Key]]:
    """Keys of values whose form says all; ``pattern`` takes every digit for any other."""

    def keys(values: _Values) -> list[Key]:
        known: dict[str, Key] = {
            form: form if pattern.fullmatch(form) else None for form in {form for _, form in values}
        }
        return [known[form] for _, form in values]

    return keys


def _of_postal_codes(values: _Values) -> list[Key]:
    codes = {form for form in {form for _, form in values} if _POSTAL.fullmatch(form)}
    return [value if form in codes else None for value, form in values]  # some exist, some do not


def _of_texts(values: _Values) -> list[Key]:
    return [value if len(value) <= _SHORT else None for value, _ in values]


def _of_days(values: _Values) -> list[Key]:
    ends: dict[str, int] = {}
    known: dict[tuple[str, str], bool] = {}
    keys: list[Key] = []
    for value, form in values:
        end = ends.get(form)
        if end is None:
            year = _YEAR.match(form)
            end = ends[form] = year.end() if year is not None else 0
        rest = form, value[end:]
        is_day = known.get(rest)
        if is_day is None:
            is_day = known[rest] = _DAY.fullmatch(value) is not None
        keys.append((form, value[:end]) if is_day else None)
    return keys


_MORE = object()
"""Said of a beginning that is told by more digits: no mobile number's."""


def _of_phones(values: _Values) -> list[Key]:
    """Four digits tell mobile numbers, six the others."""
    lengths: dict[str, tuple[int, int]] = {}
    known: dict[tuple[str, str], Key] = {}
    keys: list[Key] = []
    for value, form in values:
        ends = lengths.get(form)
        if ends is None:
            ends = lengths[form] = _behind_digit(form, 4), _behind_digit(form, 6)
        begins = form, value[: ends[0]]
        if begins not in known:
            known[begins] = _beginning(value, form)
        key = known[begins]
        keys.append((form, value[: ends[1]]) if key is _MORE else key)
    return keys


def _behind_digit(form: str, count: int) -> int:
    """Where the digit of that number ends in a form."""
    at = 0
    for _ in range(count):
        at = form.find("9", at) + 1 or len(form)
    return at


def _beginning(value: str, form: str) -> Key:
    if _PHONE.fullmatch(value) is None:
        return None
    digits = value.replace("-", "")
    return (form, digits[:3], digits[3] == "0") if mobile(digits) else _MORE


_KEYS: dict[ColumnKind, Callable[[_Values], list[Key]]] = {
    ColumnKind.PHONE: _of_phones,
    ColumnKind.POSTAL: _of_postal_codes,
    ColumnKind.BIRTH: _of_days,
    ColumnKind.ADDRESS: _told_by_form(_SITE),
    ColumnKind.NUMBER: _told_by_form(_FEW_DIGITS),
}
