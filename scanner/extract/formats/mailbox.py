"""mbox: a file of many mails, split at its ``From `` lines and read one at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO

from scanner.extract.interface import Sink, Source, join
from scanner.model import Reason

_SEPARATOR = re.compile(rb"From \S.*\d\d:\d\d|From - |From MAILER-DAEMON|From \S+@\S+")
_LONGEST = 100_000_000


def extract(source: Source, sink: Sink) -> None:
    """Put every mail as a member named by its number."""
    for number, raw in enumerate(split(source.file), 1):
        if len(raw) >= _LONGEST:
            sink.missed(Reason.TOO_LARGE, join(source.part, f"mail {number}"))
            continue
        sink.member(source.inner(f"mail {number}.eml", io.BytesIO(raw), len(raw)))


def split(file: IO[bytes]) -> Iterator[bytes]:
    """The mails of an mbox without their separator lines; ``>From `` is unquoted."""
    file.seek(0)
    lines: list[bytes] = []
    size, blank = 0, True
    for line in iter(lambda: file.readline(1 << 20), b""):
        if blank and line.startswith(b"From ") and _SEPARATOR.match(line):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
            continue
        blank = not line.strip()
        if size < _LONGEST:
            lines.append(line[1:] if re.match(rb">+From ", line) else line)
            size += len(line)
    if lines:
        yield b"".join(lines)
