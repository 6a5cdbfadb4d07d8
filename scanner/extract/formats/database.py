"""SQLite databases, opened read-only from memory-safe immutable mode; every table as rows under its column names."""

from __future__ import annotations

import sqlite3

from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import Reason

_VERSIONS = slice(18, 20)
_WITH_LOG, _PLAIN = b"\x02\x02", b"\x01\x01"
"""Versions of the file format in the header: of databases with a write-ahead log and without."""


def _without_log(data: bytes) -> bytes:
    """A database in memory has no write-ahead log beside it and is refused if it says that it has; what the log holds is
    in a file of its own."""
    return data[:18] + _PLAIN + data[20:] if data[_VERSIONS] == _WITH_LOG else data


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all tables; a damaged page costs its table."""
    name = getattr(source.file, "name", None)
    if not isinstance(name, (str, bytes, int)) or isinstance(name, int) or source.depth:
        connection = sqlite3.connect(":memory:")
        source.file.seek(0)
        connection.deserialize(_without_log(source.file.read(sink.limits.part_bytes)))
    else:
        from pathlib import Path
        from urllib.parse import quote

        path = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
        connection = sqlite3.connect(
            f"file:{quote(str(Path(path).absolute()), errors='surrogateescape')}?mode=ro&immutable=1", uri=True
        )
    connection.text_factory = lambda b: b.decode("utf-8", "replace")
    try:
        tables = [
            r[0]
            for r in connection.execute(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
            )
        ]
        for place, table in enumerate(tables, 1):
            part = source.at(table, "table", place)
            sink.entitled(part, table)
            try:
                cursor = connection.execute('select * from "' + table.replace('"', '""') + '"')  # noqa: S608
                sink.row(part, 1, enumerate((c[0] for c in cursor.description), 1))
                for number, row in enumerate(cursor, 2):
                    sink.row(
                        part,
                        number,
                        ((i, str(v)) for i, v in enumerate(row, 1) if v is not None and not isinstance(v, bytes)),
                    )
            except sqlite3.Error:
                sink.missed(Reason.CORRUPT, part)
    except sqlite3.Error:
        raise ExtractError("sqlite") from None
    finally:
        connection.close()
