"""基礎年金番号 4-6 (施行令1条4号) and 雇用保険被保険者番号 4-6-1 (施行規則4条8号). Neither has a public check rule."""

from __future__ import annotations

from datetime import date

from detectors.checkdigits import repeated
from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.number import NumberSpec
from detectors.interface import Check


def _unchecked(digits: str, groups: tuple[str, ...]) -> Check | None:
    return None if repeated(digits) else Check.NONE


def _with_birth_date(digits: str, groups: tuple[str, ...]) -> Check | None:
    try:
        date(1900 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None
    return Check.NONE


SPECS = (
    NumberSpec(
        family="PENSION_NUMBER",
        entity="JP_PENSION_NUMBER",
        shapes=("4-6", "10", "4-6-4"),
        test=_unchecked,
        grouped=0.3,
        boxes=True,
        padded=(10,),
        order=25,
    ),
    NumberSpec(
        family="EMPLOYMENT_INSURANCE",
        entity="JP_EMPLOYMENT_INSURANCE",
        shapes=("4-6-1", "11"),
        test=_unchecked,
        grouped=0.4,
        boxes=True,
        order=26,
    ),
    NumberSpec(
        family="EMPLOYMENT_INSURANCE_OLD16",
        entity="JP_EMPLOYMENT_INSURANCE",
        shapes=("6-10",),
        test=_with_birth_date,
        separators=" ",
        order=27,
    ),
    LabelledSpec(
        family="EMPLOYEE_PENSION_REF",
        entity="JP_EMPLOYEE_PENSION_REF",
        value=r"[0-9]{1,7}",
        score=0.4,  # 整理番号 alone is any office's running number
    ),
    LabelledSpec(
        family="EMPLOYEE_PENSION_REF_NAMED",
        entity="JP_EMPLOYEE_PENSION_REF",
        value=r"[0-9]{1,7}",
        score=0.6,
    ),
    LabelledSpec(
        family="OFFICE_REF",
        entity="JP_OFFICE_REF",
        value=r"(?:[0-9]{2,4}[- ]?[ァ-ヶA-Za-z0-9]{1,4}|[一-龥][ぁ-ん]{1,4})",
        evidence=True,
    ),
)

EXAMPLES = (
    ("基礎年金番号 1234-567890", ("JP_PENSION_NUMBER",)),
    ("基礎年金番号：１２３４－５６７８９０", ("JP_PENSION_NUMBER",)),
    ("電話 0312-345678", ("PHONE_NUMBER",)),
    ("雇用保険被保険者番号 1234-567890-1", ("JP_EMPLOYMENT_INSURANCE",)),
    ("事業所番号 1234-567890-1", ()),
)
