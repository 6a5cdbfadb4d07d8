"""Cards and bank accounts: クレジットカード (Luhn), 銀行口座 (Zengin codes), ゆうちょ 記号番号."""

from __future__ import annotations

import re

from detectors import checkdigits
from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.identifiers.zengin import branch_exists
from detectors.interface import Check


def _brand(digits: str) -> bool:
    length, two, three, four = len(digits), int(digits[:2]), int(digits[:3]), int(digits[:4])
    return (
        (digits[0] == "4" and length in (16, 19))
        or (51 <= two <= 55 and length == 16)
        or (2221 <= four <= 2720 and length == 16)
        or (3528 <= four <= 3589 and 16 <= length <= 19)
        or (two in (34, 37) and length == 15)
        or ((300 <= three <= 305 or two in (36, 38, 39)) and length == 14)
        or ((four == 6011 or two == 65 or 644 <= three <= 649 or two == 62) and 16 <= length <= 19)
    )


def _card(digits: str, groups: tuple[str, ...]) -> Check | None:
    if checkdigits.repeated(digits) or not _brand(digits):
        return None
    return Check.PASS if checkdigits.luhn(digits) else Check.FAIL


def _account(digits: str, groups: tuple[str, ...]) -> Check | None:
    return None if checkdigits.repeated(digits) else Check.NONE


def _yucho(digits: str, groups: tuple[str, ...]) -> Check | None:
    if len(groups) == 1:
        groups = (digits[:5], digits[5:])
    symbol, number = groups[0], groups[-1]
    if symbol[0] == "1" and symbol[4] == "0":
        if not number.endswith("1"):
            return None
    elif not (symbol[0] == "0" and symbol[4] == "0" and len(groups) == 3 and len(number) <= 6):
        return None
    return Check.PASS if checkdigits.yucho(symbol, number) else Check.FAIL


def _yucho_in_words(match: re.Match[str]) -> Check | None:
    return Check.PASS if checkdigits.yucho(match["s"], match["n"]) else Check.FAIL


SPECS = (
    PatternSpec(
        family="YUCHO_IN_WORDS",
        entity="JP_YUCHO_ACCOUNT",
        pattern=r"記号 ?[:=]? {0,3}(?P<v>(?P<s>1[0-9]{3}0)[ 、,/-]*(?:番号|番) ?[:=]? {0,3}(?P<n>[0-9]{1,7}1))(?![0-9])",
        literal="記号",
        test=_yucho_in_words,
        alone=0.85,
        labelled=0.93,
        labelled_fail=0.88,  # five digits from 1 to 0 and a number that ends with 1 are no other 記号 and 番号
    ),
    PatternSpec(
        family="YUCHO_NAMED",
        entity="JP_YUCHO_ACCOUNT",
        pattern=r"(?:ゆうちょ|郵便局|貯金)[^\n]{0,24}?記号 ?[:=]? {0,3}(?P<v>1[0-9]{3}0[ 、,/-]*(?:番号|番) ?[:=]? {0,3}[0-9]{2,8})(?![0-9])",
        literal="記号",
        reach=32,
        alone=0.9,
    ),
    NumberSpec(
        family="CREDIT_CARD",
        entity="CREDIT_CARD",
        shapes=("16", "4-4-4-4", "15", "4-6-5", "14", "4-6-4", "19", "18", "17"),
        test=_card,
        alone=0.6,
        grouped=0.85,
        labelled_fail=0.55,
        order=5,
    ),
    NumberSpec(
        family="CREDIT_CARD_MEMBER",
        entity="CREDIT_CARD",
        shapes=("16", "4-4-4-4", "4-6-5"),
        test=lambda digits, groups: Check.PASS if _card(digits, groups) is Check.PASS else None,
        order=5,
    ),
    NumberSpec(
        family="BANK_ACCOUNT_FULL",
        entity="JP_BANK_ACCOUNT",
        shapes=("4-3-7", "4-3-1-7"),
        test=lambda digits, groups: Check.PASS if branch_exists(groups[0], groups[1]) else Check.NONE,
        grouped=0.55,
        order=40,
    ),
    NumberSpec(
        family="BANK_ACCOUNT",
        entity="JP_BANK_ACCOUNT",
        shapes=("7", "3-4"),
        test=_account,
        padded=(7,),
        boxes=True,
        order=41,
    ),
    LabelledSpec(
        family="BANK_ACCOUNT_IN_WORDS",
        entity="JP_BANK_ACCOUNT",
        value=r"[0-9]{6,8}",
        joint=r" ?(?:預金)?(?:口座)?(?:番号)?(?:no\.?)? ?[)\]】]? ?[:=.]? {0,3}(?:[0-9]{3} )?",
        column=False,
        score=0.8,
    ),
    NumberSpec(
        family="YUCHO_ACCOUNT",
        entity="JP_YUCHO_ACCOUNT",
        shapes=tuple(f"5-{n}" for n in range(2, 9)) + tuple(f"5-1-{n}" for n in range(1, 9)) + ("13",),
        test=_yucho,
        grouped=0.6,
        order=8,
    ),
)

EXAMPLES = (
    ("カード番号 4111 1111 1111 1111", ("CREDIT_CARD",)),
    ("4111111111111112", ()),
    ("会員番号 4111-1111-1111-1111", ("CREDIT_CARD",)),
    ("ﾌﾂｳ 1184402", ("JP_BANK_ACCOUNT",)),
    ("みずほ銀行 東京営業部 普通 1234567", ("JP_BANK_ACCOUNT",)),
    ("口座番号：1234567", ("JP_BANK_ACCOUNT",)),
    ("0001-001-1234567", ("JP_BANK_ACCOUNT",)),
    ("ゆうちょ銀行 記号 14030 番号 12345671", ("JP_YUCHO_ACCOUNT",)),
    ("14030-12345671", ("JP_YUCHO_ACCOUNT",)),
    ("注文番号 1234567", ()),
)
