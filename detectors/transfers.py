"""Records of the banks' transfer files (全銀フォーマット, data record of 総合振込, 給与振込 and 口座振替): one line a payee.

Fields: 2, bank (4 digits, 15 letters), branch (3 digits, 15 letters), clearing house (4), kind of account (1), account (7), payee
(30), amount (10). Fillers may have been dropped or parted by spaces on the way through an editor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LETTERS = r"[ァ-ヶーA-Z0-9().\-/]"
_RECORD = re.compile(
    rf"(?m)^(?:1[0-9][^\n]{{1,130}}\n)?2 ?[0-9]{{4}} ?(?P<bank>[ァ-ヶー]{_LETTERS}{{0,14}}) {{0,14}}[0-9]{{3}} ?(?P<branch>[ァ-ヶーA-Z]{_LETTERS}{{0,14}}?) {{0,14}}"
    rf"(?:[0-9]{{4}})? ?[1249] ?(?P<account>[0-9]{{7}}) ?(?P<payee>[ァ-ヶーA-Z]{_LETTERS}{{0,29}}(?: {_LETTERS}{{1,29}}){{0,4}}?) {{0,29}}"
    r"(?P<amount>[0-9]{8,10})"
)
_LIKELY = re.compile(r"\n2 ?[0-9]{4} ?[ァ-ヶ]")
"""Begins with what most texts do not have: found quickly."""
_FIRM = re.compile(r"[()]")
"""カ)ヤマダ, ヤマダ(カ: only firms have brackets."""


class Transfer(NamedTuple):
    """One record, the first one with the header record before it; offsets into the text."""

    start: int
    end: int
    account: tuple[int, int]
    payee: tuple[int, int]
    person: bool


def transfers(text: str) -> Iterator[Transfer]:
    """All data records of a folded text."""
    if not text.startswith(("1", "2")) and _LIKELY.search(text) is None:
        return
    for record in _RECORD.finditer(text):
        payee = record["payee"]
        yield Transfer(*record.span(), record.span("account"), record.span("payee"), person=_FIRM.search(payee) is None)
