"""What an entry of the record says beside its kind, in words: a label and a value each. Whole and as kept it is in ``--format jsonl``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.messages import t, t_or
from scanner.policy.registers.sheets import sheets
from scanner.report import wording
from scanner.report.working import shown


def told(details: Mapping[str, Any]) -> Iterator[str]:
    """``label=value`` of each detail."""
    for key, value in details.items():
        yield f"{t_or(f'detail.{key}', key)}={_VALUES.get(key, _value)(value)}"


def _value(value: object) -> str:
    """A value; of a table each part with its label, a code as the word it has."""
    if isinstance(value, Mapping):
        return t("list.separator").join(f"{t_or(f'detail.{k}', _code(k))} {_value(v)}" for k, v in value.items())
    if isinstance(value, list):
        return t("list.separator").join(map(_value, value)) or "—"
    return _code(value) if isinstance(value, str) else shown(value)


def _code(value: object) -> str:
    return t_or(f"detail_value.{value}", shown(value))


def _persons(value: object) -> str:
    return wording.persons(*value) if isinstance(value, list) and len(value) == 2 else _value(value)


def _register(value: object) -> str:
    """The register as its sheet is called, in the language of registers."""
    return next((sheet.title for sheet in sheets() if sheet.name == value), _code(value))


_VALUES: dict[str, Callable[[object], str]] = {
    "persons": _persons,
    "page": lambda value: t_or(f"console.page_{value}", _code(value)),
    "register": _register,
    "gap": lambda value: t_or(f"reason.{value}", str(value)),
    "subject": lambda value: wording.subject(str(value)),
    "ground": lambda value: t_or(f"ground.{value}", str(value)),
    "verdict": lambda value: t_or(f"verdict.{value}", str(value)),
}
