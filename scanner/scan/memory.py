"""What a scan asks of the inventory while several lanes work: one at a time, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from scanner.custody.prints import Prints
from scanner.custody.session import Custody, Printed
from scanner.inventory.store import Store
from scanner.model import Contents, FileRef, Known, Outcome, Reason


class Remembered:
    """Files and contents that are known, and the tokens of the originals. The connection is one; threads are many."""

    def __init__(
        self, store: Store | None, custody: Custody | None, *, full: bool = False, passwords: tuple[str, ...] = ()
    ) -> None:
        """``full``: nothing counts as known. With ``passwords``, what was locked does not."""
        self.lock = threading.RLock()
        self._store, self._custody = store, custody
        self._full, self._passwords = full, passwords

    def expect(self, paths: Sequence[bytes]) -> None:
        """Look up files together that will be asked for soon."""
        if self._store is not None and not self._full:
            with self.lock:
                self._store.expect(paths)

    def known(self, ref: FileRef) -> Known | None:
        """What is remembered of an unchanged file."""
        if self._store is None or self._full:
            return None
        with self.lock:
            found = self._store.known(ref)
        return None if found is None or self._locked(found.contents) else found

    def known_content(self, key: bytes) -> Contents | None:
        """What is remembered of the same bytes elsewhere."""
        if self._store is None or self._full:
            return None
        with self.lock:
            found = self._store.known_content(key)
        return None if found is None or self._locked(found) else found

    def printed(self, prints: Prints, content_key: bytes | None) -> Printed:
        """Which originals the file is a copy of."""
        if self._custody is None:
            return Printed()
        with self.lock:
            return self._custody.printed(prints, content_key)

    def put(self, outcome: Outcome, stat_at: int) -> frozenset[str]:
        """Enter an outcome; returns the points of its place that stand."""
        if self._store is None:
            return frozenset(outcome.points)
        with self.lock:
            return self._store.put(outcome, stat_at)

    def close(self) -> None:
        """Close the inventory; a lane that hangs at a medium finds it closed, and not half-way."""
        if self._store is not None:
            with self.lock:
                self._store.close()

    def _locked(self, contents: Contents) -> bool:
        """Whether something of a content was locked, and there are passwords now."""
        return bool(self._passwords) and (
            contents.reason is Reason.ENCRYPTED or any(n.startswith(Reason.ENCRYPTED.value) for n in contents.notes)
        )
