"""Two managers of which one has the service: on Windows the machine's watch is a service or a task, never both."""

from __future__ import annotations

from scanner.service.interface import Change, Manager, Seen, Spec


class Either:
    """New ones go to ``wanted``; what ``other`` has is taken over or away."""

    def __init__(self, wanted: Manager, other: Manager) -> None:
        self._wanted, self._other = wanted, other

    def install(self, spec: Spec) -> list[Change]:
        """See ``Manager``. The other one goes first: two watches of one folder hinder each other."""
        gone = self._other.uninstall() if self._other.status().installed else []
        return [*gone, *self._wanted.install(spec)]

    def uninstall(self) -> list[Change]:
        """See ``Manager``."""
        changes = [*self._wanted.uninstall(), *self._other.uninstall()]
        return [c for c in changes if c.what != "none"] or [Change("none")]

    def status(self) -> Seen:
        """See ``Manager``."""
        return self._there().status()

    def stop(self) -> bool:
        """See ``Manager``."""
        return self._there().stop()

    def start(self) -> None:
        """See ``Manager``."""
        self._there().start()

    def _there(self) -> Manager:
        """The one that has the service; ``wanted`` where none has."""
        return self._other if not self._wanted.status().installed and self._other.status().installed else self._wanted
