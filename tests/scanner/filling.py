"""A filled entry for any register: every field has a value that differs from its default where it can."""

from __future__ import annotations

import types
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def fill(model: type[BaseModel]) -> dict[str, Any]:
    """Values for all fields of a register."""
    return {name: _value(name, field.annotation) for name, field in model.model_fields.items()}


def referring(contract: dict[str, Any]) -> dict[str, Any]:
    """A contract whose entries name what is there: without, a policy is refused where it comes in."""
    named = {
        "consent": {"place": "place-1", "kind": "copy"},
        "grant": {"place": "place-1"},
        "carryout": {"carrier": "worker-1", "consent": "consent-1"},
        "transfer": {"checker1": "worker-1", "checker2": "worker-1", "consent": "consent-1"},
        "training": {"attendees": ["worker-1"], "absent": ["worker-1"]},
        "instruction": {"kind": "instruction", "supersedes": "instruction-1"},
        "disposal": {"instruction": "instruction-1"},
        "handover": {"instruction": "instruction-1"},
    }
    for register, values in named.items():
        for entry in contract[register]:
            entry.update(values)
    return contract


def _value(name: str, kind: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _value(name, next(a for a in get_args(kind) if a is not type(None)))
    if origin is Annotated:
        return _value(name, get_args(kind)[0])
    if origin is dict:
        return {"独自の列": f"{name} の値"}
    if origin is Literal:
        return next(a for a in get_args(kind) if a)
    if origin is tuple:
        return [7, 8] if get_args(kind)[0] is int else [f"{name} 一", f"{name} 二"]
    return {date: date(2026, 6, 1), bool: True, int: 3}.get(kind, f"{name} の値")
