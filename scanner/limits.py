"""Limits of one extraction, from ``config/limits.toml``; what exceeds them is reported, never cut in silence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from detectors.resources import config_dir


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts for one file."""

    seconds: int = 120
    cpu_seconds: int = 90
    memory_bytes: int = 1_500_000_000
    bytes_per_second: int = 1_000_000
    """What is slower than this is not progress: a file has ``seconds`` and so much time for its size."""
    text_bytes: int = 400_000_000
    part_bytes: int = 600_000_000
    depth: int = 8
    members: int = 200_000
    ratio: int = 2_000
    """Uncompressed to compressed size of a member, looked at only above ``ratio_floor_bytes``."""
    ratio_floor_bytes: int = 50_000_000
    files_per_worker: int = 500
    file_bytes: int = 100_000_000_000
    """Bytes that are stored of one file; a larger one is told as too large."""
    judge_cpu_seconds: int = 25
    judge_bytes_per_second: int = 25_000
    """Slowest detection that is still progress, by the size of the file: what a small file unpacks to is not its size."""
    judge_thorough: int = 30
    """So many times as much at the depth ``thorough``, where GiNZA reads 2,400 characters a second."""
    judge_memory_bytes: int = 1_500_000_000

    def for_size(self, size: int) -> Limits:
        """The limits of a file of ``size`` bytes: a mailbox of ten gigabytes may take its time and give its text."""
        more = size // self.bytes_per_second
        return replace(
            self,
            seconds=self.seconds + more,
            cpu_seconds=self.cpu_seconds + more,
            text_bytes=max(self.text_bytes, 4 * size),
        )

    def judge_seconds(self, size: int, depth: str) -> int:
        """Processor time that the detection of a file of ``size`` bytes may take."""
        return (self.judge_cpu_seconds + size // self.judge_bytes_per_second) * (
            self.judge_thorough if depth == "thorough" else 1
        )


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits of this installation."""
    table = tomllib.loads((config_dir() / "limits.toml").read_text(encoding="utf-8"))
    known = {f.name for f in fields(Limits)}
    return Limits(**{k: int(v) for k, v in table.items() if k in known})
