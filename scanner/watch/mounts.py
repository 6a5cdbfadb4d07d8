"""Volumes that come and go below the roots of the watch."""

from __future__ import annotations

import os
import select
import sys
from typing import IO, Any

from scanner.paths import names
from scanner.sources import ground

_CHANGED = getattr(select, "POLLERR", 0) | getattr(select, "POLLPRI", 0)


class MountEvents:
    """Whether anything was mounted or unmounted since the last time it was asked, also if it was taken back at once.

    The kernel marks ``/proc/self/mountinfo`` as exceptional after every change of the table.
    """

    def __init__(self, path: str = "/proc/self/mountinfo") -> None:
        self._file: IO[bytes] | None = None
        self._poll: Any = None
        if sys.platform == "linux" and os.path.exists(path):
            self._file = open(path, "rb")
            self._file.read()
            self._poll = select.poll()
            self._poll.register(self._file, _CHANGED)

    @property
    def told(self) -> bool:
        """Whether the system tells of changes at all."""
        return self._file is not None

    def any(self) -> bool:
        """True once for any number of changes; always true where the system does not tell."""
        if self._file is None:
            return True
        changed = any(event & _CHANGED for _, event in self._poll.poll(0))
        if changed:
            self._file.seek(0)
            self._file.read()
        return changed

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def mounts_now() -> tuple[tuple[str, str, str], ...]:
    """The table of mounts as it is."""
    ground.mounts.cache_clear()
    return ground.mounts()


def touches(root: bytes, mount: str) -> bool:
    """Whether a mount lies below a root, above it or on it."""
    point = os.fsencode(mount)
    return names.within(point, root) or names.within(root, point)
