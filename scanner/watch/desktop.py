"""A word to the person at the screen: ``notify-send`` on Linux, on Windows a notification of the shell.

A service of Windows has no desktop (session 0). From there the system itself can be asked to show a message to whoever is signed in
(``WTSSendMessage``); a watch of the user shows a balloon, which Windows 10 and later draw as a toast. Neither needs another program.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading

from scanner import processes

_SECONDS = 10
_WTS_ACTIVE = 0
_SHUT_AFTER = 300
"""Seconds after which a message that nobody has answered goes by itself."""
_ICON_INFO, _ICON_WARNING, _BOX_WARNING = 0x10, 0x2, 0x30
_TITLE_MOST, _TEXT_MOST = 63, 255


def show(title: str, text: str) -> bool:
    """Show it; whether there is somebody who may see it, else other channels tell. Raises ``OSError`` where the desktop refuses."""
    if sys.platform == "win32":
        if _session() == 0:
            return _to_sessions(title, text)
        return _by_shell(title, text)
    program = shutil.which("notify-send")
    if not program or not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    try:
        subprocess.run(
            [program, title, text], check=True, capture_output=True, timeout=_SECONDS, creationflags=processes.QUIET
        )
    except subprocess.SubprocessError:
        raise OSError("the desktop did not take it") from None
    return True


def _session() -> int:
    """Number of the session of this process; services have 0."""
    if sys.platform != "win32":
        return 0
    import win32ts

    return int(win32ts.ProcessIdToSessionId(os.getpid()))


def _to_sessions(title: str, text: str) -> bool:
    """To everybody who is signed in and at the screen; whether there is anybody."""
    if sys.platform != "win32":
        return False
    import pywintypes
    import win32ts

    try:
        active = [s["SessionId"] for s in win32ts.WTSEnumerateSessions() if s["State"] == _WTS_ACTIVE]
        for session in active:
            win32ts.WTSSendMessage(
                win32ts.WTS_CURRENT_SERVER_HANDLE, session, title, text, _BOX_WARNING, _SHUT_AFTER, False
            )
    except pywintypes.error as error:
        raise OSError(error.winerror, "no message to the sessions") from None
    return bool(active)


def _by_shell(title: str, text: str) -> bool:
    """A balloon; raises ``OSError`` where the shell does not take it."""
    answer: queue.Queue[int] = queue.Queue()
    threading.Thread(target=_balloon, args=(title, text, answer), daemon=True).start()
    try:
        number = answer.get(timeout=_SECONDS)
    except queue.Empty:
        raise OSError(0, "the shell does not answer") from None
    if number:
        raise OSError(number, "the shell did not take it")
    return True


def _balloon(title: str, text: str, answer: queue.Queue[int]) -> None:
    """A balloon of an icon that is there as long as it is shown; ``answer`` gets 0, or the number of the shell's refusal. Runs in a
    thread of its own: a window needs its messages read."""
    if sys.platform != "win32":
        return
    import time

    import pywintypes
    import win32con
    import win32gui

    kind = win32gui.WNDCLASS()
    kind.lpszClassName = f"SekishoNotice{threading.get_ident()}"
    kind.hInstance = win32gui.GetModuleHandle(None)
    kind.lpfnWndProc = {}
    number = win32gui.RegisterClass(kind)
    window = win32gui.CreateWindow(number, "Sekisho", 0, 0, 0, 0, 0, 0, 0, kind.hInstance, None)
    icon = win32gui.LoadIcon(0, win32con.IDI_WARNING)
    shown = (window, 0, win32gui.NIF_ICON | win32gui.NIF_TIP, 0, icon, "Sekisho")
    try:
        win32gui.Shell_NotifyIcon(win32gui.NIM_ADD, shown)
        said = (
            *shown[:2],
            _ICON_INFO,
            0,
            icon,
            "",
            text[:_TEXT_MOST],
            _SECONDS * 1000,
            title[:_TITLE_MOST],
            _ICON_WARNING,
        )
        win32gui.Shell_NotifyIcon(win32gui.NIM_MODIFY, said)
    except pywintypes.error as error:
        answer.put(error.winerror)
        return  # the window goes with this thread
    answer.put(0)
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        win32gui.PumpWaitingMessages()
        time.sleep(0.1)
    win32gui.Shell_NotifyIcon(win32gui.NIM_DELETE, shown[:2])
