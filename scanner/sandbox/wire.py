"""How parent and child speak: jobs as one JSON datagram with open descriptors beside it, answers as lines of JSON.

On Windows there are no descriptors beside a message: jobs are lines on standard input, and the parent copies handles into
the child (``child.py``), whose numbers stand in the job.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import IO, Any

import orjson

MOST_JOB_BYTES = 150_000
"""Of one job: names, passwords and keys; the datagrams of a Unix socket hold a little more."""
_MOST_DESCRIPTORS = 104


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


class Serving:
    """The child's end: jobs come in, answers go out. Standard output and error are closed for everybody else, because a
    library that prints must not garble the protocol."""

    def __init__(self) -> None:
        self._answers: IO[bytes] = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        self._socket = None if sys.platform == "win32" else socket.socket(fileno=os.dup(0))

    def job(self) -> tuple[dict[str, Any], list[int]] | None:
        """The next job and its descriptors; ``None`` when the parent has closed."""
        if sys.platform == "win32" or self._socket is None:
            line = sys.stdin.buffer.readline()
            if not line:
                return None
            message = loaded(line)
            return message, [_from_handle(h) for h in message.get("handles", ())]
        data, descriptors, _, _ = socket.recv_fds(self._socket, MOST_JOB_BYTES + 50_000, _MOST_DESCRIPTORS)
        return (loaded(data), descriptors) if data else None

    def answer(self, message: Any) -> None:
        """Send an answer at once."""
        self._answers.write(dumped(message))
        self._answers.flush()


def send(
    channel: socket.socket | IO[bytes], message: dict[str, Any], descriptors: list[int], copied: Callable[[int], int]
) -> None:
    """The parent's end: hand out a job. ``copied`` makes a handle of the child out of a descriptor (Windows)."""
    if isinstance(channel, socket.socket):
        if sys.platform == "win32":
            raise OSError("descriptors are sent through pipes on Windows")
        socket.send_fds(channel, [dumped(message)], descriptors)
        return
    channel.write(dumped({**message, "handles": [copied(d) for d in descriptors]}))
    channel.flush()


def _from_handle(handle: int) -> int:
    if sys.platform != "win32":
        raise OSError("handles are a matter of Windows")
    import msvcrt

    return msvcrt.open_osfhandle(handle, os.O_BINARY)
