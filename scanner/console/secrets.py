"""The secret of the sessions, made when the console is first started; no other file knows it."""

from __future__ import annotations

import secrets
from pathlib import Path

from scanner import private
from scanner.inventory.secretfile import place

_NAME = "secret"
_BYTES = 50


def folder_of(folder: Path) -> None:
    """The folder of the console, shut to others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private.take(folder, machine=False)


def secret(folder: Path) -> str:
    """The secret that lies in ``folder``, made where there is none."""
    path = folder / _NAME
    if not path.exists():
        try:
            place(path, secrets.token_urlsafe(_BYTES).encode("ascii"))
        except FileExistsError:
            pass  # another process was first: its secret stands
    return path.read_text(encoding="ascii")
