"""Check-digit arithmetic shared by several identifiers. All functions take a string of ASCII digits.

A random number passes a one-digit check in exactly one of ten cases, so a pass is evidence, never proof.
"""

from __future__ import annotations

_MOD11_TEN = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_MOD11_ELEVEN = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_LUHN_DOUBLE = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def repeated(digits: str) -> bool:
    """One digit repeated: several such numbers pass the arithmetic, none is ever issued."""
    return digits == digits[0] * len(digits)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812; in Japanese insurance numbers the same rule is called モジュラス10 ウェイト2・1."""
    total = 0
    for i, char in enumerate(reversed(digits)):
        value = ord(char) - 48
        total += _LUHN_DOUBLE[value] if i & 1 else value
    return total % 10 == 0


def my_number(digits: str) -> bool:
    """番号法施行令8条, 平成26年総務省令85号5条: twelve digits, weights 6 5 4 3 2 7 6 5 4 3 2, modulus 11."""
    rest = sum(w * (ord(c) - 48) for w, c in zip(_MOD11_ELEVEN, digits, strict=False)) % 11
    return (0 if rest <= 1 else 11 - rest) == ord(digits[11]) - 48


def corporate_number(digits: str) -> bool:
    """平成26年財務省令70号2条: thirteen digits, the first is 9 minus the weighted sum modulo 9."""
    total = 0
    for i, char in enumerate(reversed(digits[1:])):
        total += (ord(char) - 48) * (2 if i & 1 else 1)
    return 9 - total % 9 == ord(digits[0]) - 48


def resident_code(digits: str) -> bool:
    """Eleven digits. The notice (平成14年総務省告示436号) was not read: both readings of rest 0 are accepted."""
    rest = sum(w * (ord(c) - 48) for w, c in zip(_MOD11_TEN, digits, strict=False)) % 11
    last = ord(digits[10]) - 48
    return last == (11 - rest) % 10 or (rest == 0 and last == 0)


def driver_license(digits: str) -> bool:
    """Twelve digits; the eleventh checks the first ten, the twelfth counts reissues."""
    rest = sum(w * (ord(c) - 48) for w, c in zip(_MOD11_TEN, digits, strict=False)) % 11
    return (11 - rest) % 10 == ord(digits[10]) - 48


def local_government_code(digits: str) -> bool:
    """全国地方公共団体コード: six digits, weights 6 5 4 3 2, modulus 11, last digit of the difference."""
    rest = sum(w * (ord(c) - 48) for w, c in zip((6, 5, 4, 3, 2), digits, strict=False)) % 11
    return (11 - rest) % 10 == ord(digits[5]) - 48


def ean13(digits: str) -> bool:
    """JAN-13 / EAN-13 / ISBN-13: weights 1 and 3, modulus 10."""
    total = sum((ord(c) - 48) * (3 if i & 1 else 1) for i, c in enumerate(digits))
    return total % 10 == 0


def parcel12(digits: str) -> bool:
    """Twelve-digit parcel numbers of the three large carriers: the last digit is the first eleven modulo 7."""
    return int(digits[:11]) % 7 == ord(digits[11]) - 48


def mrz(characters: str, digit: str) -> bool:
    """ICAO 9303: weights 7 3 1, letters A=10 … Z=35, ``<``=0, modulus 10."""
    total = 0
    for i, char in enumerate(characters):
        value = 0 if char == "<" else int(char, 36)
        total += value * (7, 3, 1)[i % 3]
    return total % 10 == ord(digit) - 48


def yucho(symbol: str, number: str) -> bool:
    """ゆうちょ 記号番号: the fourth digit of the symbol checks symbol and number (the bank's own conversion page)."""
    body = symbol[:3] + "0" + symbol[4] + number.rjust(8, "0")
    total = 0
    for i, char in enumerate(body):
        value = ord(char) - 48
        if i % 3 == 1:
            value *= 3
        elif i % 3 == 2:
            value *= 2
            value -= 9 if value > 9 else 0
        total += value
    return total % 10 == ord(symbol[3]) - 48


def mobile(number: str) -> bool:
    """Whether a telephone number is a mobile one (060 to 090)."""
    digits = number if number.isdigit() else "".join(filter(str.isdigit, number))
    national = digits.removeprefix("81").removeprefix("0") if len(digits) > 11 else digits.removeprefix("0")
    return len(national) == 10 and national[0] in "6789" and national[1] == "0"
