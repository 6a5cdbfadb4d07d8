"""Prepared corrections in the inventory: what was ordered about one file, and how far carrying it out has come.

The rows are also the journal of the steps: each step is committed, and on the disk, before what it announces is done to a file.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from typing import Any

STATES = ("prepared", "running", "done", "undoing", "undone", "withdrawn")
"""``running`` and ``undoing`` were broken off where no process works on them."""
_COLUMNS = (
    "id, at, kind, contract, family, instruction, worker, due, point_id, file_id, path, target, place, content, known, state, step,"
    " work, done, undo_until, checked"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """One order about one file."""

    number: int
    at: str
    kind: str
    """``move`` or ``erase``."""
    contract: str
    family: str
    """Families of originals that the file holds, by comma."""
    instruction: str
    worker: str
    due: str
    point: int
    file: int
    path: bytes
    target: bytes
    """Where it goes; empty of an erasure."""
    place: str
    content: bytes
    """Keyed hash of the bytes."""
    known: tuple[int, int, int, int, int]
    """Size, times, number and device (``paths.entries.identity``) as of the last scan."""
    state: str
    step: str
    work: dict[str, Any] = field(default_factory=dict)
    """Of the steps: names of our own, number of the copy, what could not be taken along."""
    done: str = ""
    undo_until: str = ""
    checked: str = ""
    """When a scan has found it as ordered."""


def create(db: sqlite3.Connection) -> None:
    """The table; paths are bytes or text, as everywhere in the inventory."""
    db.execute(
        "create table corrections (id integer primary key, at text not null, kind text not null, contract text not null, family text not null,"
        " instruction text not null, worker text not null, due text not null, point_id integer not null, file_id integer not null,"
        " path blob not null, target blob not null, place text not null, content blob not null, known text not null,"
        " state text not null, step text not null default '', work text not null default '{}', done text not null default '',"
        " undo_until text not null default '', checked text not null default '')"
    )


def add(db: sqlite3.Connection, one: Correction) -> int:
    """Enter an order; returns its number, which it does not bring along. Inside a transaction."""
    cursor = db.execute(
        "insert into corrections (at, kind, contract, family, instruction, worker, due, point_id, file_id, path, target, place,"
        " content, known, state) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,'prepared')",
        (one.at, one.kind, one.contract, one.family, one.instruction, one.worker, one.due, one.point, one.file, one.path, one.target,
         one.place, one.content, json.dumps(one.known)),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def load(db: sqlite3.Connection, where: str = "1", values: tuple[object, ...] = ()) -> list[Correction]:
    """Orders under a condition of ours, in their order."""
    cursor = db.cursor()
    cursor.row_factory = None
    rows = cursor.execute(f"select {_COLUMNS} from corrections where {where} order by id", values).fetchall()  # noqa: S608
    return [_made(row) for row in rows]


def _made(row: tuple[Any, ...]) -> Correction:
    values: list[Any] = list(row)
    values[10], values[11], values[13] = os.fsencode(row[10]), os.fsencode(row[11]), bytes(row[13])
    values[14], values[17] = tuple(json.loads(row[14])), json.loads(row[17])
    return Correction(*values)


def put(db: sqlite3.Connection, number: int, **values: object) -> None:
    """Change columns of an order; ``work`` is given as a table. Inside a transaction."""
    kept = {name: json.dumps(value) if name == "work" else value for name, value in values.items()}
    names = ", ".join(f"{name} = ?" for name in kept)
    db.execute(f"update corrections set {names} where id = ?", (*kept.values(), number))  # noqa: S608  # columns named by our code
