"""Carrying out signed orders, undoing moves, and going on where one was broken off.

Nothing is done without: the policy's ``[correct] enabled``, signed by two people; two signatures under the order itself; a record
that holds together; the instruction still in force, no hold, the original accounted for; and the very bytes that were signed.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

from scanner import clock
from scanner.acts.attempts import recorded
from scanner.acts.correction import files, medium, orders, proof, refusing, steps
from scanner.acts.correction.stopping import CorrectionError, Stopped, of_system
from scanner.acts.signing import Rules, people, refuse_backwards
from scanner.inventory import corrections as table
from scanner.inventory import ledger
from scanner.inventory.alive import alone
from scanner.inventory.corrections import Correction
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.store import Store
from scanner.model import file_of
from scanner.paths import names, system
from scanner.paths.entries import identity
from scanner.policy.corrections import CorrectRules
from scanner.scan.adapters import content_key
from scanner.sources.ground import ground_of


def run(home: Home, rules: Rules, number: int) -> Correction:
    """Carry out an order; returns it as it is then. Raises ``CorrectionError``; no file is altered then, unless it says so."""
    return _carried_out(home, rules, number, undo=False)


def undo(home: Home, rules: Rules, number: int) -> Correction:
    """Bring a moved file back under its old name, as long as the policy allows. Raises ``CorrectionError``."""
    return _carried_out(home, rules, number, undo=True)


def _carried_out(home: Home, rules: Rules, number: int, *, undo: bool) -> Correction:
    with (
        _turn(home),
        recorded(home, "correction_run", correction=number),
        Store(home.database, only_notes=True) as store,
    ):
        one = orders.one_of(store.connection, number)
        _refuse(home, rules, store, one, undo=undo)
        source = one.target if undo else one.path
        try:
            status = system.look(source)
        except OSError as error:
            raise of_system(error) from None
        found = file_of(source, status)
        if not undo and found[1:5] != one.known[:4] and not _as_listed(found[1:], one.known):
            raise Stopped("changed")
        if undo and clock.today() > date.fromisoformat(one.undo_until):
            raise CorrectionError("undo_over", number=number, until=one.undo_until)
        work = {
            "part": f".sekisho-{secrets.token_hex(8)}.part",
            "aside": f".sekisho-{secrets.token_hex(8)}.out",
            "known": list(found[1:]),
            "overwrite": one.kind == "erase",
            "medium": list(medium.codes(source)),
        }
        _begin(store, rules, one, work, undo=undo)
        one = orders.one_of(store.connection, number)
        _work(store, home, one, steps.move if one.target else steps.erase)
        return _ended(store, rules.policy.correct, one)


@contextmanager
def _turn(home: Home) -> Iterator[None]:
    """One process at a time: what another is in the middle of is not broken off. Raises ``CorrectionError``."""
    with alone(home.path / "correct.lock") as mine:
        if not mine:
            raise CorrectionError("busy")
        yield


def _as_listed(found: tuple[int, ...], known: tuple[int, ...]) -> bool:
    """As a listing of Windows tells a file: without number, and without the time of change."""
    return os.name == "nt" and found[:2] == known[:2]


def _refuse(home: Home, rules: Rules, store: Store, one: Correction, *, undo: bool) -> None:
    db = store.connection
    if one.state != ("done" if undo else "prepared") or (undo and one.kind != "move"):
        raise CorrectionError("not_to_run", number=one.number)
    known = people(db, home)
    refuse_backwards(db)
    if not proof.enabled(db, known, rules.policy.correct):
        raise CorrectionError("off")
    if any(True for _ in ledger.verify(db)):
        raise CorrectionError("unproved", number=one.number)
    orders.contract_of(rules, one)
    if any(host for (host,) in db.execute("select host from files where id = ?", (one.file,))):
        raise CorrectionError("other_machine", point=one.point)  # its path may be another file's here
    if not undo:
        refusing.check(orders.asked(db, home, rules, one, carried_out=True))
        if one.kind == "move" and not orders.agreed(rules, one):
            raise CorrectionError("place_over", place=one.place)
    signed = proof.signatures(db, home, known, one, rules.digest, undo=undo)
    if len(signed) < proof.SIGNERS:
        raise CorrectionError("unsigned", number=one.number, missing=proof.SIGNERS - len(signed))
    for path in filter(None, (one.path, one.target)):
        if names.flavour(path) is names.Flavour.SHARE or system.real(names.parent(path)) != names.parent(path):
            raise Stopped("link" if names.flavour(path) is not names.Flavour.SHARE else "share")
        refusing.refuse_share(rules.policy.correct, path, ground_of(path))


def _begin(store: Store, rules: Rules, one: Correction, work: dict[str, object], *, undo: bool) -> None:
    with store.transaction() as db:
        if orders.one_of(db, one.number).state != one.state:
            raise CorrectionError("not_to_run", number=one.number)
        rules.note(db)
        table.put(
            db,
            one.number,
            state="undoing" if undo else "running",
            step="copying" if one.kind == "move" else "",
            work=work,
        )
        said: dict[str, Any] = {"correction": one.number, "act": one.kind, "undo": undo, "medium": work["medium"]}
        ledger.append(db, "correction_begun", contract=one.contract, family=one.family, **said)


def _job(one: Correction) -> steps.Job:
    size, written, changed, number, device = one.work["known"]
    ways = [(names.parent(p), names.name(p)) for p in (one.path, one.target) if p]
    if one.state == "undoing":
        ways.reverse()
    target = ways[1] if len(ways) > 1 else None
    known = (size, written, changed, number, device)
    part, aside = one.work["part"].encode(), one.work["aside"].encode()
    return steps.Job(ways[0], target, known, one.content, part, aside, bool(one.work["overwrite"]))


Doing = Callable[[steps.Job, Callable[[bytes], bytes], steps.Journal], object]


def _work(store: Store, home: Home, one: Correction, doing: Doing) -> object:
    """Do something with the journal of an order. Where it stops and nothing of it is left behind, the order stands as before; else
    it stays broken off, for ``resume``."""
    placed = tuple(one.work["placed"]) if one.work.get("placed") else None
    work = dict(one.work)

    def note(step: steps.Step, number: tuple[int, int] | None) -> None:
        if journal.lost is not None:
            work["lost"] = journal.lost
        if number is not None:
            work["placed"] = list(number)
            journal.placed = number
        with store.transaction() as db:
            table.put(db, one.number, step=step, work=work)

    journal = steps.Journal(note, placed)
    key, job = installation_key(home), _job(one)
    try:
        return doing(job, lambda digest: content_key(digest, key), journal)
    except Stopped as stopped:
        if steps.clean(job, journal.placed, orders.one_of(store.connection, one.number).step):
            _taken_back(store, one, stopped.code)
        raise


def _taken_back(store: Store, one: Correction, why: str) -> None:
    """The order stands as before. That the program took the file aside and gave it its name again has moved its time of change."""
    known = list(one.known)
    with suppress(OSError):
        status = system.look(one.path)
        if files.same(status, one.known, renamed=True):
            known[2] = identity(status)[2]
    with store.transaction() as db:
        table.put(db, one.number, known=json.dumps(known))
        table.put(db, one.number, state="done" if one.state == "undoing" else "prepared", step="")
        said: dict[str, Any] = {
            "correction": one.number,
            "result": "taken_back",
            "why": why,
            "undo": one.state == "undoing",
        }
        ledger.append(db, "correction_ended", contract=one.contract, family=one.family, **said)


def _ended(store: Store, correct: CorrectRules, one: Correction) -> Correction:
    undone = one.state == "undoing"
    until = clock.today() + timedelta(days=correct.undo_days)
    with store.transaction() as db:
        table.put(
            db, one.number, state="undone" if undone else "done", step="", done=now(),
            undo_until=until.isoformat() if one.kind == "move" and not undone else "",
        )  # fmt: skip
        said: dict[str, Any] = {"correction": one.number, "result": "undone" if undone else "done", "act": one.kind}
        ledger.append(db, "correction_ended", contract=one.contract, family=one.family, **said)
    return orders.one_of(store.connection, one.number)


def resume(home: Home, correct: CorrectRules) -> list[tuple[int, str]]:
    """Go on with, or take back, what was broken off: (number, ``done``, ``undone``, ``taken_back``, or the code of what hinders it).
    What is hindered stays as it is, for the next start; what another process is working on is left to it."""
    found: list[tuple[int, str]] = []
    if not home.database.exists():
        return found
    with alone(home.path / "correct.lock") as mine, Store(home.database, only_notes=True) as store:
        for one in table.load(store.connection, "state in ('running', 'undoing')") if mine else ():
            try:
                found.append((one.number, _resumed(store, home, correct, one)))
            except Stopped as stopped:
                state = orders.one_of(store.connection, one.number).state
                found.append((one.number, "taken_back" if state in ("prepared", "done") else stopped.code))
    return found


def _resumed(store: Store, home: Home, correct: CorrectRules, one: Correction) -> str:
    step: steps.Step = one.step  # type: ignore[assignment]  # only our own steps are kept
    if not step or not _work(store, home, one, lambda job, key, journal: steps.recover(job, key, journal, step)):
        _taken_back(store, one, "interrupted")
        return "taken_back"
    return _ended(store, correct, one).state


def verified(store: Store) -> list[tuple[int, bool]]:
    """Orders that were carried out since a scan last looked, and whether it found them so: the old name gone, and the same bytes at
    the new one in the agreed place. Those that it did not come to wait for the next."""
    found: list[tuple[int, bool]] = []
    for one in table.load(store.connection, "state = 'done' and checked = ''"):
        good = _seen(store.connection, one)
        if good is None:
            continue
        found.append((one.number, good))
        with store.transaction() as db:
            table.put(db, one.number, checked=now())
            said: dict[str, Any] = {"correction": one.number, "result": "verified" if good else "not_as_ordered"}
            ledger.append(db, "correction_ended", contract=one.contract, family=one.family, **said)
    return found


def _seen(db: sqlite3.Connection, one: Correction) -> bool | None:
    """What the inventory has of both names, as far as it looked after the act."""
    old = _entry(db, one.path)
    if old is None or (old[0] is None and old[1] < one.done):
        return None
    if not one.target:
        return old[0] is not None
    new = _entry(db, one.target)
    if new is None or new[1] < one.done:
        return None if old[0] is not None else False
    return old[0] is not None and new[0] is None and new[2] == one.content and new[3] == "in_place"


def _entry(db: sqlite3.Connection, path: bytes) -> tuple[str | None, str, bytes, str] | None:
    row = db.execute(
        "select f.gone, f.last_seen, c.key, f.verdict from files f left join contents c on c.id = f.content_id"
        " where f.path = ? and f.host = ''",
        (path,),
    ).fetchone()
    return (row[0], row[1] or "", bytes(row[2] or b""), row[3] or "") if row else None
