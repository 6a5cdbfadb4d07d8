"""Which file of the inventory a row of a log means."""

from __future__ import annotations

import ntpath
import os
import sqlite3
import unicodedata
from collections.abc import Iterable


class Files:
    """Files of this inventory that hold something of an original, also those that are gone: by their paths and by their names."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._paths: dict[tuple[str, str], int] = {}
        self._names: dict[tuple[str, str], list[int]] = {}
        found = db.execute(
            "select distinct f.id, f.path, f.host from files f join copies k on k.content_id = f.content_id and k.weak = 0"
        )
        for number, path, host in found.fetchall():
            shown = os.fsdecode(path)
            self._paths[host, _folded(shown)] = int(number)
            self._names.setdefault((host, _folded(ntpath.basename(shown))), []).append(int(number))

    def named(self, machine: str | None, paths: Iterable[str]) -> int | None:
        """The file that a row names on a machine, as the inventory names that: by its whole path, else, where that names no folder, by
        a name that one file alone has there."""
        if machine is None:
            return None
        for path in filter(None, paths):
            if ntpath.basename(path) != path:
                number = self._paths.get((machine, _folded(path)))
            else:
                alike = self._names.get((machine, _folded(path)), [])
                number = alike[0] if len(alike) == 1 else None
            if number is not None:
                return number
        return None


def _folded(path: str) -> str:
    """A path for comparing: NFC; of Windows without case and with one kind of separator."""
    plain = unicodedata.normalize("NFC", path)
    windows = plain[1:2] == ":" or plain.startswith("\\\\") or "/" not in plain
    return plain.replace("/", "\\").lower() if windows else plain
