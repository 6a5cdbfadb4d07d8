"""Drives of Windows: what kind each is, on which bus, with which serial number. Without rights, and without asking a server.

A USB disk (not stick) calls itself a fixed drive, so the bus decides too: ``IOCTL_STORAGE_QUERY_PROPERTY``, which a handle
without any access may ask. Numbers as in ``fileapi.h`` and ``winioctl.h``.
"""

from __future__ import annotations

import contextlib
import struct
import sys
from typing import NamedTuple

from scanner.model import Ground

REMOVABLE, FIXED, REMOTE, CDROM, RAMDISK = 2, 3, 4, 5, 6
_KINDS = {REMOVABLE: "removable", FIXED: "fixed", REMOTE: "remote", CDROM: "cdrom", RAMDISK: "ramdisk"}
_BUSES = {4: "ieee1394", 7: "usb", 12: "sd", 13: "mmc", 17: "nvme"}
"""STORAGE_BUS_TYPE; those inside the machine beside nvme have no name here."""
_CARRIED = frozenset({"ieee1394", "usb", "sd", "mmc"})
_QUERY_PROPERTY = 0x2D1400
_DESCRIPTOR = 1024
_BUS_AT = 28
"""Where STORAGE_DEVICE_DESCRIPTOR has the bus."""
_NO_DIALOGS = 0x8001
"""SEM_FAILCRITICALERRORS and SEM_NOOPENFILEERRORBOX: nobody is asked to put a disk in."""


class Drive(NamedTuple):
    """A volume by its root (``E:\\`` or a folder that it is mounted in)."""

    root: str
    kind: str = ""
    """``removable``, ``fixed``, ``remote``, ``cdrom``, ``ramdisk``; empty where there is no such volume."""
    serial: int = 0
    """0 where it cannot be told or would have to be asked of a server."""
    label: str = ""
    bus: str = ""


def ground_of(kind: str, bus: str) -> Ground:
    """What such a drive is for the contract: what can be carried away is removable, however it calls itself."""
    if kind == "remote":
        return Ground.NETWORK
    return Ground.REMOVABLE if kind in ("removable", "cdrom") or bus in _CARRIED else Ground.FIXED


def bus_of(descriptor: bytes) -> str:
    """The bus in a STORAGE_DEVICE_DESCRIPTOR; empty where it says none."""
    if len(descriptor) < _BUS_AT + 4:
        return ""
    return _BUSES.get(struct.unpack_from("<I", descriptor, _BUS_AT)[0], "")


def volume_root(path: str) -> str:
    """The root of the volume that a path stands on; empty where there is none."""
    if sys.platform != "win32":
        return ""
    import pywintypes
    import win32file

    try:
        return str(win32file.GetVolumePathName(path))
    except pywintypes.error:
        return ""


def drive(root: str) -> Drive:
    """The volume with this root."""
    if sys.platform != "win32":
        return Drive(root)
    import pywintypes
    import win32api
    import win32file

    kind = _KINDS.get(win32file.GetDriveType(root), "")
    if kind in ("", "remote"):
        return Drive(root, kind)
    before = win32api.SetErrorMode(_NO_DIALOGS)
    try:
        label, serial = win32api.GetVolumeInformation(root)[:2]
    except pywintypes.error:  # no disk in it
        label, serial = "", 0
    finally:
        win32api.SetErrorMode(before)
    return Drive(root, kind, serial & 0xFFFFFFFF, label, _bus(root))


def drives() -> tuple[Drive, ...]:
    """All drive letters, with the serial numbers of those that can be carried away or stay; mapped ones are not asked."""
    if sys.platform != "win32":
        return ()
    import win32api

    return tuple(drive(root) for root in win32api.GetLogicalDriveStrings().split("\0") if root)


def _bus(root: str) -> str:
    if sys.platform != "win32":
        return ""
    import pywintypes
    import win32file

    with contextlib.suppress(pywintypes.error):  # a driver that does not tell
        volume = root.rstrip("\\") if root.startswith("\\\\") else f"\\\\.\\{root.rstrip(chr(92))}"
        handle = win32file.CreateFile(volume, 0, 3, None, 3, 0, None)
        try:
            query = struct.pack("<III", 0, 0, 0)  # StorageDeviceProperty, PropertyStandardQuery
            return bus_of(win32file.DeviceIoControl(handle, _QUERY_PROPERTY, query, _DESCRIPTOR))
        finally:
            handle.Close()
    return ""
