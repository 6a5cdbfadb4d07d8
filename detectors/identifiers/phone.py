"""Telephone numbers of the Japanese numbering plan; service numbers (0120, 0570) stay below the reporting score."""

from __future__ import annotations

import re
from functools import lru_cache

from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check

_MOBILE = re.compile(r"0[6-9]0[1-9][0-9]{7}|050[1-9][0-9]{7}")
_SERVICE = re.compile(r"0120[0-9]{6}|0800[0-9]{7}|0570[0-9]{6}|0990[0-9]{6}|00777[0-9]+")


@lru_cache(maxsize=4096)
def _area_valid(prefix: str) -> bool:
    """Whether a ten-digit land line may begin with these six digits; phonenumbers knows the plan."""
    import phonenumbers

    number = phonenumbers.PhoneNumber(country_code=81, national_number=int(prefix + "1234"))
    return bool(phonenumbers.is_valid_number(number))


def _plan(digits: str) -> Check | None:
    if _MOBILE.fullmatch(digits):
        return Check.PASS
    if len(digits) == 10 and re.match(r"0[1-9][1-9]", digits) and not digits.startswith(("0120", "0570", "0990")):
        return Check.PASS if _area_valid(digits[:6]) else Check.NONE
    return None


def _test(digits: str, groups: tuple[str, ...]) -> Check | None:
    if len(groups) == 1 and len(digits) == 10 and _plan(digits) is Check.NONE:
        return None  # without separators only a number of the plan is one
    if len(groups) == 2 and _plan(digits) is Check.NONE:
        return None
    if len(groups) > 1 and len(groups[-1]) != 4 and len(digits) == 10 and len(groups) == 3:
        return None
    if len(groups) == 2 and groups[0] in ("0120", "0570"):
        return None
    return _plan(digits)


def _service(digits: str, groups: tuple[str, ...]) -> Check | None:
    return Check.PASS if _SERVICE.fullmatch(digits) else None


_SHORTEST = 6
"""Digits of the shortest numbers with a country code."""


def _foreign(match: re.Match[str]) -> Check | None:
    """Whether a number of another country is one of its plan."""
    if sum(map(str.isdigit, match.group())) < _SHORTEST:
        return None  # phonenumbers is slow
    import phonenumbers

    try:
        number = phonenumbers.parse(match.group())
    except phonenumbers.NumberParseException:
        return None
    return Check.PASS if phonenumbers.is_valid_number(number) else None


def _international(match: re.Match[str]) -> Check | None:
    return _plan("0" + re.sub(r"[^0-9]", "", match.group("n")))


SPECS = (
    NumberSpec(
        family="PHONE",
        entity="PHONE_NUMBER",
        shapes=("10", "11", "3-4-4", "2-4-4", "3-3-4", "4-2-4", "5-1-4", "4-6", "5-5", "2-8", "3-8", "4-3-4", "3-7"),
        test=_test,
        alone=0.45,
        grouped=0.8,
        separators="- .()/",
        padded=(10, 11),
        zeros=1,
        boxes=True,
        order=10,
    ),
    NumberSpec(
        family="PHONE_LOST_ZERO",
        entity="PHONE_NUMBER",
        shapes=("1-4-4", "2-3-4", "3-2-4", "2-7", "3-6"),
        test=lambda digits, _: Check.PASS if _plan("0" + digits) is Check.PASS else None,
        separators="- .()",
        order=12,
    ),
    NumberSpec(
        family="PHONE_MOBILE",
        entity="PHONE_NUMBER",
        shapes=("11",),
        test=lambda digits, _: Check.PASS if _MOBILE.fullmatch(digits) else None,
        alone=0.6,  # one random number of eleven digits in 280 looks so
        order=11,
    ),
    NumberSpec(
        family="PHONE_LOCAL",
        entity="PHONE_NUMBER",
        shapes=("2-4", "3-4"),
        test=lambda digits, _: Check.NONE if digits[0] in "23456789" else None,
        grouped=0.2,  # raised where a list has several of them behind persons (detectors.raising)
        labelled=0.6,
        separators="-",
        order=90,
    ),
    NumberSpec(
        family="PHONE_SERVICE",
        entity="PHONE_NUMBER",
        shapes=("10", "11", "4-3-3", "4-2-4", "4-6", "4-3-4", "4-4-2"),
        test=_service,
        alone=0.2,
        grouped=0.35,
        labelled=0.4,
        separators="- .()",
        evidence=True,
        order=6,
    ),
    PatternSpec(
        family="PHONE_INTERNATIONAL",
        entity="PHONE_NUMBER",
        pattern=r"\+81[- ]?(?:\(0\))?[- ]?(?P<n>[1-9](?:[- ()]?[0-9]){8,9})(?![0-9A-Za-z])",
        literal="+81",
        test=_international,
        alone=0.9,
        labelled=0.95,
    ),
    PatternSpec(
        family="PHONE_SPOKEN",
        entity="PHONE_NUMBER",
        pattern=r"(?<![0-9])(?P<n>0[0-9]{1,4}の[0-9]{1,4}の[0-9]{4})(?![0-9])",
        hint=r"の(?<=[0-9]の)[0-9]{1,4}の[0-9]{4}",
        reach=5,
        test=lambda match: _plan(match["n"].replace("の", "")),
        alone=0.7,
        labelled=0.9,
    ),
    PatternSpec(
        family="PHONE_FOREIGN",
        entity="PHONE_NUMBER",
        pattern=r"\+(?!81)[1-9][0-9]{0,2}(?:[- ]{1,2}\(?[0-9]{1,5}\)?){2,5}(?![0-9A-Za-z-])",
        literal="+",
        hint=r"\+[1-9]",
        reach=0,
        test=_foreign,
        alone=0.7,
        labelled=0.9,
    ),
)

EXAMPLES = (
    ("TEL 03-1234-5678", ("PHONE_NUMBER",)),
    ("０９０（１２３４）５６７８", ("PHONE_NUMBER",)),
    ("090-1234-5678", ("PHONE_NUMBER",)),
    ("tel_090-1234-5678_名簿", ("PHONE_NUMBER",)),
    ("tel_0312345678", ("PHONE_NUMBER",)),
    ("user_09012345678", ()),
    ("+81-90-1234-5678", ("PHONE_NUMBER",)),
    ("Tel.03-1234-5678 Fax.03-1234-5679", ("PHONE_NUMBER", "PHONE_NUMBER")),
    ("+55 11 91234-5678", ("PHONE_NUMBER",)),
    ("番号は080の1234の5678です", ("PHONE_NUMBER",)),
    ("電話番号：03-1234-5678／090-1234-5678", ("PHONE_NUMBER", "PHONE_NUMBER")),
    ("+12 34 5", ()),
    ("携帯 09012345678", ("PHONE_NUMBER",)),
    ("自宅電話 22-4410", ("PHONE_NUMBER",)),
    ("工事番号 22-4410", ()),
    ("佐藤 一郎 42-1180\n高橋 真理 42-9034\n渡辺 健 43-0551", ("PHONE_NUMBER", "PERSON")),
    ("サクラ 42-1180\nモミジ 42-9034\nケヤキ 43-0551", ()),
    ("0120-123-456", ()),
    ("090-0123-4567", ()),
    ("03-1234-567", ()),
    ("2024-01-0203", ()),
)
