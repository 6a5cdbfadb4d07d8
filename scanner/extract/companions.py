"""Files that belong to the one that is read: the log of a database and the database of a log, the further volumes of an archive that was split.

They are opened beside it, in its folder, under names that its own name tells, and handed to the reader that follows it. As files of their
own they are read, or told, as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 99
"""Volumes of one archive that are opened."""
_LOG = re.compile(rb"(?s)(.+)-(?:wal|journal)\Z")
_DATABASE = re.compile(rb"(?is)(?:.*[/\\])?(?:[^./\\]+|[^/\\]+\.(?:db|db3|sqlite|sqlite3|sqlitedb|s3db|sl3))\Z")
"""What databases are called; a program's own has no ending as often as not."""
_NUMBERED = re.compile(rb"(?is)(.+\.(?:7z|zip|rar|tar|gz|tgz|lzh|iso)\.)(0{1,4})1\Z")
_PART = re.compile(rb"(?is)(.+\.part)(0{0,3})1(\.rar)\Z")
_ENDED = re.compile(rb"(?is)(.+\.)(zip|rar)\Z")
_FIRST = {b"zip": (b"z", 1), b"rar": (b"r", 0)}
"""How the further volumes of an archive are called that has its ordinary name: ``.z01``, ``.r00``."""


def volumes(name: str) -> bool:
    """Whether what lies beside a file of this name is the rest of it."""
    leaf = name.encode("utf-8", "surrogateescape")
    return any(pattern.match(leaf) for pattern in (_NUMBERED, _PART, _ENDED))


def names(path: bytes) -> Iterator[bytes]:
    """Paths of what may lie beside a file, in their order; the first that is not there ends them."""
    log = _LOG.match(path)
    if log:
        yield log[1]
        return
    if _DATABASE.match(path):
        yield path + b"-wal"
        return
    numbered = _NUMBERED.match(path) or _PART.match(path)
    if numbered:
        ending = numbered[3] if numbered.re is _PART else b""
        width = len(numbered[2]) + 1
        yield from (b"%s%0*d%s" % (numbered[1], width, n, ending) for n in range(2, MOST + 2))
        return
    ended = _ENDED.match(path)
    if ended:
        letter, first = _FIRST[ended[2].lower()]
        letter = letter.upper() if ended[2].isupper() else letter
        yield from (b"%s%s%02d" % (ended[1], letter, n) for n in range(first, first + MOST))
