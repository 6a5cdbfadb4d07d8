"""What the medium of a file allows to say of a removal: told honestly, because zeros written over a file may lie elsewhere."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scanner.model import Ground
from scanner.paths import names, origins, system
from scanner.paths.entries import identity
from scanner.sources.ground import ground_of, mount_of

SNAPSHOTS = frozenset({"btrfs", "zfs", "bcachefs", "apfs", "ReFS", "nilfs2"})
"""File systems that write anew instead of over, and keep earlier states."""
_OF_GROUND = {
    Ground.CLOUD_SYNC: "cloud",
    Ground.NETWORK: "network",
    Ground.REMOVABLE: "removable",
    Ground.BACKUP: "backup",
}


def codes(path: bytes) -> Iterator[str]:
    """``rotating``, ``flash`` or ``unknown_medium``; ``snapshots``; ``cloud``, ``network``, ``removable``, ``backup``; ``links:N`` for so
    many other names of the same content on the disk, ``streams:N`` for so many further contents behind it."""
    yield _device(path)
    if mount_of(path)[1] in SNAPSHOTS:
        yield "snapshots"
    ground = _OF_GROUND.get(ground_of(path))
    if ground:
        yield ground
    links = _links(path)
    if links > 1:
        yield f"links:{links - 1}"
    behind = [name for name in system.streams(path) if os.fsdecode(name) not in origins.STREAMS]
    if behind:
        yield f"streams:{len(behind)}"


def other_names(path: bytes, db: sqlite3.Connection) -> list[bytes]:
    """Other paths that the inventory has for the very file."""
    try:
        *_, number, device = identity(system.look(path))
    except OSError:
        return []
    rows = db.execute(
        "select path from files where inode = ? and device = ? and host = '' and gone is null and path <> ?",
        (number, device, path),
    )
    found = [os.fsencode(row[0]) for row in rows]
    return [other for other in found if other != path and _same(other, number, device)]


def _same(path: bytes, number: int, device: int) -> bool:
    with suppress(OSError):
        return identity(system.look(path))[3:] == (number, device)
    return False


def _links(path: bytes) -> int:
    with suppress(OSError):
        return os.stat(system.openable(path), follow_symlinks=False).st_nlink
    return 1


def _device(path: bytes) -> str:
    if sys.platform != "linux":
        return "unknown_medium"
    with suppress(OSError):
        device = os.stat(names.parent(path)).st_dev
        block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve(strict=True)
        for folder in (block, block.parent):
            with suppress(OSError):
                turning = (folder / "queue/rotational").read_text(encoding="ascii").strip()
                return "rotating" if turning == "1" else "flash"
    return "unknown_medium"
