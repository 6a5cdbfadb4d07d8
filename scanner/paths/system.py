"""Paths as the system at hand knows them: the one true name, a look at an entry, the form in which a name can be opened."""

from __future__ import annotations

import os
import stat
import sys
from functools import lru_cache

from scanner.paths import names
from scanner.paths.entries import Status

_LONGEST = 247
"""Characters of the longest path of a folder that every call of Windows takes without ``\\\\?\\`` in front."""
_RESERVED = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
"""Names that Windows takes for devices, with any ending."""


def openable(path: bytes) -> bytes:
    """The form in which the system opens exactly this name. Windows cuts dots and blanks from the end of a name, takes ``NUL`` for
    a device and refuses long paths, unless ``\\\\?\\`` stands in front."""
    if names.flavour(path) is not names.Flavour.WINDOWS or path.startswith((b"\\\\?\\", b"\\\\.\\")):
        return path
    text = path.decode("utf-8", "surrogatepass")
    if len(text) < _LONGEST and not any(map(_altered, text[2:].split("\\"))):
        return path
    return b"\\\\?\\UNC\\" + path[2:] if path.startswith(b"\\\\") else b"\\\\?\\" + path


def _altered(name: str) -> bool:
    return name.endswith((".", " ")) or name.partition(".")[0].rstrip(" ").lower() in _RESERVED


def plain(path: bytes) -> bytes:
    """A path of Windows without ``\\\\?\\`` in front, as people write it and as the inventory holds it."""
    if path[:8].upper() == b"\\\\?\\UNC\\":
        return b"\\\\" + path[8:]
    return path[4:] if path.startswith(b"\\\\?\\") and path[5:6] == b":" else path


def absolute(path: bytes) -> bytes:
    """A path from the root on, its links not resolved, without a second slash in front."""
    found = os.path.abspath(path)
    return b"/" + found.lstrip(b"/") if os.name == "posix" else plain(found)


def real(path: bytes) -> bytes:
    """The one name of a path: absolute, without links, in the case and with the long names that the disk has."""
    found = os.path.realpath(path)
    return b"/" + found.lstrip(b"/") if os.name == "posix" else _upper_drive(plain(found))


def _upper_drive(path: bytes) -> bytes:
    return path[:1].upper() + path[1:] if path[1:2] == b":" else path


def look(path: bytes) -> Status:
    """What stands under a name, no link followed. Raises ``OSError``."""
    if sys.platform == "win32":
        from scanner.paths import windows

        return windows.look(openable(path))
    return os.lstat(path)


def look_through(path: bytes) -> Status:
    """What a name leads to, its links followed: on Windows too with the time of change, which ``os.stat`` does not have there. Raises
    ``OSError``."""
    if sys.platform == "win32":
        found = look(path)
        return look(real(path)) if stat.S_ISLNK(found.st_mode) else found
    return os.stat(path)


def look_at(descriptor: int) -> Status:
    """The same of what is open already. Raises ``OSError``."""
    if sys.platform == "win32":
        from scanner.paths import windows

        return windows.look_at_descriptor(descriptor)
    return os.fstat(descriptor)


def streams(path: bytes) -> list[bytes]:
    """Names of the alternate data streams behind a file (Windows), the marks of the system among them."""
    if sys.platform != "win32":
        return []
    from scanner.paths import windows

    return [name.encode("utf-8", "surrogatepass") for name, _ in windows.streams(openable(path))]


def exists(path: bytes) -> bool:
    """Whether something stands under a name, if only a link that leads nowhere. What cannot be asked counts as being there."""
    try:
        look(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_file(path: bytes) -> bool:
    """Whether a regular file stands there, no link followed."""
    try:
        return stat.S_ISREG(look(path).st_mode)
    except OSError:
        return False


def is_folder(path: bytes) -> bool:
    """Whether a folder stands there, no link followed."""
    try:
        return stat.S_ISDIR(look(path).st_mode)
    except OSError:
        return False


@lru_cache(maxsize=1024)
def ignores_case(folder: bytes) -> bool | None:
    """Whether the file system below a folder takes ``A`` for ``a``, asked of the next name above that has letters; ``None`` where
    nothing of it is there to ask."""
    for path in (folder, *names.above(folder)):
        last = names.name(path)
        other = last.decode("utf-8", "surrogateescape").swapcase().encode("utf-8", "surrogateescape")
        if other == last:
            continue
        try:
            here, there = look(path), _look_or_none(names.join(names.parent(path), other))
        except OSError:
            continue
        return there is not None and (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
    return None


def _look_or_none(path: bytes) -> Status | None:
    try:
        return look(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
