"""Events of the file system through watchdog, told honestly: what the library loses in silence is counted here.

watchdog 7.1 on Linux throws away pending events at a queue overflow and swallows every watch that cannot be set; both are
overridden (``inotify``); what it loses on Windows ``dirchanges`` tells. Nothing is watched for reading, so our own reads cause no
events. On macOS the plain observer is used (untested).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from scanner.paths.names import within

Changed = Callable[[bytes, bool], None]
"""(path, whether it is a folder whose contents must be walked)."""

Lost = Callable[[bytes, str], None]
"""(root below which events were lost, ``overflow``) or (folder that cannot be watched, ``watch limit``)."""

WATCH_LIMIT = "watch limit"

_LINUX = [
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
_OTHERS = [
    FileModifiedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class _Handler(FileSystemEventHandler):
    """One dictionary write an event; it may not raise, because an exception would end the observer's thread."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed

    def dispatch(self, event: FileSystemEvent) -> None:
        if isinstance(event, DirModifiedEvent):
            return
        folder = isinstance(event, (DirCreatedEvent, DirMovedEvent))
        source = _bytes(event.src_path)
        if event.dest_path:
            self._changed(_bytes(event.dest_path), folder)
            self._changed(source, False)
        else:
            self._changed(source, folder)


def _bytes(path: bytes | str) -> bytes:
    return path if isinstance(path, bytes) else path.encode(sys.getfilesystemencoding(), "surrogateescape")


class Observing:
    """Folders that are observed."""

    def __init__(self, observer: Any, groups: list[Any], more: list[Any] | None = None) -> None:
        """``observer``: one for all roots, or ``None`` where each root has its own in ``more``, which may grow."""
        self._observer, self._groups, self._more = observer, groups, [] if more is None else more

    def is_alive(self) -> bool:
        """Whether events still come. (A root of Windows that went is tried again by ``mend``.)"""
        return bool(self._observer is None or self._observer.is_alive())

    def watch(self, folder: bytes) -> bool:
        """Try to watch a folder for which there was no watch left; whether it is watched now."""
        for group in self._groups:
            if within(folder, group.path) and hasattr(group, "try_again"):
                return bool(group.try_again(folder))
        return False

    def mend(self) -> None:
        """A slice of what an overflow has left to do; asked now and then."""
        for group in self._groups:
            group.mend()

    def stop(self) -> None:
        """No more events."""
        for observer in self._all():
            observer.stop()

    def join(self) -> None:
        """Wait until the threads have ended."""
        for observer in self._all():
            observer.join()

    def _all(self) -> list[Any]:
        return self._more if self._observer is None else [self._observer]


def observe(roots: Iterable[bytes], changed: Changed, lost: Lost) -> Observing:
    """Start observing; the first root gets its watches first. Raises ``OSError`` where a root cannot be watched at all."""
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")  # prints the table of all watches
    warnings.filterwarnings("ignore", r"Callback with id", RuntimeWarning)  # a watch that is there already: meant so
    groups: list[Any] = []
    observer: Any
    if sys.platform == "win32":
        return _on_windows(roots, changed, lost)
    if sys.platform == "linux":
        from scanner.sources import inotify

        observer = inotify.observer(changed, lost, groups)
    else:
        observer = _plain_observer()
    handler = _Handler(changed)
    observer.start()
    for root in roots:  # in this order: where there are not enough watches, the first root gets them
        observer.schedule(
            handler,
            root.decode(sys.getfilesystemencoding(), "surrogateescape"),
            recursive=True,
            event_filter=_LINUX if sys.platform == "linux" else _OTHERS,
        )
    return Observing(observer, groups)


def _on_windows(roots: Iterable[bytes], changed: Changed, lost: Lost) -> Observing:
    from scanner.sources import dirchanges

    observers: list[Any] = []
    groups = [dirchanges.Root(root, changed, lost, lambda r: dirchanges.begin(r, observers)) for root in roots]
    for group in groups:
        group.mend()
    return Observing(None, groups, observers)


def _plain_observer() -> Any:
    from watchdog.observers import Observer

    return Observer()
