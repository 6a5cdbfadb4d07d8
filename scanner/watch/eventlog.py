"""The event log of Windows: what syslog is elsewhere. A source of our own in the log "Application".

The texts are shown through ``EventCreate.exe``, which every Windows has and whose messages 1 to 1000 are "%1": so they stay
readable when the program is gone.
"""

from __future__ import annotations

import sys

SOURCE = "Sekisho"
_KEY = rf"SYSTEM\CurrentControlSet\Services\EventLog\Application\{SOURCE}"
_MESSAGES = r"%SystemRoot%\System32\EventCreate.exe"
ALERT, FAULT = 100, 200
"""Numbers of events, for filters: new points; what keeps the watch from its work."""
_WARNING, _ERROR = 2, 1
_TYPES = 7  # errors, warnings, information


def register() -> bool:
    """Enter the source; whether it was not there. Raises ``OSError`` where this user may not."""
    if sys.platform != "win32":
        return False
    import winreg

    new = not registered()
    with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, _KEY, 0, winreg.KEY_SET_VALUE) as key:
        winreg.SetValueEx(key, "EventMessageFile", 0, winreg.REG_EXPAND_SZ, _MESSAGES)
        winreg.SetValueEx(key, "TypesSupported", 0, winreg.REG_DWORD, _TYPES)
    return new


def registered() -> bool:
    """Whether the source is entered."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        winreg.CloseKey(winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _KEY))
    except FileNotFoundError:
        return False
    return True


def unregister() -> bool:
    """Take the source away; whether it was there. Raises ``OSError`` where this user may not."""
    if sys.platform != "win32" or not registered():
        return False
    import winreg

    winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, _KEY)
    return True


def write(number: int, text: str) -> bool:
    """Write an event; whether the log took it. Without a registered source Windows keeps the text, with a remark before it."""
    if sys.platform != "win32":
        return False
    import pywintypes
    import win32evtlogutil

    try:
        win32evtlogutil.ReportEvent(SOURCE, number, eventType=_ERROR if number == FAULT else _WARNING, strings=[text])
    except pywintypes.error:
        return False
    return True
