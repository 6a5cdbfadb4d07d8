"""What this process serves: one state folder and the policy that is in force there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scanner.acts.signing import Rules
from scanner.console.configured import Service
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.policy.load import loaded


@dataclass(slots=True)
class Site:
    """One installation. ``policy_path`` is the file of the policy, ``None`` where there is none yet."""

    home: Home
    policy_path: Path | None = None
    service: Service | None = None
    """By which people may sign in, as the settings of the console say."""
    _kept: tuple[tuple[int, int], Rules] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """Where accounts, sessions and secrets of the console lie."""
        return self.home.path / "console"

    @property
    def database(self) -> Path:
        """Accounts and sessions; nothing of the inventory."""
        return self.folder / "console.db"

    def rules(self) -> Rules | None:
        """The policy as its file says now; raises ``PolicyError``."""
        if self.policy_path is None:
            return None
        try:
            stat = self.policy_path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            seen = (0, 0)
        if self._kept is None or self._kept[0] != seen:
            policy, digest = loaded(self.policy_path)
            self._kept = seen, Rules(policy, digest, str(self.policy_path))
        return self._kept[1]

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The inventory, to read; raises ``InventoryError``."""
        with Reader(self.home.database) as reader:
            yield reader


_served: list[Site] = []


def serve(site: Site) -> None:
    """From now on this process serves ``site``."""
    _served[:] = [site]


def site() -> Site:
    """What is served."""
    return _served[0]
