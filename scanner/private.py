"""Folders of ours that nobody else may look into: modes on POSIX, a protected access list on Windows.

On Windows a folder outside a user's profile is open to whoever its parent is open to, and modes do nothing. The list is written
whole and inherits nothing: SYSTEM and the administrators, as nothing can be kept from them, and the user whose folder it is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SYSTEM, _ADMINISTRATORS = "SY", "BA"


def wanted(user: str | None) -> str:
    """The access list as SDDL; ``user`` a SID, ``None`` for a folder of the machine."""
    return "D:P" + "".join(f"(A;OICI;FA;;;{who})" for who in (_SYSTEM, _ADMINISTRATORS, *([user] if user else [])))


def take(folder: Path, *, machine: bool) -> bool:
    """Shut others out of ``folder``, which exists; whether the file system could do it. ``machine``: it is of no user."""
    if sys.platform != "win32":
        try:
            os.chmod(folder, 0o700)
        except OSError:
            return False
        return True
    import pywintypes
    import win32security

    try:
        text = wanted(None if machine else own_sid())
        descriptor = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
            text, win32security.SDDL_REVISION_1
        )
        parts = win32security.DACL_SECURITY_INFORMATION | win32security.PROTECTED_DACL_SECURITY_INFORMATION
        win32security.SetNamedSecurityInfo(
            str(folder),
            win32security.SE_FILE_OBJECT,
            parts,
            None,
            None,
            descriptor.GetSecurityDescriptorDacl(),
            None,
        )
    except pywintypes.error:
        return False
    return True


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
