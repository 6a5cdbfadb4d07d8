"""What an entry of a folder is, from the attributes and the reparse tag that Windows gives it.

A pure function of two numbers, so that every kind can be tried without the drive that has it. Numbers as in ``winnt.h`` and
MS-FSCC 2.1.2.1 and 2.6.
"""

from __future__ import annotations

import stat
from typing import Protocol

DIRECTORY, DEVICE, REPARSE_POINT, SPARSE = 0x10, 0x40, 0x400, 0x200
OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS = 0x1000, 0x40000, 0x400000
_NOT_HERE = OFFLINE | RECALL_ON_OPEN | RECALL_ON_DATA_ACCESS
_DATALESS = 0x40000000
"""SF_DATALESS (macOS: iCloud Drive and file providers)."""
_NAME_SURROGATE = 0x20000000
"""Set in every tag that leads elsewhere: symbolic links, junctions, mount points, links of WSL."""
_NO_CONTENTS = frozenset({0x80000014, 0x80000023, 0x80000024, 0x80000025, 0x80000026, 0x8000001B})
"""NFS devices, sockets, pipes and devices of WSL, and the aliases of store applications."""


class Status(Protocol):
    """What a look at an entry gives: of ``os.stat``, or of ``system.look`` on Windows."""

    @property
    def st_mode(self) -> int: ...
    @property
    def st_size(self) -> int: ...
    @property
    def st_mtime_ns(self) -> int: ...
    @property
    def st_ctime_ns(self) -> int: ...
    @property
    def st_ino(self) -> int: ...
    @property
    def st_dev(self) -> int: ...


def mode_of(attributes: int, tag: int) -> int:
    """Type of an entry of Windows as a ``st_mode``. What leads elsewhere is a link; other reparse points (deduplicated,
    compressed, kept in a cloud) are the file or folder that they stand for."""
    if attributes & REPARSE_POINT and tag & _NAME_SURROGATE:
        return stat.S_IFLNK
    if attributes & DEVICE or (attributes & REPARSE_POINT and tag in _NO_CONTENTS):
        return stat.S_IFSOCK
    return stat.S_IFDIR if attributes & DIRECTORY else stat.S_IFREG


def is_placeholder(status: object) -> bool:
    """Whether only the name of a cloud file or folder is here: opening it would fetch it, and that would be one more copy."""
    return bool(getattr(status, "st_file_attributes", 0) & _NOT_HERE or getattr(status, "st_flags", 0) & _DATALESS)


_SIGNED = 1 << 63


def number_of(inode: int) -> int:
    """The number of a file as the inventory can hold it (64 bits with a sign): NTFS, ReFS and some network file systems give
    larger ones."""
    while inode >= 1 << 64:
        inode = (inode & ((1 << 64) - 1)) ^ (inode >> 64)
    return inode - (1 << 64) if inode >= _SIGNED else inode


def identity(status: Status) -> tuple[int, int, int, int, int]:
    """Size, time of writing, time of change, number and device: what tells a file from what it was, and from others."""
    inode, device = status.st_ino, status.st_dev
    if inode >= _SIGNED or device >= _SIGNED:
        inode, device = number_of(inode), number_of(device)
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, inode, device
