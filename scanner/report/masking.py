"""What stands for the name of a file where it is not shown: names of files hold names of people."""

from __future__ import annotations

import hmac
import os

from scanner.paths import names


def masked(key: bytes, path: bytes, called: str = "") -> str:
    """``▒▒▒▒.xlsx [1a2b3c4d]``; ``called``: the name of the original that it is, in place of the bars. ``key``: of the installation."""
    ending = os.path.splitext(names.name(path))[1].decode("ascii", "replace")[:8]
    return f"{called or f'▒▒▒▒{ending}'} [{code(key, path)}]"


def code(key: bytes, path: bytes) -> str:
    """What stands for a path wherever its name is masked: of this installation's key, so that nobody else can try names."""
    return hmac.digest(key, b"name" + path, "sha256").hex()[:8]
