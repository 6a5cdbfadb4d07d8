"""A connection to the inventory in PostgreSQL that has what the program uses of ``sqlite3.Connection``, and nothing else.

Transactions are left to the user, as in every connection of the inventory. ``begin immediate`` takes the one lock of those who write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.pq import TransactionStatus
from sqlglot.errors import SqlglotError

from scanner.inventory.postgres import pragmas, touching
from scanner.inventory.postgres.catalogue import Catalogue, loaded
from scanner.inventory.postgres.faults import as_sqlite
from scanner.inventory.postgres.schema import FORM, SCHEMA
from scanner.inventory.postgres.translating import Statement, translated
from scanner.inventory.postgres.values import adapt, plain, rows_named

_WRITERS = 0x5E415
"""With the number of the schema: the lock of those who write, among the locks of the database."""
_WORDS = {
    "begin": "begin isolation level repeatable read",
    "begin deferred": "begin isolation level repeatable read",
    "commit": "commit",
    "end": "commit",
    "rollback": "rollback",
}


class Noted(Protocol):
    """A sealed table."""

    @property
    def name(self) -> str:
        """Of the table."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """As they are sealed."""
        ...


class Connection:
    """One session."""

    def __init__(self, address: str, path: Path, patience: float, *, write: bool = True) -> None:
        """
        Args:
            address: ``postgresql://…``.
            path: where the inventory would lie in SQLite: names its folder, with keys and locks.
            patience: seconds that one waits for another.
            write: off for who only reads.

        Raises:
            sqlite3.Error: it cannot be reached, or has no inventory.
        """
        self.path = path
        self.row_factory: Callable[..., Any] | None = None
        self.watched = False
        with _as_sqlite():
            self._session: psycopg.Connection[Any] = psycopg.connect(
                address, autocommit=True, connect_timeout=int(patience), cursor_factory=psycopg.ClientCursor
            )
            adapt(self._session)
            self._session.execute(f"set search_path to {SCHEMA}")
            self._session.execute(f"set lock_timeout = '{int(patience * 1000)}'")
            if not write:
                self._session.execute("set default_transaction_read_only = on")
            self.catalogue = self._known()

    def _known(self) -> Catalogue:
        """What is kept of the tables; empty where there are none yet."""
        if self._session.execute("select to_regclass(%s)", (FORM,)).fetchone() == (None,):
            return loaded("{}")
        row = self._session.execute(f"select form from {FORM}").fetchone()
        return loaded(row[0] if row else "{}")

    @property
    def session(self) -> psycopg.Connection[Any]:
        """For who speaks to PostgreSQL itself."""
        return self._session

    @property
    def in_transaction(self) -> bool:
        """Whether one is open, also one that an error has ended."""
        return self._session.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    def cursor(self) -> Cursor:
        """A cursor with the rows of this connection."""
        return Cursor(self)

    def execute(self, sql: str, values: Any = ()) -> Cursor:
        """As ``sqlite3.Connection.execute``."""
        return self.cursor().execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Any]) -> Cursor:
        """As ``sqlite3.Connection.executemany``."""
        return self.cursor().executemany(sql, values)

    def watch(self) -> None:
        """Note from now on what this connection writes."""
        with _as_sqlite():
            for statement in touching.begin():
                self._session.execute(statement)
        self.watched = True

    def unwatch(self) -> None:
        """No more."""
        with _as_sqlite():
            for statement in touching.end():
                self._session.execute(statement)
        self.watched = False

    def noted(self, table: Noted) -> str:
        """The columns of ``w``, the rows that were touched, as they were in ``table``; in the words of SQLite."""
        return touching.listed(table.columns, table.name, self.catalogue)

    def commit(self) -> None:
        """As ``sqlite3.Connection.commit``."""
        if self.in_transaction:
            self.execute("commit")

    def rollback(self) -> None:
        """As ``sqlite3.Connection.rollback``."""
        if self.in_transaction:
            self.execute("rollback")

    def close(self) -> None:
        """Close."""
        self._session.close()

    def __del__(self) -> None:
        """A connection of SQLite that nobody has any more closes itself."""
        session = getattr(self, "_session", None)
        if session is not None:
            session.close()


class Cursor:
    """The rows of one statement, all of them here."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.row_factory = connection.row_factory
        self.lastrowid: int | None = None
        self.rowcount = -1
        self.description: list[tuple[Any, ...]] | None = None
        self._rows: Iterator[Any] = iter(())

    def execute(self, sql: str, values: Any = ()) -> Cursor:
        """As ``sqlite3.Cursor.execute``."""
        word = " ".join(sql.split()).rstrip(";").lower()
        if word in _WORDS:
            self._said(_WORDS[word])
        elif word == "begin immediate":
            self._begin()
        elif word.startswith("pragma "):
            names, rows = pragmas.answer(word, self.connection)
            self._have(names, rows)
        else:
            self._ask(_known(sql, self.connection.catalogue), plain(values))
        return self

    def executemany(self, sql: str, values: Iterable[Any]) -> Cursor:
        """As ``sqlite3.Cursor.executemany``."""
        statement = _known(sql, self.connection.catalogue)
        given = [plain(one) for one in values]
        self.rowcount = 0
        if given:
            with _as_sqlite(), self.connection.session.cursor() as cursor:
                cursor.executemany(statement.text, given)
                self.rowcount = cursor.rowcount
                self._recount(statement)
        return self

    def _ask(self, statement: Statement, values: Any) -> None:
        with _as_sqlite(), self.connection.session.cursor() as cursor:
            given = {f"p{n}": v for n, v in enumerate(values, 1)} if statement.by_number else values
            cursor.execute(statement.text, given)
            self.rowcount = cursor.rowcount
            if statement.numbered:
                last = cursor.fetchall()
                self.lastrowid = int(last[-1][0]) if last else self.lastrowid
                self._recount(statement)
            elif cursor.description is not None:
                self._have(tuple(column.name for column in cursor.description), cursor.fetchall())
                self.rowcount = -1

    def _recount(self, statement: Statement) -> None:
        """Numbers that a statement gave itself are not given again."""
        form = self.connection.catalogue.forms.get(statement.recount)
        if form is not None:
            name, number = statement.recount, form.number
            self.connection.session.execute(
                f'select setval(pg_get_serial_sequence(\'"{name}"\', \'{number}\'), max("{number}")) from "{name}"'
                " having count(*) > 0"
            )

    def _have(self, names: tuple[str, ...], rows: list[Any]) -> None:
        self.description = [(name, None, None, None, None, None, None) for name in names]
        self._rows = map(rows_named(names), rows) if self.row_factory is not None else iter(rows)

    def _said(self, word: str) -> None:
        with _as_sqlite():
            self.connection.session.execute(word)

    def _begin(self) -> None:
        """Wait for whoever writes now. What is read afterwards is as that one left it."""
        session = self.connection.session
        with _as_sqlite():
            session.execute("begin")
            try:
                session.execute("select pg_advisory_xact_lock(%s, hashtext(current_schema()))", (_WRITERS,))
            except BaseException:
                session.execute("rollback")
                raise

    def fetchone(self) -> Any:
        """The next row, or ``None``."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """What is left."""
        return list(self._rows)

    def fetchmany(self, size: int = 1) -> list[Any]:
        """The next rows."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._rows)

    def close(self) -> None:
        """Forget the rows."""
        self._rows = iter(())


def _known(sql: str, catalogue: Catalogue) -> Statement:
    try:
        return translated(sql, catalogue)
    except SqlglotError as error:
        raise psycopg.ProgrammingError(type(error).__name__) from None


@contextmanager
def _as_sqlite() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise as_sqlite(error) from None
