"""The hub's own tables on SQLite or PostgreSQL: the one place that knows which.

Statements are written once, with ``?`` for values and what both understand; ``{bytes}`` and the partitions of the schema, the lock on a
row, and the beginning of a transaction are what differs.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Protocol, Self

from scanner.hub.errors import HubError

PATIENCE = 30
"""Seconds for which one waits for another."""
_TABLES = """
create table if not exists meta (name text primary key, value text not null);
create table if not exists tokens (id text primary key, digest text not null, made text not null, ends text not null, most bigint not null,
  used bigint not null, automatic bigint not null, revoked text not null);
create table if not exists terminals (id text primary key, name text not null unique, key {bytes} not null unique, state text not null,
  why text not null, token text not null, enrolled text not null, decided text not null, heard text not null, version text not null,
  call bigint not null, number bigint not null, digest {bytes} not null, records text not null, seen bigint not null, root {bytes} not null,
  signed text not null, record_state text not null, leaves bigint not null, frontier {bytes} not null, policy bigint not null);
create table if not exists batches (terminal text not null, number bigint not null, since bigint not null, digest {bytes} not null,
  anew bigint not null, at text not null, frame {bytes} not null, primary key (terminal, number)){partitioned};
create table if not exists refusals (day text not null, why text not null, terminal text not null, count bigint not null, last text not null,
  primary key (day, why, terminal));
create table if not exists requests (id text primary key, terminal text not null, kind text not null, made text not null, told text not null);
create table if not exists events (id bigint primary key, kind text not null, terminal text not null, details text not null);
create table if not exists deeds (id text not null, terminal text not null, kind text not null, body text not null, made text not null,
  answer text not null, answered text not null, entered bigint not null, primary key (id, terminal));
create index if not exists deeds_waiting on deeds (terminal, answer);
create table if not exists box_keys (terminal text primary key, box text not null, proof text not null);
create table if not exists vouchers (terminal text primary key, text text not null);
create table if not exists parcels (digest text primary key, sender text not null, fingerprint text not null, header text not null,
  parts bigint not null, whole bigint not null, delivered bigint not null, made text not null);
create index if not exists parcels_sent on parcels (sender, delivered);
create index if not exists parcels_of on parcels (fingerprint);
create table if not exists boxes_sent (parcel text not null, terminal text not null, box text not null, answer text not null,
  primary key (parcel, terminal));
