"""A workbook of registers as people filled it in → the policy, or every cell that must be put right, with what is right."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ValidationError

from scanner.errors import EXIT_USAGE, Part, SekishoError
from scanner.policy.faults import told
from scanner.policy.letters import Contractor, Documents
from scanner.policy.models import Policy, Responsible
from scanner.policy.references import dangling
from scanner.policy.registers import cells
from scanner.policy.registers.samples import MARK
from scanner.policy.registers.sheets import CONTRACTOR, HOUSE, MORE, Column, Sheet, sheets

_NAMED = 12
"""Numbers that are named of those that there are."""
_HEADING_ROWS = 10
"""Rows in which the headings are looked for: people put titles and remarks above them."""
_SAMPLE = re.compile(r"[(\[【]?例[)\]】]?(?:[:\s]|$)")
_REQUIRED_MARKS = re.compile(r"[*※＊]|\((?:必須|任意)\)")
_KEY = re.compile(r"\((?P<key>[a-z0-9_]+)\)$")
_TAILS = ("管理簿", "台帳", "一覧表", "一覧", "名簿", "簿", "シート")


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken: where, and which sentence says what is right. No content of it is repeated."""

    sheet: str
    cell: str
    column: str
    code: str
    details: dict[str, object] = field(default_factory=dict)


class RegistersError(SekishoError):
    """A workbook that is no policy; ``faults`` names every cell, and is empty where it is no workbook of registers."""

    section = "policy"
    exit_code = EXIT_USAGE

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        super().__init__("import_bad" if faults else "not_xlsx", path=path)
        self.faults = faults

    def parts(self) -> Iterator[Part]:
        """Every faulty cell."""
        for f in self.faults:
            place = f"{f.sheet}!{f.cell}" if f.cell else f.sheet
            yield Part(
                f"policy.{f.code}", {"key": f.column, **f.details}, f"{place} [{f.column}]" if f.column else place
            )


@dataclass(slots=True)
class _Row:
    """One entry as it stands in the workbook."""

    number: int
    letters: dict[str, str]
    """Field → letter of its column."""
    values: dict[str, Any]

    def cell(self, key: str) -> str:
        return f"{self.letters.get(key, 'A')}{self.number}"


def load(source: Path | IO[bytes]) -> Policy:
    """The policy in a workbook, which may be open already; raises ``RegistersError`` with every faulty cell."""
    from openpyxl import load_workbook

    path = source if isinstance(source, Path) else Path("xlsx")
    try:
        book = load_workbook(source, data_only=True)
    except Exception as error:  # openpyxl raises what it met, of any kind: it is no workbook
        raise RegistersError(path, []) from error
    named = {_plain_title(name): book[name] for name in book.sheetnames}
    faults: list[Fault] = []
    contracts: dict[str, dict[str, Any]] = {}
    house: dict[str, list[dict[str, Any]]] = {name: [] for name in HOUSE}
    letters: dict[str, dict[str, Any]] = {}
    taken: list[tuple[Sheet, _Row, str]] = []
    if _plain_title("契約") not in named:
        raise RegistersError(path, [])
    for register in sheets():
        sheet = named.get(_plain_title(register.title))
        if sheet is None:
            continue
        for row in _rows(sheet, register, faults):
            taken.append((register, row, str(row.values.get("contract", ""))))
            if register.name == CONTRACTOR:
                _take_sender(row, register, contracts, letters, faults)
            else:
                _take(row, register, contracts, house, faults)
    if not contracts and not any(house.values()) and not faults:
        faults.append(Fault("契約", "A2", "契約番号", "fault_empty"))
    if not faults:
        try:
            policy = Policy.model_validate({"contract": list(contracts.values()), **house, **letters})
            faults += _dangling(policy, taken)
            if not faults:
                return policy
        except ValidationError as error:
            for e in error.errors(include_url=False, include_input=False):
                code, details = told(e)
                faults.append(Fault(_sheet_of(e["loc"]), "", "", code, details))
    raise RegistersError(path, faults)


