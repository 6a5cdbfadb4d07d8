"""The walk: every regular file below the given paths, as bytes, never through a symbolic link.

Whatever the walk cannot see is yielded too, with its reason: promise 2 of the design is that every file is
accounted for.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.model import FileRef, Reason


@dataclass(frozen=True, slots=True)
class Unseen:
    """A path that the walk met but could not look at."""

    path: bytes
    reason: Reason


@dataclass(slots=True)
class WalkNotes:
    """What the walk passed by on purpose."""

    symlinks: int = 0
    special: int = 0
    """Sockets, devices, pipes: no contents to examine."""
    own: int = 0
    """Folders of our own state."""
    roots: list[bytes] = field(default_factory=list)


_REASONS = {errno.ENOENT: Reason.VANISHED, errno.ENAMETOOLONG: Reason.NAME_TOO_LONG}


def _reason(error: OSError) -> Reason:
    return _REASONS.get(error.errno or 0, Reason.UNREADABLE)


def walk(roots: Iterable[bytes], notes: WalkNotes, skip: frozenset[bytes] = frozenset()) -> Iterator[FileRef | Unseen]:
    """Files below ``roots`` in order of name, each once even if the roots overlap.

    ``skip``: real paths of folders that are not entered (our own state). Roots must exist.
    """
    done: set[bytes] = set()
    for root in _outermost(roots):
        notes.roots.append(root)
        try:
            status = os.stat(root)  # a root that is itself a link was named by the user
        except OSError as error:
            yield Unseen(root, _reason(error))
            continue
        if stat.S_ISREG(status.st_mode):
            if root not in done:
                done.add(root)
                yield _ref(root, status)
            continue
        yield from _folder(root, notes, skip)


def _outermost(roots: Iterable[bytes]) -> list[bytes]:
    """Absolute roots without those that lie inside another, in the order given."""
    absolute = list(dict.fromkeys(os.path.abspath(r) for r in roots))
    return [r for r in absolute if not any(r != o and r.startswith(o.rstrip(b"/") + b"/") for o in absolute)]


def _folder(root: bytes, notes: WalkNotes, skip: frozenset[bytes]) -> Iterator[FileRef | Unseen]:
    pending = [root]
    while pending:
        folder = pending.pop()
        if folder in skip or os.path.realpath(folder) in skip:
            notes.own += 1
            continue
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda e: e.name)
        except OSError as error:
            yield Unseen(folder, _reason(error))
            continue
        folders: list[bytes] = []
        for entry in entries:
            try:
                if entry.is_symlink():
                    notes.symlinks += 1
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    if is_placeholder(status):
                        yield Unseen(entry.path, Reason.PLACEHOLDER)
                    else:
                        yield _ref(entry.path, status)
                else:
                    notes.special += 1
            except OSError as error:
                yield Unseen(entry.path, _reason(error))
        pending.extend(reversed(folders))


_NOT_HERE = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS (Windows: OneDrive and other sync clients)."""
_DATALESS = 0x40000000
"""SF_DATALESS (macOS: iCloud Drive and file providers)."""


def is_placeholder(status: os.stat_result) -> bool:
    """Whether only the name of a cloud file is here: opening it would fetch it, and that would be one more copy."""
    return bool(getattr(status, "st_file_attributes", 0) & _NOT_HERE or getattr(status, "st_flags", 0) & _DATALESS)


def _ref(path: bytes, status: os.stat_result) -> FileRef:
    return FileRef(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
