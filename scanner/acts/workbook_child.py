"""The confined process that reads a workbook of registers: hostile bytes, no keys, no files beside the one that it is given."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from scanner.limits import limits
from scanner.policy.registers import RegistersError, load
from scanner.policy.registers.sheets import sheets
from scanner.sandbox.confine import allow, confine
from scanner.sandbox.wire import Serving

_SECONDS = 30
"""CPU seconds of one workbook."""
_MEMORY = 800_000_000
"""Bytes of address space."""


def _answer(descriptor: int) -> dict[str, Any]:
    with os.fdopen(descriptor, "rb") as file:
        try:
            policy = load(file)
        except RegistersError as error:
            faults = [
                [f.sheet, f.cell, f.column, f.code, {k: str(v) for k, v in f.details.items()}] for f in error.faults
            ]
            return {"faults": faults}
        except MemoryError:
            return {"faults": []}
    return {"policy": policy.model_dump(mode="json", exclude_defaults=True)}


def main() -> None:
    """Serve until the parent closes."""
    import_module("openpyxl.reader.excel")  # while the files of the system are within reach
    sheets()
    serving = Serving()
    bounds = limits()
    powers = confine(bounds.memory_bytes, bounds.memory_bytes_most)
    serving.answer({"ready": True, "powers": {"memory": powers.memory, "files": powers.files, "calls": powers.calls}})
    while (got := serving.job()) is not None:
        _, descriptors = got
        allow(_SECONDS, _MEMORY)
        try:
            answer = _answer(descriptors[0])
        except Exception:  # a hostile workbook may raise anything in any library: it is no workbook then
            answer = {"faults": []}
        serving.answer(answer)


if __name__ == "__main__":
    main()
