"""The state of this machine as far as it tells it without rights: encryption, virus definitions, support of the system.

Read only. What is not known is left out; nothing is guessed. Windows and macOS: written, untested.
"""

from __future__ import annotations

import locale
import os
import platform
import subprocess
import sys
from pathlib import Path

from scanner import clock
from scanner.processes import answer_of
from scanner.sources.ground import mount_of

_DEFINITIONS = ("/var/lib/clamav/daily.cld", "/var/lib/clamav/daily.cvd")
_UPDATES = ("/var/log/apt/history.log", "/var/log/dnf.log", "/var/cache/apt/pkgcache.bin")


def state() -> dict[str, str]:
    """Facts by name: ``os``, ``os_end``, ``os_updated``, ``av``, ``av_date``, ``encryption``, ``screen_lock``."""
    if sys.platform == "win32":
        return _windows()
    found = {"os": platform.platform(terse=True)}
    if sys.platform == "darwin":
        answer = _asked(["/usr/bin/fdesetup", "status"])
        return {**found, **({"encryption": "yes" if "On" in answer else "no"} if answer else {})}
    release = _release()
    found["os"] = release.get("PRETTY_NAME", found["os"])
    if "SUPPORT_END" in release:
        found["os_end"] = release["SUPPORT_END"]
    for path in _DEFINITIONS:
        day = _day(path)
        if day:
            found["av"], found["av_date"] = "ClamAV", day
    updated = max(filter(None, map(_day, _UPDATES)), default="")
    if updated:
        found["os_updated"] = updated
    encryption = _encrypted()
    return {**found, **({"encryption": encryption} if encryption else {})}


def _release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _day(path: str) -> str:
    try:
        return clock.day_of(clock.stamp_at(os.stat(path).st_mtime)).isoformat()
    except OSError:
        return ""


def _encrypted() -> str:
    """Whether the file system of the home folder lies on dm-crypt, directly or below LVM."""
    home = str(Path.home())
    under = mount_of(os.fsencode(home))[2]
    if not under:
        return ""
    device = os.path.realpath(under)
    name = os.path.basename(device)
    if not Path("/sys/class/block", name).exists():
        return ""
    waiting, seen = [name], set[str]()
    while waiting:
        block = waiting.pop()
        seen.add(block)
        try:
            if Path("/sys/class/block", block, "dm/uuid").read_text(encoding="ascii").startswith("CRYPT-"):
                return "yes"
        except OSError:
            pass  # no device-mapper volume
        slaves = Path("/sys/class/block", block, "slaves")
        if slaves.is_dir():
            waiting.extend(s.name for s in slaves.iterdir() if s.name not in seen)
    return "no"


def _asked(command: list[str]) -> str:
    try:
        return answer_of(command, 10.0, errors=False)[1].decode(locale.getpreferredencoding(False), "replace")
    except (OSError, subprocess.SubprocessError):
        return ""


def _windows() -> dict[str, str]:
    """Untested: no Windows machine was at hand."""
    script = (
        "$s=Get-MpComputerStatus; 'av=Microsoft Defender'; 'av_date='+$s.AntivirusSignatureLastUpdated.ToString('yyyy-MM-dd');"
        "$l=(Get-ItemProperty 'HKCU:\\Control Panel\\Desktop').ScreenSaveTimeOut; 'screen_lock='+$l"
    )
    lines = _asked(["powershell", "-NoProfile", "-Command", script]).splitlines()
    pairs = (line.partition("=") for line in lines)
    return {"os": platform.platform(terse=True), **{k: v for k, mark, v in pairs if mark and v}}
