"""Duties of another package, as one: what they raise, and codes that they do not declare, are told with its name."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from detectors.plugins import Plugin, PluginBroken
from scanner.duties.interface import Duty, PersonalFile, View
from scanner.inventory.points import Fact


class Added:
    """A module with ``CODES`` and ``duties(view)``. Raises ``PluginBroken``, with the kind and place of a fault and never its text."""

    def __init__(self, plugin: Plugin, module: Any, view: View) -> None:
        self._plugin = plugin
        self._codes = frozenset(module.CODES)
        self._duties: list[Duty] = list(self._guarded(lambda: module.duties(view)))

    def file(self, file: PersonalFile) -> Iterator[Fact]:
        """What each of them says of one file."""
        for duty in self._duties:
            yield from self._declared(partial(duty.file, file))

    def finish(self) -> Iterator[Fact]:
        """What each of them says of everything else."""
        for duty in self._duties:
            yield from self._declared(duty.finish)

    def _declared(self, ask: Callable[[], Iterable[Fact]]) -> Iterator[Fact]:
        for fact in self._guarded(ask):
            if fact.code not in self._codes:
                raise PluginBroken(self._plugin, "CODES")
            yield fact

    def _guarded(self, ask: Callable[[], Iterable[Any]]) -> Iterator[Any]:
        try:
            yield from ask()
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            raise PluginBroken(
                self._plugin, f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
            ) from None
