"""Numbers of organisations and goods. Public or impersonal: recognised as evidence against, never reported."""

from __future__ import annotations

import re

from detectors import checkdigits
from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check


def _corporate(digits: str, groups: tuple[str, ...]) -> Check | None:
    if digits[0] == "0" or checkdigits.repeated(digits):
        return None
    return Check.PASS if checkdigits.corporate_number(digits) else Check.FAIL


def _jan(digits: str, groups: tuple[str, ...]) -> Check | None:
    if checkdigits.repeated(digits) or (checkdigits.corporate_number(digits) and digits[:2] not in ("45", "49", "97")):
        return None
    return Check.PASS if checkdigits.ean13(digits) else Check.FAIL


def _government(digits: str, groups: tuple[str, ...]) -> Check | None:
    if not 1 <= int(digits[:2]) <= 47:
        return None
    return Check.PASS if checkdigits.local_government_code(digits) else Check.FAIL


def _institution(digits: str, groups: tuple[str, ...]) -> Check | None:
    if not 1 <= int(digits[:2]) <= 47 or digits[2] not in "1346" or checkdigits.repeated(digits):
        return None
    return Check.PASS if checkdigits.luhn(digits) else Check.FAIL


def _invoice(match: re.Match[str]) -> Check | None:
    digits = re.sub(r"[^0-9]", "", match.group())
    if digits[0] == "0" or checkdigits.repeated(digits):
        return None
    return Check.PASS if checkdigits.corporate_number(digits) else Check.FAIL


SPECS = (
    NumberSpec(
        family="CORPORATE_NUMBER",
        entity="JP_CORPORATE_NUMBER",
        shapes=("13", "1-4-4-4"),
        test=_corporate,
        alone=0.6,
        grouped=0.6,
        evidence=True,
        order=20,
    ),
    PatternSpec(
        family="INVOICE_NUMBER",
        lettered=True,
        entity="JP_INVOICE_NUMBER",
        pattern=r"(?<![0-9A-Za-z])[Tt][ -]?[0-9][ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9A-Za-z])",
        test=_invoice,
        alone=0.7,
        evidence=True,
    ),
    NumberSpec(
        family="JAN13",
        entity="JAN",
        shapes=("13",),
        test=_jan,
        alone=0.65,
        evidence=True,
        order=19,
    ),
    NumberSpec(
        family="LOCAL_GOVERNMENT_CODE",
        entity="JP_LOCAL_GOVERNMENT_CODE",
        shapes=("6",),
        test=_government,
        evidence=True,
    ),
    NumberSpec(
        family="MEDICAL_INSTITUTION_CODE",
        entity="JP_MEDICAL_INSTITUTION_CODE",
        shapes=("10",),
        test=_institution,
        evidence=True,
    ),
)

EXAMPLES = (
    ("法人番号 8700110005901", ()),
    ("登録番号 T8700110005901", ()),
    ("JAN 4901234567894", ()),
    ("団体コード 130001", ()),
)
