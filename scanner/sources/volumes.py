"""Which volume a path stands on: serial number or UUID, label and bus, where the system tells them without rights.

Linux: mountinfo, ``/dev/disk/by-uuid`` and ``by-label``, sysfs. Windows: ``GetVolumeInformationW`` (untested). What
cannot be told is empty, never guessed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scanner.sources.ground import mounts


@dataclass(frozen=True, slots=True)
class Volume:
    """What tells one medium from another."""

    serial: str = ""
    """UUID of the file system (Linux) or serial number of the volume (Windows)."""
    label: str = ""
    bus: str = ""
    mount: str = ""


def volume_of(path: bytes) -> Volume:
    """The volume of an absolute path."""
    if sys.platform == "win32":
        return _windows(os.path.splitdrive(os.fsdecode(path))[0])
    return _by_folder(os.path.dirname(path))


@lru_cache(maxsize=4096)
def _by_folder(folder: bytes) -> Volume:
    text = os.fsdecode(folder)
    best = ("", "", "")
    for mount, kind, device in mounts():
        if (text == mount or text.startswith(mount.rstrip("/") + "/")) and len(mount) >= len(best[0]):
            best = (mount, kind, device)
    mount, _, device = best
    return Volume(_linked("by-uuid", device), _linked("by-label", device), _bus(device), mount)


def _linked(kind: str, device: str) -> str:
    folder = Path("/dev/disk") / kind
    try:
        for link in folder.iterdir():
            if device and os.path.realpath(link) == os.path.realpath(device):
                return link.name
    except OSError:
        pass  # no such folder: a container, or a system that names its disks otherwise
    return ""


def _bus(device: str) -> str:
    name = os.path.basename(device).rstrip("0123456789")
    real = os.path.realpath(f"/sys/block/{name}") if name else ""
    return "usb" if "/usb" in real else "mmc" if "/mmc" in real else "nvme" if "/nvme" in real else ""


def _windows(drive: str) -> Volume:
    """Untested: no Windows machine was at hand."""
    if sys.platform != "win32" or not drive:
        return Volume()
    import ctypes

    label, system = ctypes.create_unicode_buffer(261), ctypes.create_unicode_buffer(261)
    serial = ctypes.c_uint32()
    done = ctypes.windll.kernel32.GetVolumeInformationW(
        f"{drive}\\", label, 261, ctypes.byref(serial), None, None, system, 261
    )
    return Volume(f"{serial.value:08X}" if done else "", label.value if done else "", "", f"{drive}\\")
