"""The one opening of a file: by the path that the walk met, through no link, and never again.

Hash, type and text come from the descriptor that is opened here; whether the file is still what the walk saw is asked of
the same descriptor, before and after. A rename, a link or another file put in its place meanwhile is met by nobody.
"""

from __future__ import annotations

import errno
import os
import queue
import stat
import sys
import threading
from dataclasses import dataclass
from typing import Protocol

from scanner.errors import FileFault
from scanner.model import FileRef, Reason

OPEN_SECONDS = 20.0
"""An opening that takes longer hangs on a medium that does not answer."""


class Opened(Protocol):
    """A file that is open for its one reading."""

    ref: FileRef
    """The file as it was when it was opened."""
    descriptor: int
    stored: int
    """Bytes that lie on the medium: less than the size where there are holes."""

    def changed(self) -> bool:
        """Whether it was written, renamed over or given other rights since it was opened."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


@dataclass(slots=True)
class LocalFile:
    """A file of this machine."""

    ref: FileRef
    descriptor: int
    stored: int

    def changed(self) -> bool:
        """Size, both times and identity, of the descriptor itself."""
        try:
            return _identity(os.fstat(self.descriptor)) != self.ref[1:]
        except OSError:
            return True

    def close(self) -> None:
        """Close the descriptor."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def open_once(ref: FileRef) -> LocalFile:
    """Open the file that the walk met. Raises ``FileFault``: ``vanished``, ``unreadable``, ``changed`` where something else
    stands under its name or it has another size, ``time_limit`` where the medium does not answer."""
    descriptor = _opener.open(ref.path)
    try:
        status = os.fstat(descriptor)
        # names of inodes differ between a listing and a handle on some systems: only where both tell one
        other = ref.device and (status.st_dev, status.st_ino) != (ref.device, ref.inode)
        if not stat.S_ISREG(status.st_mode) or other or status.st_size != ref.size:
            raise FileFault(Reason.CHANGED)
        if hasattr(os, "set_blocking") and sys.platform != "win32":
            os.set_blocking(descriptor, True)
        stored = getattr(status, "st_blocks", 0) * 512 if hasattr(status, "st_blocks") else status.st_size
        fresh = FileRef(ref.path, *_identity(status))
        return LocalFile(fresh, descriptor, min(status.st_size, stored or status.st_size))
    except BaseException:
        os.close(descriptor)
        raise


def _identity(status: os.stat_result) -> tuple[int, int, int, int, int]:
    """Size, time of writing, time of change, inode and device. (On Windows ``st_ctime`` is the creation: the time of change
    comes from the handle there, here is the place for it.)"""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def _open(path: bytes) -> int:
    """No link is followed, nothing is waited for (a pipe may stand there by now), the access time stays where we may."""
    quiet = getattr(os, "O_NOATIME", 0)
    common = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        common |= getattr(os, name, 0)
    try:
        return os.open(path, common | quiet)
    except PermissionError:
        if not quiet:
            raise
        return os.open(path, common)  # O_NOATIME is the owner's right alone


_REASONS = {
    errno.ENOENT: Reason.VANISHED,
    errno.ENOTDIR: Reason.VANISHED,
    errno.ELOOP: Reason.CHANGED,
    errno.ENXIO: Reason.CHANGED,
    errno.EISDIR: Reason.CHANGED,
    errno.ENAMETOOLONG: Reason.NAME_TOO_LONG,
}


class _Opener:
    """Opens in a thread of its own, which is left behind when a medium never answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Hand] = []

    def open(self, path: bytes) -> int:
        """A descriptor; raises ``FileFault``."""
        with self._lock:
            hand = self._idle.pop() if self._idle else _Hand()
        result = hand.open(path, OPEN_SECONDS)
        if result is None:
            raise FileFault(Reason.TIME_LIMIT)
        with self._lock:
            self._idle.append(hand)
        if isinstance(result, OSError):
            raise FileFault(_REASONS.get(result.errno or 0, Reason.UNREADABLE))
        return result


class _Hand:
    """One thread that opens one path after the other."""

    def __init__(self) -> None:
        self._paths: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[int | OSError] = queue.SimpleQueue()
        self._given_up = False
        threading.Thread(target=self._work, daemon=True).start()

    def open(self, path: bytes, seconds: float) -> int | OSError | None:
        """The descriptor, the error, or ``None`` where there is no answer in time: then this hand is lost."""
        self._paths.put(path)
        try:
            return self._results.get(timeout=seconds)
        except queue.Empty:
            self._given_up = True
            return None

    def _work(self) -> None:
        while not self._given_up:
            try:
                result: int | OSError = _open(self._paths.get())
            except OSError as error:
                result = error
            if self._given_up and isinstance(result, int):
                os.close(result)
                return
            self._results.put(result)


_opener = _Opener()
