"""The state folder: where it is, its rights, its keys. Created with mode 0700, files in it 0600."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


class HomeError(Exception):
    """The state folder cannot be used; ``code`` names the message."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
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
    def log(self) -> Path:
        """JSON lines about what the program did; paths, no values."""
        return self.path / "sekisho.log"

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


def prepare(home: Home) -> None:
    """Create what is missing; raises ``HomeError`` where it cannot be written."""
    try:
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.keys.mkdir(exist_ok=True, mode=0o700)
        if os.name == "posix":
            os.chmod(home.keys, 0o700)
        probe = home.path / f".probe-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except PermissionError:
        raise HomeError("home_not_writable", home.path) from None
    except (FileExistsError, NotADirectoryError):
        raise HomeError("home_not_a_folder", home.path) from None
    except OSError as error:
        raise HomeError("home_full" if error.errno == 28 else "home_not_writable", home.path) from None


def installation_key(home: Home) -> bytes:
    """The key of content hashes on this machine: 32 random bytes, made once, mode 0600.

    An unkeyed hash of a file that holds little but a My Number could be enumerated; a keyed one cannot.
    """
    path = home.keys / "installation.key"
    try:
        key = path.read_bytes()
        if len(key) == 32:
            return key
    except FileNotFoundError:
        pass
    key = secrets.token_bytes(32)
    temporary = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # atomic: of two first runs one wins
    except FileExistsError:
        pass
    except OSError:
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path.read_bytes()
