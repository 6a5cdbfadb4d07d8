"""What lies behind a file under names of its own (alternate data streams of NTFS): a moved file takes it along, an erased one leaves
nothing of it.

Streams are files that no listing of a folder shows; renaming and removing a file does the same to all of them, copying does not. The
marks that tell where a file came from are of the system: a file system that cannot keep them costs the mark, not the move.
"""

from __future__ import annotations

import errno
import os

from scanner.acts.correction import files
from scanner.acts.correction.folders import Folder
from scanner.acts.correction.stopping import Stopped, of_system
from scanner.extract.content import Grew, digest_of_open
from scanner.paths import origins

_MARKS = frozenset(mark.encode() for mark in origins.STREAMS)


def copy(here: Folder, name: bytes, there: Folder, part: bytes) -> list[str]:
    """Copy the streams of a file behind its copy and compare them; returns the codes of what could not be taken along. Raises
    ``Stopped``: ``streams`` where the file system of the target keeps none."""
    lost: list[str] = []
    for stream in here.streams(name):
        try:
            _copy(here, name + b":" + stream, there, part + b":" + stream)
        except Stopped as stopped:
            if stream not in _MARKS or stopped.code == "full":
                raise
            lost = ["origin"]
    if contents(here, name) != contents(there, part):
        raise Stopped("copy_differs")
    return lost


def contents(folder: Folder, name: bytes) -> dict[bytes, bytes]:
    """Stream → digest of what it holds, without the marks of the system. Raises ``Stopped``."""
    found: dict[bytes, bytes] = {}
    for stream in folder.streams(name):
        if stream in _MARKS:
            continue
        with files.opened(folder, name + b":" + stream) as fd:
            try:
                found[stream] = digest_of_open(fd, os.fstat(fd).st_size)
            except Grew:
                raise Stopped("changed") from None
            except OSError as error:
                raise of_system(error) from None
    return found


def _copy(here: Folder, stream: bytes, there: Folder, copy_of_it: bytes) -> None:
    with files.opened(here, stream) as source:
        try:
            target = there.made(copy_of_it)
        except OSError as error:  # the name is none there, or the call is unknown
            raise Stopped("streams") if error.errno == errno.EINVAL else of_system(error) from None
        try:
            files.pour(source, target)
        finally:
            os.close(target)
