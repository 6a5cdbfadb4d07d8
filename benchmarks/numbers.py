"""Valid-looking numbers made from patterns; none belongs to anybody."""

from __future__ import annotations

import random

from detectors import checkdigits
from detectors.identifiers.licence import COMMISSIONS


def digits(chance: random.Random, count: int) -> str:
    """Random digits, the first one not zero."""
    return chance.choice("123456789") + "".join(chance.choice("0123456789") for _ in range(count - 1))


def _passing(chance: random.Random, make: object, check: object) -> str:
    while True:
        value = make(chance)
        if check(value):
            return str(value)


def my_number(chance: random.Random) -> str:
    """Twelve digits that pass."""
    return _passing(chance, lambda c: digits(c, 12), lambda v: checkdigits.my_number(v) and not checkdigits.parcel12(v))


def licence(chance: random.Random) -> str:
    """A licence number that passes."""
    return _passing(
        chance,
        lambda c: c.choice(sorted(COMMISSIONS)) + "".join(c.choice("0123456789") for _ in range(10)),
        checkdigits.driver_license,
    )


def resident_code(chance: random.Random) -> str:
    """Eleven digits that pass."""
    return _passing(chance, lambda c: digits(c, 11), checkdigits.resident_code)


def card(chance: random.Random) -> str:
    """A Visa-like number that passes."""
    return _passing(chance, lambda c: "4" + digits(c, 15), checkdigits.luhn)


def insurer(chance: random.Random) -> str:
    """An eight-digit insurer number that passes."""
    return _passing(
        chance,
        lambda c: c.choice(("01", "06", "31", "33", "39")) + f"{c.randint(1, 47):02d}" + digits(c, 4),
        checkdigits.luhn,
    )


def yucho(chance: random.Random) -> tuple[str, str]:
    """Symbol and number that pass."""
    while True:
        symbol, number = f"1{digits(chance, 3)}0", digits(chance, 7) + "1"
        if checkdigits.yucho(symbol, number):
            return symbol, number


def grouped(value: str, *sizes: int, mark: str = "-") -> str:
    """``123456789018`` → ``1234-5678-9018``."""
    out, at = [], 0
    for size in sizes:
        out.append(value[at : at + size])
        at += size
    return mark.join(out)


def wide(value: str) -> str:
    """Full-width ASCII."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "　" if c == " " else c for c in value)
