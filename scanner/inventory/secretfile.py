"""Files that hold a secret: there wholly or not at all, mode 0600, on the disk before anything relies on them."""

from __future__ import annotations

import os
from pathlib import Path


def place(path: Path, secret: bytes, *, over: bool = False, mode: int = 0o600) -> None:
    """Write ``secret`` to ``path`` with ``mode``, whatever the mask; raises ``FileExistsError`` where there is one, unless it may be written ``over``."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        if mode != 0o600:
            os.chmod(temporary, mode)
        if over:
            os.replace(temporary, path)
        else:
            _link(temporary, path)
        _settle(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _link(temporary: Path, path: Path) -> None:
    """Of two that come at once one wins."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if path.exists():
            raise FileExistsError(str(path)) from None
        os.rename(temporary, path)


def _settle(folder: Path) -> None:
    """The name too must outlive a power cut; Windows does that by itself."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
