"""Paths as bytes, cut and joined by the rules of the system that they belong to, which their beginning tells.

``/srv/a`` is of a POSIX system, ``C:\\a`` and ``\\\\server\\share\\a`` (also with ``\\\\?\\`` in front) are of Windows,
``smb://server/share/a`` is an address of ours. Nothing here asks a disk. Names are compared by their bytes, because the
inventory holds them as the walk gave them: in the case that the disk has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from urllib.parse import quote

Span = tuple[bytes, bytes, bytes]
"""A path itself, and the half-open range of the bytes of all paths below it."""

_WINDOWS = re.compile(rb"[A-Za-z]:(?:[\\/]|\Z)|\\\\")
_ANCHORS = (
    re.compile(rb"(?:\\\\[?.]\\)?[A-Za-z]:\\?"),
    re.compile(rb"\\\\[?.]\\UNC\\[^\\]+(?:\\[^\\]+\\?)?", re.IGNORECASE),
    re.compile(rb"\\\\[?.]\\[^\\]+\\?"),
    re.compile(rb"\\\\[^\\]+(?:\\[^\\]+\\?)?"),
    re.compile(rb"smb://[^/]+(?:/[^/]+/?)?", re.IGNORECASE),
    re.compile(rb"/+"),
)
"""What of a path has no folder above it."""


class Flavour(StrEnum):
    """Whose rules a path follows."""

    POSIX = "posix"
    WINDOWS = "windows"
    SHARE = "share"


def flavour(path: bytes) -> Flavour:
    """By how the path begins. One that is not absolute counts as of POSIX."""
    if _WINDOWS.match(path):
        return Flavour.WINDOWS
    return Flavour.SHARE if path[:6].lower() == b"smb://" else Flavour.POSIX


def separator(path: bytes) -> bytes:
    """What stands between the names of a path."""
    return b"\\" if _WINDOWS.match(path) else b"/"


def anchor(path: bytes) -> bytes:
    """The part with nothing above it: ``/``, ``C:\\``, ``\\\\server\\share\\``, ``smb://server/share/``; empty of a relative one."""
    for pattern in _ANCHORS:
        found = pattern.match(path)
        if found:
            return found[0]
    return b""


def front(folder: bytes) -> bytes:
    """A folder with one separator at its end: what the path of everything below it begins with."""
    mark = separator(folder)
    return folder.rstrip(mark) + mark


def join(folder: bytes, name: bytes) -> bytes:
    """The path of an entry of a folder."""
    return front(folder) + name


def parent(path: bytes) -> bytes:
    """The folder above; of an anchor itself the anchor."""
    mark, top = separator(path), anchor(path)
    if flavour(path) is Flavour.SHARE:
        top = top.rstrip(mark)
    above = path.rstrip(mark).rpartition(mark)[0]
    return above if len(above) >= len(top) else top


def name(path: bytes) -> bytes:
    """The last name; of an anchor what is left of it without separators."""
    mark = separator(path)
    return path.rstrip(mark).rpartition(mark)[2]


def stream(path: bytes) -> bytes:
    """Of ``C:\\a.txt:more`` what stands behind the colon of the last name (an alternate data stream); empty of a file itself."""
    return name(path).partition(b":")[2] if flavour(path) is Flavour.WINDOWS else b""


def above(path: bytes) -> Iterator[bytes]:
    """The folders above a path, the nearest first."""
    folder = parent(path)
    while folder and folder != path:
        yield folder
        path, folder = folder, parent(folder)


def inside(path: bytes, folder: bytes) -> bool:
    """Whether a path lies below a folder."""
    beginning = front(folder)
    return len(path) > len(beginning) and path.startswith(beginning)


def within(path: bytes, folder: bytes) -> bool:
    """Whether a path is a folder, or lies below it."""
    mark = separator(folder)
    return path.rstrip(mark) == folder.rstrip(mark) or inside(path, folder)


def below(path: bytes, folder: bytes) -> tuple[bytes, ...]:
    """The names that lead from a folder to a path inside it; none where it lies elsewhere."""
    return tuple(path[len(front(folder)) :].split(separator(folder))) if inside(path, folder) else ()


def outermost(folders: Iterable[bytes]) -> list[bytes]:
    """Those that lie in no other one, each once, in the order given."""
    found = list(dict.fromkeys(folders))
    return [f for f in found if not any(f != other and inside(f, other) for other in found)]


def span(folder: bytes) -> Span:
    """For a query: ``path = ? or (path >= ? and path < ?)`` is a folder with all that lies below it."""
    beginning = front(folder)
    return folder, beginning, beginning[:-1] + bytes([beginning[-1] + 1])


def uri(text: str) -> str:
    """The address of a path (RFC 8089): ``file:///srv/a``, ``file:///C:/a``, ``file://server/share/a``; one of a share as it is."""
    raw = text.encode("utf-8", "surrogateescape")
    kind = flavour(raw)
    if kind is Flavour.SHARE:
        return quote(raw, safe="/:[]@")
    path = raw.replace(b"\\", b"/") if kind is Flavour.WINDOWS else raw
    if kind is Flavour.POSIX:
        return "file://" + quote(path)
    return "file:" + quote(path, safe="/:") if path.startswith(b"//") else "file:///" + quote(path, safe="/:")


def slashed(path: bytes | str, text: str | None = None) -> str:
    """A path for patterns over the names of folders: ``/`` between them whatever the system. ``text``: how it is shown,
    where that is another string."""
    raw = path if isinstance(path, bytes) else path.encode("utf-8", "surrogatepass")
    shown = text if text is not None else raw.decode("utf-8", "backslashreplace")
    return shown.replace("\\", "/") if flavour(raw) is Flavour.WINDOWS else shown
