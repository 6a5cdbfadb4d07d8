"""Who may reach a file: its owner and what its access list grants, as one short text.

POSIX: mode, and the access list of ``system.posix_acl_access`` where there is one; ``everyone`` counts only where others may
also pass all folders above. Windows: ``icacls`` (untested). What the system does not tell is empty.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import subprocess
import sys
from functools import lru_cache

from scanner.model import Access

_ACL = "system.posix_acl_access"
_USER, _GROUP, _MASK = 0x02, 0x08, 0x10


def access_of(path: bytes) -> Access:
    """Owner, mode and grants of a file; all empty where it is gone."""
    if sys.platform == "win32":
        return _windows(path)
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return Access()
    owner, group = _user(status.st_uid), _group(status.st_gid)
    grants = list(_listed(path))
    if not grants and status.st_mode & 0o060 and group != owner:
        grants.append(f"group:{group}:{_letters(status.st_mode >> 3)}")
    if status.st_mode & 0o006 and _passable(os.path.dirname(path)):
        grants.append(f"everyone:{_letters(status.st_mode)}")
    return Access(owner, stat.S_IMODE(status.st_mode), ";".join(grants))


def _letters(bits: int) -> str:
    return ("r" if bits & 4 else "") + ("w" if bits & 2 else "")


@lru_cache(maxsize=4096)
def _passable(folder: bytes) -> bool:
    """Whether everybody may pass this folder and all above it."""
    try:
        open_here = bool(os.stat(folder).st_mode & 0o001)
    except OSError:
        return False
    above = os.path.dirname(folder)
    return open_here and (above == folder or _passable(above))


@lru_cache(maxsize=1024)
def _user(number: int) -> str:
    if sys.platform == "win32":
        return ""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"#{number}"  # an owner whom the system does not know any more


@lru_cache(maxsize=1024)
def _group(number: int) -> str:
    if sys.platform == "win32":
        return ""
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return f"#{number}"


def _listed(path: bytes) -> list[str]:
    """Named users and groups of a POSIX access list, limited by its mask."""
    if not hasattr(os, "getxattr"):
        return []
    try:
        raw = os.getxattr(path, _ACL, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.ENODATA, errno.ENOTSUP, errno.ENOENT, errno.EPERM, errno.EACCES):
            return []
        raise
    entries = [struct.unpack_from("<HHI", raw, at) for at in range(4, len(raw) - 7, 8)]
    mask = next((bits for tag, bits, _ in entries if tag == _MASK), 7)
    found: list[str] = []
    for tag, bits, number in entries:
        right = _letters(bits & mask)
        if right and tag == _USER:
            found.append(f"user:{_user(number)}:{right}")
        elif right and tag == _GROUP:
            found.append(f"group:{_group(number)}:{right}")
    return found


def _windows(path: bytes) -> Access:
    """Untested: no Windows machine was at hand."""
    try:
        # S607: icacls is a part of the system and found by its path
        done = subprocess.run(["icacls", os.fsdecode(path)], capture_output=True, text=True, timeout=10, check=False)  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return Access()
    grants: list[str] = []
    for line in done.stdout.splitlines():
        principal, mark, rights = line.replace(os.fsdecode(path), "").strip().partition(":(")
        if mark:
            right = "rw" if any(r in rights for r in ("F)", "M)", "W")) else "r"
            grants.append(f"everyone:{right}" if principal == "Everyone" else f"user:{principal}:{right}")
    return Access("", 0, ";".join(grants))
