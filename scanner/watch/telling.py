"""When a terminal that is enrolled with a hub speaks: soon after a new point, and every quarter of an hour, more or less, so that the hub
hears of it and that terminals do not come together."""

from __future__ import annotations

import random
from pathlib import Path

from scanner.agent.link import FILE
from scanner.watch.part import Part

SOON = 2.0
"""Seconds after a new point, so that several go together."""
EVERY = 900.0


class Telling:
    """Asked by the supervisor at each of its turns."""

    def __init__(self, home: Path, policy_path: str) -> None:
        self._key = home / "keys" / FILE
        self._part = Part("teller", "scanner.watch.teller", [str(home), policy_path])
        self._heard = 0
        self._due = 0.0

    def look(self, heard: int, now: float) -> bool:
        """Start a conversation where one is due; whether it was started.

        Args:
            heard: number of the last point that was told.
            now: steady seconds.
        """
        if not self._key.exists() or self._part.alive:
            return False
        if heard != self._heard:
            self._heard, self._due = heard, min(self._due, now + SOON)
        if now < self._due or not self._part.ensure():
            return False
        self._due = now + EVERY * random.uniform(0.75, 1.25)  # noqa: S311
        return True

    def stop(self) -> None:
        """End what is said; it is said again."""
        self._part.stop()
