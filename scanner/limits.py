"""Limits of one extraction, from ``config/limits.toml``; what exceeds them is reported, never cut in silence.

They are a cost model: what a file may cost grows with its size, so that a small file cannot cost minutes and a large
one is read whole.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from detectors.resources import config_dir

_FIRST = 10_000_000
"""Bytes of a file that are allowed more time each: small files hold the dense formats."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts for one file of no size; ``for_size`` gives those of a file."""

    seconds: int = 25
    """Wall clock, time that the reader is waited for."""
    cpu_seconds: int = 15
    """After them the system ends the process."""
    read_seconds: int = 10
    """CPU seconds after which a reader ends by itself with what it has; 0: never."""
    memory_bytes: int = 1_000_000_000
    """Address space of the reading process, and twice the size of the file more …"""
    memory_bytes_most: int = 1_500_000_000
    """… up to this."""
    first_bytes_per_second: int = 125_000
    """What is slower than this is not progress, in the first ten megabytes of a file …"""
    bytes_per_second: int = 1_000_000
    """… and in the rest."""
    text_bytes: int = 60_000_000
    """Text of one file at three bytes a character."""
    text_ratio: int = 100
    """So many bytes of text more for each byte of the file …"""
    text_bytes_most: int = 400_000_000
    """… up to this, or four times the size of the file."""
    cells: int = 5_000_000
    """Cells and other blocks of one file, and one more for each byte of it."""
    part_bytes: int = 600_000_000
    depth: int = 8
    members: int = 200_000
    ratio: int = 100
    """Unpacked to packed bytes of the whole file, all members and depths together …"""
    ratio_floor_bytes: int = 50_000_000
    """… looked at only above this."""
    files_per_worker: int = 500
    file_bytes: int = 100_000_000_000
    """Bytes that are stored of one file; a larger one is told as too large."""
    judge_cpu_seconds: int = 15
    judge_bytes_per_second: int = 25_000
    """Slowest detection that is still progress, by the size of the file: what a small file unpacks to is not its size."""
    judge_thorough: int = 30
    """So many times as much at the depth ``thorough``, where the encoder reads some 10,000 characters a second."""
    judge_memory_bytes: int = 1_500_000_000
    judge_memory_ratio: int = 8
    """So many bytes more for each byte of the file: what identifies a person is held until the file is told …"""
    judge_memory_most: int = 8_000_000_000
    """… up to this."""
    ocr_seconds: int = 100
    """Seconds more for a file whose pictures are read …"""
    ocr_bytes_per_second: int = 20_000
    """… and for each so many bytes of it."""
    ocr_memory_bytes: int = 4_500_000_000

    def for_size(self, size: int) -> Limits:
        """The limits of a file of ``size`` bytes: a mailbox of ten gigabytes may take its time and give its text."""
        more = min(size, _FIRST) // self.first_bytes_per_second + size // self.bytes_per_second
        text = min(self.text_bytes + self.text_ratio * size, max(self.text_bytes_most, self.text_bytes))
        return replace(
            self,
            seconds=self.seconds + more,
            cpu_seconds=self.cpu_seconds + more,
            read_seconds=self.read_seconds + more if self.read_seconds else 0,
            memory_bytes=max(self.memory_bytes, min(self.memory_bytes + 2 * size, self.memory_bytes_most)),
            text_bytes=max(text, 4 * size),
            cells=self.cells + size,
            members=self.members + size // 2_000,
            part_bytes=max(self.part_bytes, 10 * size),
        )

    def judge_seconds(self, size: int, depth: str) -> int:
        """Processor time that the detection of a file of ``size`` bytes may take."""
        return (self.judge_cpu_seconds + size // self.judge_bytes_per_second) * (
            self.judge_thorough if depth == "thorough" else 1
        )

    def judge_memory(self, size: int) -> int:
        """Private memory that the detection of a file of ``size`` bytes may take."""
        return min(
            self.judge_memory_bytes + self.judge_memory_ratio * size,
            max(self.judge_memory_bytes, self.judge_memory_most),
        )

    def for_ocr(self) -> Limits:
        """The limits where pictures are read: recognition needs seconds a page and models in memory."""
        slow = self.ocr_bytes_per_second
        return replace(
            self,
            seconds=self.seconds + self.ocr_seconds,
            cpu_seconds=self.cpu_seconds + self.ocr_seconds,
            read_seconds=self.read_seconds + self.ocr_seconds if self.read_seconds else 0,
            memory_bytes=max(self.memory_bytes, self.ocr_memory_bytes),
            memory_bytes_most=max(self.memory_bytes_most, self.ocr_memory_bytes),
            first_bytes_per_second=min(self.first_bytes_per_second, slow),
            bytes_per_second=min(self.bytes_per_second, slow),
        )


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits of this installation."""
    table = tomllib.loads((config_dir() / "limits.toml").read_text(encoding="utf-8"))
    known = {f.name for f in fields(Limits)}
    return Limits(**{k: int(v) for k, v in table.items() if k in known})
