"""What is to be done and what was: a table of its own in the console's folder, which outlives the console and its worker."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scanner import clock
from scanner.errors import EXIT_USAGE, SekishoError

KEPT_DAYS = 7
"""For so long a file that was made can be fetched; then it is removed. What was done stays in the record."""
SHOWN = 50


class Kind(StrEnum):
    """What a job does: the same as the command of that name."""

    SCAN = "scan"
    REPORT_ALL = "report_all"
    PACK = "pack"
    RECEIVE = "receive"


class State(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """Its process was ended from outside: by a restart, or because the machine was switched off."""


OVER = frozenset({State.DONE, State.FAILED, State.CANCELLED, State.INTERRUPTED})


class JobError(SekishoError):
    """A job that cannot be asked for; ``code`` names the message."""

    section = "console"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Job:
    """One job. Moments are those of the record (UTC)."""

    id: int
    kind: Kind
    contract: str
    by: str
    asked: str
    begun: str
    ended: str
    state: State
    done: int
    of: int
    """How many steps there are; 0 where nobody knows."""
    wish: bool
    """Whether somebody wants it to stop."""
    code: str
    """Why it failed: a code of a message."""
    file: str
    """Name of the file that it made, as it is offered; empty for none."""
    said: str = ""
    """What it is to be done with, as JSON, until it is over; then what came of it. Paths of files are in it only until then."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in OVER


_SCHEMA = (
    "create table if not exists jobs (id integer primary key, kind text not null, contract text not null, by text not null,"
    " asked text not null, begun text not null default '', ended text not null default '', state text not null,"
    " done integer not null default 0, steps integer not null default 0, wish integer not null default 0,"
    " code text not null default '', file text not null default '', said text not null default '')"
)
_LATER = "alter table jobs add column said text not null default ''"
"""For a table of an earlier version."""
_COLUMNS = "id, kind, contract, by, asked, begun, ended, state, done, steps, wish, code, file, said"


def _kept_since() -> str:
    """Files of jobs that ended before this moment are kept no longer."""
    return clock.stamp_at(clock.now().timestamp() - KEPT_DAYS * 86_400)


class Queue:
    """The jobs of one console; ``folder`` is the console's."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "jobs.db"
        self.lock = folder / "jobs.lock"
        self.files = folder / "jobs"

    def ask(self, kind: Kind, contract: str, by: str, said: str = "") -> int:
        """Put a job into the queue; returns its number. Raises ``JobError`` where the same one waits or runs already."""
        with self._changing() as db:
            same = "select 1 from jobs where kind = ? and contract = ? and said = ? and state in ('waiting', 'running')"
            if db.execute(same, (kind, contract, said)).fetchone():
                raise JobError("job_twice")
            made = db.execute(
                "insert into jobs (kind, contract, by, asked, state, said) values (?, ?, ?, ?, ?, ?)",
                (kind, contract, by, clock.stamp(), State.WAITING, said),
            )
            return int(made.lastrowid or 0)

    def take(self) -> Job | None:
        """The next one that waits, running from now on."""
        with self._changing() as db:
            row = db.execute("select min(id) from jobs where state = 'waiting'").fetchone()
            if row[0] is None:
                return None
            db.execute("update jobs set state = 'running', begun = ? where id = ?", (clock.stamp(), row[0]))
        return self.job(int(row[0]))

    def step(self, number: int, done: int, steps: int) -> bool:
        """How far it is; returns whether somebody wants it to stop."""
        with self._changing() as db:
            db.execute("update jobs set done = ?, steps = ? where id = ?", (done, steps, number))
            return bool(db.execute("select wish from jobs where id = ?", (number,)).fetchone()[0])

    def end(self, number: int, state: State, *, code: str = "", file: str = "", said: str = "") -> None:
        """It is over; one that is over already stays as it was."""
        with self._changing() as db:
            db.execute(
                "update jobs set state = ?, ended = ?, code = ?, file = ?, said = ? where id = ? and state in ('waiting', 'running')",
                (state, clock.stamp(), code, file, said, number),
            )

    def stop(self, number: int) -> None:
        """Somebody wants it to stop: one that waits is over at once. Raises ``JobError`` where it is over already."""
        with self._changing() as db:
            wished = db.execute(
                "update jobs set wish = 1 where id = ? and state in ('waiting', 'running')", (number,)
            ).rowcount
            if not wished:
                raise JobError("job_over")
            db.execute(
                "update jobs set state = 'cancelled', ended = ?, said = '' where id = ? and state = 'waiting'",
                (clock.stamp(), number),
            )

    def broken_off(self) -> list[Job]:
        """Jobs that say they run and whose process is gone; asked by whoever holds the lock."""
        return self._read(f"select {_COLUMNS} from jobs where state = 'running' order by id")  # noqa: S608

    def waits(self) -> bool:
        """Whether a job waits for a worker."""
        return bool(self._read(f"select {_COLUMNS} from jobs where state = 'waiting' limit 1"))  # noqa: S608

    def job(self, number: int) -> Job:
        """One job; raises ``LookupError``."""
        found = self._read(f"select {_COLUMNS} from jobs where id = ?", number)  # noqa: S608  # our own columns
        if not found:
            raise LookupError(number)
        return found[0]

    def jobs(self, most: int = SHOWN, *, contract: str = "") -> list[Job]:
        """The newest first: those of a contract, and scans, which are of none; all without a contract."""
        return self._read(
            f"select {_COLUMNS} from jobs where ? in ('', contract) or contract = '' and kind = ? order by id desc limit ?",  # noqa: S608
            contract,
            Kind.SCAN,
            most,
        )

    def result(self, number: int) -> Path:
        """Where the file of a job lies, or lay."""
        return self.files / f"{number}.zip"

    def has_file(self, job: Job) -> bool:
        """Whether the file that a job made can still be fetched: by the day, whether or not a worker has come by to remove it."""
        return job.state is State.DONE and bool(job.file) and job.ended > _kept_since() and self.result(job.id).exists()

    def tidy(self) -> None:
        """Files that were kept long enough, or whose job is unknown, go."""
        if not self.files.is_dir():
            return
        made = self._read(f"select {_COLUMNS} from jobs where file <> '' and ended > ?", _kept_since())  # noqa: S608
        kept = {self.result(job.id).name for job in made}
        for file in self.files.iterdir():
            if file.name not in kept and file.suffix == ".zip":
                file.unlink(missing_ok=True)

    def _read(self, statement: str, *values: int | str) -> list[Job]:
        with closing(self._open()) as db:
            rows = db.execute(statement, values).fetchall()
        return [
            Job(n, Kind(kind), contract, by, asked, begun, ended, State(state), done, of, bool(wish), code, file, said)
            for n, kind, contract, by, asked, begun, ended, state, done, of, wish, code, file, said in rows
        ]

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._open()) as db:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    def _open(self) -> sqlite3.Connection:
        if not self.path.exists():
            try:
                os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                pass  # another was first
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        try:
            db.execute("pragma secure_delete = on")  # a path that goes leaves no trace in the file
            db.execute(_SCHEMA)
            if "said" not in {row[1] for row in db.execute("pragma table_info(jobs)")}:
                with suppress(sqlite3.OperationalError):  # another was first
                    db.execute(_LATER)
        except BaseException:
            db.close()
            raise
        return db