def _dangling(policy: Policy, taken: list[tuple[Sheet, _Row, str]]) -> Iterator[Fault]:
    """A fault for every cell that names what no register has."""
    for one in dangling(policy):
        number = policy.contract[one.contract].id
        for register, row, contract in taken:
            if register.name == one.register and row.values.get("id") == one.id and contract in ("", number):
                heading = next((c.heading for c in register.columns if c.key == one.field), "")
                known = "、".join(one.known[:_NAMED]) or "—"
                yield Fault(register.title, row.cell(one.field), heading, one.code, {"id": one.id, "known": known})
                break


def _take(
    row: _Row,
    register: Sheet,
    contracts: dict[str, dict[str, Any]],
    house: dict[str, list[dict[str, Any]]],
    faults: list[Fault],
) -> None:
    """Put an entry where it belongs, and check it by itself: what is wrong with it is told with its cell."""
    entry = row.values
    if register.name == "contract":
        parts = {k: entry.pop(f"responsible_{k}", None) for k in Responsible.model_fields}
        if parts["name"]:
            entry["responsible"] = {k: v for k, v in parts.items() if v is not None}
        _check(row, register, faults)
        number = str(entry.get("id", f"row {row.number}"))
        if number in contracts:
            faults.append(
                Fault(
                    register.title,
                    row.cell("id"),
                    "契約番号",
                    "fault_used_twice",
                    {"id": number, "register": register.title},
                )
            )
        contracts[number] = entry
        return
    if register.name in HOUSE:
        _check(row, register, faults)
        house[register.name].append(entry)
        return
    number = str(entry.pop("contract", "") or (next(iter(contracts)) if len(contracts) == 1 else ""))
    _check(row, register, faults)
    owner = _owner(number, row, register, contracts, faults)
    if owner is not None:
        owner.setdefault(register.name, []).append(entry)


def _take_sender(
    row: _Row,
    register: Sheet,
    contracts: dict[str, dict[str, Any]],
    letters: dict[str, dict[str, Any]],
    faults: list[Fault],
) -> None:
    """Put a row of the contractor where it belongs: to the house, or to the contract that it names."""
    _check(row, register, faults)
    number = str(row.values.pop("contract", ""))
    owner = _owner(number, row, register, contracts, faults) if number else letters
    if owner is None:
        return
    if "contractor" in owner:
        details: dict[str, object] = {"id": number or "—", "register": register.title}
        faults.append(Fault(register.title, row.cell("contract"), "契約番号", "fault_used_twice", details))
        return
    for name, fields in (("contractor", (*Contractor.model_fields, MORE)), ("documents", (*Documents.model_fields,))):
        stated = {k: v for k, v in row.values.items() if k in fields}
        if stated or name == "contractor":
            owner[name] = stated


def _owner(
    number: str, row: _Row, register: Sheet, contracts: dict[str, dict[str, Any]], faults: list[Fault]
) -> dict[str, Any] | None:
    """The contract that a row names; a fault where there is none."""
    owner = contracts.get(number)
    if owner is None:
        near = difflib.get_close_matches(number, list(contracts), n=1, cutoff=0.4)
        known = "、".join(contracts) or "—"
        details: dict[str, object] = {"near": near[0] if near else "—", "known": known}
        faults.append(Fault(register.title, row.cell("contract"), "契約番号", "fault_no_such_contract", details))
    return owner


def _check(row: _Row, register: Sheet, faults: list[Fault]) -> None:
    bad = {f.cell for f in faults if f.sheet == register.title}
    headings = {c.key: c.heading for c in register.columns}
    model: type[BaseModel] = register.model
    try:
        model.model_validate(row.values)
    except ValidationError as error:
        for e in error.errors(include_url=False, include_input=False):
            key = str(e["loc"][0]) if e["loc"] else ""
            key = f"{key}_{e['loc'][1]}" if key == "responsible" and len(e["loc"]) > 1 else key
            code, details = told(e)
            if row.cell(key) not in bad or not key:
                details = {name: headings.get(str(v), v) for name, v in details.items()}
                faults.append(Fault(register.title, row.cell(key), headings.get(key, ""), code, details))


