"""Registers that come back as a workbook: read in a confined process, set against the policy in force, and saved."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from scanner.acts import versions
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import secretfile
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.limits import limits
from scanner.messages import t
from scanner.policy import registers
from scanner.policy.models import Contract, Policy
from scanner.policy.registers.reading import Fault, RegistersError
from scanner.policy.registers.rows import rows
from scanner.policy.registers.sheets import MORE, Sheet, sheets
from scanner.printable import printable
from scanner.report.forms.interface import wareki
from scanner.sandbox.child import Child, Died, Late

_SECONDS = 60.0


class PolicyChanged(SekishoError):
    """Somebody else saved the policy meanwhile."""

    section = "console"
    exit_code = EXIT_USAGE


def read(data: bytes) -> Policy:
    """The policy in a workbook of which nothing is known. Raises ``RegistersError`` and ``SandboxFault``."""
    child = Child("scanner.acts.workbook_child", limits())
    try:
        child.start()
        with TemporaryFile() as file:
            file.write(data)
            file.flush()
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            child.send({"size": len(data)}, [file.fileno()])
            try:
                answer = child.answer(_SECONDS)
            except (Died, Late):
                raise RegistersError(Path("xlsx"), []) from None
    finally:
        child.kill()
    if "policy" not in answer:
        raise RegistersError(Path("xlsx"), [Fault(*fault) for fault in answer.get("faults", [])])
    return Policy.model_validate(answer["policy"])


def merged(before: Policy, given: Policy, contract: str = "") -> Policy:
    """The policy with what the workbook says: all registers, or those of one contract; what is no register stays as it was.

    Raises ``RegistersError`` where the workbook has nothing of that contract.
    """
    if not contract:
        kept = {name: getattr(before, name) for name in type(before).model_fields if name not in registers.TAKEN}
        return given.model_copy(update=kept)
    mine = [c for c in given.contract if c.id == contract]
    if not mine:
        raise RegistersError(Path("xlsx"), [])
    return before.model_copy(update={"contract": tuple(mine[0] if c.id == contract else c for c in before.contract)})


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs: ``added``, ``removed`` or ``changed``, with (heading, before, after) of what differs."""

    contract: str
    register: str
    id: str
    kind: str
    fields: tuple[tuple[str, str, str], ...] = ()


def changes(before: Policy, after: Policy) -> list[Change]:
    """Entry by entry, in the order of the registers; a contract that comes or goes as one."""
    found: list[Change] = []
    both = {c.id for c in before.contract} & {c.id for c in after.contract}
    for sheet in sheets():
        old, new = ({_key(row): row for row in rows(policy, sheet.name)} for policy in (before, after))
        for key in dict.fromkeys([*old, *new]):
            contract = key[1] if sheet.name == "contract" else key[0]
            if sheet.name != "contract" and contract and contract not in both:
                continue
            one, other = old.get(key), new.get(key)
            kind = "added" if one is None else "removed" if other is None else "changed"
            fields = tuple(_differing(sheet, one or {}, other or {})) if other is not None else ()
            if fields or kind != "changed":
                found.append(Change(contract, sheet.title, key[1], kind, fields))
    return found


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return str(row.get("contract") or ""), str(row.get("id", ""))


def _differing(sheet: Sheet, one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for column in sheet.columns:
        before, after = (said(row.get(column.key), column.words) for row in (one, other))
        if column.key != "contract" and before != after:
            yield column.heading, before, after
    own: dict[str, None] = dict.fromkeys([*one.get(MORE, {}), *other.get(MORE, {})])
    for name in own:
        before, after = (said(row.get(MORE, {}).get(name)) for row in (one, other))
        if before != after:
            yield name, before, after


def said(value: object, words: dict[str, str] | None = None) -> str:
    """A value of a register for people; ``words``: of a fixed value its word."""
    if value is None or value == "" or value == ():
        return "—"
    if isinstance(value, bool):
        return "○" if value else "—"
    if isinstance(value, date):
        return wareki(value) if t("console.era") == "wareki" else value.isoformat()
    if words and isinstance(value, str):
        return words.get(value, printable(value))
    told = "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return printable(told, lines=True)


def save(home: Home, path: Path, policy: Policy, *, before: str, by: str) -> str:
    """Put the policy in its file's place, the old one beside it as ``.bak``, both as open to others as it was; an entry of the record first. Returns its SHA-256.

    Args:
        before: SHA-256 of the file that the changes were looked at against.
        by: who saves, as the record calls the person.

    Raises ``PolicyChanged`` where it is another one by now, and ``OSError``.
    """
    old = path.read_bytes()
    if hashlib.sha256(old).hexdigest() != before:
        raise PolicyChanged("policy_changed")
    text = registers.to_toml(policy).encode("utf-8")
    digest = hashlib.sha256(text).hexdigest()
    with Store(home.database, only_notes=True) as store:
        store.note("policy_saved", user=by, before=before, sha256=digest)
    for data in (old, text):
        versions.keep(home, data)
    mode = stat.S_IMODE(path.stat().st_mode)
    for file, data in ((path.with_name(path.name + ".bak"), old), (path, text)):
        secretfile.place(file, data, over=True, mode=mode)
    return digest


def of_contract(policy: Policy, contract: str) -> Policy:
    """The registers of one contract alone, for a workbook that nobody of another one reads."""
    mine: tuple[Contract, ...] = tuple(c for c in policy.contract if c.id == contract)
    return policy.model_copy(update={"contract": mine})
