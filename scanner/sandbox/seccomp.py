"""A filter of system calls for reader and judge: no sockets, no other programs, no look into other processes, no signal to
any.

What is refused answers "not permitted"; a library that asks all the same gets an error and not a signal. The filter is a
classic BPF program (seccomp(2)), written for the machine that it runs on; on other machines there is none.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys

# fmt: off
_MACHINES: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "accept4": 288, "sendto": 44,
            "execve": 59, "execveat": 322, "fork": 57, "vfork": 58, "ptrace": 101, "process_vm_readv": 310,
            "process_vm_writev": 311, "pidfd_getfd": 438, "kill": 62, "tkill": 200, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "pidfd_send_signal": 424, "mount": 165, "umount2": 166,
            "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "bpf": 321, "perf_event_open": 298,
            "userfaultfd": 323, "io_uring_setup": 425, "open_by_handle_at": 304, "keyctl": 250, "add_key": 248,
            "request_key": 249, "init_module": 175, "finit_module": 313, "kexec_load": 246, "symlink": 88,
            "link": 86, "rename": 82, "unlink": 87, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "utimensat": 280,
            "setxattr": 188, "fsetxattr": 190, "truncate": 76, "ftruncate": 77,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "accept4": 242, "sendto": 206,
            "execve": 221, "execveat": 281, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271,
            "pidfd_getfd": 438, "kill": 129, "tkill": 130, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240, "pidfd_send_signal": 424, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
            "unshare": 97, "setns": 268, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425,
            "open_by_handle_at": 265, "keyctl": 219, "add_key": 217, "request_key": 218, "init_module": 105,
            "finit_module": 273, "kexec_load": 104, "fchmod": 52, "fchown": 55, "utimensat": 88, "setxattr": 5,
            "fsetxattr": 7, "truncate": 45, "ftruncate": 46,
        },
    ),
}
# fmt: on
_LOOKED_INTO = {"x86_64": (56, 234, 302), "aarch64": (220, 131, 261)}
"""clone, tgkill, prlimit64: what they are asked for decides."""
_CLONE3 = 435
_THREAD = 0x00010000
"""CLONE_THREAD: threads may be made, processes may not."""
_LOAD, _EQUAL, _AT_LEAST, _SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_REFUSE, _UNKNOWN = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.c_void_p))


Step = tuple[int, int, int, int]
"""Code, jump if true, jump if false, constant."""


def program(machine: str, process: int) -> list[Step]:
    """The filter of the process with the number ``process``; empty for a machine that is not known."""
    if machine not in _MACHINES:
        return []
    architecture, refused = _MACHINES[machine]
    clone, to_thread, limits = _LOOKED_INTO[machine]
    steps: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":  # the second numbering of the same calls
        steps += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _REFUSE)]
    for number in sorted(refused.values()):
        steps += _where(number, [(_RETURN, 0, 0, _REFUSE)])
    steps += _where(_CLONE3, [(_RETURN, 0, 0, _UNKNOWN)])  # libc falls back on clone, whose flags can be read
    steps += _where(clone, [(_LOAD, 0, 0, _FIRST_ARGUMENT), (_SET, 1, 0, _THREAD), *_END])
    steps += _where(to_thread, _only(process))
    steps += _where(limits, _only(process, 0))
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


_END: list[Step] = [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]


def _where(number: int, block: list[Step]) -> list[Step]:
    """``block``, which returns in any case, for one call; others go on behind it."""
    return [(_EQUAL, 0, len(block), number), *block]


def _only(*processes: int) -> list[Step]:
    """Allowed where the first argument is one of these numbers: of a process, itself alone."""
    steps: list[Step] = [(_LOAD, 0, 0, _FIRST_ARGUMENT)]
    for number in processes:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    return [*steps, (_RETURN, 0, 0, _REFUSE)]


def restrict() -> bool:
    """Put the filter in force for this process and all its threads to come. Whether it is."""
    steps = program(platform.machine(), os.getpid()) if sys.platform == "linux" else []
    if not steps:
        return False
    array = (_Step * len(steps))(*[_Step(*step) for step in steps])
    filter_ = _Program(len(steps), ctypes.cast(array, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
        return False
    return bool(libc.prctl(22, 2, ctypes.byref(filter_), 0, 0) == 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
