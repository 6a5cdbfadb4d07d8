"""The text of one file for the person at the terminal (``sekisho extract``): the only way on which text comes into the
process that a person has started. A scan never goes it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

from scanner.errors import FileFault
from scanner.extract.blocks import decode
from scanner.extract.opening import open_once
from scanner.extract.reader import Reader, Reading
from scanner.limits import Limits
from scanner.model import Block, FileRef, Reason
from scanner.sandbox.wire import loaded

__all__ = ["Extractor", "Reading"]


class Extractor:
    """One reading process, reused for many files. Not for use from several threads."""

    def __init__(self, bounds: Limits | None = None, passwords: tuple[str, ...] = (), *, ocr: bool = False) -> None:
        self._reader = Reader(bounds, passwords, ocr=ocr)

    def read(self, ref: FileRef) -> tuple[Iterator[list[Block]], Reading]:
        """Blocks of the file in batches, and the ``Reading`` that is filled in when they end."""
        reading = Reading()
        return self._blocks(ref, reading), reading

    def _blocks(self, ref: FileRef, reading: Reading) -> Iterator[list[Block]]:
        try:
            opened = open_once(ref)
        except FileFault as fault:
            reading.reason = fault.reason
            return
        source, sink = os.pipe()
        ended = False
        late = threading.Event()
        clock = threading.Timer(self._reader.seconds(opened.stored), self._give_up, (late,))
        clock.daemon = True
        try:
            with os.fdopen(source, "rb") as lines:
                try:
                    self._reader.begin(ref.name, opened.ref.size, opened.stored, opened.descriptor, sink, opened.beside)
                except FileFault as fault:
                    reading.reason = fault.reason
                    return
                finally:
                    os.close(sink)
                self._reader.go()
                clock.start()
                texts: dict[int, str] = {}
                for line in lines:
                    if not line.endswith(b"\n"):
                        break  # the reader was ended in the middle of it
                    yield decode(loaded(line), texts)
            end = self._reader.end(opened.stored)
            ended = True
            for name in Reading.__slots__:
                setattr(reading, name, getattr(end, name))
            if late.is_set():
                reading.reason = Reason.TIME_LIMIT
        finally:
            clock.cancel()
            opened.close()
            if not ended:  # its answer would be taken for that of the next file
                self._reader.close()

    def _give_up(self, late: threading.Event) -> None:
        late.set()
        self._reader.close()

    def close(self) -> None:
        """End the process."""
        self._reader.close()

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
