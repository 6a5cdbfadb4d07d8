"""旅券番号 (施行令1条2号) and the number of 在留カード・特別永住者証明書 (規則4条4号・9号)."""

from __future__ import annotations

import re

from detectors import checkdigits
from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check


def _mrz(match: re.Match[str]) -> Check | None:
    value = match.group()[:10]
    return Check.PASS if checkdigits.mrz(value[:9], value[9]) else Check.FAIL


SPECS = (
    PatternSpec(
        family="PASSPORT",
        lettered=True,
        entity="JP_PASSPORT",
        pattern=r"(?<![0-9A-Za-z-])[A-Z]{2} ?[0-9]{7}(?![0-9A-Za-z-])",
        alone=0.3,
    ),
    PatternSpec(
        family="PASSPORT_WITH_EXPIRY",
        lettered=True,
        entity="JP_PASSPORT",
        pattern=r"(?<![0-9A-Za-z-])[A-Z]{2} ?[0-9]{7}(?=[ \t,;/(]{1,4}(?:(?i:exp|valid|until)|有効期[限間]|期限))",
        alone=0.6,
    ),
    PatternSpec(
        family="PASSPORT_MRZ",
        lettered=True,
        entity="JP_PASSPORT",
        pattern=r"(?<![0-9A-Za-z<])[A-Z]{2}[0-9]{8}(?:JPN[0-9A-Z<]{31,33})?(?![0-9A-Za-z])",
        test=_mrz,
        alone=0.2,
        labelled=0.85,
    ),
    PatternSpec(
        family="PASSPORT_MRZ_LINE",
        entity="JP_PASSPORT",
        pattern=r"P[A-Z<]JPN[A-Z<]{39}|[A-Z0-9<]{9}[0-9]JPN[0-9]{7}[MF<][0-9]{7}[A-Z0-9<]{14,16}",
        literal="JPN",
        alone=0.9,
    ),
    LabelledSpec(
        family="FOREIGN_PASSPORT",
        entity="JP_PASSPORT",
        value=r"[A-Za-z]{1,2}[0-9]{6,8}[A-Za-z]?|[0-9]{8,9}",
        score=0.75,
    ),
    PatternSpec(
        family="RESIDENCE_CARD",
        lettered=True,
        entity="JP_RESIDENCE_CARD",
        pattern=r"(?<![0-9A-Za-z-])(?!R[A-Z][0-9]{9}[A-Z]{2})[A-Z]{2} ?[0-9]{8} ?[A-Z]{2}(?![0-9A-Za-z-])",
        test=lambda m: None if checkdigits.repeated(re.sub(r"[^0-9]", "", m.group())) else Check.NONE,
        alone=0.6,
        labelled=0.95,
    ),
)

EXAMPLES = (
    ("旅券番号 TR1234567", ("JP_PASSPORT",)),
    ("Passport No. MU9999999", ("JP_PASSPORT",)),
    ("型番 TR1234567", ()),
    ("YAMADA  TR1234567  exp 2031/05/12", ("JP_PASSPORT",)),
    ("在留カード番号 AB12345678CD", ("JP_RESIDENCE_CARD",)),
    ("RR123456785JP", ()),
)
