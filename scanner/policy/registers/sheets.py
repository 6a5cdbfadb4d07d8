"""Which register is which sheet, and what its columns are: taken from the models of the policy, so that none can be forgotten."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from scanner.policy.letters import Contractor, Documents
from scanner.policy.models import REGISTERS, Contract, Policy, Responsible
from scanner.policy.registers.labels import VALUES, label

HOUSE = ("medium", "host")
"""Registers of the whole house, not of one contract."""
CONTRACTOR = "contractor"
"""The sheet of who writes letters: a row without a contract is the house, one with a contract says what differs for it."""
_TITLES = {
    "contract": "契約", CONTRACTOR: "受託者", "place": "場所", "consent": "承諾", "party": "当事者", "post": "管理体制", "worker": "従事者", "grant": "権限",
    "carryout": "持出し", "transfer": "送信・送付", "transport": "運搬", "training": "研修", "instruction": "指示",
    "disposal": "廃棄", "handover": "返還", "inspection": "点検・調査", "incident": "事故", "medium": "媒体", "host": "端末",
}  # fmt: skip
LETTERS = ("contractor", "documents")
"""Tables of a policy and of a contract that are one row of the sheet of the contractor."""
TAKEN = ("contract", *LETTERS, *HOUSE)
"""Fields of a policy that the workbook holds; the others it leaves as they were."""
_RESPONSIBLE = "responsible_"
MORE = "more"
_LAST = ("valid_from", "valid_to")
"""Of every register that has them; they come from a common model and would stand before its number."""


class Column(NamedTuple):
    """One column. ``key`` is the field; ``responsible_name`` is a field of the contract's responsible party."""

    key: str
    heading: str
    kind: Any
    """``date``, ``bool``, ``int``, ``tuple`` or ``str``."""
    words: dict[str, str]
    """Fixed values and their Japanese words; empty where anything may stand."""
    required: bool
    about: str
    """What belongs there."""


class Sender(Contractor, Documents):
    """A row of the sheet of the contractor."""

    contract: str = ""


class Sheet(NamedTuple):
    """One register."""

    title: str
    name: str
    model: type[BaseModel]
    columns: tuple[Column, ...]


def usual(sheet: Sheet, column: Column) -> Any:
    """What an entry says where nobody stated anything."""
    field = sheet.model.model_fields.get(column.key)
    return None if field is None or field.is_required() else field.get_default()


def tells(sheet: Sheet, column: Column, row: dict[str, Any]) -> bool:
    """Whether an entry says something in a column; a no that is meant wherever nothing is said is nothing."""
    value = row.get(column.key)
    return value not in (None, "", ()) and (value is not False or usual(sheet, column) is not False)


@lru_cache(maxsize=1)
def sheets() -> tuple[Sheet, ...]:
    """All registers in the order of the workbook."""
    found = []
    for name, title in _TITLES.items():
        model = _model(name)
        found.append(Sheet(title, name, model, tuple(_columns(name, model))))
    return tuple(found)


def _model(name: str) -> type[BaseModel]:
    if name == "contract":
        return Contract
    if name == CONTRACTOR:
        return Sender
    owner = Policy if name in HOUSE else Contract
    return get_args(owner.model_fields[name].annotation)[0]  # type: ignore[no-any-return]


def _columns(name: str, model: type[BaseModel]) -> Iterator[Column]:
    if name in REGISTERS:
        yield Column("contract", "契約番号", str, {}, True, "「契約」シートの契約番号")
    if name == CONTRACTOR:
        yield Column(
            "contract",
            "契約番号",
            str,
            {},
            False,
            "空の行はすべての契約に共通。契約番号の行には、その契約だけ違う欄を書く",
        )
    fields = model.model_fields
    for key in sorted(fields, key=lambda k: k in _LAST):  # a stable sort: the others keep their order
        field = fields[key]
        if key in (MORE, "contract") or (name == "contract" and key in (*REGISTERS, *LETTERS)):
            continue
        if key == "responsible":
            for inner, more in Responsible.model_fields.items():
                yield _column(name, inner, more, _RESPONSIBLE + inner)
        else:
            yield _column(name, key, field, key)


def _column(register: str, key: str, field: Any, name: str) -> Column:
    heading = label(register, name)
    words = dict(VALUES.get(f"{register}.{key}", {}))
    required = field.is_required() and not name.startswith(_RESPONSIBLE)
    return Column(name, heading, kind_of(field.annotation), words, required, _about(field.description or ""))


def _about(text: str) -> str:
    """A description as far as it is Japanese: people at the workbook read no other."""
    return text if any(ord(c) > 0x3000 for c in text) else ""


def kind_of(annotation: Any) -> Any:
    """``date``, ``bool``, ``int``, ``tuple`` or ``str`` of a field, through ``| None`` and ``Annotated``."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return kind_of(next(a for a in get_args(annotation) if a is not type(None)))
    if origin is not None and hasattr(annotation, "__metadata__"):
        return kind_of(get_args(annotation)[0])
    if origin is Literal:
        return str
    if origin is tuple:
        return tuple
    return annotation if annotation in (date, bool, int) else str
