"""Limits of one extraction, from ``config/limits.toml``; what exceeds them is reported, never cut in silence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache

from detectors.resources import config_dir


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts for one file."""

    seconds: int = 120
    cpu_seconds: int = 90
    memory_bytes: int = 1_500_000_000
    text_bytes: int = 400_000_000
    part_bytes: int = 600_000_000
    depth: int = 8
    members: int = 20_000
    ratio: int = 2_000
    """Uncompressed to compressed size of a member, looked at only above ``ratio_floor_bytes``."""
    ratio_floor_bytes: int = 50_000_000
    files_per_worker: int = 500


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits of this installation."""
    table = tomllib.loads((config_dir() / "limits.toml").read_text(encoding="utf-8"))
    known = {f.name for f in fields(Limits)}
    return Limits(**{k: int(v) for k, v in table.items() if k in known})