def _rows(sheet: Any, register: Sheet, faults: list[Fault]) -> Iterator[_Row]:
    from openpyxl.utils import get_column_letter

    table = _table(sheet)
    at, columns, own = _headings(table, register)
    if not columns:
        if any(any(v not in (None, "") for v in row) for row in table):
            faults.append(Fault(register.title, "A1", "", "fault_no_headings", {"register": register.title}))
        return
    letters = {column.key: get_column_letter(index + 1) for index, column in columns.items()}
    for number, values in enumerate(table[at + 1 :], at + 2):
        first = next((str(v).strip() for v in values if v not in (None, "")), "")
        if not first or first.startswith(MARK.strip()) or _SAMPLE.match(unicodedata.normalize("NFKC", first)):
            continue
        row = _Row(number, letters, {})
        for index, column in columns.items():
            value = values[index] if index < len(values) else None
            if value is None or str(value).strip() == "":
                continue
            try:
                row.values[column.key] = cells.value(register, column, value)
            except cells.BadCell as bad:
                faults.append(Fault(register.title, row.cell(column.key), column.heading, bad.code, bad.details))
        more = {
            name: str(values[i]).strip() for i, name in own.items() if i < len(values) and values[i] not in (None, "")
        }
        if more and row.values:
            row.values["more"] = more
        if row.values:
            yield row


def _table(sheet: Any) -> list[list[Any]]:
    """All cells; what stands in a merged cell stands in all that it covers."""
    table = [list(values) for values in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        value = sheet.cell(merged.min_row, merged.min_col).value
        for row in range(merged.min_row, min(merged.max_row, len(table)) + 1):
            for column in range(merged.min_col, merged.max_col + 1):
                table[row - 1][column - 1] = value
    return table


def _headings(table: list[list[Any]], register: Sheet) -> tuple[int, dict[int, Column], dict[int, str]]:
    """(index of the row of headings, columns by index, columns of the office's own): the row of the first ten that knows most."""
    known = {_plain(c.heading): c for c in register.columns} | {c.key: c for c in register.columns}
    parts = Counter(part for c in register.columns for part in _plain(c.heading).split("・"))
    for wanted in register.columns:  # 責任者・連絡先 is found by either word, where no other column has it
        for part in _plain(wanted.heading).split("・"):
            if parts[part] == 1:
                known.setdefault(part, wanted)
    if register.columns[0].key == "id":
        known.setdefault(_plain("番号"), register.columns[0])
    best: tuple[int, dict[int, Column], dict[int, str]] = (0, {}, {})
    for at, values in enumerate(table[:_HEADING_ROWS]):
        columns: dict[int, Column] = {}
        own: dict[int, str] = {}
        for index, value in enumerate(values):
            text = str(value).strip() if value is not None else ""
            key = _KEY.search(text)
            column = known.get(key["key"]) if key else None
            column = column or known.get(_plain(text))
            if column is not None and column not in columns.values():
                columns[index] = column
            elif text:
                own[index] = text
        if len(columns) > len(best[1]):
            best = at, columns, own
    return best if len(best[1]) > 1 else (0, {}, {})


def _plain(heading: str) -> str:
    return _REQUIRED_MARKS.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", heading))).casefold()


def _plain_title(title: str) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", title))
    for tail in _TAILS:
        if plain.endswith(tail) and len(plain) > len(tail):
            return plain.removesuffix(tail)
    return plain


def _sheet_of(location: tuple[Any, ...]) -> str:
    names = {s.name: s.title for s in sheets()}
    return next((names[p] for p in reversed(location) if isinstance(p, str) and p in names), "契約")
