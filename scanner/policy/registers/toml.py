"""A policy as the text of its file: only what was stated, tables in the order of the models."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from scanner.policy.models import REGISTERS, Policy
from scanner.policy.registers.sheets import HOUSE


def to_toml(policy: Policy) -> str:
    """The policy as a file: only what was stated, tables in the order of the models."""
    import tomlkit

    document = tomlkit.document()
    others = policy.model_dump(exclude_defaults=True, exclude={"contract", *HOUSE})
    for key, value in sorted(
        others.items(), key=lambda item: isinstance(item[1], dict)
    ):  # a key after a table is of it
        document.add(key, tomlkit.item(_lists(value)))
    contracts = tomlkit.aot()
    for contract in policy.contract:
        table = tomlkit.table()
        for key, value in contract.model_dump(exclude_defaults=True, exclude=set(REGISTERS)).items():
            if isinstance(value, dict):
                inline = tomlkit.inline_table()
                inline.update(value)
                table.add(key, inline)
            else:
                table.add(key, list(value) if isinstance(value, tuple) else value)
        for name in REGISTERS:
            _add_tables(table, name, getattr(contract, name))
        contracts.append(table)
    document.add("contract", contracts)
    for name in HOUSE:
        _add_tables(document, name, getattr(policy, name))
    return tomlkit.dumps(document)


def _lists(value: Any) -> Any:
    """Tuples as lists, at every depth."""
    if isinstance(value, dict):
        return {k: _lists(v) for k, v in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _add_tables(parent: Any, name: str, items: tuple[BaseModel, ...]) -> None:
    import tomlkit

    if not items:
        return
    tables = tomlkit.aot()
    for item in items:
        table = tomlkit.table()
        for key, value in item.model_dump(exclude_defaults=True).items():
            table.add(key, list(value) if isinstance(value, tuple) else value)
        tables.append(table)
    parent.add(name, tables)
