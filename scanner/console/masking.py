"""Names of files on the pages: masked, unless the person gave a reason within the last minutes and the role allows it."""

from __future__ import annotations

import os
import sqlite3

from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.model import display
from scanner.report import masking

MINUTES = 15
"""For so long a reason holds."""
REASONS = ("correct", "respond", "inspect", "confirm")
"""Why paths may be shown; a list, because a free text would bring values into the record."""


class Names:
    """How this visitor sees files."""

    def __init__(self, home: Home, db: sqlite3.Connection, *, clear: bool) -> None:
        self._key, self._db, self.clear = installation_key(home), db, clear

    def of(self, path: bytes | str) -> str:
        """A file: its path, or what stands for it; an original by its name on paper."""
        raw = os.fsencode(path)
        if self.clear:
            return display(raw)
        row = self._db.execute("select name from originals where path = ?", (raw,)).fetchone()
        return masking.masked(self._key, raw, str(row[0] or "") if row else "")
