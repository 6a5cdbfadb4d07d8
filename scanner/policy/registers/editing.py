"""A changed policy written into the text of its file: what did not change stays as somebody wrote it, comments and order with it."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from scanner.policy.registers import remarks


class NotEditable(Exception):
    """The text says it in a way that cannot be changed in place."""


def edited(text: str, before: BaseModel, after: BaseModel) -> str:
    """``text``, which says ``before``, with what differs in ``after``. Whoever calls must read the answer again: the text may have been
    laid out in a way that no edit fits.

    Raises ``NotEditable``.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        bare, above = remarks.taken_off(text if text.endswith("\n") else f"{text}\n")
        document = tomlkit.parse(bare)
        _bring(document, before, after)
        made = tomlkit.dumps(document)
    except (TOMLKitError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise NotEditable from error  # what the library raises on tables that lie in pieces is any of these
    made = remarks.put_back(made, above)
    if remarks.on_keys(made) - remarks.on_keys(text):
        raise NotEditable  # what was said of a field that went would stand above another
    return made


def _bring(table: Any, before: BaseModel, after: BaseModel) -> None:
    """Change what differs, field by field."""
    for name, field in type(after).model_fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if _entries(old) or _entries(new):
            _listed(table, name, old, new)
        elif isinstance(old, BaseModel) and isinstance(new, BaseModel) and name in table:
            _bring(table[name], old, new)
        elif new is None or (new == field.get_default(call_default_factory=True) and name not in table):
            table.pop(name, None)
        elif isinstance(new, dict) or name not in table:
            table.pop(name, None)
            _add(table, name, new)
        else:
            table[name] = _plain(new)


def _entries(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _listed(table: Any, name: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
    """Entries of a register: those of the same number are the same entry, one that stands in the place of another is that one renamed."""
    from tomlkit.items import AoT

    if not before:
        _add(table, name, after)
        return
    tables = table[name]
    if not isinstance(tables, AoT) or len(tables) != len(before):
        raise NotEditable
    if not after:
        del table[name]
        return
    was, is_ = ([getattr(one, "id", repr(one)) for one in entries] for entries in (before, after))
    for tag, i, i_end, j, j_end in reversed(SequenceMatcher(None, was, is_, autojunk=False).get_opcodes()):
        both = min(i_end - i, j_end - j) if tag in ("equal", "replace") else 0
        for at in range(i_end - 1, i + both - 1, -1):
            del tables[at]
        for step, one in enumerate(after[j + both : j_end]):
            tables.insert(i + both + step, _table(one))
        for step in range(both):
            _bring(tables[i + step], before[i + step], after[j + step])


def _add(table: Any, name: str, value: Any) -> None:
    import tomlkit

    if isinstance(value, BaseModel):
        inline = tomlkit.inline_table()
        inline.update(_plain(value.model_dump(exclude_defaults=True)))
        table.add(name, inline)
    elif _entries(value):
        tables = tomlkit.aot()
        for one in value:
            tables.append(_table(one))
        table.add(name, tables)
    else:
        table.add(name, _plain(value))


def _table(entry: BaseModel) -> Any:
    import tomlkit

    table = tomlkit.table()
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if name in entry.model_dump(exclude_defaults=True):
            _add(table, name, value)
    return table


def _plain(value: Any) -> Any:
    """Tuples as lists, at every depth."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (tuple, list)) else value
