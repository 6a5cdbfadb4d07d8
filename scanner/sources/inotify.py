"""Folders under inotify: watchdog's reader of the kernel's queue, and a watch group of our own.

Of an event we need the path and nothing else, so it is told as soon as it is read: pairing the halves of a rename, and the
library's two further threads, made a flood of new folders ten times as dear and lost more of it. After an overflow the
library would take all watches away and set them again, which makes as many events anew; here they are only gone through, in
slices, and what is young in them is told.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent

Changed = Callable[[bytes, bool], None]
Lost = Callable[[bytes, str], None]

OVERFLOW, WATCH_LIMIT = "overflow", "watch limit"
CALM_SECONDS = 1.0
"""After an overflow the watches are gone through when it has been calm for so long."""
SLICE = 0.5
"""CPU seconds of one slice of that."""
YOUNG_NS = 60_000_000_000
"""What changed so long before an overflow or later is told when it is met."""
_TELL = (
    InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_CREATE | InotifyConstants.IN_DELETE | InotifyConstants.IN_MOVE
)


class Group(InotifyWatchGroup):
    """The watches below one root. Says what it loses."""

    def __init__(self, *arguments: object, changed: Changed, lost: Lost, **options: object) -> None:
        self._changed, self._lost = changed, lost
        self._source: tuple[int, bytes] = (0, b"")
        """The folder that was moved away last: its watches go with it, if it comes again."""
        self._overflowed = 0.0
        self._pending: list[bytes] = []
        self._since = 0
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        return "<watch group>"  # the library prints it, and it would be the table of all watches

    def on_event(self, event: InotifyEvent) -> None:
        """Tell of an event; of folders, keep the watches right."""
        with self._lock:
            path = self._build_event_source_path(event) if self.is_active else None
            ended = path == self.path and event.is_delete_self
            if path is None or not (ended or _TELL & event.mask):
                return
            came = event.is_directory and (event.is_create or event.is_moved_to)
            if event.is_directory and event.is_moved_from:
                self._source = (event.cookie, path)
            elif came and not (
                event.is_moved_to and self._source[0] == event.cookie and self._move_watches(self._source[1], path)
            ):
                self._add_all_callbacks(path)
        if ended:
            super().on_event(event)
        else:
            self._changed(path, came)

    def on_queue_overflow(self) -> None:
        """Events were lost: the watches are gone through as soon as it is calm."""
        if not self._pending and not self._overflowed:
            self._since = time.time_ns() - YOUNG_NS
        self._overflowed = time.monotonic()
        self._pending = []
        self._lost(self.path, OVERFLOW)

    def mend(self, seconds: float = SLICE) -> bool:
        """A slice of going through the watches after an overflow; whether that is over."""
        if self._overflowed:
            if time.monotonic() - self._overflowed < CALM_SECONDS:
                return False
            self._overflowed, self._pending = 0.0, [self.path]
        until = time.thread_time() + seconds
        while self._pending and time.thread_time() < until:
            pending = self._pending
            folder = pending.pop()
            with self._lock:
                if not self.is_active:
                    return True
                self._add_callback(folder)
            pending += self._young(folder)
        return not self._pending and not self._overflowed

    def _young(self, folder: bytes) -> list[bytes]:
        """The folders in a folder; what is young in it is told."""
        folders: list[bytes] = []
        try:
            young = os.stat(folder, follow_symlinks=False).st_mtime_ns >= self._since
            with os.scandir(folder) as listing:
                for entry in listing:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif young and entry.stat(follow_symlinks=False).st_ctime_ns >= self._since:
                        self._changed(entry.path, False)
        except OSError:
            pass  # gone, or not to be read: the walk that is asked for after every overflow names it
        return folders

    def _add_all_callbacks(self, path: bytes) -> None:
        pending = [path]
        while pending:
            folder = pending.pop()
            self._add_callback(folder)  # before it is listed: what comes later makes an event
            try:
                with os.scandir(folder) as listing:
                    pending += [e.path for e in listing if e.is_dir(follow_symlinks=False)]
            except OSError:
                continue  # gone, or no folder

    def _add_callback(self, path: bytes) -> None:
        if not self._added(path):
            self._lost(path, WATCH_LIMIT)

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


def observer(changed: Changed, lost: Lost, groups: list[Group]) -> BaseObserver:
    """An observer whose watch groups are ours; they are entered into ``groups``."""

    class Emitter(InotifyEmitter):
        """An emitter with our watch group."""

        def on_thread_start(self) -> None:
            group = Group(
                self._inotify_fd,
                os.fsencode(self.watch.path),
                is_recursive=self.watch.is_recursive,
                event_mask=self.get_event_mask_from_filter(),
                follow_symlink=self.watch.follow_symlink,
                changed=changed,
                lost=lost,
            )
            self._inotify = group
            groups.append(group)

    return BaseObserver(Emitter)
