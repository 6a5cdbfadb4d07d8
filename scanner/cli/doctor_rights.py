"""The doctor's check of who else may look into the state folder: inventory, keys, record and logs tell what was found where.

On POSIX a mode says it of each file; what lies in the folder of keys is shut by that folder. On Windows the folder hands its list on
to what is made in it, so the folder and everything in it is asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from scanner import private
from scanner.inventory.home import Home
from scanner.messages import t
from scanner.model import display
from scanner.report.wording import principal
from scanner.sources.others import others

_SHOWN = 3


def check(state: Home, *, mend: bool) -> str:
    """What to say where nobody else may; raises ``RuntimeError`` with who may and what to do. ``mend``: shut them out first."""
    found, examined = exposed(state)
    if mend and found:
        for path, _ in found:
            private.take(Path(os.fsdecode(path)), machine=state.of_machine)
        found, examined = exposed(state)
    if found:
        who = dict.fromkeys(word for _, grants in found for word in _words(grants))
        told = t("list.separator").join(list(who)[:_SHOWN]) + (t("doctor.and_more") if len(who) > _SHOWN else "")
        advice = t("doctor.not_shut") if mend else t("doctor.shut")
        first, count = display(found[0][0]), len(found)
        raise RuntimeError(f"{t('doctor.exposed', who=told, path=first, count=count)} {advice}")
    return t("doctor.private", count=examined)


def exposed(state: Home) -> tuple[list[tuple[bytes, tuple[str, ...] | None]], int]:
    """(Path, who else may: ``None`` where the system does not tell) of each file and folder that others may look into; and how many
    were asked."""
    found: list[tuple[bytes, tuple[str, ...] | None]] = []
    examined = 0
    for path in _asked(state):
        try:
            grants = others(path)
        except FileNotFoundError:
            continue  # the watch clears away its own files
        examined += 1
        if grants is None or grants:
            found.append((path, grants))
    return found, examined


def _asked(state: Home) -> Iterator[bytes]:
    if sys.platform != "win32":
        files = (state.database, state.path / "journal.db", state.keys, state.log)
        yield from (os.fsencode(file) for file in files if file.exists())
        return
    for top in dict.fromkeys((state.path, state.logs)):
        for folder, folders, names in os.walk(os.fsencode(top), onerror=_fail):
            yield folder
            yield from (os.path.join(folder, name) for name in names)
            folders[:] = [name for name in folders if os.path.join(folder, name) != os.fsencode(state.logs)]


def _fail(error: OSError) -> None:
    """A folder that cannot be listed is a fault of its own, told by the check."""
    raise error


def _words(grants: Iterable[str] | None) -> Iterator[str]:
    """``group:NAME:r`` → the name as reports write it, with its right."""
    if grants is None:
        yield t("doctor.rights_unknown")
        return
    for grant in grants:
        kind, _, rest = grant.partition(":")
        name, _, right = rest.rpartition(":")
        yield f"{principal('everyone' if kind == 'everyone' else f'group {name}' if kind == 'group' else name)} ({right})"
