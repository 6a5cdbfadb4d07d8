"""What people call the forms, and what their files are called."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from scanner.messages import language
from scanner.report.forms.interface import wareki
from scanner.report.forms.registry import ALIASES, FORMS

NAMES = {
    "overview": "概況", "1": "管理台帳", "2": "取扱記録簿", "3": "取扱状況報告書", "4": "作業場所・保管場所届", "5a": "管理体制届", "5b": "従事者名簿",
    "5c": "権限照合表", "5d": "収集項目照合表", "6": "持出し管理簿", "6b": "持出し照合表", "6c": "送信・送付記録", "7": "複写等承諾管理簿",
    "7b": "複写照合表", "7c": "目的外照合表", "8": "二者確認票", "9a": "廃棄指示書", "9b": "消去・廃棄報告書", "9c": "残存確認結果書",
    "10": "端末安全状況表", "10R": "返還・引渡届", "11a": "第一報", "11b": "事故報告書", "11c": "委員会報告下書き", "12": "再委託先一覧",
    "12b": "外部共有照合表", "13": "研修実施報告", "13b": "研修資料", "14": "実地調査資料一式", "14b": "点検記録", "14c": "自己点検票", "15": "指示・報告要求管理簿",
    "16": "運搬記録", "17": "誓約管理簿", "18": "不適合・是正管理簿", "19": "措置状況総括表", "verifier": "検証ページ", "all": "全帳票", "paths": "原本・写し所在一覧",
}  # fmt: skip
"""Number → the short name, as it stands in the name of a file and in the help."""
_ALSO = {
    "1": ("保有個人情報等管理台帳", "個人情報管理台帳"), "3": ("月次報告書",), "5d": ("収集項目・記録項目照合表",), "7": ("複写・複製・送信承諾申請書兼管理簿", "承諾申請書", "承諾管理簿"),
    "7c": ("目的外利用・提供照合表",), "10R": ("返還・引渡届兼受領書",), "11a": ("事故第一報",), "11c": ("個人情報保護委員会報告用下書き",), "12": ("再委託承諾申請書・再委託先一覧",),
    "14": ("実地調査資料", "調査資料"), "14b": ("点検・調査記録",), "15": ("指示管理簿",), "16": ("運搬記録・受領確認票",), "19": ("安全管理措置状況総括表",),
    "all": ("一式", "すべて"),
}  # fmt: skip
KNOWN = frozenset({*FORMS, *NAMES})
"""Everything that ``report`` can make."""


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
            raise NoSuchForm([called(n) for n in NAMES if n in partly], several=True)
    near = difflib.get_close_matches(plain, _EXACT, n=3, cutoff=0.45)
    raise NoSuchForm(list(dict.fromkeys(called(_EXACT[name]) for name in near)), several=False)


def called(number: str) -> str:
    """``1 管理台帳``, or ``1 holdings`` where the screen is not Japanese: as both can be typed."""
    if language() == "ja":
        return f"{number} {NAMES[number]}"
    alias = next((alias for alias, one in ALIASES.items() if one == number), "")
    return f"{number} {alias}".strip()


def _plain(word: str) -> str:
    return re.sub(r"[\s・･\-_]", "", unicodedata.normalize("NFKC", word)).casefold()


def _exact() -> dict[str, str]:
    found = {_plain(number): number for number in KNOWN}
    found |= {_plain(alias): number for alias, number in ALIASES.items()}
    found |= {_plain(text): number for number, name in NAMES.items() for text in (name, f"{number}{name}")}
    return found | {_plain(name): number for number, more in _ALSO.items() for name in more}


_EXACT = _exact()
_FORBIDDEN = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in '\\/:*?"<>|'})
"""What Windows does not take in a name, and its wide form, which it does."""
_LONGEST = 60
"""Letters of a contract's number in a name."""


def file_name(number: str, contract: str, day: date, ending: str, name: str = "") -> str:
    """``01_管理台帳_R8-健康-103_令和8年11月30日.xlsx``: files lie in the order of the forms."""
    digits = re.match(r"[0-9]+", number)
    order = f"{int(digits[0]):02}{number[digits.end() :]}" if digits else number
    parts = [order, name or NAMES.get(number, ""), _kept(contract), wareki(day)]
    return "_".join(part for part in parts if part) + f".{ending}"


def _kept(contract: str) -> str:
    plain = "".join(c if c.isprintable() else "_" for c in contract.translate(_FORBIDDEN))
    return plain.strip(" .")[:_LONGEST]


def unused(name: str, taken: Iterable[str]) -> str:
    """``name``, or with a number behind it where something is called so already; case does not make another name."""
    used = {one.casefold() for one in taken}
    stem, dot, ending = name.rpartition(".")
    tries = (name if n == 1 else f"{stem}({n}){dot}{ending}" for n in range(1, len(used) + 2))
    return next(one for one in tries if one.casefold() not in used)
