"""移動・消去指示: prepared from open points, signed by two people, withdrawn. Nothing of any file is touched here."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.acts.attempts import recorded
from scanner.acts.correction import proof, refusing
from scanner.acts.correction.naming import free_name
from scanner.acts.correction.stopping import CorrectionError
from scanner.acts.signing import Ask, Rules, active, people, refuse_backwards, refuse_one_person, signer
from scanner.custody import families
from scanner.duties.interface import View
from scanner.inventory import corrections as table
from scanner.inventory import ledger
from scanner.inventory.corrections import Correction
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.people import statements
from scanner.inventory.store import Store
from scanner.model import VerdictKind
from scanner.paths import names, system
from scanner.policy import persons
from scanner.policy.models import Contract, Place
from scanner.policy.verdict import Judge
from scanner.scan.adapters import content_key
from scanner.sources.ground import ground_of


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done with the files of some points."""

    kind: str
    """``move`` or ``erase``."""
    instruction: str
    worker: str
    due: date
    place: str = ""
    """Number of the agreed place, with or without its contract; empty of an erasure."""


def view_of(db: sqlite3.Connection, rules: Rules) -> View:
    """Registers and families of today."""
    today = clock.today()
    return View(db, rules.policy, families.load(db, rules.policy, today), today, socket.gethostname())


def prepare(home: Home, rules: Rules, points: Sequence[int], wish: Wish) -> list[int]:
    """Enter an order for the file of each point; returns their numbers. All of them or, with an exception, none.

    Raises ``CorrectionError``: no such point, no file, no instruction, a hold, no such place; ``PeopleError`` for the worker.
    """
    if wish.due < clock.today():
        raise CorrectionError("due_past", due=wish.due)
    with recorded(home, "correction_prepare"), Store(home.database, only_notes=True) as store:
        view, key = view_of(store.connection, rules), _key(home)
        found = [_order(store.connection, rules, view, key, point, wish) for point in dict.fromkeys(points)]
        wanted = _with_targets(found, {one.target for one in _open(store.connection)})
        numbers = []
        with store.transaction() as db:
            rules.note(db)
            for one in wanted:
                if any(other.file == one.file or (one.target and other.target == one.target) for other in _open(db)):
                    raise CorrectionError("prepared_already", point=one.point)
                number = table.add(db, one)
                said: dict[str, Any] = {
                    "correction": number,
                    "act": one.kind,
                    "point": one.point,
                    "instruction": one.instruction,
                }
                ledger.append(
                    db, "correction_prepared", contract=one.contract, family=one.family, **said, worker=one.worker
                )
                numbers.append(number)
    return numbers


def _open(db: sqlite3.Connection) -> list[Correction]:
    return table.load(db, "state in ('prepared', 'running', 'undoing')")


def _order(
    db: sqlite3.Connection, rules: Rules, view: View, key: Callable[[bytes], bytes], point: int, wish: Wish
) -> tuple[Correction, bytes]:
    """(the order, folder it goes to)."""
    row = db.execute(
        "select p.state, p.contract, p.family, f.id, f.path, f.host, c.key, f.size, f.mtime_ns, f.ctime_ns, f.inode, f.device from points p"
        " left join files f on f.id = p.file_id and f.gone is null left join contents c on c.id = f.content_id where p.id = ?",
        (point,),
    ).fetchone()
    if row is None or row[0] != "open":
        raise CorrectionError("no_such_point" if row is None else "point_closed", point=point)
    if row[3] is None or row[6] is None:
        raise CorrectionError("no_file", point=point)
    path = os.fsencode(row[4])
    if names.stream(path):
        raise CorrectionError("a_stream", point=point)
    contract, place = _contract(rules, view, str(row[1] or ""), int(row[3]), wish)
    worker = active(rules.policy, wish.worker, contract.id)
    wished = refusing.Asked(view, contract, int(row[3]), path, wish.kind, wish.instruction, wish.due, key)
    refusing.check(wished)
    folder = folder_of(place, rules) if place else b""
    if place and (row[5] or names.flavour(path) is names.Flavour.SHARE):
        raise CorrectionError("other_machine", point=point)
    families_ = ",".join(sorted({f.original.family for f in wished.families}))
    made = Correction(
        0, now(), wish.kind, contract.id, families_, wish.instruction, worker.id, wish.due.isoformat(), point, int(row[3]), path,
        b"", f"{contract.id}/{place.id}" if place else "", bytes(row[6]), (row[7], row[8], row[9], row[10], row[11]), "prepared", "",
    )  # fmt: skip
    return made, folder


def _contract(rules: Rules, view: View, of_point: str, file: int, wish: Wish) -> tuple[Contract, Place | None]:
    """The contract that the order stands on: that of the point, of the place, of the file's families, or the only one."""
    number, _, place = wish.place.rpartition("/")
    mine = {f.original.contract for f in view.families if file in {one.file_id for one in f.live}}
    wanted = number or of_point or (mine.pop() if len(mine) == 1 else "")
    known = [c for c in rules.policy.contract if wanted in ("", c.id)]
    if wish.instruction and len(known) > 1:
        known = [c for c in known if any(i.id == wish.instruction for i in c.instruction)] or known
    if len(known) != 1:
        raise CorrectionError("which_contract", known=", ".join(c.id for c in rules.policy.contract) or "—")
    if wish.kind == "erase":
        return known[0], None
    found = next((p for p in known[0].place if p.id == place), None)
    if found is None:
        raise CorrectionError("no_such_place", place=wish.place, known=", ".join(p.id for p in known[0].place) or "—")
    return known[0], found


