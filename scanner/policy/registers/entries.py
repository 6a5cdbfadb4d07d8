"""One entry of a register put into the policy, changed or taken away, as a form gives it: a text a column, refused column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scanner.errors import EXIT_USAGE, Part, SekishoError
from scanner.policy.faults import told
from scanner.policy.letters import Contractor, Documents
from scanner.policy.load import overlaps
from scanner.policy.models import Contract, Policy, Responsible
from scanner.policy.references import Dangling, dangling
from scanner.policy.registers import cells
from scanner.policy.registers.rows import rows
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, MORE, Sheet, sheets
from scanner.printable import line_ends

LONGEST = 4_000
"""Letters of a column; what happened in an incident is told in fewer."""
_NAMED = 12
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a column (its key; empty for the entry as a whole), as a name within ``policy`` and what fills it in."""

    key: str
    code: str
    details: dict[str, object] = field(default_factory=dict)


class EntryRefused(SekishoError):
    """An entry that cannot stand so; nothing was changed."""

    section = "console"
    exit_code = EXIT_USAGE

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("entry_refused")
        self.faults = faults

    def parts(self) -> Iterator[Part]:
        """Every fault."""
        for one in self.faults:
            yield Part(f"policy.{one.code}", one.details)


def sheet_of(register: str) -> Sheet:
    """The sheet of a register; raises ``KeyError``."""
    return {sheet.name: sheet for sheet in sheets()}[register]


def of(policy: Policy, register: str, contract: str) -> list[dict[str, Any]]:
    """The entries of a register: of the house where no contract is named, else of that contract."""
    key = "id" if register == "contract" else "contract"
    if register in HOUSE:
        return list(rows(policy, register))
    return [row for row in rows(policy, register) if (row.get(key) or "") == contract]


def put(policy: Policy, register: str, contract: str, at: int | None, texts: Mapping[str, str]) -> Policy:
    """The policy with the entry ``at`` of a register as ``texts`` say (key of a column → text), or with one more where ``at`` is ``None``.
    What the office keeps in columns of its own stays.

    Raises ``EntryRefused``, ``IndexError``.
    """
    sheet = sheet_of(register)
    before = of(policy, register, contract) if at is not None else []
    old = before[at] if at is not None else {}
    fixed = {"id"} if register == "contract" and at is not None else set()
    stated = {**_stated(sheet, texts, fixed), **({MORE: old[MORE]} if old.get(MORE) else {})}
    return _whole(policy, sheet, contract, at, stated)


def removed(policy: Policy, register: str, contract: str, at: int) -> Policy:
    """The policy without an entry; raises ``EntryRefused`` where another one names it, and ``IndexError``."""
    of(policy, register, contract)[at]
    return _whole(policy, sheet_of(register), contract, at, None)


