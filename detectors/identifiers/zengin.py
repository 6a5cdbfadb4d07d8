"""Bank and branch codes of the Zengin register, read from the zengin-code package without loading all of it."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


@lru_cache(maxsize=1)
def _folder() -> Path:
    spec = find_spec("zengin_code")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package zengin-code is not installed; run: pip install zengin-code")
    return Path(spec.origin).parent / "source-data" / "data"


@lru_cache(maxsize=2048)
def _branches(bank: str) -> frozenset[str]:
    path = _folder() / "branches" / f"{bank}.json"
    if not path.is_file():
        return frozenset()
    return frozenset(json.loads(path.read_text(encoding="utf-8")))


def branch_exists(bank: str, branch: str) -> bool:
    """Whether the four-digit bank code has a branch of that three-digit code (9900 is Japan Post Bank)."""
    return branch in _branches(bank)
