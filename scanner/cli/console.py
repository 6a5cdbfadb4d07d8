"""What the program says and asks, on consoles of every kind.

A Japanese Windows has code page 932 wherever output goes into a file or another program. People get what that page can show,
the nearest mark for a dash it lacks; machines always get UTF-8, because an escape of ours in a line of JSON would be none of
JSON's. A question is asked only of somebody: on Windows the device ``NUL`` calls itself a terminal, and a hidden question to a
process without a console would wait for a key for ever.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable
from typing import TextIO

FOR_MACHINES = frozenset({"jsonl", "json", "csv", "sarif", "schema"})
_NEAREST = str.maketrans(
    {"—": "―", "–": "‐", "−": "－", "〜": "～", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢", "·": "・", "\u00a0": " "}
)
"""Characters that code page 932 has only by a neighbour's code."""


def nearest(error: UnicodeError) -> tuple[str, int]:
    """An error handler of ``codecs``: the nearest mark that the encoding has, else an escape."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    made = ""
    for char in error.object[error.start : error.end]:
        other = char.translate(_NEAREST)
        try:
            other.encode(error.encoding)
        except UnicodeEncodeError:
            other = char.encode("ascii", "backslashreplace").decode("ascii")
        made += other
    return made, error.end


def prepare(arguments: Iterable[str], streams: Iterable[TextIO] | None = None) -> None:
    """Standard output and standard error for a command with these arguments: a character that cannot be shown must not end a scan."""
    codecs.register_error("nearest", nearest)
    machine = any(argument.rpartition("=")[2] in FOR_MACHINES for argument in arguments)
    for stream in (sys.stdout, sys.stderr) if streams is None else streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if machine and not stream.isatty():
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="")  # line ends of CSV are there already
        else:
            reconfigure(errors="nearest")


def somebody_there() -> bool:
    """Whether standard input is a terminal at which somebody can type."""
    if not sys.stdin or not sys.stdin.isatty():
        return False
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        mode = ctypes.c_uint32()
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(sys.stdin.fileno()))
        return bool(ctypes.windll.kernel32.GetConsoleMode(handle, ctypes.byref(mode)))
    return True
