"""Health, care and public-expense insurance: 保険者番号, 記号・番号, 後期高齢者, 介護, 公費 (施行令1条3・7・8号, 規則4条)."""

from __future__ import annotations

from detectors import checkdigits
from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check

_LAWS = frozenset("01 02 03 04 06 07 31 32 33 34 39 63 67 72 73 74 75".split())
_PUBLIC_LAWS = frozenset("10 11 12 13 14 15 16 17 18 19 20 21 23 24 25 28 29 30 38 51 52 53 54 62 66 79".split())


def _prefecture(digits: str) -> bool:
    return 1 <= int(digits) <= 47


def _insurer(digits: str, groups: tuple[str, ...]) -> Check | None:
    if checkdigits.repeated(digits):
        return None
    if len(digits) == 8 and (digits[:2] not in _LAWS or not _prefecture(digits[2:4])):
        return None
    if len(digits) == 6 and not _prefecture(digits[:2]):
        return None
    return Check.PASS if checkdigits.luhn(digits) else Check.FAIL


def _payer(digits: str, groups: tuple[str, ...]) -> Check | None:
    if digits[:2] not in _PUBLIC_LAWS or not _prefecture(digits[2:4]):
        return None
    return Check.PASS if checkdigits.luhn(digits) else Check.FAIL


def _recipient(digits: str, groups: tuple[str, ...]) -> Check | None:
    if checkdigits.repeated(digits):
        return None
    return Check.PASS if checkdigits.luhn(digits) else Check.FAIL


def _unchecked(digits: str, groups: tuple[str, ...]) -> Check | None:
    return None if checkdigits.repeated(digits) else Check.NONE


SPECS = (
    NumberSpec(
        family="HEALTH_INSURER_NUMBER",
        entity="JP_HEALTH_INSURANCE",
        shapes=("8", "6", "2-2-3-1"),
        test=_insurer,
        boxes=True,
        order=30,
    ),
    LabelledSpec(
        family="HEALTH_SYMBOL_NUMBER",
        entity="JP_HEALTH_INSURANCE",
        value=r"(?:[・、/-]|及び|と)?番号\)? ?[:=は]? {0,4}(?P<v>[0-9]{1,8} ?[-・ /] ?[0-9]{1,8}(?:[- (]*(?:枝番\)? ?)?[0-9]{2}\)?)?)"
        r"|(?![・-])[0-9一-龥ぁ-んァ-ヶA-Za-z・-]{1,12}[ 、,・/]*(?:被保険者)?(?:証)?(?:の)?番号 ?[:=]? {0,3}[0-9]{1,8}(?:-[0-9]{2,5}(?![0-9]))?(?:[ 、,・/]*(?:枝番|\(枝番\)) ?[:=]? {0,2}[0-9]{1,2})?",
        joint=r" ?[:=]? {0,3}",
        column=False,
    ),
    LabelledSpec(
        family="HEALTH_CARD_NUMBER",
        entity="JP_HEALTH_INSURANCE",
        value=r"(?!記号|番号|被保険|保険)[0-9一-龥ァ-ヶ・]{1,8} ?[-・ /] ?[0-9]{1,8}(?:[- (]*(?:枝番\)? ?)?[0-9]{2}\)?)?|[0-9]{5,12}",
    ),
    NumberSpec(
        family="LATE_ELDERLY_INSURED",
        entity="JP_HEALTH_INSURANCE",
        shapes=("8", "4-4"),
        test=_unchecked,
        labelled=0.7,
        padded=(8,),
        boxes=True,
        order=33,
    ),
    NumberSpec(
        family="KAIGO_INSURED",
        entity="JP_CARE_INSURANCE",
        shapes=("10", "4-6", "3-3-4", "5-5", "4-3-3"),
        test=_unchecked,
        labelled=0.8,
        padded=(10,),
        boxes=True,
        order=24,
    ),
    PatternSpec(
        family="KAIGO_H",  # of people on welfare, who are insured in another way
        entity="JP_CARE_INSURANCE",
        lettered=True,
        pattern=r"(?<![0-9A-Za-z-])[Hh][0-9]{9}(?![0-9A-Za-z-])",
        labelled=0.85,
    ),
    NumberSpec(
        family="PUBLIC_PAYER_NUMBER",
        entity="JP_PUBLIC_PAYER_NUMBER",
        shapes=("8", "2-2-3-1"),
        test=_payer,
        boxes=True,
        order=31,
    ),
    NumberSpec(
        family="PUBLIC_RECIPIENT_NUMBER",
        entity="JP_PUBLIC_RECIPIENT_NUMBER",
        shapes=("7", "6-1"),
        test=_recipient,
        labelled_fail=0.65,
        boxes=True,
        order=32,
    ),
)

EXAMPLES = (
    ("保険者番号 01130012", ("JP_HEALTH_INSURANCE",)),
    ("保険証 記号 12345678 番号 1234 枝番 00", ("JP_HEALTH_INSURANCE",)),
    ("介護保険被保険者番号 0000123456", ("JP_CARE_INSURANCE",)),
    ("公費負担者番号 54136015", ("JP_PUBLIC_PAYER_NUMBER",)),
    ("公費負担者番号 12130019 受給者番号 1234566", ("JP_PUBLIC_PAYER_NUMBER", "JP_PUBLIC_RECIPIENT_NUMBER")),
    ("更新日 01130012", ()),
)
