"""The judge: the child process that sees the text of files: ``python -I -m scanner.detect.judge``.

It gets a pipe into which the reader writes, finds what is personal in it, makes the fingerprints under the keys of the
contracts, and answers with counts, places, shapes and tokens. It holds no parser of files, opens no file and no connection,
and has its own limits of processor time, memory and output. No text leaves it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from dataclasses import asdict
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from scanner.custody.keys import Key
from scanner.custody.prints import Fingerprinter
from scanner.detect.assemble import Detection, bounded
from scanner.extract.blocks import decode
from scanner.limits import limits
from scanner.model import Reason
from scanner.sandbox.confine import allow, confine
from scanner.sandbox.wire import Serving, loaded

if TYPE_CHECKING:
    from detectors.engine import Engine

_GRACE = 15
"""Seconds of processor time between the wish to end and the end by the system."""


class TimeUp(BaseException):
    """The processor time of this file is used up. No detector may catch this."""


class Bench:
    """Judges one file after the other."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._engine: Engine | None = None
        self._depth = "balanced"
        self._keys: list[Key] = []
        self._house = Key("", b"")

    def serve(self) -> None:
        """Until the parent closes."""
        while (got := self._serving.job()) is not None:
            job, descriptors = got
            if "depth" in job:
                self._depth, self._house = job["depth"], Key("", bytes.fromhex(job["house"]))
            elif "key" in job:
                self._keys.append(Key(job["key"], bytes.fromhex(job["secret"]), job["older"]))
            else:
                with os.fdopen(descriptors[0], "rb") as lines:
                    answer = self._file(job, lines)
                self._serving.answer(answer)

    def _file(self, job: dict[str, Any], lines: IO[bytes]) -> dict[str, Any]:
        """Everything about one file. A fault of a detector costs the file; only the kind of the fault is told, because its
        text may quote the file."""
        detection: Detection | None = None
        unread: dict[str, int] = {}
        allow(job["cpu"] + _GRACE, private_bytes=job["memory"])
        try:
            first = lines.readline()
            if first and self._engine is None:
                try:
                    self._engine = _engine(self._depth)
                except Exception as error:  # no fault of the file at hand
                    return {"broken": type(error).__name__}
            prints = Fingerprinter(self._keys, self._house) if job["prints"] else None
            detection = Detection(self._engine, prints)
            _alarm(job["cpu"])
            try:
                texts: dict[int, str] = {}
                for line in chain([first] if first else [], lines):
                    if not line.endswith(b"\n"):
                        break  # the reader was ended in the middle of it; its own end says why
                    for block in decode(loaded(line), texts):
                        detection.add(block)
                detection.close()
                made = prints.finish() if prints is not None else None
            finally:
                _alarm(0)
        except TimeUp:
            made, unread = None, {Reason.TIME_LIMIT.value: 1}
        except MemoryError:
            made, unread = None, {Reason.MEMORY_LIMIT.value: 1}
        except Exception as error:  # edge of the process: detectors are many, and other people's may be among them
            return {"found": {"unread": {f"{Reason.DETECTION_FAILED.value}:{type(error).__name__}": 1}}, "again": True}
        if detection is None:  # time or memory ran out before anything was looked at
            return {"found": {"unread": unread}, "again": True}
        if made is None:
            detection.drop_text()  # room for the answer
        findings, fewest, most = detection.finish()
        found: dict[str, Any] = {
            "findings": [asdict(f) for f in findings],
            "persons": [fewest, most],
            "unread": {**detection.unread, **unread},
            "chars": [detection.judged, detection.received],
            "recipients": bounded(detection.recipients),
        }
        if made is not None:
            found["prints"] = {
                "rows": made.rows,
                "by_key": made.by_key,
                "texts": {contract: sorted(tokens) for contract, tokens in made.texts.items()},
                "kinds": made.kinds,
                "sketch": made.sketch,
                "modulus": made.modulus,
            }
        return {"found": found, "again": bool(unread)}


def _engine(depth: str) -> Engine:
    """Made with the first text: where nothing has any, the detectors are not even imported."""
    from detectors.engine import Engine

    engine = Engine(depth)
    engine.warm()
    return engine


def _alarm(seconds: int) -> None:
    if sys.platform != "win32":  # there the parent's clock alone ends what takes too long
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _time_up(*_: Any) -> None:
    raise TimeUp


def main() -> None:
    """Serve until the parent closes."""
    serving = Serving()
    if sys.platform != "win32":
        signal.signal(signal.SIGPROF, _time_up)
    powers = confine(limits().judge_memory_bytes, limits().judge_memory_most, address_space=False)
    gc.set_threshold(100_000, 50, 50)  # matches are many and hold no cycles
    serving.answer({"ready": True, "powers": {"memory": powers.memory, "files": powers.files, "calls": powers.calls}})
    Bench(serving).serve()


if __name__ == "__main__":
    main()
