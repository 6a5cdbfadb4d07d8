"""A walk, and whether its sum is whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from scanner.sources.walk import WalkNotes, walk


def names(root: Path, **options: Any) -> tuple[list[bytes], WalkNotes]:
    notes = WalkNotes()
    return [i.path for i in walk([os.fsencode(root)], notes, **options)], notes


def whole(notes: WalkNotes, files: int, unseen: int) -> bool:
    """Every name that was met ended as exactly one thing."""
    sums = (notes.folders, notes.symlinks, notes.special, notes.own, len(notes.systems), len(notes.again))
    return notes.entries == files + unseen + sum(sums)
