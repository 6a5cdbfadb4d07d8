"""Speaks with the reading child: gives it one open file after the other, replaces it after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scanner.errors import FileFault
from scanner.limits import Limits, limits
from scanner.model import Reason
from scanner.sandbox.child import Child, Died, Late

_PASSWORDS_AT_ONCE = 500


@dataclass(slots=True)
class Reading:
    """How the reading of one file ended."""

    media_type: str = "application/octet-stream"
    reason: Reason | None = None
    partial: tuple[tuple[Reason, str], ...] = ()
    notes: tuple[str, ...] = ()
    chars: int = 0
    unheard: bool = False
    """Whether nobody wanted the rest of the text."""


class Reader:
    """One reading process, used for many files. Not for use from several threads at once."""

    def __init__(self, bounds: Limits | None = None, passwords: tuple[str, ...] = (), *, ocr: bool = False) -> None:
        self._limits = bounds or limits()
        if ocr:
            self._limits = self._limits.for_ocr()
        self._passwords, self._ocr = passwords, ocr
        environment = {"SEKISHO_READER_OCR": "1"} if ocr else {}
        self._child = Child("scanner.extract.worker", self._limits, environment)
        self._served = 0

    @property
    def powers(self) -> dict[str, bool]:
        """What the system took away from the process."""
        return self._child.powers

    def begin(
        self, name: str, size: int, stored: int, descriptor: int, out: int, beside: tuple[int, ...] = ()
    ) -> bytes:
        """Hand over an open file of ``size`` bytes, the end of the pipe that its text goes into, and what belongs to the file; returns the digest of its
        bytes (32). Raises ``FileFault`` where they cannot be had, ``SandboxFault`` where no reader can be started."""
        if not self._child.alive or self._served >= self._limits.files_per_worker:
            self._start()
        self._served += 1
        self._child.send({"name": name, "size": size, "stored": stored, "ocr": self._ocr}, [descriptor, out, *beside])
        answer = self._answer(self.seconds(stored))
        if isinstance(answer, Reason):
            raise FileFault(answer)
        try:
            fault = Reason(answer["fault"]) if "fault" in answer else None
            digest = b"" if fault else bytes.fromhex(answer["digest"])
        except (KeyError, ValueError, TypeError):  # no answer of a reader of ours
            self.close()
            raise FileFault(Reason.CRASHED) from None
        if fault is not None:
            raise FileFault(fault)
        return digest

    def seconds(self, stored: int) -> float:
        """The most that the reading of a file of so many stored bytes may take on the clock."""
        return self._limits.for_size(stored).seconds

    def skip(self) -> None:
        """The bytes are known: the text is not wanted."""
        self._child.send({"go": False})

    def go(self) -> None:
        """The text is wanted."""
        self._child.send({"go": True})

    def end(self, stored: int, more_seconds: float = 0.0) -> Reading:
        """Wait until the file has been read, ``more_seconds`` longer than its size allows; what goes wrong is a reason."""
        answer = self._answer(self.seconds(stored) + more_seconds)
        if isinstance(answer, Reason):
            return Reading(reason=answer)
        try:
            end = answer["end"]
            if end["reason"] == Reason.MEMORY_LIMIT.value:
                self.close()
            return Reading(
                str(end["media"]),
                Reason(end["reason"]) if end["reason"] else None,
                tuple((Reason(r), str(p)) for r, p in end["partial"]),
                tuple(map(str, end["notes"])),
                int(end["chars"]),
                bool(end["unheard"]),
            )
        except (KeyError, ValueError, TypeError):  # no answer of a reader of ours
            self.close()
            return Reading(reason=Reason.CRASHED)

    def _answer(self, seconds: float) -> dict[str, Any] | Reason:
        try:
            return self._child.answer(seconds)
        except Late:
            self.close()
            return Reason.TIME_LIMIT
        except Died as death:
            self.close()
            return Reason.TIME_LIMIT if death.limit else Reason.CRASHED

    def _start(self) -> None:
        self._child.start()
        self._served = 0
        for some in _portions(self._passwords):
            self._child.send({"passwords": some})

    def stop(self) -> None:
        """End the process for good; may be called from a signal handler."""
        self._child.stop()

    def close(self) -> None:
        """End the process; the next file starts another."""
        self._child.kill()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _portions(passwords: tuple[str, ...]) -> Iterator[list[str]]:
    """A job is one datagram of limited size."""
    for start in range(0, len(passwords), _PASSWORDS_AT_ONCE):
        yield list(passwords[start : start + _PASSWORDS_AT_ONCE])
