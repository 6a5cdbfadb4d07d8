"""Errors of PostgreSQL as those of SQLite that callers catch. Their texts name the kind and, where a statement is wrong, what of it;
what PostgreSQL says about values stays here."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg

_KINDS: tuple[tuple[tuple[str, ...], type[sqlite3.Error], int], ...] = (
    (("23", "P0001"), sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT),
    (("55P03", "40", "57014"), sqlite3.OperationalError, sqlite3.SQLITE_BUSY),
    (("53100", "53200"), sqlite3.OperationalError, sqlite3.SQLITE_FULL),
    (("42501", "25006"), sqlite3.OperationalError, sqlite3.SQLITE_READONLY),
    (("XX001", "XX002"), sqlite3.DatabaseError, sqlite3.SQLITE_CORRUPT),
    (("08", "57P", "53300", "28"), sqlite3.OperationalError, sqlite3.SQLITE_PROTOCOL),
    (("22",), sqlite3.DataError, sqlite3.SQLITE_MISMATCH),
)
"""Beginnings of SQLSTATE → (class, code). https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_OF_STATEMENT = "42"


def as_sqlite(error: psycopg.Error) -> sqlite3.Error:
    """The same for who knows SQLite."""
    state = error.sqlstate or ("08000" if isinstance(error, psycopg.OperationalError) else "")
    told = f"PostgreSQL: {type(error).__name__} {state}".rstrip()
    if state.startswith(_OF_STATEMENT) and error.diag.message_primary:
        told += f": {error.diag.message_primary}"
    for beginnings, kind, code in _KINDS:
        if state.startswith(beginnings):
            return _coded(kind(told), code)
    if isinstance(error, psycopg.DataError):
        return _coded(sqlite3.DataError(told), sqlite3.SQLITE_MISMATCH)
    return _coded(sqlite3.OperationalError(told), sqlite3.SQLITE_ERROR)


def _coded(error: Any, code: int) -> sqlite3.Error:
    error.sqlite_errorcode = code
    found: sqlite3.Error = error
    return found
