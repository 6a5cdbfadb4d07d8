"""Runs the reading child: starts it, feeds it files, kills it when it takes too long, replaces it after a crash."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.extract.worker import decode, loaded
from scanner.limits import Limits, limits
from scanner.model import Block, FileRef, Reason

_QUEUE = 8
"""Messages that may wait: the child stops writing when the detector is slower than it."""


@dataclass(slots=True)
class Reading:
    """How the reading of one file ended; complete once its blocks have been consumed."""

    media_type: str = "application/octet-stream"
    reason: Reason | None = None
    partial: tuple[tuple[Reason, str], ...] = ()
    notes: tuple[str, ...] = ()
    chars: int = 0


class Extractor:
    """One child process, reused for many files. Not for use from several threads."""

    def __init__(self, bounds: Limits | None = None, passwords: tuple[str, ...] = (), *, ocr: bool = False) -> None:
        self._limits = bounds or limits()
        if ocr:
            self._limits = self._limits.for_ocr()
        self._passwords = passwords
        self._ocr = ocr
        self._child: subprocess.Popen[bytes] | None = None
        self._messages: queue.Queue[bytes] = queue.Queue(_QUEUE)
        self._served = 0
        self._job = 0
        """Handle of the Job Object on Windows: closing it ends the child."""

    def read(self, ref: FileRef, at: bytes = b"") -> tuple[Iterator[list[Block]], Reading]:
        """Blocks of the file in batches, and the ``Reading`` that is filled in when they end. ``at``: where its bytes are,
        if not at its path."""
        reading = Reading()
        return self._blocks(ref, at or ref.path, reading), reading

    def _blocks(self, ref: FileRef, at: bytes, reading: Reading) -> Iterator[list[Block]]:
        if self._child is None or self._served >= self._limits.files_per_worker:
            self._restart()
        self._served += 1
        job = {"path": os.fsdecode(at), "name": ref.name, "passwords": self._passwords, "ocr": self._ocr}
        waited = 0.0
        allowed = self._limits.for_size(ref.size).seconds
        finished = False
        texts: list[str] = []
        try:
            self._send(job)
            while True:
                asked = time.monotonic()
                try:
                    line = self._messages.get(timeout=max(0.01, allowed - waited))
                except queue.Empty:
                    reading.reason = Reason.TIME_LIMIT
                    return
                waited += time.monotonic() - asked
                if not line:
                    reading.reason = self._how_it_died()
                    return
                message = loaded(line)
                if "b" in message:
                    yield decode(message["b"], texts)
                elif "end" in message:
                    _fill(reading, message["end"])
                    finished = reading.reason is not Reason.MEMORY_LIMIT
                    return
        finally:
            if not finished:
                self.close()

    def _send(self, job: dict[str, Any]) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(job).encode("ascii") + b"\n")
            self._child.stdin.flush()
        except OSError:  # it died between two files; the empty message in the queue tells how
            pass

    def _restart(self) -> None:
        self.close()
        self._messages = queue.Queue(_QUEUE)
        flags: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {}
        environment = {
            k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV")
        }
        environment["ORT_DISABLE_TELEMETRY"] = "1"
        if self._ocr:
            environment["SEKISHO_READER_OCR"] = "1"
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-m", "scanner.extract.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=os.path.abspath(os.sep),
            **flags,
        )
        if os.name == "nt":  # untested, see the module
            from scanner.extract import job_object

            self._job = job_object.confine(self._child, self._limits)
        self._served = 0
        threading.Thread(target=_pump, args=(self._child, self._messages), daemon=True).start()
        first = self._messages.get(timeout=60)
        if not first:
            self.close()
            raise RuntimeError("the reading process did not start; run: sekisho doctor")

    def _how_it_died(self) -> Reason:
        assert self._child is not None
        code = self._child.wait(timeout=10)
        if os.name == "posix" and code == -signal.SIGXCPU:
            return Reason.TIME_LIMIT
        return Reason.CRASHED

    def close(self) -> None:
        """Stop the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait(timeout=10)
        while True:  # the pump may wait for room in the queue; after EOF it ends
            try:
                if not self._messages.get(timeout=2):
                    break
            except queue.Empty:
                break
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    pass

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pump(child: subprocess.Popen[bytes], messages: queue.Queue[bytes]) -> None:
    assert child.stdout is not None
    try:
        for line in child.stdout:
            messages.put(line)
    except (OSError, ValueError):
        pass  # closed while reading: the end is told below
    messages.put(b"")


def _fill(reading: Reading, end: dict[str, Any]) -> None:
    reading.media_type = end["media"]
    reading.reason = Reason(end["reason"]) if end["reason"] else None
    reading.partial = tuple((Reason(r), p) for r, p in end["partial"])
    reading.notes = tuple(end["notes"])
    reading.chars = end["chars"]
