"""住民票コード: eleven digits (住基法7条13号), never without its label. The check rule is not verified, so a failing
check lowers nothing."""

from __future__ import annotations

from detectors import checkdigits
from detectors.identifiers.number import NumberSpec
from detectors.interface import Check


def _test(digits: str, groups: tuple[str, ...]) -> Check | None:
    if checkdigits.repeated(digits):
        return None
    return Check.PASS if checkdigits.resident_code(digits) else Check.FAIL


SPECS = (
    NumberSpec(
        family="RESIDENT_CODE",
        entity="JP_RESIDENT_CODE",
        shapes=("11", "4-4-3", "5-6", "3-4-4", "1-5-5"),
        test=_test,
        labelled_fail=0.75,
        boxes=True,
        order=12,
    ),
)

EXAMPLES = (
    ("住民票コード 24727059608", ("JP_RESIDENT_CODE",)),
    ("住民票コード：2 4 7 2 7 0 5 9 6 0 8", ("JP_RESIDENT_CODE",)),
    ("24727059608", ()),
)
