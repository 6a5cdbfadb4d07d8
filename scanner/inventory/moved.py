"""An inventory that goes to PostgreSQL, or is taken from there into a file of SQLite."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from scanner.inventory import elsewhere, migrations, opening
from scanner.inventory.errors import InventoryError, translate
from scanner.inventory.record import commitment
from scanner.inventory.record.key import beside
from scanner.inventory.transaction import transaction

BEFORE = ".before-postgresql"
"""Behind the name of the file whose rows went."""


def begin(path: Path, address: str) -> None:
    """The inventory of ``path`` lies at ``address`` from now on, with what it had; what was its file stays beside it. An inventory that was
    not empty commits to its tables anew, as they are written otherwise there. Nobody else may use it meanwhile.

    Raises ``InventoryError``: also where an inventory lies at the address; nothing has changed then.
    """
    elsewhere.checked(path, address)
    there = path.exists()
    with closing(opening.opened(path)) as db:
        db.execute("pragma wal_checkpoint(truncate)")
    try:
        with _errors(path), closing(sqlite3.connect(path, isolation_level=None)) as source:
            source.execute("begin immediate")  # nobody writes what would be left behind
            _given(source, address)
            source.execute("rollback")
    except BaseException:
        if not there:
            path.unlink()
        raise
    if there:
        os.replace(path, path.with_name(path.name + BEFORE))
    elsewhere.put(path, address)
    with _errors(path), closing(opening.opened(path)) as db:
        _restate(db, path, beside(path))


def bring_up(path: Path) -> None:
    """The tables of an earlier version take the steps that are missing in a file, and come back; as it was, the inventory stays beside. The
    rows of a step are changed as in SQLite, by the same statements. Raises ``InventoryError``; the database is as it was then."""
    address, keys = elsewhere.address_of(path), beside(path)
    with (
        tempfile.TemporaryDirectory(prefix=".sekisho-", dir=path.parent) as scratch,
        _errors(path),
        closing(elsewhere.connected(address, path, opening.PATIENCE)) as source,
    ):
        source.execute("begin immediate")
        missing = migrations.missing(source)
        if not missing:
            return  # another one was quicker
        file = Path(scratch) / path.name
        with closing(sqlite3.connect(file, isolation_level=None)) as target:
            target.execute("begin immediate")
            migrations.steps(target, before=missing[0])
            target.execute("commit")
            _taken(source, target)
            _restate(target, file, keys)
            migrations.bring_up(target, file, keys)
            for copy in Path(scratch).glob(f"{path.name}.before-*"):
                os.replace(copy, path.with_name(copy.name))
            _given_again(target, source)
        source.execute("commit")
        with closing(elsewhere.connected(address, path, opening.PATIENCE)) as db:
            _restate(db, path, keys)


def taken(path: Path, file: Path) -> None:
    """Everything as it stands at one moment into ``file``, a new inventory of SQLite, whose record says so under the key that is beside
    ``path``. Raises ``InventoryError``."""
    opening.opened(file).close()
    with (
        _errors(path),
        closing(opening.read_only(path)) as source,
        closing(sqlite3.connect(file, isolation_level=None)) as target,
    ):
        _taken(source, target)
        _restate(target, file, beside(path))
        target.execute("pragma journal_mode = delete")


def private(path: Path) -> sqlite3.Connection:
    """All rows as they stand at one moment in a database of SQLite that only this connection sees, and that goes with it. For questions in
    the words of SQLite, where nothing may be asked of the server. Raises ``InventoryError``."""
    db = sqlite3.connect("", isolation_level=None)
    try:
        with _errors(path), closing(opening.read_only(path)) as source:
            db.execute("begin")
            migrations.steps(db)
            db.execute("commit")
            _taken(source, db)
    except BaseException:
        db.close()
        raise
    return db


def _restate(db: sqlite3.Connection, path: Path, keys: Path) -> None:
    """The record commits to the tables in the form that they have here."""
    with transaction(db, path):
        if commitment.last_commitment(db) is not None:
            commitment.commit(db, keys, why="moved", form=False)


def _taken(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    from scanner.inventory.postgres import moving

    there = elsewhere.session(source)
    if there is None:
        raise sqlite3.ProgrammingError("a file of SQLite")
    moving.take(there, target)


def _given(source: sqlite3.Connection, address: str) -> None:
    from scanner.inventory.postgres import moving

    moving.bring(source, address)


def _given_again(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    from scanner.inventory.postgres import moving

    there = elsewhere.session(target)
    assert there is not None
    moving.again(source, there)


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise InventoryError("database_extra", path) from None
    except sqlite3.Error as error:
        raise translate(error, path) from None
