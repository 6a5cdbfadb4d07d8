"""The reader: the child process that sees the bytes of files: ``python -I -m scanner.extract.worker``.

It gets a file that is open already, and a pipe to the judge. It hashes what it is given, waits for the word that these
bytes are new, and writes the text into the pipe as lines of JSON. It may use so much memory and processor time as the limits
say, opens no file and no connection, and dies with its parent. Whatever a hostile file does to it costs that file only.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from typing import IO, Any

from scanner.errors import reason_of_reading
from scanner.extract.content import Grew, taken
from scanner.extract.deadline import Exhausted
from scanner.extract.dispatch import dispatch
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.limits import Limits, limits
from scanner.model import Reason
from scanner.sandbox.confine import allow, confine
from scanner.sandbox.wire import Serving, dumped


class Unheard(BaseException):
    """Nobody reads the text any more: the judge has died or given the file up. No extractor may catch this."""


def read(source: Source, bounds: Limits, write: Callable[[list[Any]], None]) -> dict[str, Any]:
    """Extract one file; every outcome is a dictionary, no exception leaves. ``write`` takes items; it raises ``Unheard``."""
    sink = Sink(bounds, write, dispatch)
    reason: Reason | None = None
    unheard = False
    try:
        try:
            dispatch(source, sink)
        except (ExtractError, Exhausted) as error:
            reason = error.reason
        except MemoryError:
            reason = Reason.MEMORY_LIMIT
        except RecursionError:
            reason = Reason.DEPTH_LIMIT
        except OSError as error:
            reason = reason_of_reading(error) if error.errno else Reason.CORRUPT
        except Exception as error:  # a hostile file may raise anything in any library; it is named, never swallowed
            reason = Reason.CORRUPT
            sink.note(type(error).__name__)
        except BaseException as error:
            if type(error).__module__ != "pyo3_runtime":
                raise
            reason = Reason.CORRUPT  # a library in Rust that panics raises what is no Exception
            sink.note("panic")
        sink.flush()
    except MemoryError:
        reason = Reason.MEMORY_LIMIT
    except Unheard:
        unheard = True
    return {
        "media": sink.media_type,
        "reason": reason.value if reason else None,
        "partial": [[r.value, p] for r, p in sink.partial],
        "notes": sink.notes,
        "chars": sink.total_chars,
        "unheard": unheard,
    }


class _Text:
    """The pipe to the judge."""

    def __init__(self, descriptor: int) -> None:
        self._file: IO[bytes] = os.fdopen(descriptor, "wb", buffering=1 << 16)

    def write(self, items: list[Any]) -> None:
        try:
            self._file.write(dumped(items))
        except OSError:
            raise Unheard from None

    def close(self) -> None:
        try:
            self._file.close()
        except OSError:  # what was left in the buffer nobody wanted
            pass


class Reader:
    """Serves one file after the other."""

    def __init__(self, serving: Serving, bounds: Limits) -> None:
        self._serving, self._bounds = serving, bounds
        self._passwords: list[str] = []

    def serve(self) -> None:
        """Until the parent closes."""
        while (got := self._serving.job()) is not None:
            job, descriptors = got
            if "passwords" in job:
                self._passwords += job["passwords"]
            else:
                self._file(job, *descriptors)
                gc.collect()  # a decoder of 16 MB that hangs in a cycle would count against the files that follow
                gc.freeze()  # what is left stays: the next collection looks at one file's objects only

    def _file(self, job: dict[str, Any], file: int, out: int, *beside: int) -> None:
        bounds = self._bounds.for_size(job["stored"])
        allow(bounds.cpu_seconds, bounds.memory_bytes)
        text = _Text(out)
        companions = tuple(os.fdopen(other, "rb") for other in beside)
        try:
            try:
                digest, body = taken(file, job["size"], bounds.file_bytes)
            except Grew:
                return self._serving.answer({"fault": Reason.CHANGED.value})
            except MemoryError:
                return self._serving.answer({"fault": Reason.MEMORY_LIMIT.value})
            except ExtractError as error:
                return self._serving.answer({"fault": error.reason.value})
            except OSError as error:
                return self._serving.answer({"fault": reason_of_reading(error).value})
            with body:
                self._serving.answer({"digest": digest.hex()})
                go = self._serving.job()
                if go is None or not go[0]["go"]:
                    return None
                source = Source(
                    job["name"], body, job["size"], passwords=tuple(self._passwords), ocr=job["ocr"], beside=companions
                )
                answer = read(source, bounds, text.write)
            text.close()  # first the end of the text, then the word that it has ended
            self._serving.answer({"end": answer})
        finally:
            text.close()
            for companion in companions:
                companion.close()


def main() -> None:
    """Serve until the parent closes."""
    serving = Serving()
    bounds = limits()
    if os.environ.get("SEKISHO_READER_OCR"):
        bounds = bounds.for_ocr()
    powers = confine(bounds.memory_bytes, bounds.memory_bytes_most)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a judge that has gone is told by the write itself
    gc.set_threshold(100_000, 50, 50)  # blocks are many and hold no cycles
    serving.answer({"ready": True, "powers": {"memory": powers.memory, "files": powers.files, "calls": powers.calls}})
    Reader(serving, bounds).serve()


if __name__ == "__main__":
    main()
