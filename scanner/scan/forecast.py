"""What a scan would meet and take, without reading any file and without writing anything."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from scanner.custody.session import Custody
from scanner.inventory.coverage import Excluded, excluded_by
from scanner.inventory.home import Home
from scanner.inventory.people import agreements
from scanner.inventory.reader import Reader
from scanner.inventory.recall import LOOKED_FOR, met, rows
from scanner.model import FileRef
from scanner.paths import names
from scanner.paths.names import span
from scanner.paths.system import real
from scanner.policy.verdict import Judge
from scanner.report.summary import NotApplied
from scanner.ruleset.current import rule_set
from scanner.scan.exclusions import of_scan, refused
from scanner.scan.local import Options
from scanner.scan.priority import length
from scanner.sources.excluding import Exclusions
from scanner.sources.ground import ground_of
from scanner.sources.smb import Shares, is_smb
from scanner.sources.walk import Unseen, WalkNotes, walk

_RUNS = "select examined + partial + not_examined, bytes, seconds from runs where state = 'complete' and examined > 0 order by id desc limit 20"
_ENOUGH = 20
"""Files that earlier scans must have examined before their rates say anything."""


class Allowed(NamedTuple):
    """Under what the scan would run."""

    store: bool = True
    """Whether it keeps what it finds: without, nothing is known from before."""
    rate: float = 0.0
    """MB a second; 0 for no limit."""
    window: str = ""
    """``19:00-07:00``; empty for always."""


@dataclass(slots=True)
class Forecast:
    """Counts of a walk."""

    files: int = 0
    bytes: int = 0
    unchanged: int = 0
    """Files that the inventory has as they are, examined under the same rules: they are not read again."""
    to_read: int = 0
    bytes_to_read: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    """Ending of the name → files."""
    verdicts: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    """Reason → paths that cannot be looked at."""
    seconds: tuple[float, float] | None = None
    """At least and at most, by what earlier scans of this installation took for a file and for a byte, and by the rate that is
    allowed; ``None`` where no earlier scan tells."""
    least: float = 0.0
    """Seconds that the allowed rate alone takes."""
    days: tuple[int, int] | None = None
    """Days that these seconds fill where a window is given."""
    excluded: list[Excluded] = field(default_factory=list)
    not_applied: list[NotApplied] = field(default_factory=list)
    """Exclusions that would leave something out and do not count."""


def forecast(options: Options, home: Home, judge: Judge, allowed: Allowed) -> Forecast:
    """Walk as a scan would. Raises ``InventoryError`` where there is an inventory that cannot be read."""
    told = Forecast()
    reader = Reader(home.database) if allowed.store and home.database.exists() else None
    try:
        known = _Known(reader, options, home) if reader is not None else None
        agreed = agreements.patterns(reader.db) if reader is not None else ()
        left_out = of_scan(options.roots, judge, options.exclude, agreed, files=options.ignore_files)
        found = _walked(options.roots, home, left_out)
        by_rule: dict[str, list[int]] = {}
        while batch := list(islice(found, LOOKED_FOR)):
            for item in batch:
                if isinstance(item, Unseen) and item.left_out:
                    entries = by_rule.setdefault(item.left_out, [0, 0])
                    entries[0] += 1
                    entries[1] += known.below(item.path) if known else 0
                elif isinstance(item, Unseen):
                    told.unseen[item.reason.value] += 1
            refs = [item for item in batch if isinstance(item, FileRef)]
            _count(told, refs, known.unchanged(refs) if known else set(), judge)
        told.excluded = [excluded_by(rule, *counts) for rule, counts in by_rule.items()]
        told.not_applied = refused(left_out)
        _time(told, reader, allowed)
    finally:
        if reader is not None:
            reader.db.close()
    return told


def _walked(roots: tuple[bytes, ...], home: Home, left_out: Exclusions) -> Iterator[FileRef | Unseen]:
    notes, own = WalkNotes(), frozenset({real(os.fsencode(home.path))})
    yield from walk((root for root in roots if not is_smb(root)), notes, own, exclusions=left_out)
    shares = [root for root in roots if is_smb(root)]
    if shares:
        yield from Shares().walk_all(shares, notes, left_out)


class _Known:
    def __init__(self, reader: Reader, options: Options, home: Home) -> None:
        self._db = reader.db
        self._full = options.full or bool(options.passwords)
        self._rules = rule_set(options.depth, options.ocr)
        self._custody = Custody(reader.db, home.keys).generation

    def below(self, path: bytes) -> int:
        """How many files are known at or below a path."""
        asked = "select count(*) from files where gone is null and (path = ? or (path >= ? and path < ?))"
        return int(self._db.execute(asked, span(path)).fetchone()[0])

    def unchanged(self, refs: list[FileRef]) -> set[bytes]:
        """Paths of those that a scan would not read."""
        if self._full:
            return set()
        found = rows(self._db, [ref.path for ref in refs])
        return {
            ref.path
            for ref in refs
            if ref.path in found and met(found[ref.path], ref, self._db, self._rules, self._custody) is not None
        }


def _count(told: Forecast, refs: list[FileRef], unchanged: set[bytes], judge: Judge) -> None:
    for ref in refs:
        told.files += 1
        told.bytes += ref.size
        if ref.path in unchanged:
            told.unchanged += 1
        else:
            told.to_read += 1
            told.bytes_to_read += ref.size
        ending = os.path.splitext(names.name(ref.path))[1].lower().decode("utf-8", "replace")
        told.endings[ending if ending.isprintable() and len(ending) <= 8 else ""] += 1
        if judge.policy is not None:
            told.verdicts[judge.verdict(ref.path, ground_of(ref.path)).kind.value] += 1


def _time(told: Forecast, reader: Reader | None, allowed: Allowed) -> None:
    told.least = told.bytes_to_read / (allowed.rate * 1e6) if allowed.rate else 0.0
    by_earlier = _seconds(reader, told) if reader is not None else None
    if by_earlier is not None:
        told.seconds = max(by_earlier[0], told.least), max(by_earlier[1], told.least)
    if allowed.window and (took := told.seconds or ((told.least, told.least) if told.least else None)):
        least, most = (math.ceil(seconds / length(allowed.window)) for seconds in took)
        told.days = least, most


def _seconds(reader: Reader, told: Forecast) -> tuple[float, float] | None:
    files = size = 0
    took = 0.0
    for row in reader.rows(_RUNS):
        files, size, took = files + row[0], size + (row[1] or 0), took + (row[2] or 0.0)
    if files < _ENOUGH or not size:
        return None
    by_file, by_byte = took / files * told.to_read, took / size * told.bytes_to_read
    return min(by_file, by_byte), max(by_file, by_byte)


def largest(counted: Counter[str], most: int) -> Iterator[tuple[str, int]]:
    """The most frequent, in order; what is beyond ``most`` under ``…``."""
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    yield from ranked[:most]
    if rest := sum(count for _, count in ranked[most:]):
        yield "…", rest
