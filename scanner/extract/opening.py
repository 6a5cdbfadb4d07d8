"""The one opening of a file: by the path that the walk met, through no link, and never again.

Hash, type and text come from the descriptor that is opened here; whether the file is still what the walk saw is asked of
the same descriptor, before and after. A rename, a link or another file put in its place meanwhile is met by nobody. What belongs to
a file (``companions.py``) is opened in the same way at the same time; the hash is the file's alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from dataclasses import dataclass
from typing import Protocol

from scanner.errors import FileFault, reason_of
from scanner.extract import companions
from scanner.model import FileRef, Reason, file_of
from scanner.paths import system, windows
from scanner.paths.entries import Status, identity, is_placeholder
from scanner.patience import answered


class Opened(Protocol):
    """A file that is open for its one reading."""

    ref: FileRef
    """The file as it was when it was opened."""
    descriptor: int
    stored: int
    """Bytes that lie on the medium: less than the size where there are holes."""
    beside: tuple[int, ...]
    """Descriptors of files that belong to it."""

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
    beside: tuple[int, ...] = ()

    def changed(self) -> bool:
        """Size, both times and identity, of the descriptor itself. Raises ``FileFault`` where the medium does not answer."""
        try:
            return identity(answered(self.ref.device, system.look_at, self.descriptor)) != self.ref[1:]
        except OSError:
            return True

    def close(self) -> None:
        """Close the descriptor; a medium that does not answer is left to it."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(FileFault, OSError):
                answered(self.ref.device, os.close, descriptor)
        others, self.beside = self.beside, ()
        for other in others:
            with contextlib.suppress(FileFault, OSError):
                answered(self.ref.device, os.close, other)


def open_once(ref: FileRef) -> LocalFile:
    """Open the file that the walk met. Raises ``FileFault``: ``vanished``, ``unreadable``, ``changed`` where something else
    stands under its name or it has another size, ``time_limit`` where the medium does not answer."""
    try:
        descriptor, status = answered(ref.device, _open, ref.path, _unwanted)
    except OSError as error:
        raise FileFault(_OF_A_FILE.get(error.errno or 0) or reason_of(error)) from None
    try:
        fresh = file_of(ref.path, status)
        # names of inodes differ between a listing and a handle on some systems: only where both tell one
        other = ref.device and (fresh.device, fresh.inode) != (ref.device, ref.inode)
        if not stat.S_ISREG(status.st_mode) or other or fresh.size != ref.size:
            raise FileFault(Reason.CHANGED)
        if is_placeholder(status):
            raise FileFault(Reason.PLACEHOLDER)  # it became one since it was met: reading it would fetch it
        if hasattr(os, "set_blocking") and sys.platform != "win32":
            os.set_blocking(descriptor, True)
        opened = LocalFile(fresh, descriptor, answered(ref.device, _stored, (descriptor, status)))
        _add_companions(opened)
        return opened
    except BaseException:
        os.close(descriptor)
        raise


def _add_companions(opened: LocalFile) -> None:
    """Open what belongs to the file, as far as it is there: regular files, through no link, on the same device."""
    for path in companions.names(opened.ref.path):
        try:
            descriptor, status = answered(opened.ref.device, _open, path, _unwanted)
        except (FileFault, OSError):
            return
        if not stat.S_ISREG(status.st_mode) or status.st_dev != opened.ref.device or is_placeholder(status):
            os.close(descriptor)
            return
        if hasattr(os, "set_blocking") and sys.platform != "win32":
            os.set_blocking(descriptor, True)
        opened.beside = (*opened.beside, descriptor)
        opened.stored += status.st_size


def _open(path: bytes) -> tuple[int, Status]:
    """No link is followed, nothing is waited for (a pipe may stand there by now), the access time stays where we may."""
    if sys.platform == "win32":
        try:
            descriptor = windows.open_to_read(system.openable(path))
        except PermissionError as error:
            if stat.S_ISDIR(system.look(path).st_mode):  # of which Windows says no more than that it may not be opened
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)) from error
            raise
        return descriptor, system.look_at(descriptor)
    quiet = getattr(os, "O_NOATIME", 0)
    common = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOCTTY"):
        common |= getattr(os, name, 0)
    try:
        descriptor = os.open(path, common | quiet)
    except PermissionError:
        if not quiet:
            raise
        descriptor = os.open(path, common)  # O_NOATIME is the owner's right alone
    try:
        return descriptor, os.fstat(descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _stored(opened: tuple[int, Status]) -> int:
    """Bytes that are there to be read: the size, or fewer where there are real holes. (A file system that packs its blocks
    counts fewer of them as well.)"""
    descriptor, status = opened
    blocks = getattr(status, "st_blocks", None)
    if blocks is None or blocks * 512 >= status.st_size or not hasattr(os, "SEEK_HOLE"):
        return status.st_size
    try:
        holes = os.lseek(descriptor, 0, os.SEEK_HOLE) < status.st_size
    except OSError:
        return status.st_size
    finally:
        os.lseek(descriptor, 0, os.SEEK_SET)
    return blocks * 512 if holes else status.st_size


def _unwanted(opened: tuple[int, Status]) -> None:
    os.close(opened[0])


_OF_A_FILE = {errno.ENOTDIR: Reason.VANISHED, errno.ENXIO: Reason.CHANGED, errno.EISDIR: Reason.CHANGED}
"""What means something else where a file was met before."""
