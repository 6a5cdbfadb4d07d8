"""Speaks with the judge: hands it the pipe of one file after the other and takes back what may be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from detectors import plugins
from scanner.custody.keys import Key
from scanner.custody.prints import Prints
from scanner.errors import SandboxFault
from scanner.limits import Limits, limits
from scanner.model import Finding, Reason
from scanner.sandbox.child import Child, Died, Late

_SLOWER = 3
"""A machine with more work than cores gives a process a third of a core and less: the clock on the wall is only the last
net behind the limit of processor time."""
_GRACE = 60.0


@dataclass(frozen=True, slots=True)
class Found:
    """What the judge tells of one file."""

    findings: tuple[Finding, ...] = ()
    fewest: int = 0
    most: int = 0
    unread: Mapping[str, int] = field(default_factory=dict)
    """Why text was not judged, with how often or how many characters."""
    judged: int = 0
    received: int = 0
    """Characters that were judged, and that came."""
    recipients: tuple[str, ...] = ()
    """Domains that a mail is addressed to."""
    prints: Prints | None = None


class TextJudge:
    """One judging process, used for many files. Not for use from several threads at once."""

    def __init__(self, depth: str, keys: Sequence[Key], house: bytes, bounds: Limits | None = None) -> None:
        """``keys``: of the contracts whose originals files are compared with; ``house``: of this installation."""
        plugins.check()  # here, where what is wrong with one can be told
        self._limits = bounds or limits()
        self._depth, self._keys, self._house = depth, tuple(keys), house
        self._child = Child("scanner.detect.judge", self._limits)
        self._cpu = 0

    @property
    def powers(self) -> dict[str, bool]:
        """What the system took away from the process."""
        return self._child.powers

    @property
    def seconds(self) -> float:
        """The most that the file at hand may take on the clock."""
        return self._cpu * _SLOWER + _GRACE

    def begin(self, stored: int, source: int, *, prints: bool) -> None:
        """Hand over the pipe ``source`` of a file of ``stored`` bytes. Raises ``SandboxFault`` where no judge can be started."""
        if not self._child.alive:
            self._child.start()
            self._child.send({"depth": self._depth, "house": self._house.hex()})
            for key in self._keys:
                self._child.send({"key": key.contract, "secret": key.secret.hex(), "older": key.older})
        self._cpu = self._limits.judge_seconds(stored, self._depth)
        memory = self._limits.judge_memory(stored)
        self._child.send({"cpu": self._cpu, "memory": memory, "prints": prints}, [source])

    def end(self) -> Found:
        """Wait for what it found. Raises ``SandboxFault`` where its detectors cannot be loaded at all."""
        try:
            answer = self._child.answer(self.seconds)
        except Late:
            self.close()
            return Found(unread={Reason.TIME_LIMIT.value: 1})
        except Died as death:
            self.close()
            return Found(unread={(Reason.TIME_LIMIT if death.limit else Reason.CRASHED).value: 1})
        if "broken" in answer:
            self.close()
            raise SandboxFault("no_detectors", kind=answer["broken"])
        try:
            if answer["again"]:
                self.close()  # what an interrupted detector left behind is not built on
            return _found(answer["found"])
        except (KeyError, ValueError, TypeError, AttributeError):  # no answer of a judge of ours
            self.close()
            return Found(unread={Reason.CRASHED.value: 1})

    def stop(self) -> None:
        """End the process for good; may be called from a signal handler."""
        self._child.stop()

    def close(self) -> None:
        """End the process; the next file starts another."""
        self._child.kill()


def _found(told: dict[str, Any]) -> Found:
    prints = told.get("prints")
    fewest, most = told.get("persons", (0, 0))
    judged, received = told.get("chars", (0, 0))
    return Found(
        tuple(Finding(**{**f, "where": tuple(f["where"])}) for f in told.get("findings", ())),
        fewest,
        most,
        told.get("unread", {}),
        judged,
        received,
        tuple(told.get("recipients", ())),
        Prints(
            prints["rows"],
            {contract: [tuple(row) for row in rows] for contract, rows in prints["by_key"].items()},
            {contract: set(tokens) for contract, tokens in prints["texts"].items()},
            list(map(str, prints["kinds"])),
            tuple(prints["sketch"]),
            prints["modulus"],
        )
        if prints
        else None,
    )
