"""The whole verification: entries, rows against their seals, seals against the commitment, the commitment against every head that
lies outside the database. It says what it found and which proofs it had.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.inventory.record import commitment, entries, heads, key, rows, seals, sketched, stamps
from scanner.inventory.record.comparing import differing
from scanner.tlog.note import NoteError, Verifier, parse

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_MOST = 1_000
"""Findings of one table that are told one by one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What does not agree.

    ``code`` names the message (``ledger.found_CODE``); ``run``, ``run_at``: the scan that entered the row, 0 where an act did or
    it cannot be told; ``since``, ``entry``: the scan and the entry whose commitment it does not agree with.
    """

    code: str
    table: str = "ledger"
    row: int = 0
    run: int = 0
    since: int = 0
    entry: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that was there (``good``), was not (``lacking``), was there and could not be verified with what was given
    (``unverified``), or speaks against the record (``against``)."""

    name: str
    """``entries``, ``seals``, ``signature``, ``keys``, ``second``, ``witness``, ``given``, ``anchor``, ``stamp``."""
    state: str
    size: int = 0
    at: str = ""
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What verification has to say."""

    found: list[Found] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    notices: list[Found] = field(default_factory=list)
    """What is shown and breaks nothing: clocks that were set back, entries that are not signed yet."""
    entries: int = 0
    rows: int = 0


def verify(
    db: sqlite3.Connection,
    folder: Path,
    anchor: tuple[int, str] | None = None,
    given: Iterable[Path] = (),
    authorities: Iterable[Certificate] = (),
) -> Report:
    """Verify a record.

    Args:
        db: the inventory, read only.
        folder: of the keys; it may be away (a copy at an inspector's), then its proofs are lacking.
        anchor: handed over earlier.
        given: files with checkpoints that others kept: an entruster, a witness.
        authorities: certificates of the time-stamping authorities that are trusted.
    """
    report = Report()
    tables = {name for (name,) in map(tuple, db.execute("select name from sqlite_master where type = 'table'"))}
    gone = sorted(
        {"ledger", "log_state", "log_tiles", "checkpoints", "seals", "seal_buckets", "seal_pending", "seal_tables"}
        - tables
    )
    if gone:
        report.found += [Found("no_table", name) for name in gone]
        report.proofs.append(Proof("entries", "against"))
        return report
    if db.execute("select 1 from log_state").fetchone() is None:
        report.found.append(Found("no_table", "log_state"))
        return report
    mine = not db.in_transaction
    if mine:
        db.execute("begin")  # one state of the inventory, also while a scan writes
    try:
        _indexes(db, report)
        _entries(db, anchor, report)
        runs = _Runs(db)
        _told(db, report)
        _rows(db, tables, runs, report)
        _sketches(db, tables, report)
        _commitment(db, folder, runs, report)
        _sightings(db, tables, report)
        _stamps(db, tables, list(authorities), report)
    finally:
        if mine:
            db.execute("rollback")
    _heads(db, folder, report, list(given))  # one outside may be newer than that state, never than the present
    return report


def _indexes(db: sqlite3.Connection, report: Report) -> None:
    """That what is looked up through an index is what the tables have: else one could hide an entry from all that follows here."""
    try:
        whole = [str(row[0]) for row in db.execute("pragma integrity_check(1)").fetchall()] == ["ok"]
    except sqlite3.DatabaseError:
        whole = False
    if not whole:
        report.found.append(Found("index", "sqlite_master"))


def _sketches(db: sqlite3.Connection, tables: set[str], report: Report) -> None:
    if {"sketches", "contents"} <= tables and not sketched.same(db):
        report.found.append(Found("sketches", "sketches"))


def _entries(db: sqlite3.Connection, anchor: tuple[int, str] | None, report: Report) -> None:
    report.entries = int(db.execute("select count(*) from ledger").fetchone()[0])
    broken = [Found(f"entry_{b.what}", "ledger", b.seq) for b in entries.verify(db, anchor)]
    report.found += broken
    anchored = {"entry_anchor", "entry_tail"}
    inner = [b for b in broken if b.code not in anchored]
    report.proofs.append(Proof("entries", "against" if inner else "good", report.entries))
    if anchor is not None:
        against = len(inner) != len(broken)
        report.proofs.append(Proof("anchor", "against" if against else "good", anchor[0]))
    else:
        report.proofs.append(Proof("anchor", "lacking"))


def _told(db: sqlite3.Connection, report: Report) -> None:
    """What the program itself came upon, and clocks that were set back."""
    for seq, details in map(tuple, db.execute("select seq, details from ledger where kind = 'mismatch' order by seq")):
        said = _json(details)
        numbers = said.get("rows") or [0]
        detail = str(said.get("what", ""))
        code = f"told_{detail}" if said.get("copy") else "told"
        report.found.append(
            Found(code, str(said.get("table", "")), int(numbers[0]), entry=seq, detail=str(said.get("copy", "")))
        )
    for seq, at, details in map(
        tuple, db.execute("select seq, at, details from ledger where kind = 'clock_jump' order by seq")
    ):
        said = _json(details)
        if said.get("back"):
            report.notices.append(Found("clock_back", row=seq, detail=f"{said.get('before')} → {at}"))
    for seq, at, details in map(
        tuple, db.execute("select seq, at, details from ledger where kind = 'committed' order by seq").fetchall()[1:]
    ):
        said = _json(details)
        if said.get("why") == "upgrade" and "rows" in said:
            report.notices.append(Found("sealed_anew", row=int(said["rows"]), entry=seq, detail=str(at)))


class _Runs:
    """In which run a row was entered: the first commitment that knows so high a number."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._steps: dict[str, list[tuple[int, int]]] = {}
        self.last: dict[str, tuple[int, int]] = {}
        for seq, details in map(
            tuple, db.execute("select seq, details from ledger where kind = 'committed' order by seq")
        ):
            said = _json(details)
            run = int(said.get("run") or 0)
            for table, facts in dict(said.get("tables") or {}).items():
                self._steps.setdefault(table, []).append((int(facts[1]), run))
                self.last[table] = (run, seq)

    def of(self, table: str, row: int) -> int:
        return next((run for last, run in self._steps.get(table, ()) if last >= row), 0)

    def found(self, code: str, table: str, row: int = 0) -> Found:
        run, entry = self.last.get(table, (0, 0))
        return Found(code, table, row, self.of(table, row) if row else 0, run, entry)


def _rows(db: sqlite3.Connection, tables: set[str], runs: _Runs, report: Report) -> None:
    sealed = {str(tab) for (tab,) in map(tuple, db.execute("select tab from seal_tables"))}
    broken = len(report.found)
    for name in sorted(set(rows.names(db)) - sealed):
        report.found.append(Found("unsealed_table", name))
    described = {t.name: t for t in seals.sealed(db)}
    for name in sorted(sealed):
        if name not in tables:
            report.found.append(runs.found("no_table", name))
            continue
        if rows.described(db, name).columns != described[name].columns:
            report.found.append(runs.found("unsealed_table", name))
        try:
            report.rows += int(db.execute(f'select count(*) from main."{name}"').fetchone()[0])
            wrong = list(differing(db, described[name]))
        except (sqlite3.DatabaseError, TypeError, ValueError):
            report.found.append(runs.found("unreadable_table", name))
            continue
        report.found += [runs.found(f"row_{d.what}", name, d.number) for d in wrong[:_MOST]]
        if len(wrong) > _MOST:
            report.found.append(runs.found("row_more", name, len(wrong) - _MOST))
    report.proofs.append(Proof("seals", "against" if len(report.found) > broken else "good", report.rows))


def _commitment(db: sqlite3.Connection, folder: Path, runs: _Runs, report: Report) -> None:
    """That the seals are those of the last commitment, or follow from it under the code of the key."""
    secret = key.known(folder)
    (committed,) = db.execute("select committed from log_state").fetchone()
    said = commitment.last_commitment(db)
    newest = db.execute("select max(seq) from ledger where kind = 'committed'").fetchone()[0]
    if (newest or 0) != committed:
        report.found.append(Found("commitment", "log_state", entry=newest or 0))
    elif said is not None and said["root"] != commitment.whole_root(commitment.tables(db)):
        report.found.append(Found("commitment", "seal_tables", since=int(said["run"] or 0), entry=int(said["seq"])))
    if not commitment.schema_holds(db, said):
        report.found.append(Found("schema", "sqlite_master", entry=newest or 0))
    pending: dict[str, dict[int, bytes | None]] = {}
    for tab, bucket, before, after, mac, stands in map(
        tuple,
        db.execute(
            "select p.tab, p.bucket, p.before, p.after, p.mac, b.digest from seal_pending p"
            " left join seal_buckets b on b.tab = p.tab and b.bucket = p.bucket"
        ),
    ):
        pending.setdefault(tab, {})[int(bucket)] = before
        coded = secret is None or bytes(mac) == seals.code_of(secret, (tab, bucket), before, after, committed)
        if not coded or stands != after:
            report.found.append(runs.found("commitment", tab, int(bucket) * seals.BUCKET))
    for tab, _, root, _ in commitment.tables(db):
        try:
            digests = {
                int(b): bytes(d)
                for b, d in map(
                    tuple, db.execute("select bucket, digest from seal_buckets where tab = ? order by bucket", (tab,))
                )
            }
            whole = all(
                digests.get(int(b)) == seals.bucket_digest(int(b), bytes(d))
                for b, d in map(tuple, db.execute("select bucket, digests from seals where tab = ?", (tab,)))
            )
        except (sqlite3.DatabaseError, TypeError):
            whole, digests = False, {}
        was = ((n, pending.get(tab, {}).get(n, d)) for n, d in sorted(digests.items()))
        if not whole or commitment.table_root((n, bytes(d)) for n, d in was if d is not None) != bytes(root):
            report.found.append(runs.found("commitment", tab))
    last = int(db.execute("select max(seq) from ledger").fetchone()[0] or 0)
    if secret is not None and last and not seals.head_holds(db, secret, last):
        report.found.append(Found("head", "ledger", last))
    if secret is None:
        report.proofs.append(Proof("code", "lacking"))
    if last > committed:
        report.notices.append(Found("not_committed", row=last - committed))


def _sightings(db: sqlite3.Connection, tables: set[str], report: Report) -> None:
    """That each file and point was last seen by the run that its row names."""
    if not {"runs", "sightings", *rows.TOUCHED} <= tables:
        return
    states = {int(n): str(s) for n, s in map(tuple, db.execute("select id, state from runs"))}
    for name in rows.TOUCHED:
        expected: dict[int, int] = {}
        known = set()
        for run, text in map(tuple, db.execute(f"select run, {name} from sightings order by run")):
            known.add(int(run))
            for numbers in commitment.numbers(str(text)):
                expected.update(dict.fromkeys(numbers, int(run)))
        for number, run in map(tuple, db.execute(f"select id, coalesce(run_id, 0) from {name} order by id")):
            if expected.get(number, 0) == run:
                continue  # 0: never in any run
            if run not in known and run in states:
                continue  # a run that has not ended
            report.found.append(Found("seen", name, int(number), int(run), expected.get(number, 0)))


def _heads(db: sqlite3.Connection, folder: Path, report: Report, given: list[Path]) -> None:
    try:
        trusted = heads.verifiers(db)
    except (NoteError, KeyError, ValueError, TypeError):
        trusted = []
    _keys(db, folder, trusted, report)
    row = db.execute("select note from checkpoints order by size desc limit 1").fetchone()
    if row is not None:
        copy = heads.head_of("signature", Path(), str(row[0]), trusted)
        _head(db, copy, report)
    copies = [heads.copy_at(where, path, trusted) for where, path in heads.places(db, folder)]
    copies += [heads.copy_at("given", path, trusted) for path in given]
    for copy in copies:
        _head(db, copy, report, needed=row is not None or copy.where == "given")
    if not any(c.where == "second" for c in copies):
        report.proofs.append(Proof("second", "lacking"))
    if not given:
        report.proofs.append(Proof("given", "lacking"))
    _cosigned(db, folder, trusted, report)
    for path in sorted(folder.glob(f"{heads.NAME}.conflict-*")):
        report.found.append(Found("conflict", detail=path.name))


def _head(db: sqlite3.Connection, copy: heads.Copy, report: Report, *, needed: bool = True) -> None:
    if copy.head is None:
        if copy.what == "missing" and not needed:
            report.proofs.append(Proof(copy.where, "lacking"))
            return
        report.proofs.append(Proof(copy.where, "lacking" if copy.what == "missing" else "against", detail=copy.what))
        report.found.append(
            Found(f"head_{copy.what}", detail=f"{copy.where}: {copy.path}" if copy.where != "signature" else "")
        )
        return
    try:
        what = heads.follows(db, copy.head)
    except (sqlite3.DatabaseError, TypeError):
        what = "fork"
    report.proofs.append(Proof(copy.where, "against" if what else "good", copy.head.size))
    if what:
        report.found.append(Found(f"head_{what}", row=copy.head.size, detail=copy.where))


def _keys(db: sqlite3.Connection, folder: Path, trusted: list[Verifier], report: Report) -> None:
    """That every key of the record was announced by the one before, and that the present one is the last."""
    for seq, details in map(
        tuple, db.execute("select seq, details from ledger where kind = 'log_key' order by seq").fetchall()[1:]
    ):
        said = _json(details)
        if not heads.announced(said):
            report.found.append(Found("key", row=seq))
    secret = key.known(folder)
    if secret is not None and trusted and key.verifier(heads.origin(db), secret) != trusted[-1]:
        report.found.append(Found("key", row=0))


def _cosigned(db: sqlite3.Connection, folder: Path, trusted: list[Verifier], report: Report) -> None:
    """The newest cosignature of each witness: in the inventory, and in the folder of keys."""
    witnesses = heads.witnesses(db)
    if not witnesses:
        report.proofs.append(Proof("witness", "lacking"))
    for verifier in witnesses:
        best = heads.cosigned_last(db, folder, verifier)
        if best is None:
            report.proofs.append(Proof("witness", "lacking", detail=verifier.name))
            continue
        copy = heads.head_of("witness", Path(), str(best), trusted)
        _head(db, copy, report)
        signature = parse(str(best)).signed_by(verifier)
        if signature is not None and report.proofs[-1].state == "good":
            last = report.proofs.pop()
            report.proofs.append(Proof("witness", last.state, last.size, heads.moment(signature.time), verifier.name))


def _stamps(db: sqlite3.Connection, tables: set[str], trusted: list[Certificate], report: Report) -> None:
    """The time stamps of earlier heads. One line for all; what is wrong, one by one."""
    taken = "select count(*), max(size), max(at) from stamps where answer is not null"
    try:
        count, size, at = db.execute(taken).fetchone() if "stamps" in tables else (0, 0, "")
        if count and not trusted and not stamps.installed():
            report.proofs.append(Proof("stamp", "unverified", int(size), str(at), "rfc3161-client"))
            return
        found = list(stamps.verified(db, trusted)) if count else []
    except (sqlite3.DatabaseError, TypeError, ValueError):
        found = [stamps.Stamp(0, "", "broken")]
    report.found += [Found(f"stamp_{s.wrong}", "stamps", s.size, detail=s.at) for s in found if s.wrong]
    if not found:
        report.proofs.append(Proof("stamp", "lacking"))
        return
    last = max(found, key=lambda s: (s.size, s.at))
    state = "against" if any(s.wrong for s in found) else "good" if trusted else "unverified"
    report.proofs.append(Proof("stamp", state, last.size, last.at, f"× {len(found)}"))


def _json(text: object) -> dict[str, Any]:
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
