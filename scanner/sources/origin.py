"""Reads the mark beside a file that tells where it came from (``paths.origins``): a stream of NTFS, or an extended attribute."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from scanner.paths import origins
from scanner.paths.system import openable

Opened = Callable[[str], bytes]
"""The first bytes of a stream by its name; raises ``OSError`` where it is not there."""
_URLS = ("user.xdg.origin.url", "user.xdg.referrer.url")
_ZONES = ("user.Zone.Identifier", "user.DosStream.Zone.Identifier:$DATA")
"""As ntfs-3g and Samba keep the stream."""


def origin_of(path: bytes) -> str:
    """Where a local file came from; empty where nothing tells."""
    if sys.platform == "win32":
        return of_streams(lambda name: _stream(path, name))
    return _of_attributes(path)


def of_streams(opened: Opened) -> str:
    """The same by the streams of a file, wherever it lies."""
    zone, smart_screen = origins.STREAMS
    try:
        found = origins.of_zone(_text(opened(zone)))
        if found:
            return found
    except OSError:
        found = ""
    try:
        opened(smart_screen)
    except OSError:
        return found
    return origins.of_smartscreen()


def _stream(path: bytes, name: str) -> bytes:
    if sys.platform != "win32":
        raise OSError("streams are a matter of Windows")
    from scanner.paths import windows

    descriptor = windows.open_to_read(openable(path) + b":" + name.encode("ascii"))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(origins.MOST_BYTES)


def _of_attributes(path: bytes) -> str:
    if sys.platform != "linux":
        return ""
    for names, told in ((_ZONES, origins.of_zone), (_URLS, origins.of_address)):
        for name in names:
            try:
                found = told(_text(os.getxattr(path, name, follow_symlinks=False)[: origins.MOST_BYTES]))
            except OSError:
                continue  # none, or a file system without
            if found:
                return found
    return ""


def _text(raw: bytes) -> str:
    """Of a mark only ASCII counts; some writers use UTF-16."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    return raw.decode("utf-8", "replace").lstrip("\ufeff")
