"""The name that a file will have in the folder that it is moved to."""

from __future__ import annotations

import os

from scanner.acts.correction.stopping import CorrectionError, of_system
from scanner.paths import names, system

LONGEST = 255
"""Bytes of a name on ext4, XFS and Samba; NTFS counts 255 UTF-16 units, which are never more than the bytes of UTF-8."""
MOST_TRIED = 1_000
"""Names that are tried: so many files of one name in one folder are no accident."""


def free_name(folder: bytes, name: bytes, taken: set[bytes]) -> bytes:
    """``名簿.xlsx``, else ``名簿 (2).xlsx`` …: a path that nothing in the folder, and no other order (``taken``), has.

    A name that the number makes too long loses letters at the end of its stem. Raises ``Stopped`` where the folder does not tell
    whether a name is free, ``CorrectionError`` where none is.
    """
    stem, dot, ending = name.rpartition(b".") if b"." in name[1:] else (name, b"", b"")
    for n in range(1, MOST_TRIED + 1):
        tried = names.join(folder, name if n == 1 else _numbered(stem, n, dot + ending))
        if tried not in taken and not _stands(tried):
            return tried
    raise CorrectionError("no_free_name", count=MOST_TRIED)


def _numbered(stem: bytes, number: int, ending: bytes) -> bytes:
    mark = b" (%d)" % number
    text = os.fsdecode(stem)
    while len(text) > 1 and len(os.fsencode(text)) + len(mark) + len(ending) > LONGEST:
        text = text[:-1]
    return os.fsencode(text) + mark + ending


def _stands(path: bytes) -> bool:
    """Whether something stands there; raises ``Stopped`` where that cannot be asked: a name is free only where the system says so."""
    try:
        system.look(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise of_system(error) from error
    return True
