"""What Windows tells of a file by its handle: numbers, times, attributes, the streams behind it; and how a file is opened there.

A handle for looking asks for attributes alone and shares everything, so it neither fetches a file from a cloud nor stands in
anybody's way. The time of change (``st_ctime`` of other systems) is in no listing and in no ``os.stat``: only a handle has it.
Structures as in ``fileapi.h`` and ``winbase.h``; plain ctypes, because pywin32 gives times in milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import lru_cache
from typing import Any, NamedTuple

from scanner.paths.entries import REPARSE_POINT, Status, mode_of

_READ, _READ_ATTRIBUTES, _SHARE_ALL, _OPEN_EXISTING = 0x80000000, 0x80, 0x7, 3
_OPEN_REPARSE_POINT, _BACKUP_SEMANTICS, _NO_RECALL, _SEQUENTIAL = 0x200000, 0x2000000, 0x100000, 0x8000000
_BASIC_INFO, _TAG_INFO = 0, 9
_NO_HANDLE = ctypes.c_void_p(-1).value
_EPOCH = 116_444_736_000_000_000
"""1970 in the time of Windows (units of 100 ns since 1601)."""


class Look(NamedTuple):
    """As ``os.stat_result``, with the time of change where that has the time of creation."""

    st_mode: int
    st_size: int
    st_mtime_ns: int
    st_ctime_ns: int
    st_ino: int
    st_dev: int
    st_file_attributes: int = 0
    st_reparse_tag: int = 0


class _ByHandle(ctypes.Structure):
    _fields_ = (
        ("attributes", ctypes.c_uint32),
        ("created", ctypes.c_uint32 * 2),
        ("accessed", ctypes.c_uint32 * 2),
        ("written", ctypes.c_uint32 * 2),
        ("volume", ctypes.c_uint32),
        ("size", ctypes.c_uint32 * 2),
        ("links", ctypes.c_uint32),
        ("index", ctypes.c_uint32 * 2),
    )


class _Basic(ctypes.Structure):
    _fields_ = (
        ("created", ctypes.c_int64),
        ("accessed", ctypes.c_int64),
        ("written", ctypes.c_int64),
        ("changed", ctypes.c_int64),
        ("attributes", ctypes.c_uint32),
    )


class _Tag(ctypes.Structure):
    _fields_ = (("attributes", ctypes.c_uint32), ("tag", ctypes.c_uint32))


class _Stream(ctypes.Structure):
    _fields_ = (("size", ctypes.c_int64), ("name", ctypes.c_wchar * 296))


def unix_ns(ticks: int) -> int:
    """A time of Windows in nanoseconds since 1970."""
    return (ticks - _EPOCH) * 100


def status_of(
    attributes: int, tag: int, size: int, written: int, changed: int, index: int, volume: int
) -> Look:  # the numbers as Windows gives them; times in its units
    """A look made of the numbers of a handle. Where a file system keeps no time of change, that of writing stands for it."""
    return Look(
        mode_of(attributes, tag), size, unix_ns(written), unix_ns(changed or written), index, volume, attributes, tag
    )


def look(path: bytes) -> Status:
    """What stands under a name, no link followed. Raises ``OSError``."""
    handle = _opened(path, _READ_ATTRIBUTES, _BACKUP_SEMANTICS | _OPEN_REPARSE_POINT)
    try:
        return look_at(handle)
    finally:
        _kernel().CloseHandle(handle)


def look_at(handle: int) -> Status:
    """The same of what is open already. Raises ``OSError``."""
    found, basic, tag = _ByHandle(), _Basic(), _Tag()
    kernel = _kernel()
    if not kernel.GetFileInformationByHandle(handle, ctypes.byref(found)):
        raise _error()
    if not kernel.GetFileInformationByHandleEx(handle, _BASIC_INFO, ctypes.byref(basic), ctypes.sizeof(basic)):
        basic.changed = 0
    if found.attributes & REPARSE_POINT and not kernel.GetFileInformationByHandleEx(
        handle, _TAG_INFO, ctypes.byref(tag), ctypes.sizeof(tag)
    ):
        raise _error()
    (high, low), (index_high, index_low), (written_low, written_high) = found.size, found.index, found.written
    written = written_high << 32 | written_low
    return status_of(
        found.attributes, tag.tag, high << 32 | low, written, basic.changed, index_high << 32 | index_low, found.volume
    )


def look_at_descriptor(descriptor: int) -> Status:
    """The same of an open file of Python. Raises ``OSError``."""
    if sys.platform != "win32":
        raise OSError("handles are a matter of Windows")
    import msvcrt

    return look_at(msvcrt.get_osfhandle(descriptor))


def open_to_read(path: bytes) -> int:
    """Open a file that nobody is hindered to use meanwhile, not even to delete it, and that is not fetched from a cloud; a
    descriptor. Raises ``OSError`` (with ``winerror`` 32 or 33 where somebody else shares nothing)."""
    if sys.platform != "win32":
        raise OSError("handles are a matter of Windows")
    import msvcrt

    handle = _opened(path, _READ, _NO_RECALL | _SEQUENTIAL)
    try:
        return msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY | os.O_NOINHERIT)
    except BaseException:
        _kernel().CloseHandle(handle)
        raise


def streams(path: bytes) -> list[tuple[str, int]]:
    """(name, bytes) of the alternate data streams of a file; none where the file system has no such thing."""
    kernel, found = _kernel(), _Stream()
    search = kernel.FindFirstStreamW(os.fsdecode(path), 0, ctypes.byref(found), 0)
    names: list[tuple[str, int]] = []
    if search in (None, _NO_HANDLE):
        return names
    try:
        while True:
            name = found.name.split(":")[1] if ":" in found.name else ""
            if name:
                names.append((name, int(found.size)))
            if not kernel.FindNextStreamW(search, ctypes.byref(found)):
                return names
    finally:
        kernel.FindClose(search)


def _opened(path: bytes, access: int, flags: int) -> int:
    handle = _kernel().CreateFileW(os.fsdecode(path), access, _SHARE_ALL, None, _OPEN_EXISTING, flags, None)
    if handle in (None, _NO_HANDLE):
        raise _error(os.fsdecode(path))
    return int(handle)


def _error(path: str | None = None) -> OSError:
    if sys.platform != "win32":
        return OSError("an error of Windows")
    number = ctypes.get_last_error()
    return OSError(0, ctypes.FormatError(number).strip(), path, number)


@lru_cache(maxsize=1)
def _kernel() -> Any:
    if sys.platform != "win32":
        raise OSError("a call of Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    handle, text, number, pointer = ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_void_p
    kernel.CreateFileW.restype = kernel.FindFirstStreamW.restype = handle
    kernel.CreateFileW.argtypes = (text, number, number, pointer, number, number, handle)
    kernel.FindFirstStreamW.argtypes = (text, number, pointer, number)
    kernel.FindNextStreamW.argtypes = (handle, pointer)
    kernel.FindClose.argtypes = kernel.CloseHandle.argtypes = (handle,)
    kernel.GetFileInformationByHandle.argtypes = (handle, pointer)
    kernel.GetFileInformationByHandleEx.argtypes = (handle, number, pointer, number)
    return kernel
