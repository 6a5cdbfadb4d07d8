"""Folders and files of ours that nobody else may look into: modes on POSIX, a protected access list on Windows.

On Windows a folder outside a user's profile is open to whoever its parent is open to, and modes do nothing. The list is written
whole and inherits nothing: SYSTEM and the administrators, as nothing can be kept from them, and the user whose folder it is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SYSTEM, _ADMINISTRATORS = "SY", "BA"
_SIDS = ("S-1-5-18", "S-1-5-32-544")
"""The same two, as a list that is read names them."""


def wanted(user: str | None) -> str:
    """The access list as SDDL; ``user`` a SID, ``None`` for a folder of the machine."""
    return "D:P" + "".join(f"(A;OICI;FA;;;{who})" for who in (_SYSTEM, _ADMINISTRATORS, *([user] if user else [])))


def take(path: Path, *, machine: bool) -> bool:
    """Shut others out of a folder or file, which exists; whether the file system could do it. ``machine``: it is of no user."""
    if sys.platform != "win32":
        try:
            os.chmod(path, 0o700 if path.is_dir() else 0o600)
        except OSError:
            return False
        return True
    import pywintypes
    import win32security

    own, folder = own_sid(), str(path)
    descriptor = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
        wanted(None if machine else own), win32security.SDDL_REVISION_1
    )
    parts = win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION
    kind, entries = win32security.SE_FILE_OBJECT, descriptor.GetSecurityDescriptorDacl()
    try:
        win32security.SetNamedSecurityInfo(folder, kind, parts, None, None, entries, None)
        if not _shut(folder, own):  # taken, and yet inherited from the folder above: so does Wine
            win32security.SetFileSecurity(folder, win32security.DACL_SECURITY_INFORMATION, descriptor)
        return _shut(folder, own)
    except pywintypes.error:
        return False


def _shut(path: str, own: str) -> bool:
    """Whether the list that is there now names nobody else; a disk without access rights takes any and keeps none."""
    if sys.platform != "win32":
        return True
    import win32security

    found = win32security.GetNamedSecurityInfo(
        path, win32security.SE_FILE_OBJECT, win32security.DACL_SECURITY_INFORMATION
    ).GetSecurityDescriptorDacl()
    if found is None:
        return False
    named = (win32security.ConvertSidToStringSid(found.GetAce(at)[-1]) for at in range(found.GetAceCount()))
    return all(sid in (*_SIDS, own) for sid in named)


def own_sid() -> str:
    """The SID of the user whom this process is of; empty where there are none."""
    if sys.platform != "win32":
        return ""
    import win32api
    import win32con
    import win32security

    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), win32con.TOKEN_QUERY)
    user = win32security.GetTokenInformation(token, win32security.TokenUser)[0]
    return str(win32security.ConvertSidToStringSid(user))
