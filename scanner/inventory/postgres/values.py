"""Values and rows as ``sqlite3`` gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.adapt import Buffer, Dumper, Loader


class Row(tuple[Any, ...]):
    """By place and by name, as ``sqlite3.Row``."""

    __slots__ = ()
    names: tuple[str, ...] = ()

    def keys(self) -> Sequence[str]:
        """Names of the columns."""
        return list(self.names)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, str):
            try:
                return tuple.__getitem__(self, self.names.index(at))
            except ValueError:
                raise IndexError("No item with that key") from None
        return tuple.__getitem__(self, at)


def rows_named(names: tuple[str, ...]) -> type[Row]:
    """The class of the rows of one query."""
    return type("Row", (Row,), {"__slots__": (), "names": names})


class _Number(Loader):
    """A sum of whole numbers is one; an average is not."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


class _Json(Loader):
    """A value out of JSON with its type; what has parts as its text."""

    def load(self, data: Buffer) -> Any:
        value = json.loads(bytes(data))
        if isinstance(value, bool):
            return int(value)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, dict | list) else value


class _Truth(Dumper):
    """As a number."""

    def dump(self, obj: bool) -> bytes:
        return b"1" if obj else b"0"

    def quote(self, obj: bool) -> bytes:
        return self.dump(obj)


def adapt(connection: Any) -> None:
    """Teach a connection of psycopg."""
    connection.adapters.register_loader("numeric", _Number)
    connection.adapters.register_loader("jsonb", _Json)
    connection.adapters.register_loader("json", _Json)
    connection.adapters.register_dumper(bool, _Truth)


def plain(values: Any) -> Any:
    """Values of a statement in the form that psycopg wants them."""
    if isinstance(values, Mapping):
        return {name: _plain(value) for name, value in values.items()}
    return tuple(_plain(value) for value in values)


def _plain(value: Any) -> Any:
    """What is a kind of text or number is given as that; a float that is no number is nothing, as SQLite keeps it."""
    if isinstance(value, bool) or value is None or type(value) in (int, bytes, str):
        return value
    if isinstance(value, float):
        return None if value != value else float(value)
    for kind in (int, str):
        if isinstance(value, kind):
            return kind(value) if kind is int else str.__str__(value)
    return bytes(value) if isinstance(value, bytearray | memoryview) else value
