"""The child process that reads files: ``python -I -m scanner.extract.worker``.

It gets one JSON line a file on standard input and answers with JSON lines. It may use so much memory and CPU time
as the limits say, cannot write a file, opens no network, and dies with its parent. Whatever a hostile file does to
it costs that file only.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
from typing import IO, Any

import orjson

from scanner.extract.clock import Exhausted
from scanner.extract.dispatch import dispatch
from scanner.extract.interface import ROWS, ExtractError, Sink, Source
from scanner.limits import Limits, limits
from scanner.model import Block, BlockKind, Reason


def confine(bounds: Limits) -> None:
    """Set the limits of this process. Windows has no rlimits; the pool puts the child into a Job Object there."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, max(bounds.memory_bytes, bounds.memory_bytes_most)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(128, hard), min(128, hard)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def allow(bounds: Limits) -> None:
    """Set what the next file may take of processor time and memory."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + bounds.cpu_seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_AS, (min(bounds.memory_bytes, hard), hard))


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


_KINDS = {kind.value: kind for kind in BlockKind}


def decode(items: list[list[Any]], texts: list[str] | None = None) -> list[Block]:
    """Blocks from their JSON form. A row of a csv file that has one field only is a line of text.

    ``texts``: the long texts that this file has given so far, kept by the caller from batch to batch (one list a file);
    cells refer to them by number."""
    texts = [] if texts is None else texts
    blocks: list[Block] = []
    for kind, part, number, body in items:
        if kind == ROWS:
            for n, row in enumerate(body, number):
                if len(row) > 1:
                    blocks.append(Block(BlockKind.ROW, part, n, "", _cells(row)))
                elif row and row[0]:
                    blocks.append(Block(BlockKind.LINE, part, n, row[0]))
        elif isinstance(body, str):
            blocks.append(Block(_KINDS[kind], part, number, body))
        elif isinstance(body[0], str):
            blocks.append(Block(BlockKind.ROW, part, number, "", _cells(body)))
        else:
            blocks.append(Block(_KINDS[kind], part, number, "", tuple([_cell(cell, texts) for cell in body])))
    return blocks


def _cells(texts: list[str]) -> tuple[tuple[int, str], ...]:
    return tuple(enumerate(texts, 1) if all(texts) else [cell for cell in enumerate(texts, 1) if cell[1]])


def _cell(cell: list[Any], texts: list[str]) -> tuple[int, str]:
    if len(cell) == 3:  # a long text for the first time
        assert cell[2] == len(texts)
        texts.append(cell[1])
    text = cell[1]
    return cell[0], text if isinstance(text, str) else texts[text]


def dumped(message: Any) -> bytes:
    """A message as one line of JSON. Lone surrogates, which UTF-8 cannot hold, need the slower encoder."""
    try:
        return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return json.dumps(message).encode("ascii") + b"\n"


def loaded(line: bytes) -> Any:
    """What ``dumped`` wrote."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)


def read(
    path: bytes, name: str, passwords: tuple[str, ...], bounds: Limits, write: Any, *, ocr: bool = False
) -> dict[str, Any]:
    """Extract one file; every outcome is a dictionary, no exception leaves."""
    sink = Sink(bounds.for_size(_size(path)), lambda blocks: write({"b": blocks}), dispatch)
    answer: dict[str, Any] = {}
    reason: Reason | None = None
    try:
        with open_quietly(path) as file:
            size = os.fstat(file.fileno()).st_size
            dispatch(Source(name, file, size, passwords=passwords, ocr=ocr), sink)
    except (ExtractError, Exhausted) as error:
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


def _size(path: bytes) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0  # the reading itself will say why


def main() -> None:
    """Serve until standard input closes."""
    answers = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # a library that prints must not garble the protocol
    os.dup2(null, 2)
    bounds = limits()
    if os.environ.get("SEKISHO_READER_OCR"):
        bounds = bounds.for_ocr()
    confine(bounds)
    forbid_network()
    gc.set_threshold(100_000, 50, 50)  # blocks are many and hold no cycles

    def write(message: dict[str, Any]) -> None:
        answers.write(dumped(message))

    write({"ready": True})
    answers.flush()
    for line in sys.stdin:
        job = json.loads(line)
        path = os.fsencode(job["path"])
        allow(bounds.for_size(_size(path)))
        answer = read(path, job["name"], tuple(job["passwords"]), bounds, write, ocr=job["ocr"])
        write({"end": answer})
        answers.flush()


if __name__ == "__main__":
    main()
