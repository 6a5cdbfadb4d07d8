"""What is wrong with an entry of a policy, as the name of a sentence and what fills it: the words stand in the catalogue alone.

Our own rules raise ``fault(code, …)``; what pydantic finds by itself (types, missing and unknown keys) is brought to the same
names by ``told``, so that no sentence of a library reaches people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

_OURS = "fault_"
_KINDS = {
    "date": "date", "datetime": "date", "int": "int", "float": "int", "bool": "bool", "string": "text", "list": "list", "tuple": "list",
    "dict": "table", "model": "table", "literal": "not_one_of", "string_pattern": "pattern",
}  # fmt: skip
"""How the type of a finding of pydantic begins → name of our sentence."""
_BOUNDS = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}


def fault(code: str, **details: object) -> PydanticCustomError:
    """To be raised by a validator; the sentence is ``policy.fault_<code>``. Details name keys, numbers and dates, no contents."""
    return PydanticCustomError(f"{_OURS}{code}", code, dict(details))


def parts_of(error: PydanticCustomError) -> tuple[str, dict[str, object]]:
    """The same of a fault that was raised by a rule of ours outside of a model."""
    return error.type, dict(error.context or {})


def told(error: Mapping[str, Any]) -> tuple[str, dict[str, object]]:
    """(name of the sentence within ``policy``, what fills it) of one entry of ``ValidationError.errors()``."""
    kind, context = str(error["type"]), dict(error.get("ctx") or {})
    if kind.startswith(_OURS):
        return kind, context
    if kind == "missing":
        return "missing_key", {}
    if kind == "literal_error":
        return "not_one_of", {"hint": str(context.get("expected", "")).replace(" or ", ", ")}
    if kind in _BOUNDS:
        return "fault_bound", {"bound": context.get(_BOUNDS[kind], "")}
    for begin, name in _KINDS.items():
        if kind.startswith(begin):
            return f"fault_{name}", {}
    return "fault_other", {"kind": kind}
