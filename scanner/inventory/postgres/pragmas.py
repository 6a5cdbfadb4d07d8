"""What the program asks of the database itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanner.inventory.postgres.connection import Connection

Answer = tuple[tuple[str, ...], list[Any]]
_ASKED = re.compile(r"pragma (?:main\.)?(\w+)\s*(?:\(\s*\"?(\w+)\"?\s*\)|=\s*(\w+))?$")
_WORDS = {"bigint": "INTEGER", "bytea": "BLOB", "double precision": "FLOAT", "text": "TEXT"}
_OF_FILES = frozenset(
    {"foreign_keys", "journal_mode", "wal_checkpoint", "recursive_triggers", "optimize", "query_only"}
)
"""What has a meaning for a file alone."""


def answer(word: str, connection: Connection) -> Answer:
    """Names of the columns and the rows."""
    found = _ASKED.match(word)
    name, about = (found.group(1), found.group(2) or found.group(3) or "") if found else ("", "")
    if name == "database_list":
        return ("seq", "name", "file"), [(0, "main", str(connection.path))]
    if name == "table_info":
        return _columns(connection, about)
    if name == "synchronous":
        connection.session.execute(f"set synchronous_commit = {'on' if about == 'full' else 'off'}")
        return (name,), []
    if name in ("quick_check", "integrity_check"):
        return (name,), [("ok",)]
    if name in _OF_FILES:
        return (name,), []
    raise ValueError(f"no such question: {name}")


def _columns(connection: Connection, table: str) -> Answer:
    """As ``pragma table_info``: what stands in the catalogue and is there."""
    form = connection.catalogue.forms.get(table)
    there = connection.session.execute(
        "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        (f'"{table}"',),
    ).fetchall()
    kinds = form.columns if form is not None else {}
    names = [str(n) for (n,) in there if form is None or n in kinds or n != form.number]
    key = form.key if form is not None else ()
    filled = form.filled if form is not None else ()
    rows = [
        (at, n, _WORDS[kinds.get(n, "text")], int(n in filled), None, key.index(n) + 1 if n in key else 0)
        for at, n in enumerate(names)
    ]
    return ("cid", "name", "type", "notnull", "dflt_value", "pk"), rows