create index if not exists boxes_waiting on boxes_sent (terminal, answer);
create table if not exists parcel_parts (parcel text not null, number bigint not null, data {bytes} not null, primary key (parcel, number));
create table if not exists pieces (version bigint not null, contract text not null, piece text not null, primary key (version, contract));
"""
_LATER = (("deeds", "place", "bigint not null default 0"),)
"""Columns that a hub of an earlier version lacks: (table, name, what it is). ``place``: the order in which deeds are handed over."""
PARTITIONS = 16
_ALONE = 0x5E415
"""Number of the one lock of the program among those of the database."""


class Work(Protocol):
    """An open transaction."""

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        ...

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        """Change rows; returns how many."""
        ...

    def still(self) -> None:
        """Before anything else: what is read from now on is as it stands at one moment."""
        ...

    def alone(self) -> None:
        """Nobody else goes beyond this until the transaction ends."""
        ...

    @property
    def lock(self) -> str:
        """Behind a query: nobody else changes its rows until the transaction ends."""
        ...


class Database:
    """Either of them; a connection for each thread."""

    def __init__(self, address: str) -> None:
        """``address``: the path of a file, or ``postgresql://…``."""
        self.address = address
        self.postgres = address.startswith(("postgresql://", "postgres://"))
        self._own = threading.local()
        self._opened: list[Any] = []
        self._guard = threading.Lock()

    def create(self) -> None:
        """Make what is missing of the tables."""
        partitioned = " partition by hash (terminal)" if self.postgres else ""
        text = _TABLES.format(bytes="bytea" if self.postgres else "blob", partitioned=partitioned)
        with self.transaction() as work:
            work.alone()  # of two that begin at once one would find the other's half-made tables
            for statement in filter(str.strip, text.split(";")):
                work.run(statement)
            for table, name, form in _LATER:
                self._add(work, table, f"{name} {form}")
            for number in range(PARTITIONS if self.postgres else 0):
                work.run(
                    f"create table if not exists batches_{number} partition of batches"
                    f" for values with (modulus {PARTITIONS}, remainder {number})"
                )

    def _add(self, work: Work, table: str, column: str) -> None:
        """Asked for before, as a table that is altered is locked for everybody, whether anything is missing or not."""
        known = "select name from pragma_table_info(?)"
        if self.postgres:
            known = "select column_name from information_schema.columns where table_schema = current_schema() and table_name = ?"
        if column.split()[0] not in {name for (name,) in work.all(known, (table,))}:
            work.run(f"alter table {table} add column {column}")

    @contextmanager
    def transaction(self) -> Iterator[Work]:
        """All of it or nothing; what is committed is on the disk. Raises ``HubError``."""
        with self._postgres() if self.postgres else self._sqlite("begin immediate") as work:
            yield work

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """The same for who only reads: on SQLite nobody who writes is waited for."""
        with self._postgres() if self.postgres else self._sqlite("begin") as work:
            yield work

    def close(self) -> None:
        """Close every connection."""
        with self._guard:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._own = threading.local()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _sqlite(self, begin: str) -> Iterator[Work]:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        try:
            if connection is None:
                self._there()
                connection = sqlite3.connect(
                    self.address, timeout=PATIENCE, isolation_level=None, check_same_thread=False
                )
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = full")
                self._keep(connection)
            connection.execute(begin)
        except (OSError, sqlite3.Error) as error:
            raise HubError("database", path=self.address, kind=type(error).__name__) from None
        try:
            yield _Sqlite(connection)
            connection.execute("commit")
        except sqlite3.Error as error:
            _undo(connection)
            raise HubError("database", path=self.address, kind=type(error).__name__) from None
        except BaseException:
            _undo(connection)
            raise

    @contextmanager
    def _postgres(self) -> Iterator[Work]:
        import psycopg

        try:
            with ExitStack() as stack:
                yield _Postgres(self._begun(stack))
        except psycopg.Error as error:
            raise HubError("database", path="PostgreSQL", kind=type(error).__name__) from None

    def _begun(self, stack: ExitStack) -> Any:
        """A connection in a transaction. One whose server was ended meanwhile is found out by its beginning, before anything was asked of
        it, and another takes its place."""
        import psycopg

        connection = getattr(self._own, "connection", None)
        if connection is not None and not connection.closed:
            try:
                stack.enter_context(connection.transaction())
                return connection
            except psycopg.OperationalError:
                connection.close()
        connection = psycopg.connect(self.address, connect_timeout=PATIENCE)
        self._keep(connection)
        stack.enter_context(connection.transaction())
        return connection

    def _there(self) -> None:
        """As ``inventory.opening``: a file that is there is never opened beside SQLite, whose locks would go with it."""
        with suppress(FileExistsError):
            os.close(os.open(self.address, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def _keep(self, connection: Any) -> None:
        self._own.connection = connection
        with self._guard:
            self._opened = [c for c in self._opened if not getattr(c, "closed", False)]
            self._opened.append(connection)


class _Sqlite:
    lock = ""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def still(self) -> None:
        """A transaction of SQLite is so from its beginning."""

    def alone(self) -> None:
        """Who changes something is so from the beginning."""

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, tuple(values)).fetchall()

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        return self._connection.execute(statement, tuple(values)).rowcount


class _Postgres:
    lock = " for update"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def alone(self) -> None:
        self._connection.execute("select pg_advisory_xact_lock(%s)", (_ALONE,))

    def still(self) -> None:
        self._connection.execute("set transaction isolation level repeatable read")

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        found = self._connection.execute(statement.replace("?", "%s"), tuple(values)).fetchall()
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found]

    def run(self, statement: str, values: Sequence[object] = ()) -> int:
        return int(self._connection.execute(statement.replace("?", "%s"), tuple(values)).rowcount)


def _undo(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("rollback")
