"""The child process that reads files: ``python -I -m scanner.extract.worker``.

It gets one JSON line a file on standard input and answers with JSON lines. It may use so much memory and CPU time
as the limits say, cannot write a file, opens no network, and dies with its parent. Whatever a hostile file does to
it costs that file only.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from dataclasses import replace
from typing import IO, Any

from scanner.extract.dispatch import dispatch
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.limits import Limits, limits
from scanner.model import Block, BlockKind, Reason


def confine(bounds: Limits) -> None:
    """Set the limits of this process. Windows has no rlimits; the pool puts the child into a Job Object there."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(128, hard), min(128, hard)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _allow_cpu(seconds: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def forbid_network() -> None:
    """No library that reads a file may open a connection (telemetry, linked pictures)."""
    import socket

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError("no network in the reading process")

    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.create_connection = refuse  # type: ignore[assignment]
    socket.getaddrinfo = refuse  # type: ignore[assignment]


def open_quietly(path: bytes) -> IO[bytes]:
    """Open for reading without touching the access time where the system allows it."""
    flag = getattr(os, "O_NOATIME", 0)
    common = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, common | flag)
    except PermissionError:
        if not flag:
            raise
        descriptor = os.open(path, common)  # O_NOATIME is the owner's right alone
    return os.fdopen(descriptor, "rb")


def _encode(blocks: list[Block]) -> list[list[Any]]:
    return [[b.kind.value, b.part, b.number, b.cells or b.text] for b in blocks]


def decode(items: list[list[Any]]) -> list[Block]:
    """Blocks from their JSON form."""
    blocks: list[Block] = []
    for kind, part, number, body in items:
        if isinstance(body, str):
            blocks.append(Block(BlockKind(kind), part, number, body))
        else:
            blocks.append(Block(BlockKind(kind), part, number, cells=tuple((c, t) for c, t in body)))
    return blocks


def read(
    path: bytes, name: str, passwords: tuple[str, ...], bounds: Limits, write: Any, *, ocr: bool = False
) -> dict[str, Any]:
    """Extract one file; every outcome is a dictionary, no exception leaves."""
    sink = Sink(bounds, lambda blocks: write({"b": _encode(blocks)}), dispatch)
    answer: dict[str, Any] = {}
    reason: Reason | None = None
    try:
        with open_quietly(path) as file:
            size = os.fstat(file.fileno()).st_size
            dispatch(Source(name, file, size, passwords=passwords, ocr=ocr), sink)
    except ExtractError as error:
        reason = error.reason
    except MemoryError:
        reason = Reason.MEMORY_LIMIT
    except RecursionError:
        reason = Reason.DEPTH_LIMIT
    except FileNotFoundError:
        reason = Reason.VANISHED
    except PermissionError:
        reason = Reason.UNREADABLE
    except OSError as error:
        reason = Reason.UNREADABLE if error.errno else Reason.CORRUPT
    except Exception as error:  # a hostile file may raise anything in any library; it is named, never swallowed
        reason = Reason.CORRUPT
        sink.note(type(error).__name__)
    try:
        sink.flush()
    except MemoryError:
        reason = Reason.MEMORY_LIMIT
    answer["media"] = sink.media_type
    answer["reason"] = reason.value if reason else None
    answer["partial"] = [[r.value, p] for r, p in sink.partial]
    answer["notes"] = sink.notes
    answer["chars"] = sink.total_chars
    return answer


def main() -> None:
    """Serve until standard input closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii", buffering=1 << 16)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # a library that prints must not garble the protocol
    os.dup2(null, 2)
    bounds = limits()
    if os.environ.get("SEKISHO_READER_OCR"):
        from scanner.extract.ocr import MEMORY_BYTES

        bounds = replace(bounds, memory_bytes=max(bounds.memory_bytes, MEMORY_BYTES))
    confine(bounds)
    forbid_network()

    def write(message: dict[str, Any]) -> None:
        json.dump(message, answers, separators=(",", ":"))
        answers.write("\n")

    write({"ready": True})
    answers.flush()
    for line in sys.stdin:
        job = json.loads(line)
        _allow_cpu(bounds.cpu_seconds)
        answer = read(os.fsencode(job["path"]), job["name"], tuple(job["passwords"]), bounds, write, ocr=job["ocr"])
        write({"end": answer})
        answers.flush()


if __name__ == "__main__":
    main()
