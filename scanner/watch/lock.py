"""One watch a state folder: a lock of the system on a file, which ends with the process however it ends.

The file also says which process holds it and what troubles it: its room is taken at the start, so that a full disk can still
be told by ``sekisho status``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

FILE = "watch.lock"
_ROOM = 512
_AWAY = 1 << 20
"""Where the locked byte lies on Windows: a locked byte cannot be read there, and what the file says must be."""


class Taken(Exception):
    """Another watch holds the folder; ``pid`` is its process, 0 where it has not said."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self.pid = pid


class Lock:
    """Held from its making until ``release`` or the end of the process. Raises ``Taken``, or ``OSError`` where the file cannot
    be made."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            self._take()
        except OSError as error:
            os.close(self._descriptor)
            if sys.platform != "win32" and not isinstance(error, (BlockingIOError, PermissionError)):
                raise
            raise Taken(int(said(folder).get("pid", 0))) from None
        self.say()

    def _take(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(self._descriptor, _AWAY, os.SEEK_SET)
            msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def say(self, **facts: Any) -> None:
        """Leave ``facts`` for ``said``, in place of those before."""
        text = json.dumps({"pid": os.getpid(), **facts}).encode("ascii")[:_ROOM]
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        try:
            os.write(self._descriptor, text.ljust(_ROOM))
        except OSError:
            pass  # full from the first moment: the lock holds without a word

    def release(self) -> None:
        """Let another have it."""
        self.say(pid=0)
        os.close(self._descriptor)


def said(folder: Path) -> dict[str, Any]:
    """What the holder has left; nothing where there is no file or it cannot be read."""
    try:
        found = json.loads((folder / FILE).read_bytes()[:_ROOM])
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
