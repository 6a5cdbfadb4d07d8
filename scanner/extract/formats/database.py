"""SQLite databases, read in memory; every table as rows under its column names, text in blobs, definitions that state texts.

Only what is stored is read: a generated column is computed for each row by whatever expression the file states, and
an expression of ten characters gives a gigabyte. Where a table has one, its definition is read in its stead.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from scanner.extract import charsets, encoding, values, vectors
from scanner.extract.formats import structured
from scanner.extract.formats.sqlitelog import LARGEST, merged, pages_of
from scanner.extract.inletters import deflated, legible
from scanner.extract.interface import LONG_TEXT, ExtractError, LimitReached, Sink, Source, join
from scanner.model import Reason

_VERSIONS = slice(18, 20)
_WITH_LOG, _PLAIN = b"\x02\x02", b"\x01\x01"
"""Versions of the file format in the header: of databases with a write-ahead log and without."""
_LONGEST_VALUE = 50_000_000
_STEPS = 100_000
"""Instructions of the database machine between two looks at the clock."""
_COMPUTED = 2
_LITERAL = re.compile("'[^']*'|\"[^\"]*\"")
_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""The library decodes its own messages, which quote what is damaged."""
_SHORT = 16
"""Characters of a text that are too few to carry anything."""
_SMALL = 24
"""Bytes of a blob that are too few for a file: keys, hashes, numbers."""
_TOGETHER = 256
"""Rows that are looked at in one go."""
_BEFORE = "before"
"""Name of the schema that holds the database without its log."""
_SHADOW = re.compile(r"_(?:data|idx|docsize|config|segments|segdir|stat|node|parent|rowid)$")
"""Tables in which the full-text and spatial indexes keep themselves."""


def extract(source: Source, sink: Sink) -> None:
    """Put all rows of all tables; a damaged page costs its table."""
    source.file.seek(0)
    newest = _with_its_log(source) if source.beside else None
    if newest is None and source.file.read(20)[_VERSIONS] == _WITH_LOG:
        sink.note("what was written last may stand in the write-ahead log beside the database, a file of its own")
    with closing(_opened(source, sink, newest)) as connection:
        _prepare(connection, sink)
        _put(connection, source, sink)


def added(before: bytes, after: bytes, source: Source, sink: Sink) -> None:
    """Put the rows that a database holds ``after`` and did not hold ``before``."""
    with closing(sqlite3.connect(":memory:")) as connection:
        _prepare(connection, sink)
        try:
            connection.deserialize(_without_log(after))
            connection.execute(f"attach ':memory:' as {_BEFORE}")
            connection.deserialize(_without_log(before), name=_BEFORE)
            connection.execute("select count(*) from sqlite_master").fetchall()
        except _ERRORS:
            raise ExtractError("sqlite") from None
        _put(connection, source, sink, more=True)


def _prepare(connection: sqlite3.Connection, sink: Sink) -> None:
    connection.text_factory = _text
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.set_progress_handler(sink.deadline.over, _STEPS)


def _put(connection: sqlite3.Connection, source: Source, sink: Sink, *, more: bool = False) -> None:
    """All tables; of each only what is ``more`` than before."""
    try:
        entries = connection.execute(
            r"select type, name, sql from sqlite_master where name not like 'sqlite\_%' escape '\'"
        ).fetchall()
        tables = [(str(name), str(sql or "")) for kind, name, sql in entries if kind == "table"]
        for kind, name, sql in entries:
            if more:
                continue
            if kind != "table" or _LITERAL.search(str(sql or "").replace(f'"{name}"', "")):
                sink.field(join(source.part, "definition"), "", str(sql or ""))
        virtual = {name for name, sql in tables if "virtual" in sql[:40].lower()}
        for number, (name, definition) in enumerate(tables, 1):
            part = source.at(name, "table", number)
            sink.entitled(part, name)
            index = _SHADOW.search(name)
            inner = bool(index and name[: index.start()] in virtual)
            _Table(connection, name, definition, part, source, sink, blobs=not inner, more=more).put()
    except _ERRORS:
        sink.tick()
        raise ExtractError("sqlite") from None


