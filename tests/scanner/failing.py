"""SQLite that fails, or a process that dies, at a chosen statement; and processes that all begin at one moment.

``python -m tests.scanner.failing WHAT FOLDER`` runs what needs ``fork`` in a process without threads.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

_connect: Callable[..., sqlite3.Connection] = sqlite3.connect


class Failing(sqlite3.Connection):
    """Counts statements while it is armed, and fails at one of them: before it is done, or after."""

    armed = False
    count = 0
    fail_at = 0
    after = False
    end: Callable[[], None] | None = None
    """What happens instead of an error."""

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        return self._counted(super().execute, *arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        return self._counted(super().executemany, *arguments)

    def _counted(self, call: Callable[..., sqlite3.Cursor], *arguments: Any) -> sqlite3.Cursor:
        if not Failing.armed:
            return call(*arguments)
        Failing.count += 1
        due = Failing.count == Failing.fail_at
        if due and not Failing.after:
            _fail()
        done = call(*arguments)
        if due:
            done.close()  # held by the error, it would hold the file open
            _fail()
        return done


def _fail() -> None:
    if Failing.end is not None:
        Failing.end()
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise error


@contextmanager
def failing_at(number: int, *, after: bool = False, end: Callable[[], None] | None = None) -> Iterator[None]:
    """Inside, every new connection of the inventory fails at statement ``number``, counted over all of them from 1; 0 only
    counts. Data packages read databases of their own, which are let alone."""

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        ours: dict[str, Any] = {"factory": Failing} if "isolation_level" in options else {}
        return _connect(*arguments, **options, **ours)

    sqlite3.connect = connect  # type: ignore[assignment]
    Failing.count, Failing.fail_at, Failing.after, Failing.end, Failing.armed = 0, number, after, end, True
    try:
        yield
    finally:
        Failing.armed = False
        sqlite3.connect = _connect  # type: ignore[assignment]


def dump(database: Path) -> list[str]:
    """Everything in a database, without the moments at which steps of the schema were taken and what is drawn by lot then."""
    with closing(_connect(database)) as db:
        if db.execute("select 1 from sqlite_master where name = '_sqlite_migrations'").fetchone():
            db.execute("update _sqlite_migrations set applied_at = ''")
        drawn = ('INSERT INTO "log_state"', 'INSERT INTO "ledger" VALUES(4,', 'INSERT INTO "ledger" VALUES(5,')
        return [line for line in db.iterdump() if not line.startswith(drawn)]


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _child(work: Callable[[], None]) -> int:
    """Run ``work`` in a child process; its exit status."""
    number = os.fork()
    if number == 0:
        try:
            work()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return number


def killed_migrations(folder: Path) -> None:
    """A migration killed at every statement, and at random moments: the next start brings the database to the same state."""
    start = folder / "start.db"
    old_inventory(start)
    _killed_at(start, folder, range(1, 1_000))
    _killed_at(start, folder, range(1_000, 1_020))
    start.write_bytes(b"")  # a first start that was cut off
    _killed_at(start, folder, range(1, 1_000, 15))


def _killed_at(start: Path, folder: Path, numbers: range) -> None:
    """Statements from 1,000 on are random moments."""
    from scanner.inventory.opening import opened

    whole, path = folder / "whole.db", folder / "killed.db"
    whole.unlink(missing_ok=True)
    shutil.copy(start, whole)
    opened(whole).close()
    expected, before = dump(whole), dump(start)
    chance = random.Random(5)
    for number in numbers:
        for left in folder.glob("*killed.db*"):
            left.unlink()
        shutil.copy(start, path)

        def work(at: int = number) -> None:
            with failing_at(at, end=_killed):
                opened(path).close()

        child = _child(work)
        if number >= 1_000:
            time.sleep(chance.uniform(0.0, 0.05))
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        assert dump(path) in (before, expected), f"half-way at statement {number}"
        opened(path).close()
        assert dump(path) == expected, f"not the same after a kill at statement {number}"
        assert all(dump(kept) == before for kept in folder.glob("killed.db.before-*"))
        if status == 0 and number < 1_000:
            assert number > 20, "the statements were not counted"
            return


def old_inventory(path: Path) -> None:
    """An inventory as the version before the identifiers of keys left it, with entries about keys in the chain of that time."""
    from scanner.inventory import migrations
    from scanner.inventory.record.encoding import SALT, START, chained

    with closing(_connect(path, isolation_level=None)) as db:
        db.execute("begin immediate")
        migrations.steps(db, before="m004_key_ids")
        previous = START
        told = (
            ("key_made", "A", {"key": "0123456789abcdef"}),
            ("key_made", "B", {"key": "ffff456789abcdef"}),
            ("key_destroyed", "B", {"by": "x", "instruction": "y", "key": "ffff456789abcdef"}),
        )
        for seq, (kind, contract, details) in enumerate(told, 1):
            body = json.dumps({**details, SALT: f"{seq:016x}"}, sort_keys=True, separators=(",", ":"))
            entry = (seq, "2026-04-01T00:00:00Z", kind, contract, "", "pc-1", "clerk", body)
            previous = chained(previous, entry)
            db.execute("insert into ledger values (?,?,?,?,?,?,?,?,?)", (*entry, previous))
        db.execute("insert into runs (id, state) values (1, 'complete')")
        db.execute("commit")


def together(folder: Path, processes: int = 5, rounds: int = 6, entries: int = 20) -> None:
    """Processes that open a new inventory in the same moment and append to its record all at once."""
    from scanner.inventory import ledger
    from scanner.inventory.store import Store

    for turn in range(rounds):
        path = folder / str(turn) / "inventory.db"
        path.parent.mkdir()
        gate_out, gate_in = os.pipe()

        def work(path: Path = path, out: int = gate_out, into: int = gate_in) -> None:
            os.close(into)
            os.read(out, 1)  # until the parent closes its end: all at once
            with Store(path, only_notes=True) as store:
                for number in range(entries):
                    store.note("declared", number=number, process=os.getpid())

        children = [_child(work) for _ in range(processes)]
        os.close(gate_out)
        time.sleep(0.05)
        os.close(gate_in)
        ends = [os.waitpid(child, 0)[1] for child in children]
        assert ends == [0] * processes, f"round {turn}: {ends}"
        with closing(_connect(path)) as db:
            assert list(ledger.verify(db)) == []
            own = "kind in ('committed', 'log_key')"  # what the record says of itself
            assert db.execute(f"select sum(not {own}), count(*) - max(seq) from ledger").fetchone() == (
                processes * entries,
                0,
            )
            assert db.execute("select count(*) from ledger where kind = 'mismatch'").fetchone() == (0,)


if __name__ == "__main__":
    import sqlite_utils  # noqa: F401  # once, before the children are made

    {"migrations": killed_migrations, "together": together}[sys.argv[1]](Path(sys.argv[2]))
