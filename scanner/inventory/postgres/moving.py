"""All rows of an inventory from SQLite into PostgreSQL, and back: how one begins, moves, is copied, and changes its form."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg

from scanner.inventory.postgres import schema
from scanner.inventory.postgres.catalogue import ROWID, Catalogue, Form
from scanner.inventory.postgres.connection import Connection
from scanner.inventory.postgres.faults import as_sqlite
from scanner.inventory.postgres.values import adapt


def bring(source: sqlite3.Connection, address: str) -> None:
    """Make the tables in an empty schema and fill them, or leave nothing.

    Raises:
        sqlite3.Error: it cannot be reached, or has an inventory already.
    """
    try:
        with psycopg.connect(address) as session, session.cursor() as cursor:
            adapt(session)
            _bring(source, cursor)
    except psycopg.Error as error:
        raise as_sqlite(error) from None


def again(source: sqlite3.Connection, target: Connection) -> None:
    """The tables of ``source`` take the place of those in ``target``, inside the transaction that is open there. Raises ``sqlite3.Error``."""
    try:
        with target.session.cursor() as cursor:
            cursor.execute(f"drop schema {schema.SCHEMA} cascade")
            _bring(source, cursor)
    except psycopg.Error as error:
        raise as_sqlite(error) from None


def _bring(source: sqlite3.Connection, cursor: Any) -> None:
    catalogue = schema.described(source)
    cursor.execute(f"create schema {schema.SCHEMA}")
    cursor.execute(f"set search_path to {schema.SCHEMA}")
    for statement in schema.statements(source, catalogue):
        cursor.execute(statement)
    for name, form in catalogue.forms.items():
        _fill(source, cursor, name, form)
    cursor.execute(f"insert into {schema.FORM} values (%s)", (catalogue.text,))
    for statement in schema.behind(source, catalogue):
        cursor.execute(statement)


def take(source: Connection, target: sqlite3.Connection) -> None:
    """All rows, as they stand at one moment, into ``target``, an inventory of the same form whose own rows go.

    Raises ``sqlite3.Error``.
    """
    try:
        alone = source.in_transaction  # then nobody else writes
        with source.session.transaction():
            if not alone:
                source.session.execute("set transaction isolation level repeatable read")
            _take(source.session, source.catalogue, target)
    except psycopg.Error as error:
        raise as_sqlite(error) from None


def _take(session: Any, catalogue: Catalogue, target: sqlite3.Connection) -> None:
    target.execute("begin immediate")
    guards = target.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
    for name, _ in guards:
        target.execute(f'drop trigger "{name}"')
    for name, form in catalogue.forms.items():
        columns = _columns(form)
        target.execute(f'delete from "{name}"')
        marks = ", ".join("?" * len(columns))
        with (
            session.cursor() as cursor,
            cursor.copy(f'copy (select {_listed(columns)} from "{name}") to stdout') as rows,
        ):
            rows.set_types([*form.columns.values(), *(["bigint"] if form.number == ROWID else [])])
            target.executemany(f'insert into "{name}" ({_listed(columns)}) values ({marks})', rows.rows())
    for _, text in guards:
        target.execute(text)
    target.execute("commit")


def _fill(source: sqlite3.Connection, cursor: Any, name: str, form: Form) -> None:
    columns = _columns(form)
    rows = source.execute(f'select {_listed(columns)} from "{name}"')
    with cursor.copy(f'copy "{name}" ({_listed(columns)}) from stdin') as copy:
        for row in rows:
            copy.write_row(tuple(row))
    if form.counted:
        cursor.execute(
            f'select setval(pg_get_serial_sequence(\'"{name}"\', \'{form.number}\'), max("{form.number}")) from "{name}"'
            " having count(*) > 0"
        )


def _columns(form: Form) -> list[str]:
    return [*form.columns, *([ROWID] if form.number == ROWID else [])]


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{c}"' if c != ROWID else c for c in columns)


__all__ = ["again", "bring", "take"]
