"""Events of the file system through watchdog, told honestly: what the library loses in silence is counted here.

watchdog 7.1 on Linux throws away pending events at a queue overflow and swallows every watch that cannot be set; both are
overridden. Nothing is watched for reading, so our own reads cause no events. On Windows and macOS the plain observer is
used (untested).
"""

from __future__ import annotations

import os
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

    def __init__(self, observer: Any, groups: list[Any]) -> None:
        self._observer, self._groups = observer, groups

    def is_alive(self) -> bool:
        """Whether events still come."""
        return bool(self._observer.is_alive())

    def watch(self, folder: bytes) -> bool:
        """Try to watch a folder for which there was no watch left; whether it is watched now."""
        for group in self._groups:
            if (folder + b"/").startswith(group.path.rstrip(b"/") + b"/"):
                return bool(group.try_again(folder))
        return False

    def stop(self) -> None:
        """No more events."""
        self._observer.stop()

    def join(self) -> None:
        """Wait until the threads have ended."""
        self._observer.join()


def observe(roots: Iterable[bytes], changed: Changed, lost: Lost) -> Observing:
    """Start observing; the first root gets its watches first. Raises ``OSError`` where a root cannot be watched at all."""
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")  # prints the table of all watches
    groups: list[Any] = []
    observer = _linux_observer(lost, groups) if sys.platform == "linux" else _plain_observer()
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


def _plain_observer() -> Any:
    from watchdog.observers import Observer

    return Observer()


def _linux_observer(lost: Lost, groups: list[Any]) -> Any:
    import errno

    from watchdog.observers import inotify
    from watchdog.observers.api import BaseObserver

    class Group(inotify.InotifyWatchGroup):
        """A watch group that says what it loses."""

        def __repr__(self) -> str:
            return "<watch group>"

        def on_queue_overflow(self) -> None:
            super().on_queue_overflow()
            lost(self.path, "overflow")

        def _add_callback(self, path: bytes) -> None:
            if not self._added(path):
                lost(path, WATCH_LIMIT)

        def _added(self, path: bytes) -> bool:
            """Whether there was a watch left; a folder that cannot be watched for another reason needs none."""
            try:
                wd = self._inotify_fd.add_callback(path, self.event_mask, self._callback, self._id)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EMFILE):
                    return False  # also of a root: others may have taken all watches before its turn
                if path == self.path:
                    raise
                return True
            self._active_callbacks_by_path[path] = wd
            self._active_callbacks_by_watch[wd] = path
            return True

        def try_again(self, path: bytes) -> bool:
            """Watch a folder for which there was no watch left; whether there is one now."""
            with self._lock:
                return not self.is_active or self._added(path)

    class Emitter(inotify.InotifyEmitter):
        """An emitter with our watch group."""

        def on_thread_start(self) -> None:
            self._inotify = Group(
                self._inotify_fd,
                os.fsencode(self.watch.path),
                is_recursive=self.watch.is_recursive,
                event_mask=self.get_event_mask_from_filter(),
                follow_symlink=self.watch.follow_symlink,
            )
            groups.append(self._inotify)

    return BaseObserver(Emitter)
