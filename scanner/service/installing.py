"""Installing and taking away a service with all that belongs to it: folders, source of events, inventory."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from scanner import private
from scanner.inventory.home import Home, prepare
from scanner.service import place
from scanner.service.interface import Change, Manager, Scope, ServiceError
from scanner.watch import eventlog

_OURS = ("inventory.db", "journal.db", "keys", "watch.lock")
"""A folder without any of these is no state folder of ours and is never thrown away."""


def install(
    scope: Scope,
    home: Home,
    policy: Path | None,
    *,
    task: bool = False,
    manager: Manager | None = None,
    program: Path | None = None,
) -> list[Change]:
    """Make the folders, register and start the service, of the launcher ``program`` where it is another than that which runs.

    Raises ``ServiceError``, ``HomeError``."""
    changes = folders(home) if scope is Scope.SYSTEM else []
    prepare(home)
    if scope is Scope.SYSTEM:
        changes += _source(eventlog.register, "event_source")
    found = manager or place.manager(scope, task=task)
    return [*changes, *found.install(place.spec(scope, home, policy, task=task, launcher=program))]


def folders(home: Home) -> list[Change]:
    """State and logs, for the administrators and the service only. Raises ``ServiceError``."""
    changes = []
    for folder in dict.fromkeys((home.path, home.logs)):
        new = not folder.is_dir()
        if not new and folder == home.path and not _of_us(folder):
            raise ServiceError("not_ours", detail=str(folder))  # whatever it is, others use it
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except PermissionError:
            raise ServiceError("needs_admin") from None
        except OSError as error:
            raise ServiceError("refused", detail=f"{folder}: {error.strerror}") from None
        if not private.take(folder, machine=True):
            raise ServiceError("not_private", detail=str(folder))
        if new:
            changes.append(Change("folder", after=str(folder)))
    return changes


def _of_us(folder: Path) -> bool:
    """Whether a folder is a state folder of ours, or might become one because nothing but a policy is in it."""
    try:
        names = os.listdir(folder)
    except PermissionError:
        raise ServiceError("needs_admin") from None
    except OSError as error:
        raise ServiceError("refused", detail=f"{folder}: {error.strerror}") from None
    return any(name in _OURS for name in names) or all(name in ("policy.toml", "logs") for name in names)


def _source(act: Callable[[], bool], what: str) -> list[Change]:
    try:
        return [Change(what, after=eventlog.SOURCE)] if act() else []
    except OSError as error:
        raise ServiceError("needs_admin", detail=error.strerror or "") from None


def uninstall(
    scope: Scope, home: Home, *, task: bool = False, purge: bool = False, manager: Manager | None = None
) -> list[Change]:
    """Stop and take away the service; with ``purge`` the state folder and the logs with everything in them. Raises ``ServiceError``."""
    changes = (manager or place.manager(scope, task=task)).uninstall()
    if scope is Scope.SYSTEM:
        changes += _source(eventlog.unregister, "event_source_gone")
    if purge:
        gone = _purged(home)
        changes = [c for c in changes if c.what != "none" or not gone] + gone
    return changes


def _purged(home: Home) -> list[Change]:
    from scanner.watch.state import read

    there = [f for f in dict.fromkeys((home.path, home.logs)) if f.is_dir()]
    if not there:
        return []
    if not _of_us(home.path):
        raise ServiceError("not_ours", detail=str(home.path))
    seen = read(home.path)
    if seen is not None and seen.running:
        raise ServiceError("still_watched", detail=str(home.path))
    for folder in there:
        if not folder.exists():
            continue  # it lay in the one before
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise ServiceError("not_purged", detail=f"{error.filename or folder}: {error.strerror}") from None
    return [Change("purged", before=str(home.path))]


def needs_rights() -> bool:
    """Whether this process lacks the rights to install for the machine."""
    if sys.platform == "win32":
        import ctypes

        return not ctypes.windll.shell32.IsUserAnAdmin()
    return os.geteuid() != 0
