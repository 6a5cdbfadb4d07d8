"""What a scan would meet and take, without reading any file and without writing anything."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from scanner.custody.session import Custody
from scanner.inventory.home import Home
from scanner.inventory.people import agreements
from scanner.inventory.reader import Reader
from scanner.inventory.recall import LOOKED_FOR, met, rows
from scanner.model import FileRef
from scanner.paths import names
from scanner.paths.system import real
from scanner.policy.verdict import Judge
from scanner.ruleset.current import rule_set
from scanner.scan.exclusions import of_scan
from scanner.scan.local import Options
from scanner.sources.excluding import Exclusions
from scanner.sources.ground import ground_of
from scanner.sources.smb import Shares, is_smb
from scanner.sources.walk import Unseen, WalkNotes, walk

_RUNS = "select examined + partial + not_examined, bytes, seconds from runs where state = 'complete' and examined > 0 order by id desc limit 20"
_ENOUGH = 20
"""Files that earlier scans must have examined before their rates say anything."""


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
    """At least and at most, by what earlier scans of this installation took for a file and for a byte; ``None`` without any."""


def forecast(options: Options, home: Home, judge: Judge) -> Forecast:
    """Walk as a scan would. Raises ``InventoryError`` where there is an inventory that cannot be read."""
    told = Forecast()
    reader = Reader(home.database) if home.database.exists() else None
    try:
        known = _Known(reader, options, home) if reader is not None else None
        agreed = agreements.patterns(reader.db) if reader is not None else ()
        left_out = of_scan(options.roots, judge, options.exclude, agreed, files=options.ignore_files)
        found = _walked(options.roots, home, left_out)
        while batch := list(islice(found, LOOKED_FOR)):
            for item in batch:
                if isinstance(item, Unseen):
                    told.unseen[item.reason.value] += 1
            refs = [item for item in batch if isinstance(item, FileRef)]
            _count(told, refs, known.unchanged(refs) if known else set(), judge)
        told.seconds = _seconds(reader, told) if reader is not None else None
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
