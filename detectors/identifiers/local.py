"""Numbers without a national shape, told by their label alone, and secrets of the My Number card."""

from __future__ import annotations

import re
from datetime import date

from detectors.identifiers.labelled import LabelledSpec
from detectors.identifiers.number import NumberSpec
from detectors.identifiers.pattern import PatternSpec
from detectors.interface import Check


def _check_number_b(digits: str, groups: tuple[str, ...]) -> Check | None:
    expiry = int(digits[6:10])
    if not 2015 <= expiry <= 2060:
        return None
    for century in (1900, 2000):
        try:
            date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        except ValueError:
            continue
        return Check.NONE
    return None


def _sixteen(digits: str, groups: tuple[str, ...]) -> Check | None:
    return Check.NONE


SPECS = (
    LabelledSpec(
        family="STUDENT_ID",
        entity="JP_STUDENT_ID",
        value=r"(?=[0-9A-Za-z-]*[0-9])[0-9A-Za-z](?:[0-9A-Za-z-]{2,14})",
    ),
    LabelledSpec(
        family="WORK_ID",
        entity="JP_PERSONAL_REFERENCE",
        value=r"[0-9]{4}(?: [0-9]{4}){1,3}(?: [0-9]{1,3})?(?= ?(?:\n|\Z))|(?=[0-9A-Za-z-]*[0-9])[0-9A-Za-z](?:[0-9A-Za-z-]{2,15})",
        score=0.55,
    ),
    LabelledSpec(
        family="WELFARE_CASE",
        entity="JP_WELFARE_CASE",
        value=r"第? ?(?P<v>[0-9]{1,4}-[0-9]{2,6}|[0-9]{2,8})(?![0-9-]) ?号?",
        joint=r"\.?\s?[:=.]?\s{0,4}",
    ),
    LabelledSpec(
        family="DISABILITY_CERTIFICATE",
        entity="JP_DISABILITY_CERTIFICATE",
        value=r"(?:[A-Da-d][12]? ?(?:番号 ?)?)?(?:[一-龥]{2,3}[都道府県市] ?)?第? ?(?P<v>[0-9]{3,9}) ?号?",
        joint=r"(?:の)?(?:番号)? ?[:=]? {0,3}",
    ),
    LabelledSpec(
        family="MEDICAL_REGISTRATION",
        entity="JP_MEDICAL_REGISTRATION",
        value=r"第? ?(?P<v>[0-9]{3,7})(?![0-9]) ?号?",
    ),
    LabelledSpec(
        family="TAX_REFERENCE",
        entity="JP_TAX_REFERENCE",
        value=r"[0-9]{8}|[0-9]{10}|[0-9]{13}",
        score=0.4,  # 整理番号 alone is any office's running number
    ),
    LabelledSpec(
        family="TAX_REFERENCE_NAMED",
        entity="JP_TAX_REFERENCE",
        value=r"[0-9]{8}|[0-9]{10}|[0-9]{13}",
        score=0.6,
    ),
    NumberSpec(
        family="ETAX_USER_ID",
        entity="JP_ETAX_USER_ID",
        shapes=("16", "4-4-4-4"),
        test=_sixteen,
        order=6,
    ),
    PatternSpec(
        family="BRACKETED_ID",
        entity="JP_PERSONAL_REFERENCE",
        pattern=r"(?:[一-龥ァ-ヶーぁ-ん]|様|さん|氏|殿) ?[(（\[]ID[:. ]{0,2}(?P<v>[0-9]{4,12})[)）\]]",
        literal="ID",
        reach=6,
        alone=0.55,
    ),
    PatternSpec(
        family="BRACKETED_MEMBER",
        entity="JP_PERSONAL_REFERENCE",
        pattern=r"(?:様|さん|氏|殿) ?\((?:会員|顧客|患者|利用者|社員|職員)(?:番号|no\.?)? ?(?P<v>[0-9A-Z-]{4,12})\)",
        hint=r"\((?:会員|顧客|患者|利用者|社員|職員)",
        reach=3,
        flags=re.IGNORECASE,
        alone=0.6,
    ),
    PatternSpec(
        family="BARE_ID",
        entity="JP_PERSONAL_REFERENCE",
        pattern=r"ID(?<![A-Za-z]ID)[】\])]? {0,3}[:.]? {0,3}(?P<v>(?=[0-9-]{4})[0-9]{2,10}(?:-[0-9]{1,6}){0,2})(?![0-9A-Za-z-])",
        literal="ID",
        reach=0,
        alone=0.4,  # raised where a person stands in its line (detectors.raising)
    ),
    PatternSpec(
        family="ELTAX_USER_ID",
        lettered=True,
        entity="JP_ELTAX_USER_ID",
        pattern=r"(?<![0-9A-Za-z])[A-Za-z]{3} ?[0-9]{8}(?![0-9A-Za-z])",
    ),
    NumberSpec(
        family="MYNA_CHECK_NUMBER_B",
        entity="JP_MYNA_CHECK_NUMBER",
        shapes=("14",),
        test=_check_number_b,
    ),
    LabelledSpec(
        family="MYNA_CARD_SERIAL",
        entity="JP_MYNA_CARD_SERIAL",
        value=r"[0-9A-Za-z]{16}",
        score=0.7,
    ),
    LabelledSpec(
        family="SECRET",
        entity="JP_SECRET",
        value=r"[0-9A-Za-z!#$%&@_+=.-]{4,32}",
        joint=r" ?[:=] {0,3}",
        score=0.45,
        column=False,
    ),
)

EXAMPLES = (
    ("学籍番号: 24A1234", ("JP_STUDENT_ID",)),
    ("ケース番号: 12345", ("JP_WELFARE_CASE",)),
    ("テストケース番号 12", ()),
    ("身体障害者手帳番号 第123456号", ("JP_DISABILITY_CERTIFICATE", "JP_SENSITIVE")),
    ("【ID】0034-5512 【氏名】加藤 義江", ("JP_PERSONAL_REFERENCE", "PERSON")),
    ("ID: 12345 の行を読む", ()),
    ("加藤 義江様（会員 200451）から退会の申し出", ("JP_PERSONAL_REFERENCE", "PERSON")),
    ("加藤 義江様（ID 330921） 保険証期限切れ", ("JP_PERSONAL_REFERENCE", "PERSON")),
    ("利用者識別番号 1234 5678 9012 3456", ("JP_ETAX_USER_ID",)),
)