def _text(value: bytes) -> str:
    """Text of a database is UTF-8; old programs put what their machine wrote."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return charsets.by_codec(value, "")


class _Table:
    def __init__(
        self,
        connection: sqlite3.Connection,
        name: str,
        definition: str,
        part: str,
        source: Source,
        sink: Sink,
        *,
        blobs: bool,
        more: bool,
    ) -> None:
        self._connection, self._name, self._definition, self._part = connection, name, definition, part
        self._source, self._sink, self._blobs, self._more = source, sink, blobs, more
        self._unread = 0

    def put(self) -> None:
        sink = self._sink
        try:
            columns = self._connection.execute(f"pragma table_xinfo({_quoted(self._name)})").fetchall()
            stored = [str(c[1]) for c in columns if c[6] != _COMPUTED]
            if len(stored) < len(columns) and not self._more:
                sink.field(self._part, "definition", self._definition)
            if not stored:
                return
            if not self._more:
                sink.row(self._part, 1, enumerate(stored, 1))
            number = 2
            for rows in self._rows(", ".join(map(_quoted, stored))):
                if self._more and number == 2:
                    sink.row(self._part, 1, enumerate(stored, 1))
                self._batch(number, rows)
                number += len(rows)
        except _ERRORS as error:
            sink.tick()
            sink.missed(Reason.TOO_LARGE if isinstance(error, sqlite3.DataError) else Reason.CORRUPT, self._part)
        if self._unread:
            sink.note(f"{self._unread} binary value(s) in a table were not read")
            sink.missed(Reason.UNSUPPORTED, join(self._part, "object"))

    def _rows(self, listed: str) -> Iterator[list[tuple[Any, ...]]]:
        """The rows by the hundreds. The library decodes them where all is UTF-8; from the first that is not, it is done here."""
        given = 0
        query = f"select {listed} from main.{_quoted(self._name)}"  # noqa: S608
        if self._more and self._had(listed):
            query += f" except select {listed} from {_BEFORE}.{_quoted(self._name)}"  # noqa: S608
        self._connection.text_factory = str
        try:
            cursor = self._connection.execute(query)
            while rows := cursor.fetchmany(_TOGETHER):
                yield rows
                given += len(rows)
            return
        except _ERRORS:
            self._sink.tick()
        finally:
            self._connection.text_factory = _text
        rows = []
        try:
            for row in islice(self._connection.execute(query), given, None):
                rows.append(row)
                if len(rows) == _TOGETHER:
                    yield rows
                    rows = []
        finally:  # a damaged page costs what stands behind it
            yield rows

    def _had(self, listed: str) -> bool:
        """Whether the table was there before, with these columns."""
        try:
            self._connection.execute(f"select {listed} from {_BEFORE}.{_quoted(self._name)} limit 0")  # noqa: S608
        except _ERRORS:
            return False
        return True

    def _batch(self, number: int, rows: list[tuple[Any, ...]]) -> None:
        columns = [self._column(list(column), number) for column in zip(*rows, strict=True)]
        if len(columns) > 1 and all(max(map(len, column)) < LONG_TEXT for column in columns):
            self._sink.records(self._part, number, list(map(list, zip(*columns, strict=True))))
            return
        for at, row in enumerate(zip(*columns, strict=True), number):
            self._sink.row(self._part, at, enumerate(row, 1))

    def _column(self, values_: list[Any], first: int) -> list[str]:
        """What a person sees of the values of neighbouring rows."""
        kinds = set(map(type, values_))
        if bytes in kinds:
            values_ = [self._binary(v, n) if isinstance(v, bytes) else v for n, v in enumerate(values_, first)]
        if kinds != {str}:
            values_ = ["" if v is None else str(v) for v in values_]
        if str in kinds:
            joined = "\n".join(values_)
            if "{" in joined or "[" in joined:
                values_ = list(map(_opened_text, values_))
            for at, shown in values.looked_at(values_, self._source, self._sink):
                values_[at] = "\n".join(shown)
        return values_

    def _binary(self, value: bytes, number: int) -> str:
        """The text of a blob; a file inside it is read as a member."""
        if not self._blobs or not value:
            return ""
        wide = encoding.wide_without_mark(value[:4096]) if len(value) % 2 == 0 else None
        if wide:
            return encoding.decode(value, wide)
        if b"\0" not in value and legible(value):
            return charsets.by_codec(value, "")
        if len(value) >= _SMALL:
            self._file(value, number)
        return ""

    def _file(self, value: bytes, number: int) -> None:
        from scanner.extract.sniff import sniff

        kind = sniff(io.BytesIO(value), "").format
        if kind == "binary" and (inner := deflated(value)):
            value, kind = inner, sniff(io.BytesIO(inner), "").format
        if kind == "binary" or (kind == "text" and not legible(value)):
            self._unread += 1
            if vectors.like_a_face(value):
                vectors.told(self._sink)
            return
        self._sink.unpacked(len(value))
        self._sink.member(self._source.inner("object", io.BytesIO(value), len(value), "object", number))


def _opened_text(text: str) -> str:
    """A text; a JSON that is written in ASCII, as the characters that it states."""
    if len(text) < _SHORT or text[0] not in "{[" or not text.isascii():
        return text
    inside = structured.inside(text)
    return text if inside is None else json.dumps(inside, ensure_ascii=False)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _with_its_log(source: Source) -> bytes | None:
    """The database as its application would find it: with what stands in its write-ahead log; ``None`` where that is none of it."""
    log = source.beside[0]
    log.seek(0)
    pages = log.read(LARGEST)
    base = source.file.read(LARGEST + 1)
    source.file.seek(0)
    if not pages:  # all of it has been written into the database
        return base if len(base) <= LARGEST else None
    try:
        return merged(base, list(pages_of(pages)))
    except ExtractError:
        return None


def _opened(source: Source, sink: Sink, newest: bytes | None) -> sqlite3.Connection:
    """From memory: a database opened by its path would be opened a second time, and its time of access would change."""
    if source.size > sink.limits.part_bytes:
        raise LimitReached("sqlite", Reason.TOO_LARGE)
    source.file.seek(0)
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(_without_log(source.file.read() if newest is None else newest))
    except BaseException:
        connection.close()
        raise
    return connection


def _without_log(data: bytes) -> bytes:
    """A database in memory has no write-ahead log beside it and is refused if it says that it has; what the log holds is
    in a file of its own."""
    return data[:18] + _PLAIN + data[20:] if data[_VERSIONS] == _WITH_LOG else data
