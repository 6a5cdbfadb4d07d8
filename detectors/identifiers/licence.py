"""運転免許証番号: twelve digits, the first two name the commission of first issue (施行令1条5号)."""

from __future__ import annotations

from detectors import checkdigits
from detectors.identifiers.number import NumberSpec
from detectors.interface import Check

COMMISSIONS = frozenset(
    "10 11 12 13 14 20 21 22 23 24 25 30 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 60 61 62 63 64 65 "
    "70 71 72 73 74 80 81 82 83 90 91 92 93 94 95 96 97".split()
)


def _test(digits: str, groups: tuple[str, ...]) -> Check | None:
    if digits[:2] not in COMMISSIONS or checkdigits.repeated(digits):
        return None
    return Check.PASS if checkdigits.driver_license(digits) else Check.FAIL


SPECS = (
    NumberSpec(
        family="DRIVERS_LICENCE",
        entity="JP_DRIVER_LICENSE",
        shapes=("12", "4-4-4", "2-2-8", "2-2-6-2", "2-2-6-1-1", "2-10"),
        boxes=True,
        test=_test,
        alone=0.35,
        grouped=0.35,
        labelled_fail=0.6,
        order=3,
    ),
)

EXAMPLES = (
    ("運転免許証番号 309012345620", ("JP_DRIVER_LICENSE",)),
    ("免許証番号：第３０９０１２３４５６２０号", ("JP_DRIVER_LICENSE",)),
    ("309012345620", ()),
    ("伝票番号 309012345620", ()),
)
