"""Patterns over whole paths (``/srv/案件/*.csv``, ``C:\\案件\\*.csv``, ``\\\\server\\share\\案件\\*``), as decisions carry them.

``*`` stands for anything, also for separators. A pattern is compared like the path that it stands for (``comparing``): slashes of
either kind, case where the system of the path knows it.
"""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

from scanner.paths import names
from scanner.paths.comparing import comparable
from scanner.paths.shares import share

_WILDCARD = re.compile(r"[*?\[]")
_FRONT = re.compile(r"(?:\\\\|//)\?[\\/]|(?:smb:)?(?:\\\\|//)\[[^\]\\/]*\]", re.IGNORECASE)
"""``\\\\?\\`` of a long path and the address ``[fe80::1]`` of a server: no wildcards."""


def matches(shown: str, pattern: str) -> bool:
    """Whether a path, as it is shown to people, is one that a pattern stands for."""
    return fnmatch.fnmatchcase(comparable(shown), _comparable(pattern))


@lru_cache(maxsize=1024)
def _comparable(pattern: str) -> str:
    found = share(pattern)
    if found is None:
        return comparable(pattern)
    return comparable(pattern).replace(
        found.front, _WILDCARD.sub(r"[\g<0>]", found.front), 1
    )  # servers have no wildcards


def names_folder(pattern: str) -> bool:
    """Whether a pattern is absolute and names, before its first wildcard, a folder below the root, drive or share."""
    front = _FRONT.match(pattern)
    length = front.end() if front else 0
    found = _WILDCARD.search(pattern, length)
    fixed = pattern[: found.start()] if found else pattern
    raw = fixed.encode("utf-8", "surrogatepass")
    if names.flavour(raw) is names.Flavour.WINDOWS or fixed.startswith("//"):
        raw = fixed.replace("/", "\\").encode("utf-8", "surrogatepass")
    elif names.flavour(raw) is names.Flavour.POSIX and not fixed.startswith("/"):
        return False
    top, mark = names.anchor(raw), names.separator(raw)
    return bool(raw.rpartition(mark)[0][len(top) :].strip(mark))
