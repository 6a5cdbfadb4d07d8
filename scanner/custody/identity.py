"""Values of a row, normalised: one spelling for what is written in many ways.

My Number, card and account numbers never come here: the detection does not hand them over, and digits are taken out of
running text before it is compared. The functions of the first key set are never changed: the originals that were
registered with them are still compared by what they give.
"""

from __future__ import annotations

import re
import unicodedata

from detectors.dates import DATE, parse
from detectors.fold import fold

USED = frozenset({"PERSON", "DATE_OF_BIRTH", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS"})
"""The only entities whose values are looked at. What may identify everybody (My Number) is not among them."""

_VARIANTS = str.maketrans("髙﨑德濵濱邊邉齋齊", "高崎徳浜浜辺辺斎斎")
_FURTHER = str.maketrans(
    "澤廣國櫻嶋嶌眞惠榮壽實靜龍瀧淵渕藪薮槇籠籐曾條豐萬與禮顯彌冨凉埜",
    "沢広国桜島島真恵栄寿実静竜滝渕渕薮薮槙篭藤曽条豊万与礼顕弥富涼野",
)
_SPACES = re.compile(r"[\s\u3000・,]+")
_ADDRESS_STEP = re.compile(r"(?<=[0-9])(?:丁目|番地の?|番町|番|号室|号|の|ノ|-|−)(?=[0-9])")
_STEPS = frozenset("丁番号のノ−")
"""One of them stands in every step and end of an address that is to be changed."""
_ADDRESS_END = re.compile(r"(?<=[0-9])(?:丁目|番地|番|号室|号)(?![0-9])")
_KANJI_NUMBER = re.compile(r"[一二三四五六七八九](?=丁目)")
_KANJI_NUMBERS = re.compile(r"(?P<tens>[二三四五六七八九]?十)?(?P<ones>[一二三四五六七八九])?(?=丁目|番|号|条|線)")
_NUMBERS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")}
_NOT_DIGITS = re.compile("[^0-9]+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_KANA = re.compile("[ぁ-んァ-ヶー・ \u3000ｦ-ﾟ]+")
_SEPARATORS = dict.fromkeys(map(ord, " \u3000・,"))
_NAME_ALIKE = {**_VARIANTS, **_FURTHER, **_SEPARATORS}
_KATAKANA = {code: chr(code + 0x60) for code in range(ord("ぁ"), ord("ん") + 1)}
_SMALL = dict(zip("ァィゥェォヵヶッャュョヮ", "アイウエオカケツヤユヨワ", strict=True))
_KANA_ALIKE = {
    **{ord(small): large for small, large in _SMALL.items()},
    **{code: _SMALL.get(kana, kana) for code, kana in _KATAKANA.items()},
    **_SEPARATORS,
}
_PLAIN_DAY = re.compile(r"((?:18|19|20)[0-9]{2})[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12][0-9])")
"""A day that every month has, as the whole of a value."""
LONGEST_SHINGLE = 16
"""Characters of a shingle: three or four Japanese words, rarely the same by chance."""


def name_key(value: str) -> str:
    """First set: a name without spaces, common variants of one character unified; empty for one that is too short to tell."""
    text = unicodedata.normalize("NFKC", value).translate(_VARIANTS).lower()
    if not text.isalpha():
        text = _SPACES.sub("", text)
    return text if len(text) >= 2 else ""


def birth_key(value: str) -> str:
    """A date as ISO, whatever calendar it was written in; empty where it is none."""
    plain = _PLAIN_DAY.fullmatch(value)
    if plain is not None:  # most lists
        return f"{plain[1]}-{plain[2]:0>2}-{plain[3]:0>2}"
    match = DATE.search(fold(value).text)
    found = parse(match) if match else None
    return found.isoformat() if found else ""


def address_key(value: str) -> str:
    """First set: an address without spaces, with ``1-2-3`` for 1丁目2番3号."""
    text = _SPACES.sub("", unicodedata.normalize("NFKC", value))
    if _STEPS.isdisjoint(text):
        return text  # 1-2-3 as it stands
    text = _KANJI_NUMBER.sub(lambda m: _NUMBERS[m.group()], text)
    return _ADDRESS_END.sub("", _ADDRESS_STEP.sub("-", text))


def phone_key(value: str) -> str:
    """The digits of a telephone number in its national form; empty for anything that is not 10 or 11 digits long."""
    digits = _NOT_DIGITS.sub("", value if value.isascii() else unicodedata.normalize("NFKC", value))
    if digits.startswith("81") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    return digits if len(digits) in (10, 11) else ""


def is_kana(value: str) -> bool:
    """Whether a name is written in kana alone: a reading, where the name itself stands beside it."""
    return _KANA.fullmatch(value) is not None


def in_parts(value: str) -> bool:
    """Whether a name is written in two parts and more: 山田 太郎."""
    return _SPACES.search(value.strip()) is not None


def letters_of_name(value: str) -> str:
    """A name as the letters that it is made of, sorted, variants unified: 山田太郎, 太郎 山田 and the columns 姓 and 名 are one."""
    text = unicodedata.normalize("NFKC", value)
    text = text.translate(_KANA_ALIKE) if is_kana(text) else text.lower().translate(_NAME_ALIKE)
    return "".join(sorted(text if text.isalpha() else filter(str.isalpha, text)))


def mail_key(value: str) -> str:
    """A mail address without width, case and what is written behind a plus sign: it reaches the same person."""
    local, at, domain = unicodedata.normalize("NFKC", value).strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}{at}{domain.rstrip('.')}"


_POSTAL = re.compile(r"^(?:〒?[0-9]{3}-[0-9]{4}|〒[0-9]{7})")
_PREFECTURE = re.compile(r"^(?:東京都|北海道|京都府|大阪府|[一-龥]{2,3}県)(?=.)")
_COUNTY = re.compile(r"^[一-龥ぁ-んァ-ヶ]{1,4}郡(?=.{1,6}[町村])")
_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9号地])\s+(?=[0-9])")
_SITE = re.compile(r"(?P<town>[^0-9#]+)(?P<number>[0-9]+(?:(?:-|条|線)[東西南北]?[0-9]+){0,2})")
_PLAIN_ADDRESS = re.compile("[^0-9\\W大〒#ー丁番号条]+[0-9]+(?:-[0-9]+)*")
"""Town and house number as most lists have them: 東京都世田谷区桜丘1-2-3."""
_HOUSE_ALIKE = str.maketrans("ヶがガケ之", "ケケケケノ")


