"""A policy file that comes to lie elsewhere: its relative folders are those of the folder it was written for."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Any

from scanner.policy.consents import absolute


def rebased(text: str, base: PurePath) -> tuple[str, int]:
    """The file with every relative folder written whole, below ``base``, and how many these were; comments and order stay. A text that is no
    TOML stays as it is: whoever loads it says what is wrong."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document: Any = tomlkit.parse(text)
    except TOMLKitError:
        return text, 0
    number = 0
    for table, key in _folders(document):
        value = table.get(key)
        if isinstance(value, str) and _relative(value):
            table[key] = str(base / value)
            number += 1
        elif isinstance(value, list):
            for at, one in enumerate(value):
                if isinstance(one, str) and _relative(one):
                    value[at] = str(base / one)
                    number += 1
    return (tomlkit.dumps(document) if number else text), number


def _relative(folder: str) -> bool:
    return bool(folder) and not absolute(folder) and not folder.startswith(("~", "//", "\\\\"))


def _folders(document: Any) -> list[tuple[Any, str]]:
    """Where a policy names folders: places that no volume or share carries, the outbox, and what is watched."""
    contracts = document.get("contract", [])
    places = [p for c in contracts if isinstance(c, dict) for p in c.get("place", []) if isinstance(p, dict)]
    found: list[tuple[Any, str]] = [(p, "path") for p in places if not p.get("volume")]
    found += [(document[name], key) for name, key in (("gate", "outbox"), ("watch", "roots")) if name in document]
    return found


def lies_in(policy: Path) -> str:
    """The folder that the relative folders of a policy file are below."""
    return str(policy.resolve().parent)
