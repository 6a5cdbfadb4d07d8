"""SQLite databases, read in memory; every table as rows under its column names.

Only what is stored is read: a generated column is computed for each row by whatever expression the file states, and
an expression of ten characters gives a gigabyte. Where a table has one, its definition is read in its stead.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from scanner.extract.interface import ExtractError, LimitReached, Sink, Source
from scanner.model import Reason

_VERSIONS = slice(18, 20)
_WITH_LOG, _PLAIN = b"\x02\x02", b"\x01\x01"
"""Versions of the file format in the header: of databases with a write-ahead log and without."""
_LONGEST_VALUE = 50_000_000
_STEPS = 100_000
"""Instructions of the database machine between two looks at the clock."""
_COMPUTED = 2


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all tables; a damaged page costs its table."""
    with closing(_opened(source, sink)) as connection:
        connection.text_factory = lambda b: b.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        connection.set_progress_handler(sink.deadline.over, _STEPS)
        try:
            tables = connection.execute(
                "select name, sql from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            ).fetchall()
            for number, (name, definition) in enumerate(tables, 1):
                part = source.at(str(name), "table", number)
                sink.entitled(part, str(name))
                _table(connection, str(name), str(definition or ""), part, sink)
        except sqlite3.Error:
            sink.tick()
            raise ExtractError("sqlite") from None


def _table(connection: sqlite3.Connection, name: str, definition: str, part: str, sink: Sink) -> None:
    try:
        columns = connection.execute(f"pragma table_xinfo({_quoted(name)})").fetchall()
        stored = [str(c[1]) for c in columns if c[6] != _COMPUTED]
        if len(stored) < len(columns):
            sink.field(part, "definition", definition)
        if not stored:
            return
        listed = ", ".join(map(_quoted, stored))
        cursor = connection.execute(f"select {listed} from {_quoted(name)}")  # noqa: S608
        sink.row(part, 1, enumerate(stored, 1))
        for number, row in enumerate(cursor, 2):
            sink.row(
                part,
                number,
                ((i, str(v)) for i, v in enumerate(row, 1) if v is not None and not isinstance(v, bytes)),
            )
    except sqlite3.Error as error:
        sink.tick()
        sink.missed(Reason.TOO_LARGE if isinstance(error, sqlite3.DataError) else Reason.CORRUPT, part)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _opened(source: Source, sink: Sink) -> sqlite3.Connection:
    """From memory: a database opened by its path would be opened a second time, and its time of access would change."""
    if source.size > sink.limits.part_bytes:
        raise LimitReached("sqlite", Reason.TOO_LARGE)
    source.file.seek(0)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(_without_log(source.file.read()))
    return connection


def _without_log(data: bytes) -> bytes:
    """A database in memory has no write-ahead log beside it and is refused if it says that it has; what the log holds is
    in a file of its own."""
    return data[:18] + _PLAIN + data[20:] if data[_VERSIONS] == _WITH_LOG else data
