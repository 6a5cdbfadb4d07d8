"""The walk: every regular file below the given paths, as bytes, never through a symbolic link, each folder once.

Whatever the walk cannot see is yielded too, with its reason: promise 2 of the design is that every file is accounted for.
A path that the user named may lead through links; what is found below has the name that the system gives it, so that a file
has one name whichever way it was reached. A folder is listed through a descriptor that is the folder which was met, so a
link that is put in its place meanwhile leads nowhere.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.model import FileRef, Reason
from scanner.sources.mounting import Mounted


@dataclass(frozen=True, slots=True)
class Unseen:
    """A path that the walk met but could not look at."""

    path: bytes
    reason: Reason


@dataclass(slots=True)
class WalkNotes:
    """What the walk met and did not yield. ``entries`` is the sum of files, unseen, and all of these but ``roots``."""

    entries: int = 0
    """Names met: roots, and what the listings of folders had."""
    folders: int = 0
    """Folders that were listed."""
    symlinks: int = 0
    special: int = 0
    """Sockets, devices, pipes: no contents to examine."""
    own: int = 0
    """Folders of our own state."""
    systems: list[tuple[bytes, str]] = field(default_factory=list)
    """Where file systems without files of anybody begin (``proc``, ``sysfs``), with their types: not walked."""
    again: list[bytes] = field(default_factory=list)
    """Second names of folders that were walked under another one (mounted twice, or named twice)."""
    roots: list[bytes] = field(default_factory=list)
    """What was walked; also the names by which the user called it, where all below was seen."""


_SLASH = os.fsencode(os.sep)
_REASONS = {
    **dict.fromkeys((errno.ENOENT,), Reason.VANISHED),
    **dict.fromkeys((errno.ENAMETOOLONG,), Reason.NAME_TOO_LONG),
    **dict.fromkeys((errno.ENOTDIR, errno.ELOOP), Reason.CHANGED),  # it was a folder when it was met
    **dict.fromkeys(
        (errno.ENOTCONN, errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ETIMEDOUT, errno.ENODEV, errno.ENXIO),
        Reason.NOT_CONNECTED,
    ),
}


def _reason(error: OSError) -> Reason:
    return _REASONS.get(error.errno or 0, Reason.UNREADABLE)


def real(path: bytes) -> bytes:
    """The one name of a path: absolute, without links, without a second slash in front."""
    found = os.path.realpath(path)
    return b"/" + found.lstrip(b"/") if os.name == "posix" else found


def walk(
    roots: Iterable[bytes],
    notes: WalkNotes,
    skip: frozenset[bytes] = frozenset(),
    mounted: Mounted | None = None,
) -> Iterator[FileRef | Unseen]:
    """Files below ``roots`` in order of name, each once even if the roots overlap or lead to the same folder.

    ``skip``: real paths of folders that are not entered (our own state). What is mounted a second time comes last, so that it
    is met by its first name where that is below a root too.
    """
    return _Walk(notes, skip, mounted or Mounted()).run(roots)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is still to be listed, as it was met."""

    path: bytes
    device: int
    inode: int


