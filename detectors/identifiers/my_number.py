"""個人番号 (My Number): twelve digits, 番号法2条5項. Any finding makes the data around it 特定個人情報."""

from __future__ import annotations

from datetime import datetime

from detectors import checkdigits
from detectors.identifiers.number import NumberSpec
from detectors.interface import Check


def _test(digits: str, groups: tuple[str, ...]) -> Check | None:
    if checkdigits.repeated(digits):
        return None
    if not checkdigits.my_number(digits):
        return Check.FAIL
    return Check.PASS


def _looks_otherwise(digits: str) -> bool:
    """Date and time as twelve digits, or a parcel number: both pass the check digit in one of ten cases."""
    if digits[:2] in ("19", "20"):
        try:
            datetime.strptime(digits, "%Y%m%d%H%M")  # only asks whether it is a calendar date
        except ValueError:
            pass
        else:
            return True
    return checkdigits.parcel12(digits)


def _evidence(digits: str, groups: tuple[str, ...]) -> Check | None:
    return Check.PASS if _looks_otherwise(digits) and not checkdigits.repeated(digits) else None


SPECS = (
    NumberSpec(
        family="MY_NUMBER",
        entity="JP_MY_NUMBER",
        shapes=("12", "4-4-4", "6-6"),
        test=_test,
        alone=0.4,
        grouped=0.45,
        boxes=True,
        boxed_apart=True,
        padded=(12,),
        order=1,
    ),
    NumberSpec(
        family="PARCEL_TRACKING_12",
        entity="PARCEL_TRACKING",
        shapes=("12", "4-4-4"),
        test=_evidence,
        alone=0.46,
        grouped=0.46,
        evidence=True,
        order=9,
    ),
)

EXAMPLES = (
    ("個人番号は123456789018です", ("JP_MY_NUMBER",)),
    ("マイナンバー：１２３４　５６７８　９０１８", ("JP_MY_NUMBER",)),
    ("マイナンバー 1 2 3 4 5 6 7 8 9 0 1 8", ("JP_MY_NUMBER",)),
    ("個人番号 1234 5678\n9018", ("JP_MY_NUMBER",)),
    ("個人番号: 123456789012", ("JP_MY_NUMBER",)),
    ("個人番号_123456789018", ("JP_MY_NUMBER",)),
    ("user_123456789018", ()),
    ("送り状番号 1234-5678-9018", ()),
    ("注文番号：123456789018", ()),
    ("管理番号 12345678903", ()),
    ("受注日時 202411230912 出荷", ()),
    ("123456789018", ()),
    ("arn:aws:iam::123456789018:role/x", ()),
    ("部品 AB123456789018", ()),
)
