"""Who may reach a file: its owner and what its access list grants, as one short text; and where it came from (``origin``).

POSIX: mode, and the access list of ``system.posix_acl_access`` where there is one; ``everyone`` counts only where others may
also pass all folders above. Windows: the security descriptor (``descriptors``). What the system does not tell is empty.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
import sys
from collections.abc import Callable
from functools import lru_cache

from scanner.model import Access
from scanner.paths.system import openable
from scanner.sources import descriptors, principals
from scanner.sources.origin import origin_of

_ACL = "system.posix_acl_access"
_USER, _GROUP, _MASK = 0x02, 0x08, 0x10
_NONE_MAPPED = 1332


def access_of(path: bytes) -> Access:
    """Owner, mode, grants and origin of a file; all empty where it is gone."""
    if sys.platform == "win32":
        return _windows(path)._replace(origin=origin_of(path))
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
    return Access(owner, stat.S_IMODE(status.st_mode), ";".join(grants), origin_of(path))


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
    """Owner and list by the security API, one call a file; names of accounts are asked once each."""
    text = sddl(path)
    return Access() if text is None else described(text, account)


def sddl(path: bytes) -> str | None:
    """Owner and access list of a file or folder on Windows as SDDL; ``None`` where it is gone, or they may not be read."""
    if sys.platform != "win32":
        return None
    import pywintypes
    import win32security

    wanted = win32security.OWNER_SECURITY_INFORMATION | win32security.DACL_SECURITY_INFORMATION
    try:
        found = win32security.GetNamedSecurityInfo(os.fsdecode(openable(path)), win32security.SE_FILE_OBJECT, wanted)
        text: str = win32security.ConvertSecurityDescriptorToStringSecurityDescriptor(
            found, win32security.SDDL_REVISION_1, wanted
        )
    except pywintypes.error:
        return None
    return text


def described(text: str, account: Callable[[str], tuple[str, str]]) -> Access:
    """A security descriptor as SDDL in our words; ``account`` gives kind and name of a SID. What is inherited from a folder has
    ``(I)`` behind the right. Of a descriptor that cannot be read nothing is told."""
    try:
        descriptor = descriptors.parsed(text)
    except ValueError:
        return Access()
    return of(descriptor, account)


def of(descriptor: descriptors.Descriptor, account: Callable[[str], tuple[str, str]]) -> Access:
    """The same of one that is read already."""
    grants = []
    for grant in descriptors.effective(descriptor):
        kind, name = account(grant.sid)
        right = grant.right + ("(I)" if grant.inherited else "")
        grants.append(f"{kind}:{name}:{right}" if name else f"{kind}:{right}")
    return Access(account(descriptor.owner)[1] if descriptor.owner else "", 0, ";".join(grants))


@lru_cache(maxsize=4096)
def account(sid: str) -> tuple[str, str]:
    """(``everyone``, ``group`` or ``user``; the name) of a SID as this machine and its domain know it: ``DOMAIN\\name``; ``#`` and the
    SID where nobody has that name any more, the bare SID where the domain cannot be asked."""
    kind, name = principals.named(sid)
    if sys.platform != "win32" or kind == "everyone" or name != sid:
        return kind, name
    import pywintypes
    import win32security

    try:
        account, domain, use = win32security.LookupAccountSid(None, win32security.ConvertStringSidToSid(sid))
    except pywintypes.error as error:
        return "user", f"#{sid}" if error.winerror == _NONE_MAPPED else sid
    groups = (win32security.SidTypeGroup, win32security.SidTypeAlias, win32security.SidTypeWellKnownGroup)
    return ("group" if use in groups else "user"), (f"{domain}\\{account}" if domain else account)
