"""Who else may look into a file or folder of ours: by its mode on POSIX (which with an access list holds its mask), by its
security descriptor on Windows. A right to write counts too: it changes what is kept there, or gives the right to read."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Collection

from scanner import private
from scanner.sources import descriptors
from scanner.sources.access import access_of, account, sddl


def others(path: bytes) -> tuple[str, ...] | None:
    """``user:NAME:rw``, ``group:NAME:r``, ``everyone:r`` of everybody but us, the system and its administrators; ``None`` where the
    system does not tell. Raises ``OSError`` where there is no such file."""
    status = os.stat(path, follow_symlinks=False)
    if sys.platform == "win32":
        text = sddl(path)
        return None if text is None else told(text, {private.own_sid()}, account)
    if not stat.S_IMODE(status.st_mode) & 0o077:
        return ()
    return tuple(filter(None, access_of(path).grants.split(";"))) or _by_mode(status.st_mode)


def told(text: str, ours: Collection[str], account: Callable[[str], tuple[str, str]]) -> tuple[str, ...] | None:
    """The same of a descriptor as SDDL; ``ours``: SIDs of the user, ``account`` gives kind and name of a SID. With what a folder hands
    on to what will be made in it."""
    try:
        found = descriptors.strangers(descriptors.parsed(text, below=True), ours)
    except ValueError:
        return None
    names = ((*account(grant.sid), grant.right) for grant in found)
    return tuple(f"{kind}:{name}:{right}" if name else f"{kind}:{right}" for kind, name, right in names)


def _by_mode(mode: int) -> tuple[str, ...]:
    """Where the folders above let nobody pass today, or only execution is granted."""
    letters = ("r" if mode & 0o044 else "") + ("w" if mode & 0o022 else "") or "x"
    return (f"everyone:{letters}",)