def folder_of(place: Place, rules: Rules) -> bytes:
    """The folder of an agreed place on this machine; raises ``CorrectionError``."""
    if not place.path or place.volume or place.unc:
        raise CorrectionError("place_elsewhere", place=place.id)
    path = Path(place.path).expanduser()
    base = Path(rules.path).resolve().parent if rules.path else Path.cwd()
    folder = system.real(os.fsencode(path if path.is_absolute() else base / path))
    if not system.is_folder(folder):
        raise CorrectionError("place_missing", place=place.id)
    return folder


def agreed(rules: Rules, one: Correction) -> bool:
    """Whether the target lies in a place of the contract that is in force today."""
    base = Path(rules.path).resolve().parent if rules.path else None
    verdict = Judge(rules.policy, base=base).verdict(one.target, ground_of(one.target))
    return verdict.kind is VerdictKind.IN_PLACE and verdict.contract == one.contract


def _with_targets(found: Iterable[tuple[Correction, bytes]], taken: set[bytes]) -> list[Correction]:
    """Each order with the name that its file will have. Outside a transaction: a folder of a share may take long to answer."""
    wanted = []
    for one, folder in found:
        target = free_name(folder, names.name(one.path), taken) if folder else b""
        taken = taken | {target}
        wanted.append(replace(one, target=target))
    return wanted


def one_of(db: sqlite3.Connection, number: int) -> Correction:
    """An order; raises ``CorrectionError``."""
    found = table.load(db, "id = ?", (number,))
    if not found:
        raise CorrectionError("no_such", number=number)
    return found[0]


def sign(home: Home, rules: Rules, number: int, worker: str, ask: Ask, *, undo: bool = False) -> int:
    """One person signs an order, or that it is undone; returns how many signatures it has then.

    Raises ``CorrectionError`` and ``PeopleError``: the same person again, another policy, what stands against the order by now.
    """
    with recorded(home, "correction_sign", correction=number), Store(home.database, only_notes=True) as store:
        one = one_of(store.connection, number)
        if one.state != ("done" if undo else "prepared"):
            raise CorrectionError("not_to_sign", number=number)
        known = people(store.connection, home)
        refuse_backwards(store.connection)
        before = proof.signatures(store.connection, home, known, one, rules.digest, undo=undo)
        if len(before) >= proof.SIGNERS:
            raise CorrectionError("signed_twice", number=number)
        contract_of(rules, one)
        if not undo:
            refusing.check(asked(store.connection, home, rules, one))
        me = signer(home, known, rules.policy, worker, ask, one.contract)
        for earlier in before:
            for other in persons.meant(rules.policy, earlier.worker, one.contract):
                refuse_one_person(me.worker, other)
        said = statements.statement(
            "correction", head=known.head, **proof.about(home, one, undo=undo), policy=rules.digest,
            first=statements.digest(before[0].said) if before else "",
        )  # fmt: skip
        with store.transaction() as db:
            rules.note(db)
            told: dict[str, Any] = {
                "correction": number,
                "worker": me.number,
                "undo": undo,
                "said": said,
                "signature": me.sign(said),
            }
            ledger.append(db, "correction_signed", contract=one.contract, family=one.family, **told)
    return len(before) + 1


def asked(
    db: sqlite3.Connection, home: Home, rules: Rules, one: Correction, *, carried_out: bool = False
) -> refusing.Asked:
    """An order against the registers and families of today; raises ``CorrectionError`` where the policy lacks its contract."""
    return refusing.Asked(
        view_of(db, rules), contract_of(rules, one), one.file, one.path, one.kind, one.instruction,
        date.fromisoformat(one.due), _key(home), carried_out,
    )  # fmt: skip


def _key(home: Home) -> Callable[[bytes], bytes]:
    key = installation_key(home)
    return lambda digest: content_key(digest, key)


def contract_of(rules: Rules, one: Correction) -> Contract:
    """The contract of an order in this policy; raises ``CorrectionError``."""
    found = next((c for c in rules.policy.contract if c.id == one.contract), None)
    if found is None:
        raise CorrectionError("which_contract", known=", ".join(c.id for c in rules.policy.contract) or "—")
    return found


def withdraw(home: Home, number: int) -> None:
    """An order that nobody has carried out is taken back."""
    with Store(home.database, only_notes=True) as store:
        one = one_of(store.connection, number)
        if one.state != "prepared":
            raise CorrectionError("not_to_sign", number=number)
        with store.transaction() as db:
            table.put(db, number, state="withdrawn")
            ledger.append(db, "correction_withdrawn", contract=one.contract, family=one.family, correction=number)


def enable(home: Home, rules: Rules, first: str, second: str, ask: Ask) -> None:
    """Two people sign the rules for corrections as the policy has them. Raises ``CorrectionError``, ``PeopleError``."""
    if not rules.policy.correct.enabled:
        raise CorrectionError("not_enabled_in_policy")
    with recorded(home, "correction_enable"), Store(home.database, only_notes=True) as store:
        known = people(store.connection, home)
        refuse_backwards(store.connection)
        one = signer(home, known, rules.policy, first, ask)
        other = signer(home, known, rules.policy, second, ask)
        refuse_one_person(one.worker, other.worker)
        correct = rules.policy.correct
        said = statements.statement(
            "correction_enable", head=known.head, rules=correct.digest, policy=rules.digest, undo_days=correct.undo_days,
            shares=len(correct.shares),
        )  # fmt: skip
        given = {person.number: person.sign(said) for person in (one, other)}
        with store.transaction() as db:
            rules.note(db)
            ledger.append(db, "correction_enabled", said=said, signatures=given)
