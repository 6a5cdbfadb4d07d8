"""The state folder: where it is, its rights, its keys. Created with mode 0700, files in it 0600; on Windows with an access list
that inherits nothing."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scanner import private
from scanner.errors import EXIT_USAGE, StoreFault


class HomeError(StoreFault):
    """The state folder, or the key in it, cannot be used; ``code`` names the message."""

    exit_code = EXIT_USAGE

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(code, path=path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one installation's state."""

    path: Path

    @property
    def database(self) -> Path:
        """The inventory."""
        return self.path / "inventory.db"

    @property
    def of_machine(self) -> bool:
        """Whether it is the folder of the service for all users, and so of no user."""
        return self.path == machine_folders()[0]

    @property
    def logs(self) -> Path:
        """The folder of the logs."""
        return machine_folders()[1] if self.of_machine else self.path

    @property
    def log(self) -> Path:
        """JSON lines about what the program did; paths, no values."""
        return self.logs / "sekisho.log"

    @property
    def keys(self) -> Path:
        """Keys, apart from the database."""
        return self.path / "keys"

    @property
    def reports(self) -> Path:
        """Reports that no output path was given for."""
        return self.path / "reports"


def locate(option: str | None) -> Home:
    """``--home``, else ``SEKISHO_HOME``, else the platform's data folder. Nothing is created."""
    chosen = option or os.environ.get("SEKISHO_HOME")
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    import platformdirs

    return Home(Path(platformdirs.user_data_dir("sekisho", appauthor=False)))


@lru_cache(maxsize=1)
def machine_folders() -> tuple[Path, Path]:
    """State and logs of the service for all users, as the system keeps such things."""
    if sys.platform == "win32":
        import platformdirs

        base = Path(platformdirs.site_data_dir("Sekisho", appauthor=False))  # a service has no variable for it
        return base, base / "logs"
    return Path("/var/lib/sekisho"), Path("/var/log/sekisho")


def prepare(home: Home) -> None:
    """Create what is missing; raises ``HomeError`` where it cannot be written."""
    try:
        new = not home.path.exists()
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if new and sys.platform == "win32":
            private.take(home.path, machine=home.of_machine)
        if home.logs != home.path:
            home.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not home.keys.exists()
        home.keys.mkdir(exist_ok=True, mode=0o700)
        if new or sys.platform != "win32":
            private.take(home.keys, machine=home.of_machine)
        probe = home.path / f".probe-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except PermissionError:
        raise HomeError("home_not_writable", home.path) from None
    except (FileExistsError, NotADirectoryError):
        raise HomeError("home_not_a_folder", home.path) from None
    except OSError as error:
        raise HomeError("home_full" if error.errno == errno.ENOSPC else "home_not_writable", home.path) from None
