"""What is mounted where, as the system tells it now, and which kinds of file system hold no files of anybody.

Linux: ``/proc/self/mountinfo``; Windows: its drives. Elsewhere the table is empty, and every place counts as an ordinary one.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from scanner.paths import names
from scanner.sources import drives

SPECIAL = frozenset(
    """autofs binder binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devfs devpts devtmpfs efivarfs functionfs fusectl
    fuse.lxcfs hugetlbfs mqueue nfsd nsfs pipefs proc procfs pstore resctrl rpc_pipefs securityfs selinuxfs smackfs sockfs sysfs
    tracefs usbfs""".split()
)
"""File systems whose entries the kernel makes up: reading them has no end or has effects, and nobody keeps a document there."""


class Mount(NamedTuple):
    """One line of the table."""

    point: str
    kind: str
    source: str
    device: int
    """As ``st_dev`` of what lies there; 0 where it cannot be told."""
    root: str
    """The folder of the file system that is seen there: ``/`` for all of it."""


def table() -> tuple[Mount, ...]:
    """Everything that is mounted, in the order in which it was."""
    if sys.platform == "win32":
        return tuple(Mount(d.root, d.kind, d.bus, d.serial, "/") for d in drives.drives())
    if sys.platform != "linux":
        return ()
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()
    return parsed(lines)


def parsed(lines: Iterable[str]) -> tuple[Mount, ...]:
    """The lines of a ``mountinfo``; those that are none are left out."""
    found: list[Mount] = []
    for line in lines:
        left, _, right = line.partition(" - ")
        fields, tail = left.split(" "), right.split(" ")
        if len(fields) > 4 and len(tail) > 1:
            number = re.fullmatch(r"(\d{1,7}):(\d{1,7})", fields[2])
            device = _device(int(number[1]), int(number[2])) if number else 0
            found.append(Mount(_plain(fields[4]), tail[0], _plain(tail[1]), device, _plain(fields[3])))
    return tuple(found)


def _device(major: int, minor: int) -> int:
    if sys.platform == "win32":
        return 0
    return os.makedev(major, minor)


def _plain(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), text)


class Mounted:
    """Asks of one walk to the table; read again when a device turns up that was not there before."""

    def __init__(self, read: Callable[[], tuple[Mount, ...]] = table) -> None:
        self._read = read
        self._kinds: dict[int, str] = {}
        self._load()

    def _load(self) -> None:
        self._table = self._read()
        self._kinds.update((m.device, m.kind) for m in self._table if m.device)
        self._times = Counter(m.device for m in self._table)
        self._at = {os.fsencode(m.point): m for m in self._table}

    def kind(self, device: int, path: bytes) -> str:
        """Type of the file system that has ``device``, at ``path``; empty where the system does not tell."""
        if device not in self._kinds and self._table:
            self._load()
            if device not in self._kinds:  # a part of a file system with a number of its own (btrfs)
                inside = [p for p in self._at if names.within(path, p)]
                self._kinds[device] = self._at[max(inside, key=len)].kind if inside else ""
        return self._kinds.get(device, "")

    def special(self, device: int, path: bytes) -> str:
        """The type, where it is one of ``SPECIAL``; else empty."""
        kind = self.kind(device, path)
        return kind if kind in SPECIAL else ""

    def met_again(self, device: int) -> bool:
        """Whether a folder of ``device`` may be reached by two names: by what is mounted twice, or nobody knows."""
        return self._times[device] != 1

    def second_name(self, path: bytes, device: int) -> tuple[int, bytes] | None:
        """Where ``path`` is a mount point of something that is mounted elsewhere too: its rank, the larger part first.
        ``None`` anywhere else."""
        mount = self._at.get(path)
        return (len(mount.root), path) if mount and mount.root != "/" and self._times[device] > 1 else None

    def below(self, path: bytes) -> list[bytes]:
        """Mount points inside ``path`` with no other one between."""
        return names.outermost(sorted(p for p in self._at if names.inside(p, path)))
