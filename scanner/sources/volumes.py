"""Which volume a path stands on: serial number or UUID, label and bus, where the system tells them without rights.

Linux: mountinfo, ``/dev/disk/by-uuid`` and ``by-label``, sysfs. Windows: ``drives``. What cannot be told is empty, never guessed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scanner.paths import names
from scanner.sources import drives
from scanner.sources.ground import mount_of


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
        return _windows(names.parent(path))
    return _by_folder(names.parent(path))


@lru_cache(maxsize=4096)
def _by_folder(folder: bytes) -> Volume:
    mount, _, device = mount_of(folder)
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


@lru_cache(maxsize=4096)
def _windows(folder: bytes) -> Volume:
    root = drives.volume_root(os.fsdecode(folder))
    found = drives.drive(root) if root else drives.Drive("")
    return Volume(f"{found.serial:08X}" if found.serial else "", found.label, found.bus, root)
