"""A folder held open while entries of it are moved or removed: no link is followed on the way to it, nothing is overwritten.

On POSIX the folder is reached from the root name by name, each through no link, and every call names the entry relative to the open
folder; who replaces a folder above meanwhile changes nothing. Windows has no such calls in Python: there the path is resolved again
before each act, and must be the same.
"""

from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

from scanner.paths import names, system
from scanner.paths.entries import Status

_NO_REPLACE = 1
"""``RENAME_NOREPLACE`` of renameat2(2)."""
_LACKING = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})
"""What a system or file system says that does not know a call."""


class Folder:
    """An open folder. Names are single entries of it; every method raises ``OSError``."""

    def __init__(self, path: bytes) -> None:
        self.path = path
        self._fd = _reached(path)
        self._same()

    def close(self) -> None:
        """Let it go."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def look(self, name: bytes) -> Status:
        """What stands under a name, no link followed."""
        if sys.platform == "win32":
            return system.look(self._at(name))
        return os.stat(name, dir_fd=self._fd, follow_symlinks=False)

    def there(self, name: bytes) -> bool:
        """Whether anything stands under a name."""
        try:
            self.look(name)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def streams(self, name: bytes) -> list[bytes]:
        """Names of what lies behind a file, the marks of the system among them; ``name:stream`` is opened like a name."""
        return system.streams(self._at(name))

    def reading(self, name: bytes) -> int:
        """A descriptor of a regular file, through no link; a pipe is not waited for."""
        if sys.platform == "win32":
            from scanner.paths import windows

            self._same()
            return windows.open_to_read(system.openable(self._at(name)))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        fd = os.open(name, flags, dir_fd=self._fd)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise OSError(errno.ELOOP, "no regular file")
        os.set_blocking(fd, True)
        return fd

    def made(self, name: bytes) -> int:
        """A new file, which nobody else may read yet; raises ``FileExistsError``."""
        return self._opened(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)

    def writing(self, name: bytes) -> int:
        """A descriptor to write over a file."""
        return self._opened(name, os.O_RDWR)

    def dated(self, name: bytes, written: int) -> None:
        """Give a file its time of writing where the system takes that by name alone (Windows); elsewhere the descriptor had it."""
        if sys.platform == "win32":
            os.utime(system.openable(self._at(name)), ns=(written, written))

    def rename(self, name: bytes, other: Folder, to: bytes) -> None:
        """Give an entry another name; raises ``FileExistsError`` where that is taken, and overwrites nothing."""
        self._same()
        other._same()
        if sys.platform == "win32":
            os.rename(system.openable(self._at(name)), system.openable(other._at(to)))
            return
        if not _renamed(self._fd, name, other._fd, to):
            os.link(name, to, src_dir_fd=self._fd, dst_dir_fd=other._fd, follow_symlinks=False)
            os.unlink(name, dir_fd=self._fd)

    def remove(self, name: bytes) -> None:
        """Take an entry away."""
        if sys.platform == "win32":
            self._same()
            os.unlink(system.openable(self._at(name)))
        else:
            os.unlink(name, dir_fd=self._fd)

    def flush(self) -> None:
        """Names of the folder are on the medium, where the system has such a call."""
        if self._fd >= 0:
            with suppress(OSError):  # some file systems refuse it of a folder; they write names at once
                os.fsync(self._fd)

    def _opened(self, name: bytes, flags: int) -> int:
        if sys.platform == "win32":
            self._same()
            return os.open(system.openable(self._at(name)), flags | os.O_BINARY | os.O_NOINHERIT, 0o600)
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=self._fd)

    def _at(self, name: bytes) -> bytes:
        return names.join(self.path, name)

    def _same(self) -> None:
        if sys.platform == "win32" and system.real(self.path) != self.path:
            raise OSError(errno.ELOOP, "a link leads there")


@contextmanager
def held(*paths: bytes) -> Iterator[list[Folder]]:
    """Several folders, open for the block."""
    found: list[Folder] = []
    try:
        for path in paths:
            found.append(Folder(path))  # noqa: PERF401  # those that are open are closed where a later one fails
        yield found
    finally:
        for folder in found:
            folder.close()


def _reached(path: bytes) -> int:
    """A descriptor of a folder, reached through no link; -1 on Windows, which has no such thing."""
    if sys.platform == "win32":
        return -1
    only_pass = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(b"/", only_pass if path.strip(b"/") else os.O_RDONLY | os.O_DIRECTORY)
    steps = [step for step in path.split(b"/") if step]
    try:
        for at, step in enumerate(steps, 1):
            flags = only_pass if at < len(steps) else os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(step, flags, dir_fd=fd)
            os.close(fd)
            fd = inner
    except BaseException:
        os.close(fd)
        raise
    return fd


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    found = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    return found if hasattr(found, "renameat2") else None


def _renamed(folder: int, name: bytes, other: int, to: bytes) -> bool:
    """Whether the system has a call for this, and has done it; raises ``OSError`` where it refused."""
    library = _library()
    if library is None or not library.renameat2(folder, name, other, to, _NO_REPLACE):
        return library is not None
    number = ctypes.get_errno()
    if number in _LACKING:
        return False
    raise OSError(number, os.strerror(number))
