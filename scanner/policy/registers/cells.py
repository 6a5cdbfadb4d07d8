"""What a cell says, as the field of an entry: words for fixed values, days in any writing, numbers and lists in any width."""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import date
from typing import Any

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.policy.consents import absolute
from scanner.policy.registers.days import day_of
from scanner.policy.registers.labels import NO_WORDS, YES_WORDS
from scanner.policy.registers.sheets import Column, Sheet
from scanner.printable import in_cell, line_ends

_PARTS = re.compile(r"[、,，;；\n]+")
_DASH = re.compile(r"(?<=[0-9A-Za-z\u4e00-\u9fff])[ー−‐―–—](?=[0-9A-Za-z\u4e00-\u9fff])")
"""What a Japanese keyboard gives for a hyphen; between kana the same mark is a long vowel."""
_NUMBERS = frozenset({"id", "contract", "consent", "instruction", "supersedes", "serial"})
"""Fields by which entries are known to each other."""
_OF_REGISTER = frozenset(
    {
        ("consent", "place"),
        ("grant", "place"),
        ("grant", "account"),
        ("carryout", "carrier"),
        ("transfer", "checker1"),
        ("transfer", "checker2"),
    }
)
"""(register, field) of the same kind, where the field of another register is free text."""
_HAPPENED = {"incident": frozenset({"known_on", "happened_on", "reported_on", "written_on", "submitted_on"})}
"""Register → days of what has happened: none of them is still to come, and clocks run from them."""
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.0+)?")
_LONGEST = 40
"""Characters of a number; no field holds a longer one, and ``int`` refuses very long ones."""
_UNITS = re.compile(r"(?:年|部|件|人|名|日|台|枚|階層)$")


class BadCell(SekishoError):
    """A cell that says nothing its field can hold; the reader of the workbook tells it with its place."""

    section = "policy"
    exit_code = EXIT_USAGE


def value(register: Sheet, column: Column, cell: Any) -> Any:
    """The value of a field. Raises ``BadCell``."""
    if isinstance(cell, str) and cell.startswith("'") and in_cell(cell[1:]) == cell:
        cell = cell[1:]  # written so that the spreadsheet takes no formula out of it
    if column.kind is date:
        return _day(register, column, cell)
    if column.kind is bool:
        return _yes_or_no(cell)
    if column.kind is int:
        return _whole(cell)
    text = _text(cell)
    if column.words:
        return _chosen(text, column.words)
    if column.kind is tuple:
        return tuple(_number(part) for part in map(str.strip, _PARTS.split(text)) if part)
    named = column.key in _NUMBERS or (register.name, column.key) in _OF_REGISTER
    return _number(text) if named else text


def _day(register: Sheet, column: Column, cell: Any) -> date:
    try:
        day = day_of(cell)
    except ValueError:
        raise BadCell("fault_date") from None
    if column.key in _HAPPENED.get(register.name, ()) and day > clock.today():
        raise BadCell("fault_ahead", key=column.heading)
    return day


def _number(text: str) -> str:
    """A number or name by which entries speak of each other, in one writing: who writes it wide in one sheet and narrow in another, or
    with another dash, means the same entry."""
    plain = unicodedata.normalize("NFKC", text)
    return plain if absolute(plain) else _DASH.sub("-", plain)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():  # neither inf nor nan is
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return line_ends(str(cell)).strip()


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def _chosen(text: str, words: dict[str, str]) -> str:
    plain = _folded(text)
    known = {_folded(shown): kept for kept, shown in words.items()} | {kept.casefold(): kept for kept in words}
    if plain in known:
        return known[plain]
    part = [
        kept for shown, kept in known.items() if len(plain) > 1 and (shown.startswith(plain) or plain.startswith(shown))
    ]
    if len(set(part)) == 1:  # 基幹サーバ, 保管場所(施錠)
        return part[0]
    near = difflib.get_close_matches(plain, list(known), n=1, cutoff=0.4)
    shown = words[known[near[0]]] if near else "—"
    raise BadCell("fault_choice", near=shown, hint="、".join(words.values()))


def _yes_or_no(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    plain = _folded(_text(cell))
    if plain in YES_WORDS:
        return True
    if plain in NO_WORDS:
        return False
    raise BadCell("fault_bool")


def _whole(cell: Any) -> int:
    if not isinstance(cell, bool) and (isinstance(cell, int) or (isinstance(cell, float) and cell.is_integer())):
        return int(cell)
    text = _UNITS.sub("", _folded(_text(cell)))
    if _NUMBER.fullmatch(text) is None or len(text) > _LONGEST:
        raise BadCell("fault_int")
    return int(text.replace(",", "").partition(".")[0])
