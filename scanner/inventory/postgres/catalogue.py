"""What a statement has to know of the tables to mean the same in PostgreSQL: their columns, their keys, the number of a row."""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson

INTEGER, REAL, TEXT, BLOB = "bigint", "double precision", "text", "bytea"
ROWID = "rowid"


@dataclass(frozen=True, slots=True)
class Form:
    """One table."""

    columns: dict[str, str]
    """Name → type in PostgreSQL, without the number of the row where that is none of them."""
    key: tuple[str, ...]
    """Columns of the primary key, or of the first unique index of a table without one."""
    number: str
    """The column that SQLite calls rowid: one of ``columns``, ``rowid`` beside them, or empty where rows have none."""
    counted: bool
    """Whether the database gives that number where a statement does not."""
    filled: frozenset[str]
    """Columns that never hold NULL."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All of them."""

    forms: dict[str, Form] = field(default_factory=dict)
    text: str = ""
    """As it is kept in the database: JSON, and what two catalogues are compared by."""

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalogue) and self.text == other.text


def dumped(forms: dict[str, Form]) -> str:
    """As JSON."""
    told = {name: [f.columns, list(f.key), f.number, f.counted, sorted(f.filled)] for name, f in sorted(forms.items())}
    return orjson.dumps(told).decode()


def loaded(text: str) -> Catalogue:
    """From JSON."""
    forms = {
        name: Form(columns, tuple(key), number, counted, frozenset(filled))
        for name, (columns, key, number, counted, filled) in orjson.loads(text).items()
    }
    return Catalogue(forms, text)


def kind_of(declared: str) -> str:
    """Type of a column by the one it was declared with, as SQLite takes it (https://www.sqlite.org/datatype3.html, 3.1)."""
    told = declared.upper()
    if "INT" in told:
        return INTEGER
    if any(part in told for part in ("CHAR", "CLOB", "TEXT")):
        return TEXT
    if "BLOB" in told:
        return BLOB
    return REAL if any(part in told for part in ("REAL", "FLOA", "DOUB")) else TEXT
