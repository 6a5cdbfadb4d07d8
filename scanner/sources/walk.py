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
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.errors import reason_of
from scanner.model import FileRef, Reason, file_of
from scanner.paths import names, origins, windows
from scanner.paths.entries import Status, is_placeholder
from scanner.paths.names import within
from scanner.paths.system import absolute, look, openable, real
from scanner.sources.excluding import NAME, Exclusions
from scanner.sources.mounting import Mounted


@dataclass(frozen=True, slots=True)
class Unseen:
    """A path that the walk met but could not look at."""

    path: bytes
    reason: Reason
    left_out: str = ""
    """The exclusion that it was left out by, as ``Rule.text``."""
    ref: FileRef | None = None
    """Of a file that was left out: how it was met. ``None`` of a folder, and of what could not be looked at."""

    @property
    def hides(self) -> bool:
        """Whether more that is known may lie behind it."""
        return self.ref is None

    @property
    def met(self) -> FileRef:
        """As an entry of the inventory."""
        return self.ref or FileRef(self.path, 0, 0, 0, 0, 0)


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


def walk(
    roots: Iterable[bytes],
    notes: WalkNotes,
    skip: frozenset[bytes] = frozenset(),
    mounted: Mounted | None = None,
    exclusions: Exclusions | None = None,
) -> Iterator[FileRef | Unseen]:
    """Files below ``roots`` in order of name, each once even if the roots overlap or lead to the same folder.

    ``skip``: real paths of folders that are not entered (our own state). What is mounted a second time comes last, so that it
    is met by its first name where that is below a root too. What ``exclusions`` leave out is ``Unseen``; a root never is.
    """
    return _Walk(notes, skip, mounted or Mounted(), exclusions).run(roots)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is still to be listed, as it was met."""

    path: bytes
    device: int
    inode: int


class _Walk:
    def __init__(
        self, notes: WalkNotes, skip: frozenset[bytes], mounted: Mounted, exclusions: Exclusions | None
    ) -> None:
        self._notes, self._skip, self._mounted, self._exclusions = notes, skip, mounted, exclusions
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
        for root in dict.fromkeys(map(absolute, roots)):
            named.setdefault(real(root), set()).add(root)
        order = _outer_first(named)
        self._named.update(order)
        self._roots.update(i for i in map(_identity, order) if i is not None)
        walked: list[bytes] = []
        missed: list[bytes] = []
        for item in self._through(order, walked):
            if isinstance(item, Unseen):
                missed.append(item.path)
            yield item
        for root in walked:
            self._notes.roots.append(root)
            if not any(within(path, root) for path in missed):
                self._notes.roots += sorted(named[root] - {root})

    def _through(self, order: list[bytes], walked: list[bytes]) -> Iterator[FileRef | Unseen]:
        for root in order:
            if any(within(root, done) for done in walked) and self._known(root):
                continue  # inside a root that has been walked
            walked.append(root)
            self._notes.entries += 1
            try:
                status = look(root)
            except OSError as error:
                yield Unseen(root, reason_of(error))
                continue
            yield from self._root(root, status)
            yield from self._folders()
        while self._later:
            self._later.sort(key=lambda item: item[0])
            self._pending.append(self._later.pop(0)[1])
            yield from self._folders()

    def _known(self, root: bytes) -> bool:
        return root in self._root_files or _identity(root) in self._met

    def _root(self, root: bytes, status: Status) -> Iterator[FileRef | Unseen]:
        kind = self._mounted.special(status.st_dev, root)
        if kind:
            self._notes.systems.append((root, kind))
            yield Unseen(root, Reason.SPECIAL_SYSTEM)  # asked for by name: it is missing in the coverage
            yield from self._inside_of_special(root, status.st_dev)
        elif any(within(root, own) for own in self._skip):
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
                yield Unseen(folder.path, reason_of(error))
                continue
            self._notes.folders += 1
            self._notes.entries += len(entries)
            below = len(self._pending)
            front = names.front(folder.path)
            if self._exclusions is not None:
                self._exclusions.listed(folder.path, any(name == _IGNORE for name, _ in entries))
            asked = self._exclusions if self._exclusions is not None and self._exclusions.asks else None
            for name, found in entries:
                path = front + name
                if isinstance(found, OSError):
                    yield Unseen(path, reason_of(found))
                elif asked is not None and (left := left_out(asked, path, found)) is not None:
                    yield left
                elif (
                    _is_plain(found, device) and path not in self._named
                ):  # nearly all: a call for each would double the walk
                    yield file_of(path, found)
                else:
                    yield from self._entry(path, found, device)
            self._pending[below:] = reversed(self._pending[below:])

    def _entry(self, path: bytes, status: Status, above: int) -> Iterator[FileRef | Unseen]:
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
            yield Unseen(path, Reason.PLACEHOLDER) if is_placeholder(status) else file_of(path, status)
        elif not stat.S_ISDIR(mode):
            self._notes.special += 1
        elif path in self._skip or (status.st_dev, status.st_ino) in self._own:
            self._notes.own += 1
        elif is_placeholder(status):
            yield Unseen(path, Reason.PLACEHOLDER)  # listing it would fetch the names of what is in it
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
                status = look(point)
            except OSError as error:
                yield Unseen(point, reason_of(error))
                continue
            yield from self._entry(point, status, device)


def left_out(exclusions: Exclusions, path: bytes, status: Status) -> Unseen | None:
    """A file or folder that is not to be looked at; links and what has no contents are counted apart, and our own state."""
    folder = stat.S_ISDIR(status.st_mode)
    if not (folder or stat.S_ISREG(status.st_mode)) or (rule := exclusions.rule(path, folder=folder)) is None:
        return None
    return Unseen(path, Reason.EXCLUDED, rule.text, None if folder else file_of(path, status))


_IGNORE = NAME.encode()


def _identity(path: bytes) -> tuple[int, int] | None:
    try:
        status = look(path)
    except OSError:
        return None  # whoever walks there is told why
    return status.st_dev, status.st_ino


def _outer_first(roots: Iterable[bytes]) -> list[bytes]:
    """In the order given, but none before one that holds it."""
    found = list(roots)
    return sorted(found, key=lambda root: sum(within(root, other) for other in found))


_LISTING = _PASSING = 0  # Windows lists by name
if sys.platform != "win32":
    _LISTING = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    _PASSING = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def _listed(folder: _Folder) -> tuple[int, list[tuple[bytes, Status | OSError]]]:
    """Device and entries of a folder, each entry looked at once, in order of name. Raises ``OSError``."""
    if sys.platform == "win32":
        return folder.device, _listed_by_name(folder)
    descriptor = os.open(folder.path, _LISTING)
    try:
        here = os.fstat(descriptor)
        if (here.st_dev, here.st_ino) != (
            folder.device,
            folder.inode,
        ):  # put in its place, mounted by being opened, a link
            os.close(descriptor)
            descriptor = -1
            descriptor = _opened_step_by_step(folder.path)
            here = os.fstat(descriptor)
        with os.scandir(descriptor) as listing:
            found = [(os.fsencode(entry.name), _look(entry)) for entry in listing]
        return here.st_dev, sorted(found, key=_by_name)
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _opened_step_by_step(path: bytes) -> int:
    """A descriptor of the folder that has this name without any link on the way, whoever swaps meanwhile. Raises ``OSError``."""
    *parts, last = path.split(b"/")[1:]
    here = os.open(b"/", _PASSING)
    try:
        for part in parts:
            below = os.open(part, _PASSING, dir_fd=here)
            os.close(here)
            here = below
        return os.open(last, _LISTING, dir_fd=here) if last else os.open(b"/", _LISTING)
    finally:
        os.close(here)


def _listed_by_name(folder: _Folder) -> list[tuple[bytes, Status | OSError]]:
    """The same where a folder cannot be listed through a handle (Windows): by its name, which must be that of the folder which
    was met, before and afterwards."""
    here = (folder.device, folder.inode)
    if _identity(folder.path) != here:
        raise NotADirectoryError(errno.ENOTDIR, "another folder by way of a link")
    front = names.front(folder.path)
    with os.scandir(openable(folder.path)) as listing:
        found = [(entry.name, _look_by_name(front, entry)) for entry in listing]
    found += [stream for name, status in found for stream in _streams(front + name, name, status)]
    if _identity(folder.path) != here:
        raise NotADirectoryError(errno.ENOTDIR, "another folder by way of a link")
    return sorted(found, key=_by_name)


def _look_by_name(front: bytes, entry: os.DirEntry[bytes]) -> Status | OSError:
    """A listing of Windows has the attributes, and neither the number of a file nor the time of its change."""
    try:
        listed = entry.stat(follow_symlinks=False)
        return listed if is_placeholder(listed) else look(front + entry.name)
    except OSError as error:
        return error


def _streams(path: bytes, name: bytes, status: Status | OSError) -> Iterator[tuple[bytes, Status]]:
    """What lies behind a file under names of its own (``a.txt:more``): whole files that no listing shows."""
    if isinstance(status, windows.Look) and stat.S_ISREG(status.st_mode) and not is_placeholder(status):
        for stream, size in windows.streams(openable(path)):
            if stream not in origins.STREAMS:  # where a file came from: no contents of anybody
                yield name + b":" + stream.encode("utf-8", "surrogatepass"), status._replace(st_size=size)


def _look(entry: os.DirEntry[str]) -> Status | OSError:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError as error:
        return error


def _by_name(entry: tuple[bytes, object]) -> bytes:
    return entry[0]


def _is_plain(status: Status, device: int) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_dev == device and not is_placeholder(status)