def site_key(value: str) -> str:
    """Where somebody lives without prefecture, building and room: 世田谷区桜丘1-2-3. Empty where no number is given: a town is
    no address."""
    text = unicodedata.normalize("NFKC", value)
    if _PLAIN_ADDRESS.fullmatch(text) is None:
        text = _BETWEEN_NUMBERS.sub("#", fold(text).text.strip())
        text = _POSTAL.sub("", _SPACES.sub("", text)).lstrip(":").replace("大字", "")
        text = _KANJI_NUMBERS.sub(_in_digits, text)
        text = _ADDRESS_END.sub("", _ADDRESS_STEP.sub("-", text))
    if (prefecture := _PREFECTURE.match(text)) is not None:
        text = text[prefecture.end() :]
    if "郡" in text:
        text = _COUNTY.sub("", text)
    found = _SITE.match(text)
    if found is None or len(found[1]) < 2:
        return ""
    return f"{found[1].translate(_HOUSE_ALIKE).rstrip('-')}{found[2]}"


def _in_digits(match: re.Match[str]) -> str:
    tens, ones = match["tens"], match["ones"]
    if tens is None:
        return _NUMBERS[ones] if ones else ""
    return str(int(_NUMBERS.get(tens[:-1], "1")) * 10 + int(_NUMBERS[ones] if ones else 0))


_WIDE = re.compile(r"[都道府県]")
_TOWN = re.compile(r"[市区町村郡]")


def joined_address(pieces: list[str]) -> list[str]:
    """Addresses of a row that stand in several columns (都道府県, 市区町村, 番地, 建物) put together, in order: a piece that begins
    with a prefecture or a town begins another address where the one before it has such a part already."""
    found: list[str] = []
    for piece in pieces:
        before = found[-1] if found else ""
        starts = _PREFECTURE.match(piece) or piece in ("東京都", "北海道") or _TOWN.search(piece[:8])
        complete = any(letter.isdigit() for letter in before)
        if not before or (starts and complete) or (_WIDE.search(piece[:4]) and _WIDE.search(before[:4])):
            found.append(piece)
        else:
            found[-1] = f"{before} {piece}" if complete else before + piece
    return found


def letters(text: str) -> str:
    """Running text as it is compared: letters only. Without digits no number of any kind can be recovered from it."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()
