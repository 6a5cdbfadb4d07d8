"""Who closes a database: the program what it opens, and a test's own are closed with the last name for them.

Python 3.13 tells of a connection that is thrown away open, and the suite takes warnings for failures. ``watch`` says who opened it,
and keeps that for what the program opens; tests may write ``sqlite3.connect(path).execute(…)``, and ``Reader(path).rows(…)``. Under an
earlier Python it is asked for by ``SEKISHO_WATCH_DATABASES``.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import warnings
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

_TESTS = str(Path(__file__).resolve().parent)
_MAKERS = {"__init__", "__enter__", "_opened"}
"""Who is called so hands on what it opened, as does all of ``scanner/inventory/opening.py``."""


class Connection(sqlite3.Connection):
    """A connection that knows who opened it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._open, self._owner = False, _owner()
        super().__init__(*arguments, **named)
        self._open = True

    def close(self) -> None:
        """As ever, and remembered."""
        super().close()
        self._open = False

    def __del__(self) -> None:
        if not self._open:
            return
        if not self._owner.startswith(_TESTS):
            warnings.warn(f"a database that was not closed, opened at {self._owner}", ResourceWarning, stacklevel=2)
        with suppress(sqlite3.ProgrammingError):  # the last name went in another thread
            self.close()


def _owner() -> str:
    """``file:line`` of the code that has to close what is opened now."""
    frame = sys._getframe(2)
    while frame.f_back is not None and (
        frame.f_code.co_name in _MAKERS or Path(frame.f_code.co_filename).name == "opening.py"
    ):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def watch() -> None:
    """From now on, in this process, every connection is watched."""
    if sys.version_info < (3, 13) and not os.environ.get("SEKISHO_WATCH_DATABASES"):
        return
    sqlite3.connect = partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
