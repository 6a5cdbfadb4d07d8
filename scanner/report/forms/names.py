"""What people call the forms, and what their files are called."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from scanner.messages import language
from scanner.report.forms.interface import wareki
from scanner.report.forms.registry import REPORTS


class NoSuchForm(LookupError):
    """``near``: names that may have been meant; ``several``: whether each of them fits."""

    def __init__(self, near: list[str], *, several: bool) -> None:
        super().__init__()
        self.near, self.several = near, several


def resolve(word: str) -> str:
    """The number of a form by its number, its alias, or its Japanese name, whole or a part that only one has, in any width and case;
    raises ``NoSuchForm``."""
    plain = re.sub(r"^(帳票|様式)?(第)?(?=.)|(号|様式)$", "", _plain(word)) or _plain(word)
    for asked in (_plain(word), plain):
        if asked in _EXACT:
            return _EXACT[asked]
    for asked in (_plain(word), plain):
        partly = {number for name, number in _EXACT.items() if len(asked) > 1 and asked in name}
        if len(partly) == 1:
            return partly.pop()
        if partly:
            raise NoSuchForm([called(n) for n in REPORTS if n in partly], several=True)
    near = difflib.get_close_matches(plain, _EXACT, n=3, cutoff=0.45)
    raise NoSuchForm(list(dict.fromkeys(called(_EXACT[name]) for name in near)), several=False)


def called(number: str) -> str:
    """``1 管理台帳``, or ``1 holdings`` where the screen is not Japanese: as both can be typed."""
    spec = REPORTS[number]
    return f"{number} {spec.name if language() == 'ja' else spec.alias}".strip()


def listed() -> str:
    """Every report with its number, for the help of the command."""
    japanese = language() == "ja"
    told = (f"{spec.number} {spec.name if japanese else spec.english}" for spec in REPORTS.values())
    return ("、" if japanese else ", ").join(told)


def _plain(word: str) -> str:
    return re.sub(r"[\s・･\-_]", "", unicodedata.normalize("NFKC", word)).casefold()


_EXACT = {_plain(name): spec.number for spec in REPORTS.values() for name in spec.names}
_FORBIDDEN = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in '\\/:*?"<>|'})
"""What Windows does not take in a name, and its wide form, which it does."""
_LONGEST = 60
"""Letters of a contract's number in a name."""


def file_name(number: str, contract: str, day: date, ending: str, name: str = "") -> str:
    """``01_管理台帳_R8-健康-103_令和8年11月30日.xlsx``: files lie in the order of the forms."""
    digits = re.match(r"[0-9]+", number)
    order = f"{int(digits[0]):02}{number[digits.end() :]}" if digits else number
    parts = [order, name or (REPORTS[number].name if number in REPORTS else ""), _kept(contract), wareki(day)]
    return "_".join(part for part in parts if part) + f".{ending}"


def draft(number: str) -> str:
    """The title of a draft in the name of its file."""
    return f"{REPORTS[number].name}(下書き)"


def _kept(contract: str) -> str:
    plain = "".join(c if c.isprintable() else "_" for c in contract.translate(_FORBIDDEN))
    return plain.strip(" .")[:_LONGEST]


def unused(name: str, taken: Iterable[str]) -> str:
    """``name``, or with a number behind it where something is called so already; case does not make another name."""
    used = {_alike(one) for one in taken}
    stem, dot, ending = name.rpartition(".")
    tries = (name if n == 1 else f"{stem}({n}){dot}{ending}" for n in range(1, len(used) + 2))
    return next(one for one in tries if _alike(one) not in used)


def _alike(name: str) -> str:
    """One writing for names that some file system takes for one: ``ı`` is ``I`` in capitals, and no small letter of it."""
    return name.upper().casefold()
