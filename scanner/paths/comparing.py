"""One name for one place, however it is written, so that two of them can be compared.

Whether two spellings that differ by case are one place is a matter of the file system, not of the operating system: a stick
with FAT knows no case under Linux, and a folder of Windows may be told to know it. So it is asked of the disk where the place
is at hand (``system.ignores_case``), and guessed from the form of the path where it is not.
"""

from __future__ import annotations

import re
import unicodedata

from scanner.paths.shares import share

_LONG = re.compile(r"//[?.]/(?=[A-Za-z]:)")
_DRIVE = re.compile(r"[A-Za-z]:(?:/|\Z)")


class _Fold(dict[int, int]):
    """Character → the one that a file system without case takes for it: one for one, and only where the way back is the same
    (the Kelvin sign is no K, İ is no i), as in the tables of NTFS and exFAT."""

    def __missing__(self, number: int) -> int:
        char = chr(number)
        lower = char.lower()
        self[number] = ord(lower) if len(lower) == 1 and lower.upper() == char else number
        return self[number]


_FOLD = _Fold()


def folded(text: str) -> str:
    """A name as a file system that knows no case compares it."""
    return text.translate(_FOLD)


def comparable(text: str, *, encoded: bool = False, ignore_case: bool | None = None) -> str:
    """A path as it is compared with others: a share as ``//server/share/folder``, what lies on a disk with ``/`` between its
    names; NFC, without a slash at its end.

    ``ignore_case``: whether its file system knows no case; ``None`` where nobody has asked it: shares and paths of Windows
    do not know it. ``encoded`` as for ``shares.share``.
    """
    found = share(text, encoded=encoded)
    if found is not None:
        text, guess = f"{found.front}/{found.path}", True
    else:
        windows = _LONG.sub("", text.replace("\\", "/"))
        guess = bool(_DRIVE.match(windows))
        text = f"{windows[0].lower()}{windows[1:]}" if guess else text
    text = unicodedata.normalize("NFC", text).rstrip("/")
    return folded(text) if (guess if ignore_case is None else ignore_case) else text


def under(path: str, folder: str) -> bool:
    """Whether one comparable path is another, or lies below it; everything lies below an empty one."""
    return not folder or path == folder or path.startswith(folder + "/")
