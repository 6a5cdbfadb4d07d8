"""Finds the data files of ``config/``: beside the packages in a checkout, inside ``scanner`` when installed."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def config_dir() -> Path:
    """The folder with rules, messages, templates and service files."""
    root = Path(__file__).resolve().parent.parent
    for candidate in (root / "scanner" / "config", root / "config"):
        if (candidate / "rules").is_dir():
            return candidate
    raise RuntimeError(f"the data folder config/ is missing beside {root}; install sekisho again")


@lru_cache(maxsize=32)
def rules(name: str) -> dict[str, Any]:
    """A rule file ``config/rules/NAME.toml``."""
    return tomllib.loads((config_dir() / "rules" / f"{name}.toml").read_text(encoding="utf-8"))
