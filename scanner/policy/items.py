"""記録項目 as offices write them: 氏名, 住所, 電話番号. Kept as the name of the entity that the scan finds."""

from __future__ import annotations

import difflib
import unicodedata
from functools import lru_cache

from scanner.messages import both
from scanner.policy.faults import fault

_ALSO = {
    "PERSON": "名前 姓名 お名前 フリガナ ふりがな カナ氏名 氏名カナ 氏名(カナ)",
    "PHONE_NUMBER": "電話 TEL 連絡先 携帯電話 携帯番号 FAX",
    "EMAIL_ADDRESS": "メール Eメール 電子メール 電子メールアドレス",
    "DATE_OF_BIRTH": "誕生日 生年月日(和暦)",
    "JP_ADDRESS": "居所 現住所 所在地",
    "JP_POSTAL_CODE": "〒",
    "JP_MY_NUMBER": "個人番号",
    "JP_BANK_ACCOUNT": "口座 口座番号 振込口座",
    "JP_SENSITIVE": "病歴 障害 病名 診断名",
    "CREDIT_CARD": "カード番号",
    "JP_HEALTH_INSURANCE": "被保険者番号 保険証番号 健康保険",
    "JP_CARE_INSURANCE": "介護保険 介護保険被保険者番号",
    "JP_EMPLOYMENT_INSURANCE": "雇用保険 雇用保険被保険者番号",
    "JP_DRIVER_LICENSE": "免許証番号",
    "JP_PASSPORT": "パスポート番号 パスポート",
    "JP_PENSION_NUMBER": "年金番号",
    "JP_PERSONAL_REFERENCE": "職員番号 社員番号 会員番号 整理番号",
    "JP_STUDENT_ID": "学籍番号 受験番号",
    "JP_VEHICLE_PLATE": "ナンバープレート 登録番号",
}


@lru_cache(maxsize=1)
def words() -> dict[str, str]:
    """Every word by which an item may be called (folded) → entity."""
    found = {_plain(word): entity for entity, texts in both("entity").items() for word in (entity, *texts)}
    for entity, more in _ALSO.items():
        for word in more.split():
            found.setdefault(_plain(word), entity)
    return found


def names() -> list[str]:
    """The items as they are best written: one Japanese word each."""
    return [texts[0] for texts in both("entity").values()]


def name_of(entity: str) -> str:
    """The Japanese word of an item; that of a plug-in is its own name."""
    return both("entity").get(entity, [entity])[0]


def entity_of(word: str) -> str:
    """The entity that an item means. Raises a fault with the nearest word, and all of them, where it means none: an item that
    nobody understands would let every finding of that kind pass for surplus. A name in capitals may be that of a plug-in."""
    plain = _plain(word)
    known = words()
    if plain in known:
        return known[plain]
    if word.isascii() and word.isupper() and "_" in word:
        return word
    near = difflib.get_close_matches(plain, list(known), n=1, cutoff=0.5)
    raise fault("no_such_item", name=word, near=near[0] if near else "—", known="、".join(names()))


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold().replace(" ", "")