def _stated(sheet: Sheet, texts: Mapping[str, str], fixed: set[str]) -> dict[str, Any]:
    """Columns that say something, as values; those that are ``fixed`` need say nothing."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for column in sheet.columns:
        text = line_ends(texts.get(column.key, "")).strip()
        about: dict[str, object] = {"key": column.heading}
        if column.key == "contract":
            continue
        if not text:
            if column.required and column.key not in fixed:
                faults.append(Fault(column.key, "missing_key", about))
            continue
        if len(text) > LONGEST:
            faults.append(Fault(column.key, "fault_long", {**about, "most": LONGEST}))
        elif not all(c.isprintable() or c in "\n\u3000" for c in text):
            faults.append(Fault(column.key, "fault_unprintable", about))
        else:
            try:
                found[column.key] = cells.value(sheet, column, text)
            except cells.BadCell as bad:
                faults.append(Fault(column.key, bad.code, {**bad.details, **about}))
    if faults:
        raise EntryRefused(faults)
    return found


def _whole(policy: Policy, sheet: Sheet, contract: str, at: int | None, stated: dict[str, Any] | None) -> Policy:
    """The policy with one entry as it is stated (``None``: without it), checked as the file would be."""
    try:
        after = _placed(policy, sheet, contract, at, stated)
    except ValidationError as error:
        raise EntryRefused(list(_faults(sheet, error))) from None
    known = {_named(policy, one) for one in dangling(policy)}
    faults = [_dangling(sheet, one) for one in dangling(after) if _named(after, one) not in known]
    twice = {(problem.key, problem.hint) for problem in overlaps(policy, "")}
    faults += [
        Fault("path" if sheet.name == "place" else "", "overlap", {"key": p.key, "hint": p.hint})
        for p in overlaps(after, "")
        if (p.key, p.hint) not in twice
    ]
    if faults:
        raise EntryRefused(faults)
    return after


def _placed(policy: Policy, sheet: Sheet, contract: str, at: int | None, stated: dict[str, Any] | None) -> Policy:
    if sheet.name == CONTRACTOR:
        return _letters(policy, contract, stated or {})
    if sheet.name == "contract":
        return _contract(policy, contract if at is not None else None, stated)
    entry = None if stated is None else sheet.model.model_validate(stated)
    if sheet.name in HOUSE:
        return _with(policy, {sheet.name: _listed(getattr(policy, sheet.name), at, entry)})
    owner = next(c for c in policy.contract if c.id == contract)
    changed = _with(owner, {sheet.name: _listed(getattr(owner, sheet.name), at, entry)})
    return _with(policy, {"contract": tuple(changed if c.id == contract else c for c in policy.contract)})


def _listed(entries: tuple[Any, ...], at: int | None, entry: BaseModel | None) -> tuple[Any, ...]:
    given = () if entry is None else (entry,)
    if at is None:
        return (*entries, *given)
    return (*entries[:at], *given, *entries[at + 1 :])


def _contract(policy: Policy, number: str | None, stated: dict[str, Any] | None) -> Policy:
    own = dict(stated or {})
    responsible = {k: own.pop(f"responsible_{k}", None) for k in Responsible.model_fields}
    if responsible["name"]:
        own["responsible"] = {k: v for k, v in responsible.items() if v is not None}
    if number is not None:
        own["id"] = number  # originals, points and roles know the contract by it
    columns = {c.key for c in sheet_of("contract").columns}
    made: list[Contract] = []
    for contract in policy.contract:
        if contract.id != number:
            made.append(contract)
        elif stated is not None:
            kept = {k: getattr(contract, k) for k in type(contract).model_fields if k not in {*columns, "responsible"}}
            made.append(Contract.model_validate({**kept, **own}))
    if number is None:
        made.append(Contract.model_validate(own))
    return _with(policy, {"contract": tuple(made)})


def _letters(policy: Policy, contract: str, stated: dict[str, Any]) -> Policy:
    """Who writes letters, of the house or of a contract, where nothing at all is stated that is of the house."""
    sender = Contractor.model_validate({k: v for k, v in stated.items() if k in Contractor.model_fields})
    papers = Documents.model_validate({k: v for k, v in stated.items() if k in Documents.model_fields})
    if not contract:
        return _with(policy, {"contractor": sender, "documents": papers})
    own = {
        "contractor": sender if sender != Contractor() else None,
        "documents": papers if papers != Documents() else None,
    }
    changed = tuple(_with(c, own) if c.id == contract else c for c in policy.contract)
    return _with(policy, {"contract": changed})


def _with(model: _Model, changed: dict[str, Any]) -> _Model:
    """The same with other fields, and every rule of it asked again."""
    kept = {key: getattr(model, key) for key in type(model).model_fields}
    return type(model).model_validate({**kept, **changed})


def _faults(sheet: Sheet, error: ValidationError) -> Iterator[Fault]:
    headings = {c.key: c.heading for c in sheet.columns}
    for e in error.errors(include_url=False, include_input=False):
        path = [str(part) for part in e["loc"] if isinstance(part, str)]
        key = "_".join(path[:2]) if path[:1] == ["responsible"] else next((p for p in path if p in headings), "")
        code, details = told(e)
        said = {name: headings.get(str(value), value) for name, value in details.items()}
        if code == "fault_used_twice":
            key, said = "id", {**said, "register": sheet.title}
        yield Fault(key if key in headings else "", code, {"key": headings.get(key, ""), **said})


def _named(policy: Policy, one: Dangling) -> tuple[str, str, str, str]:
    return policy.contract[one.contract].id, one.register, one.id, one.field


def _dangling(sheet: Sheet, one: Dangling) -> Fault:
    """At its field where it is of this register; else about the entry, which another one names."""
    other = sheet_of(one.register)
    heading = next((c.heading for c in other.columns if c.key == one.field), one.field)
    known = "、".join(one.known[:_NAMED]) or "—"
    here = one.field if one.register == sheet.name else ""
    return Fault(here, one.code, {"key": f"{other.title} {heading}", "id": one.id, "known": known})
