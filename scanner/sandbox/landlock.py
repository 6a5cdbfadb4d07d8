"""Landlock: this process may open what the interpreter and its libraries need, for reading, and nothing else.

Three system calls without a wrapper in libc (landlock(7)); the only package that wraps them is a pre-release. Descriptors that
are open stay usable: that is how a reader gets the one file that it may see.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FS_OF_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_FS_NEWEST = (1 << 16) - 1
"""ABI 5 and later: devices too."""
_NET_BOTH = 3
_SCOPES_BOTH = 3
"""ABI 6: no abstract Unix sockets and no signals to processes outside."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """Version of Landlock that the kernel offers; 0 where it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_call(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))))


def restrict(readable: Iterable[str]) -> bool:
    """Open nothing any more but what lies beneath ``readable``, for reading; no TCP. Whether it is in force."""
    version = abi()
    if sys.platform == "win32" or not version:
        return False
    wanted = _Ruleset(
        _FS_OF_ABI.get(version, _FS_NEWEST), _NET_BOTH if version >= 4 else 0, _SCOPES_BOTH if version >= 6 else 0
    )
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = int(_call(_CREATE, ctypes.byref(wanted), ctypes.c_size_t(size), ctypes.c_uint32(0)))
    if ruleset < 0:
        return False
    try:
        for path in readable:
            try:
                parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue  # not on this machine
            try:
                folder = os.path.isdir(path)
                rights = _READ_FILE | (_READ_DIR if folder else 0)
                rule = _Beneath(rights, parent)
                _call(
                    _ADD_RULE,
                    ctypes.c_int(ruleset),
                    ctypes.c_int(_PATH_BENEATH),
                    ctypes.byref(rule),
                    ctypes.c_uint32(0),
                )
            finally:
                os.close(parent)
        return int(_call(_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))) == 0
    finally:
        os.close(ruleset)


def _call(number: int, *arguments: object) -> int:
    result: int = ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *arguments)
    return result
