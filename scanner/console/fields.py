"""The columns of a register as fields of a form: what each shows, what can be chosen, and what was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scanner.messages import t
from scanner.policy import items
from scanner.policy.models import Contract
from scanner.policy.references import choices
from scanner.policy.registers.days import day_of
from scanner.policy.registers.entries import Fault
from scanner.policy.registers.export import LIST_MARK
from scanner.policy.registers.labels import NO, YES
from scanner.policy.registers.sheets import Column, Sheet, usual
from scanner.report.forms.interface import wareki

_LONG = 60
"""Letters from which a text has lines."""
_FREE = frozenset({"place"})
"""Columns that may name a place of their own beside those of the register."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind``: ``day``, ``choice``, ``several``, ``listed`` (a text with suggestions), ``number``, ``lines``, ``text`` or ``fixed``."""

    key: str
    heading: str
    kind: str
    about: str
    required: bool
    value: str
    chosen: frozenset[str]
    options: tuple[tuple[str, str], ...]
    """(what is sent, what is shown)."""
    faults: tuple[str, ...]

    @property
    def id(self) -> str:
        """Of the element."""
        return f"f-{self.key}"


def fields(
    sheet: Sheet,
    contract: Contract | None,
    row: dict[str, Any],
    texts: dict[str, str] | None,
    faults: Sequence[Fault],
    *,
    fixed: bool,
) -> list[Field]:
    """All columns in order. ``row``: the entry as it is; ``texts``: what was given instead and refused; ``fixed``: its number stays."""
    return [
        _field(column, sheet, contract, row, texts, faults, fixed=fixed and column.key == "id")
        for column in sheet.columns
        if column.key != "contract"
    ]


def _field(
    column: Column,
    sheet: Sheet,
    contract: Contract | None,
    row: dict[str, Any],
    texts: dict[str, str] | None,
    faults: Sequence[Fault],
    *,
    fixed: bool,
) -> Field:
    value = row.get(column.key, usual(sheet, column) if not row else None)
    text = _shown(column, value) if texts is None else texts.get(column.key, "")
    kind, options = _kind(column, sheet, contract, text)
    parts = frozenset(text.split(LIST_MARK)) if kind == "several" else frozenset({text})
    told = tuple(t(f"policy.{one.code}", **one.details) for one in faults if one.key == column.key)
    return Field(
        column.key,
        column.heading,
        "fixed" if fixed else kind,
        column.about if column.about != column.heading else "",
        column.required,
        text,
        parts,
        options,
        told,
    )


def _shown(column: Column, value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return wareki(value) if t("console.era") == "wareki" else value.isoformat()
    if column.key == "items":
        return LIST_MARK.join(items.name_of(entity) for entity in value)
    if isinstance(value, (tuple, list)):
        return LIST_MARK.join(map(str, value))
    return column.words.get(value, str(value)) if column.words else str(value)


def _kind(
    column: Column, sheet: Sheet, contract: Contract | None, text: str
) -> tuple[str, tuple[tuple[str, str], ...]]:
    if column.kind is date:
        return "day", ()
    words = [YES, NO] if column.kind is bool else list(column.words.values())
    if words:
        return "choice", _options(words, () if column.required else ("",), text)
    if column.key == "items":
        return "several", _options(items.names(), (), *text.split(LIST_MARK))
    known = choices(contract, sheet.name, column.key) if contract else None
    if known is not None and column.kind is tuple:
        return "several", _named(contract, _options(known, (), *text.split(LIST_MARK)))
    if known is not None:
        return ("listed" if column.key in _FREE else "choice"), _named(contract, _options(known, ("",), text))
    if column.kind is int:
        return "number", ()
    return ("lines" if len(text) > _LONG or "\n" in text else "text"), ()


def _options(known: Sequence[str], before: tuple[str, ...], *now: str) -> tuple[tuple[str, str], ...]:
    """What can be chosen, what is there now among it: a number that its register does not have any more is not lost by looking."""
    every = dict.fromkeys((*before, *known, *(one for one in now if one)))
    return tuple((one, one or "—") for one in every)


def _named(contract: Contract | None, options: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """People by number and name."""
    names = {w.id: w.name for w in contract.worker} if contract else {}
    return tuple((sent, f"{sent} {names[sent]}" if sent in names else shown) for sent, shown in options)


def begun(sheet: Sheet, sent: Any) -> dict[str, str]:
    """What the form of an entry to come begins with: what its address says, else what is usual."""
    columns = [column for column in sheet.columns if column.key != "contract"]
    asked = given(sheet, sent)
    return {c.key: _again(c, asked[c.key]) if asked[c.key] else _shown(c, usual(sheet, c)) for c in columns}


def _again(column: Column, text: str) -> str:
    """A day as all days of the form are written; anything else as it was given."""
    if column.kind is not date:
        return text
    try:
        return _shown(column, day_of(text))
    except ValueError:
        return text


def given(sheet: Sheet, sent: Any) -> dict[str, str]:
    """What a form says of the columns of its register; of several choices one text. Nothing else that was sent is looked at."""
    return {
        c.key: LIST_MARK.join(filter(None, map(str.strip, sent.getlist(c.key))))
        if c.kind is tuple
        else str(sent.get(c.key, ""))
        for c in sheet.columns
        if c.key != "contract"
    }
