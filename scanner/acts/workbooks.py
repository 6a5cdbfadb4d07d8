"""Registers that come back as a workbook: read in a confined process, set against the policy in force, and saved."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from scanner.acts import versions
from scanner.errors import EXIT_USAGE, Part, SekishoError
from scanner.inventory import secretfile
from scanner.inventory.alive import in_turn
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from scanner.limits import limits
from scanner.messages import t
from scanner.policy import registers
from scanner.policy.load import PolicyError, parsed
from scanner.policy.models import Contract, Policy
from scanner.policy.registers.editing import NotEditable, edited
from scanner.policy.registers.labels import NO, YES
from scanner.policy.registers.reading import Fault, RegistersError
from scanner.policy.registers.rows import rows
from scanner.policy.registers.sheets import MORE, Sheet, sheets, tells
from scanner.printable import printable
from scanner.report.forms.interface import wareki
from scanner.sandbox.child import Child, Died, Late

_SECONDS = 60.0
_TURN = 20.0
"""Seconds that a saving waits for another one; each writes three small files."""
_LOCK, _FILE = "policy.lock", Path("policy.toml")
_TOKENS = re.compile(
    r""""{3}(?:\\.|[^\\])*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(?P<comment>\#[^\n]*)""", re.DOTALL
)
"""Strings of a TOML file (1.0.0) and what is a comment, which no string holds."""


class PolicyChanged(SekishoError):
    """Somebody else saved the policy meanwhile."""

    section = "console"
    exit_code = EXIT_USAGE


class PolicyRefused(SekishoError):
    """Registers that together are no policy, though each entry by itself may stand: nothing is written."""

    section = "console"
    exit_code = EXIT_USAGE

    def __init__(self, error: PolicyError) -> None:
        super().__init__("policy_refused")
        self._parts = tuple(Part(part.message, part.details) for part in error.parts())

    def parts(self) -> Iterator[Part]:
        """Every problem; no line, for the file is not written."""
        yield from self._parts


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
    """Entry by entry, in the order of the registers; a contract that comes or goes as one; the settings that are no register last."""
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
    return [*found, *_settings(before, after)]


def _settings(before: Policy, after: Policy) -> Iterator[Change]:
    """Every table of the policy that is no register, by its name in the file."""
    for name in type(before).model_fields:
        if name in registers.TAKEN:
            continue
        one, other = (dict(_flat(name, policy.model_dump()[name])) for policy in (before, after))
        fields = tuple(
            (k, said(one.get(k)), said(other.get(k))) for k in {**one, **other} if one.get(k) != other.get(k)
        )
        if fields:
            yield Change("", t("console.settings"), name, "changed", fields)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    else:
        yield name, value


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return str(row.get("contract") or ""), str(row.get("id", ""))


def _differing(sheet: Sheet, one: dict[str, Any], other: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for column in sheet.columns:
        before, after = (row.get(column.key) for row in (one, other))
        if column.key == "contract" or (not one and not tells(sheet, column, other)):
            continue
        if _stated(before) != _stated(after):
            yield column.heading, said(before, column.words), said(after, column.words)
    own: dict[str, None] = dict.fromkeys([*one.get(MORE, {}), *other.get(MORE, {})])
    for name in own:
        before, after = (row.get(MORE, {}).get(name) for row in (one, other))
        if _stated(before) != _stated(after):
            yield name, said(before), said(after)


def _stated(value: object) -> object:
    """A value as far as it states something: an empty cell, an empty text and no value are one."""
    return None if value in (None, "", ()) else value


def said(value: object, words: dict[str, str] | None = None) -> str:
    """A value of a register for people; ``words``: of a fixed value its word."""
    if _stated(value) is None:
        return "—"
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return wareki(value) if t("console.era") == "wareki" else value.isoformat()
    if words and isinstance(value, str):
        return words.get(value, printable(value))
    told = "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return printable(told, lines=True)


def written(policy: Policy, over: str = "") -> str:
    """The policy as the text of its file, which can be read again; ``over``: the text that it is to replace, of which everything stays
    that says the same, comments too, where it can be edited. Raises ``PolicyRefused`` where it could not be read again."""
    text = registers.to_toml(policy)
    try:
        parsed(text, _FILE)
    except PolicyError as error:
        raise PolicyRefused(error) from None
    return (_edited(over, policy) if over else None) or text


def _edited(over: str, policy: Policy) -> str | None:
    """The text with what is said anew; ``None`` where that would not say the same."""
    try:
        text = edited(over, parsed(over, _FILE), policy)
        return text if parsed(text, _FILE) == policy else None
    except (NotEditable, PolicyError):
        return None


def comments_lost(before: str, after: str) -> int:
    """How many comments that somebody wrote into a policy file its new text does not have."""
    return (comments(before) - comments(after)).total()


def comments(text: str) -> Counter[str]:
    """The comments of a text."""
    return Counter(found["comment"].strip() for found in _TOKENS.finditer(text) if found["comment"])


def text_of(path: Path, digest: str) -> str:
    """The text of a policy's file. Raises ``PolicyChanged`` where it is not the one of that SHA-256 any more, and ``OSError``."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise PolicyChanged("policy_changed")
    return data.decode("utf-8-sig")


def save(home: Home, path: Path, text: str, *, before: str, by: str = "") -> str:
    """Put a policy as ``written`` in its file's place, the old one beside it as ``.bak``, both as open to others as it was; an entry of the record first. Returns its SHA-256.

    Args:
        before: SHA-256 of the file that the changes were looked at against.
        by: who saves, as the record calls the person; empty for whoever runs a command, whose account every entry has.

    Of several savings at one moment the first is done, the others find another policy. Raises ``PolicyChanged`` where it is another
    one by now or others have not ended, and ``OSError``.
    """
    with in_turn(home.path / _LOCK, _TURN) if home.path.is_dir() else nullcontext(True) as mine:
        if not mine:
            raise PolicyChanged("policy_busy")
        old = path.read_bytes()
        if hashlib.sha256(old).hexdigest() != before:
            raise PolicyChanged("policy_changed")
        data = text.encode("utf-8")
        digest = hashlib.sha256(data).hexdigest()
        if home.database.exists():  # before the first scan there is no record
            with Store(home.database, only_notes=True) as store:
                store.note("policy_saved", before=before, sha256=digest, **({"user": by} if by else {}))
            for content in (old, data):
                versions.keep(home, content)
        mode = stat.S_IMODE(path.stat().st_mode)
        for file, content in ((path.with_name(path.name + ".bak"), old), (path, data)):
            secretfile.place(file, content, over=True, mode=mode)
        return digest


def create(path: Path, text: str) -> None:
    """A policy in a file that is not there yet, as open to others as any new file. Raises ``FileExistsError``, and ``OSError``."""
    mask = os.umask(0)
    os.umask(mask)
    secretfile.place(path, text.encode("utf-8"), mode=0o666 & ~mask)


def of_contract(policy: Policy, contract: str) -> Policy:
    """The registers of one contract alone, for a workbook that nobody of another one reads."""
    mine: tuple[Contract, ...] = tuple(c for c in policy.contract if c.id == contract)
    return policy.model_copy(update={"contract": mine})
