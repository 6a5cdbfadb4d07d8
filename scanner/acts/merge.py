"""``sekisho merge``: inventories of several machines in one, so that a family shows all its copies wherever they lie.

Originals are the same where contract, key and tokens are. Contents, findings, files, points and decisions are taken over with
the machine's name; the record of each machine stays where it is, and its anchor and the result of its verification become an
entry of the new one. The sources are only read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.custody.sharing import fingerprint
from scanner.duties.hosts import gaps_of
from scanner.duties.interface import View
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import custody as table
from scanner.inventory import ledger
from scanner.inventory.people import standing
from scanner.inventory.points import rows_of
from scanner.inventory.reader import Reader
from scanner.inventory.record import heads
from scanner.inventory.store import Store
from scanner.policy.models import Policy


class MergeError(SekishoError):
    """``code`` names the message."""

    section = "merge"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Source:
    """One inventory as it was taken over."""

    host: str
    files: int
    originals: int
    entries: int
    anchor: str
    whole: bool


def merge(sources: list[Path], target: Path) -> list[Source]:
    """Join the inventories at ``sources`` into a new one at ``target``; raises ``MergeError`` or ``InventoryError``."""
    if target.exists():
        raise MergeError("target_exists", path=target)
    done: list[Source] = []
    hosts: set[str] = set()
    for path in sources:  # all of them are looked at before anything is written
        with Reader(path) as reader:
            found = _machines(reader.db, path)
        twice = next((host for name, host in found.items() if name in hosts), "")
        if twice:
            raise MergeError("same_host", host=twice)
        hosts.update(found)
    heads.begin_anew(target)
    partial = target.with_name(f".{target.name}.merging")
    _remove(partial)
    with Store(partial) as store:
        db = store.connection
        known: dict[tuple[str, str, str], int] = {}
        for path in sources:
            with Reader(path) as reader, store.transaction():
                reader.db.row_factory = None
                done.append(_take(db, reader.db, host_of(reader.db, path), known))
        db.execute("pragma wal_checkpoint(truncate)")
    partial.replace(target)
    _remove(partial)
    return done


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def host_of(db: sqlite3.Connection, path: Path) -> str:
    """The machine of an inventory, by its record."""
    row = db.execute("select host from ledger where host <> '' order by seq desc limit 1").fetchone()
    return str(row[0]) if row else path.parent.name


def _machines(db: sqlite3.Connection, path: Path) -> dict[str, str]:
    """Every machine of an inventory, by its name in small letters: what two inventories say of one cannot be told apart when they are joined."""
    taken = [str(host) for table in ("hosts", "roots") for (host,) in db.execute(f"select distinct host from {table}")]  # noqa: S608
    return {host.lower(): host for host in (host_of(db, path), *taken) if host}


def _take(
    db: sqlite3.Connection, source: sqlite3.Connection, host: str, known: dict[tuple[str, str, str], int]
) -> Source:
    originals = _originals(db, source, known)
    run = _mapped(db, source, "runs", lambda row: {**row, "host": row["host"] or host})
    content = _mapped(db, source, "contents", lambda row: {**row, "sketch": b""})
    _mapped(db, source, "findings", lambda row: {**row, "content_id": content[row["content_id"]]})
    for row in _rows(source, "copies"):
        values = {**row, "content_id": content[row["content_id"]], "original": originals[row["original"]]}
        _insert(db, "copies", values, "or ignore ")
    policy = {row["id"]: _policy(db, row) for row in _rows(source, "policies")}
    file = _mapped(
        db,
        source,
        "files",
        lambda row: {
            **row,
            "policy": policy.get(row["policy"]),
            "host": row["host"] or host,
            "content_id": content.get(row["content_id"]),
            "run_id": run.get(row["run_id"]),
        },
    )
    point = _mapped(
        db,
        source,
        "points",
        lambda row: {
            **row,
            "policy": policy.get(row["policy"]),
            "file_id": file.get(row["file_id"]),
            "run_id": run.get(row["run_id"]),
            "family": _renamed(row["family"], originals),
        },
    )
    for row in _rows(source, "point_contracts"):
        _insert(db, "point_contracts", {**row, "point": point[row["point"]]})
    for name, column in (("decisions", "point_id"), ("declarations", "point_id")):
        _mapped(db, source, name, lambda row, c=column: {**row, c: point.get(int(row[c]))})  # type: ignore[misc]
    _mapped(db, source, "assignments", lambda row: {**row, "point": point.get(row["point"])})
    decided = _decisions(db, source, file, content)
    for row in _rows(source, "roots"):
        runs = {name: run.get(row[name]) for name in ("tried_run", "walked_run")}
        _insert(db, "roots", {**row, **runs, "host": row["host"] or host}, "or replace ")
    for row in _rows(source, "passed_by"):
        _insert(db, "passed_by", {**row, "host": row["host"] or host}, "or replace ")
    for name in ("told_places", "told_compared"):
        for row in _rows(source, name):
            _insert(db, name, row, "or replace ")
    for number, pending in table.pending(source).items():
        identity = db.execute("select contract, key_id, fingerprint from originals where id = ?", (originals[number],))
        names = ("contract", "key_id", "fingerprint")
        compared = dict(zip(names, tuple(identity.fetchone()), strict=True)) | {"host": host, "pending": pending}
        _insert(db, "told_compared", compared, "or replace ")
    for row in _rows(source, "told_coverage"):
        _insert(db, "told_coverage", {k: v for k, v in row.items() if k != "id"})
    _mapped(db, source, "terminals", lambda row: {**row, "host": row["host"] or host})
    for row in _rows(source, "hosts"):
        _insert(db, "hosts", {k: v for k, v in row.items() if k != "id"})
    return _host(db, source, host, len(file), len(originals), decided)


def _policy(db: sqlite3.Connection, row: dict[str, Any]) -> int:
    """Number here of a policy that was used there."""
    _insert(db, "policies", {name: value for name, value in row.items() if name != "id"}, "or ignore ")
    identity = (row["path"], row["contracts"], row["sha256"])
    found = db.execute("select id from policies where path = ? and contracts = ? and sha256 = ?", identity).fetchone()
    return int(found[0])


def _decisions(
    db: sqlite3.Connection, source: sqlite3.Connection, file: dict[object, int], content: dict[object, int]
) -> dict[str, str]:
    """Take over what decisions keep quiet, as far as the record there bears it out; returns digest of the row → its standing,
    which the entry of the merging tells."""
    standings, told = standing.Standings(source), {}
    for row in rows_of(source, standing.SELECT):
        found = standings.of(row)
        told[standing.row_digest(row)] = found
        taken = {k: v for k, v in row.items() if k not in ("id", "path", "contract", "key", "about")}
        taken |= {"file_id": _text(file, row["file_id"]), "content_id": _text(content, row["content_id"])}
        _insert(db, "suppressions", {**taken, "entry": standing.TAKEN})
    return told


def _host(
    db: sqlite3.Connection, source: sqlite3.Connection, host: str, files: int, originals: int, decided: dict[str, str]
) -> Source:
    whole = not any(True for _ in ledger.verify(source))
    last = source.execute("select seq, at, hash from ledger order by seq desc limit 1").fetchone()
    seq, at, anchor = (last[0], last[1], f"{last[0]}:{bytes(last[2]).hex()[:32]}") if last else (0, "", "")
    gaps = gaps_of(View(source, Policy(), [], clock.today(), host)).get(host.lower(), [])
    _insert(
        db,
        "hosts",
        {
            "host": host,
            "heard": at,
            "anchor": anchor,
            "entries": str(seq),
            "verified": "yes" if whole else "no",
            "gaps": json.dumps(gaps),
        },
    )
    ledger.append(db, "merged", source=host, files=files, entries=seq, anchor=anchor, whole=whole, decisions=decided)
    return Source(host, files, originals, seq, anchor, whole)


def _originals(
    db: sqlite3.Connection, source: sqlite3.Connection, known: dict[tuple[str, str, str], int]
) -> dict[int, int]:
    """Number there → number here. The same original of two machines is one; the one that was received, not taken over, leads."""
    numbers: dict[int, int] = {}
    for original in table.originals(source):
        identity = (original.contract, original.key_id, fingerprint(source, original.id))
        if identity not in known:
            number = table.add_original(db, original, table.tokens_of(source, original.id))
            table.keep_fingerprint(db, number, identity[2])
            known[identity] = number
        elif not original.path.startswith(b"(other machine)"):
            db.execute(
                "update originals set path = ?, content_key = ? where id = ?",
                (original.path, original.content_key, known[identity]),
            )
        numbers[original.id] = known[identity]
    return numbers


def _rows(source: sqlite3.Connection, name: str) -> Iterator[dict[str, Any]]:
    cursor = source.execute(f"select * from {name}")  # noqa: S608  # names of our own tables
    columns = [c[0] for c in cursor.description]
    for row in cursor:
        yield dict(zip(columns, row, strict=True))


def _insert(db: sqlite3.Connection, name: str, values: dict[str, object], more: str = "") -> int:
    columns = ", ".join(f'"{c}"' for c in values)
    marks = ", ".join("?" * len(values))
    statement = f"insert {more}into {name} ({columns}) values ({marks})"  # noqa: S608
    return int(db.execute(statement, tuple(values.values())).lastrowid or 0)


def _mapped(
    db: sqlite3.Connection,
    source: sqlite3.Connection,
    name: str,
    change: Callable[[dict[str, object]], dict[str, object]],
) -> dict[object, int]:
    """Copy a table under new numbers; returns old number → new number."""
    numbers: dict[object, int] = {}
    for row in _rows(source, name):
        values = change(row)
        old = values.pop("id")
        numbers[old] = _insert(db, name, values)
    return numbers


def _text(numbers: dict[object, int], old: object) -> str | None:
    return None if old is None else str(numbers.get(int(str(old)), ""))


def _renamed(family: object, originals: dict[int, int]) -> object:
    text = str(family or "")
    number = text.removeprefix("R-")
    return f"R-{originals[int(number)]}" if number.isdigit() and int(number) in originals else family