class _Walk:
    def __init__(self, notes: WalkNotes, skip: frozenset[bytes], mounted: Mounted) -> None:
        self._notes, self._skip, self._mounted = notes, skip, mounted
        self._own = {i for i in map(_identity, skip) if i is not None}
        self._met: set[tuple[int, int]] = set()
        self._roots: set[tuple[int, int]] = set()
        self._named: set[bytes] = set()
        self._root_files: set[bytes] = set()
        """Files among the roots that have been yielded."""
        self._pending: list[_Folder] = []
        self._later: list[tuple[tuple[int, bytes], _Folder]] = []

    def run(self, roots: Iterable[bytes]) -> Iterator[FileRef | Unseen]:
        named: dict[bytes, set[bytes]] = {}  # real name → those that the user gave it
        for root in dict.fromkeys(os.path.abspath(r) for r in roots):
            named.setdefault(real(root), set()).add(root)
        order = _outer_first(named)
        self._named.update(order)
        self._roots.update(i for i in map(_identity, order) if i is not None)
        walked: list[bytes] = []
        missed: list[bytes] = []
        for item in self._through(order, named, walked):
            if isinstance(item, Unseen):
                missed.append(item.path)
            yield item
        for root in walked:
            self._notes.roots.append(root)
            if not any(_inside(path, root) for path in missed):
                self._notes.roots += sorted(named[root] - {root})

    def _through(
        self, order: list[bytes], named: dict[bytes, set[bytes]], walked: list[bytes]
    ) -> Iterator[FileRef | Unseen]:
        for root in order:
            if any(_inside(root, done) for done in walked) and self._known(root):
                continue  # inside a root that has been walked
            walked.append(root)
            self._notes.entries += 1
            try:
                status = os.lstat(root)
            except OSError as error:
                yield Unseen(root, _reason(error))
                continue
            yield from self._root(root, status)
            yield from self._folders()
        while self._later:
            self._later.sort(key=lambda item: item[0])
            self._pending.append(self._later.pop(0)[1])
            yield from self._folders()

    def _known(self, root: bytes) -> bool:
        return root in self._root_files or _identity(root) in self._met

    def _root(self, root: bytes, status: os.stat_result) -> Iterator[FileRef | Unseen]:
        kind = self._mounted.special(status.st_dev, root)
        if kind:
            self._notes.systems.append((root, kind))
            yield Unseen(root, Reason.SPECIAL_SYSTEM)  # asked for by name: it is missing in the coverage
            yield from self._inside_of_special(root, status.st_dev)
        elif any(_inside(root, own) for own in self._skip):
            self._notes.own += 1
        elif stat.S_ISLNK(status.st_mode):
            yield Unseen(root, Reason.CHANGED)  # it was resolved a moment ago
        elif stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode):
            yield from self._entry(root, status, status.st_dev)
        else:
            yield Unseen(root, Reason.UNREADABLE)  # a device or pipe that was asked for by name

    def _folders(self) -> Iterator[FileRef | Unseen]:
        while self._pending:
            folder = self._pending.pop()
            identity = (folder.device, folder.inode)
            if identity in self._roots or self._mounted.met_again(folder.device):
                if identity in self._met:
                    self._notes.again.append(folder.path)
                    continue
                self._met.add(identity)
            try:
                device, entries = _listed(folder)
            except OSError as error:
                yield Unseen(folder.path, _reason(error))
                continue
            self._notes.folders += 1
            self._notes.entries += len(entries)
            below = len(self._pending)
            front = folder.path.rstrip(_SLASH) + _SLASH
            for name, found in entries:
                path = front + name
                if isinstance(found, OSError):
                    yield Unseen(path, _reason(found))
                elif (
                    _is_plain(found, device) and path not in self._named
                ):  # nearly all: a call for each would double the walk
                    yield _ref(path, found)
                else:
                    yield from self._entry(path, found, device)
            self._pending[below:] = reversed(self._pending[below:])

    def _entry(self, path: bytes, status: os.stat_result, above: int) -> Iterator[FileRef | Unseen]:
        """What one name is, by one look at it; ``above``: device of the folder that it stands in."""
        mode = status.st_mode
        if stat.S_ISLNK(mode):
            self._notes.symlinks += 1
        elif status.st_dev != above and (kind := self._mounted.special(status.st_dev, path)):
            self._notes.systems.append((path, kind))
            yield from self._inside_of_special(path, status.st_dev)
        elif stat.S_ISREG(mode):
            if path in self._root_files:
                self._notes.again.append(path)
                return
            if path in self._named:
                self._root_files.add(path)
            yield Unseen(path, Reason.PLACEHOLDER) if is_placeholder(status) else _ref(path, status)
        elif not stat.S_ISDIR(mode):
            self._notes.special += 1
        elif path in self._skip or (status.st_dev, status.st_ino) in self._own:
            self._notes.own += 1
        else:
            folder = _Folder(path, status.st_dev, status.st_ino)
            rank = self._mounted.second_name(path, status.st_dev)
            if rank is None:
                self._pending.append(folder)
            else:
                self._later.append((rank, folder))

    def _inside_of_special(self, path: bytes, device: int) -> Iterator[FileRef | Unseen]:
        """Ordinary file systems that are mounted inside a special one (``/dev/shm``)."""
        for point in self._mounted.below(path):
            self._notes.entries += 1
            try:
                status = os.lstat(point)
            except OSError as error:
                yield Unseen(point, _reason(error))
                continue
            yield from self._entry(point, status, device)


def _identity(path: bytes) -> tuple[int, int] | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None  # whoever walks there is told why
    return status.st_dev, status.st_ino


def _inside(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder.rstrip(_SLASH) + _SLASH)


def _outer_first(roots: Iterable[bytes]) -> list[bytes]:
    """In the order given, but none before one that holds it."""
    found = list(roots)
    return sorted(found, key=lambda root: sum(_inside(root, other) for other in found))


def _listed(folder: _Folder) -> tuple[int, list[tuple[bytes, os.stat_result | OSError]]]:
    """Device and entries of a folder, each entry looked at once, in order of name. Raises ``OSError``."""
    if os.scandir not in os.supports_fd:
        with os.scandir(folder.path) as listing:
            return folder.device, sorted(((e.name, _look(e, folder.path)) for e in listing), key=_by_name)
    descriptor = os.open(folder.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        here = os.fstat(descriptor)
        if (here.st_dev, here.st_ino) != (folder.device, folder.inode) and not _stands_there(folder.path, here):
            raise NotADirectoryError(errno.ENOTDIR, "another folder by way of a link")
        with os.scandir(descriptor) as listing:
            found = [(os.fsencode(entry.name), _look(entry)) for entry in listing]
        return here.st_dev, sorted(found, key=_by_name)
    finally:
        os.close(descriptor)


def _stands_there(path: bytes, opened: os.stat_result) -> bool:
    """Whether a folder that is another than the one met (put in its place, or mounted by being opened) is really there."""
    return _identity(path) == (opened.st_dev, opened.st_ino) and os.path.realpath(path) == path


def _look(entry: os.DirEntry[bytes] | os.DirEntry[str], folder: bytes = b"") -> os.stat_result | OSError:
    try:
        status = entry.stat(follow_symlinks=False)
        if folder and stat.S_ISDIR(status.st_mode):  # a listing of Windows has no numbers of folders
            return os.lstat(os.path.join(folder, os.fsencode(entry.name)))
        return status
    except OSError as error:
        return error


def _by_name(entry: tuple[bytes, object]) -> bytes:
    return entry[0]


def _is_plain(status: os.stat_result, device: int) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_dev == device and not is_placeholder(status)


_NOT_HERE = 0x1000 | 0x40000 | 0x400000
"""FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS (Windows: OneDrive and other sync clients)."""
_DATALESS = 0x40000000
"""SF_DATALESS (macOS: iCloud Drive and file providers)."""


def is_placeholder(status: os.stat_result) -> bool:
    """Whether only the name of a cloud file is here: opening it would fetch it, and that would be one more copy."""
    return bool(getattr(status, "st_file_attributes", 0) & _NOT_HERE or getattr(status, "st_flags", 0) & _DATALESS)


def _ref(path: bytes, status: os.stat_result) -> FileRef:
    return FileRef(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
