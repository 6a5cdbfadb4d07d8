"""Whether the original of a copy is really there: the bytes themselves, and not just a file that has their name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable

from scanner.acts.correction import files
from scanner.acts.correction.folders import held
from scanner.acts.correction.stopping import Stopped
from scanner.custody.locations import Location
from scanner.paths import names, system
from scanner.paths.entries import Status, identity


def at_hand(
    db: sqlite3.Connection, original: Location, erased: bytes, key: Callable[[bytes], bytes], *, read: bool
) -> bool:
    """Whether the bytes of an original stand where the inventory has them, once the file ``erased`` is gone.

    ``key``: digest of a content → what the inventory knows it by. ``read``: the erasure follows at once, so the bytes are read also
    where size and times say that nothing has changed. What cannot be opened is not at hand; of another machine's files the inventory is believed.
    """
    raw = original.path.encode("utf-8", "surrogateescape")
    if original.host or names.flavour(raw) is names.Flavour.SHARE:
        return True
    row = db.execute(
        "select c.key, f.size, f.mtime_ns, f.ctime_ns from files f join contents c on c.id = f.content_id where f.id = ?",
        (original.file_id,),
    ).fetchone()
    if row is None:
        return False
    try:
        with held(system.real(names.parent(raw))) as (folder,), files.opened(folder, names.name(raw)) as fd:
            status = system.look_at(fd)
            if not read and files.same(status, (row[1], row[2], row[3], 0, 0)):
                return True
            if read and os.fstat(fd).st_nlink < 2 and _is(status, erased):
                return False  # one file by two ways, as through a bind mount: nothing would be left of it
            return files.key_of(fd, key) == bytes(row[0])
    except (OSError, Stopped):
        return False


def _is(status: Status, path: bytes) -> bool:
    try:
        return identity(status)[3:] == identity(system.look(path))[3:]
    except OSError:
        return False  # not there: the act itself says so
