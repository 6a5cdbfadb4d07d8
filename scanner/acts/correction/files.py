"""One file: whether it is still the very one, whether somebody has it open, how its bytes come elsewhere, what else belongs to it."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from scanner.acts.correction.folders import Folder
from scanner.acts.correction.stopping import Stopped, of_system
from scanner.extract.content import Grew, digest_of_open
from scanner.paths import system
from scanner.paths.entries import Status, identity, is_placeholder

Key = Callable[[bytes], bytes]
"""Digest of a content → what the inventory knows it by."""
Identity = tuple[int, int, int, int, int]
"""Size, time of writing, time of change, number, device; of a file from a listing without a device only the first two tell."""
_PIECE = 1 << 20
_READ_LEASE, _NO_LEASE = 0, 2
"""``F_RDLCK`` and ``F_UNLCK`` for ``F_SETLEASE`` of Linux."""
_LOCKS = (b"~$", b".~lock.")
"""What Office and LibreOffice put beside a file that is open there."""


@contextmanager
def opened(folder: Folder, name: bytes) -> Iterator[int]:
    """A file, open for reading; raises ``Stopped``."""
    try:
        if is_placeholder(folder.look(name)):
            raise Stopped("placeholder")  # reading it would fetch it
        fd = folder.reading(name)
    except OSError as error:
        raise of_system(error) from None
    try:
        yield fd
    finally:
        os.close(fd)


def same(status: Status, known: Identity, *, renamed: bool = False) -> bool:
    """Whether a look shows the file that was known: size, time of writing, number and device; and the time of change, which giving
    it another name alters (``renamed``)."""
    size, written, changed, number, device = identity(status)
    there = (size, written) == known[:2] and (not known[4] or (number, device) == known[3:])
    return there and (renamed or sys.platform == "win32" or changed == known[2])  # there no listing tells this time


def key_of(fd: int, key: Key) -> bytes:
    """What the bytes are known by; raises ``Stopped``."""
    try:
        os.lseek(fd, 0, os.SEEK_SET)
        return key(digest_of_open(fd, os.fstat(fd).st_size))
    except Grew:
        raise Stopped("changed") from None
    except OSError as error:
        raise of_system(error) from None


def verify(folder: Folder, name: bytes, fd: int, known: Identity, content: bytes, key: Key, *, renamed: bool = False) -> None:  # fmt: skip
    """Raise ``Stopped`` unless the open file is the one that was known, to the byte, and still stands under its name."""
    try:
        before = system.look_at(fd)
        if not same(before, known, renamed=renamed) or key_of(fd, key) != content:
            raise Stopped("changed")
        after, named = system.look_at(fd), folder.look(name)
    except OSError as error:
        raise of_system(error) from None
    if identity(after)[:3] != identity(before)[:3] or identity(named)[3:] != identity(before)[3:]:
        raise Stopped("changed")


def refuse_in_use(folder: Folder, name: bytes, fd: int) -> None:
    """Raise ``Stopped`` where somebody may be writing: what is written after the copy was made would be lost."""
    if any(folder.there(beside) for beside in _beside(name)):
        raise Stopped("in_use")
    if sys.platform != "linux":
        return  # Windows itself refuses to rename what is open
    import fcntl

    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, _READ_LEASE)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES) and _own(fd):
            raise Stopped("in_use") from None
        return  # not ours, or a file system without leases: nobody can be asked
    with suppress(OSError):
        fcntl.fcntl(fd, fcntl.F_SETLEASE, _NO_LEASE)


def _beside(name: bytes) -> Iterator[bytes]:
    """Names of lock files: Word puts ``~$`` in the place of the first two letters of a long name, Excel before the name."""
    text = name.decode("utf-8", "surrogateescape")
    yield _LOCKS[0] + name
    yield _LOCKS[0] + text[2:].encode("utf-8", "surrogateescape")
    yield _LOCKS[1] + name + b"#"


def _own(fd: int) -> bool:
    return sys.platform != "win32" and os.geteuid() in (0, os.fstat(fd).st_uid)


def copy(source: int, target: int) -> list[str]:
    """Copy bytes, times, rights and further attributes, down to the medium; returns the codes of what could not be taken along. Raises
    ``Stopped``."""
    lost: list[str] = []
    try:
        status = os.fstat(source)
        _written(source, target)
        if sys.platform != "win32":
            lost += _belongings(source, target, status)
            os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
        os.fsync(target)
    except OSError as error:
        raise of_system(error) from None
    return lost


def pour(source: int, target: int) -> None:
    """Copy bytes alone, down to the medium; raises ``Stopped``."""
    try:
        _written(source, target)
        os.fsync(target)
    except OSError as error:
        raise of_system(error) from None


def _written(source: int, target: int) -> None:
    os.lseek(source, 0, os.SEEK_SET)
    while piece := os.read(source, _PIECE):
        while piece:
            piece = piece[os.write(target, piece) :]


def _belongings(source: int, target: int, status: os.stat_result) -> list[str]:
    lost: list[str] = []
    if sys.platform == "win32":
        return lost  # a file has the rights of the folder that it comes into
    if hasattr(os, "listxattr"):
        try:
            for name in os.listxattr(source):
                os.setxattr(target, name, os.getxattr(source, name))
        except OSError:
            lost.append("attributes")
    mine = os.fstat(target)
    if (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.chown(target, status.st_uid, status.st_gid)
        except OSError:
            lost.append("owner")
    os.fchmod(target, stat.S_IMODE(status.st_mode) & 0o777)
    return lost


def emptied(folder: Folder, name: bytes) -> None:
    """Write zeros over a file and over what lies behind it, then cut it to nothing; one that has other names stays as it is. Raises
    ``Stopped``."""
    try:
        if _zeroed(folder, name):
            for stream in folder.streams(name):
                _zeroed(folder, name + b":" + stream)
    except OSError as error:
        raise of_system(error) from None


def _zeroed(folder: Folder, name: bytes) -> bool:
    """Whether it was done; not where the file has other names. Raises ``OSError``."""
    fd = folder.writing(name)
    try:
        left = os.fstat(fd).st_size
        if os.fstat(fd).st_nlink > 1:
            return False
        while left:
            left -= os.write(fd, bytes(min(left, _PIECE)))
        os.fsync(fd)
        os.ftruncate(fd, 0)
        os.fsync(fd)
    finally:
        os.close(fd)
    return True
