"""C2SP tlog-checkpoint: the head of a log as a note of three lines (origin, size, root)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from scanner.tlog.hashing import SIZE
from scanner.tlog.note import Note, NoteError, Verifier, parse, sign


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: all that was entered up to ``size``."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, seed: bytes) -> Note:
        """As a note, by the log's key, whose name is the origin."""
        return Note(self.text, (sign(self.text, self.origin, seed),))


def read(text: str) -> Checkpoint:
    """Out of a note's text; further lines (extensions) are allowed and mean nothing here. Raises ``NoteError``."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not lines[0] or not all(lines):
        raise NoteError("form")
    size = lines[1]
    if not (size.isascii() and size.isdecimal()) or (size.startswith("0") and size != "0"):
        raise NoteError("form")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (ValueError, binascii.Error):
        raise NoteError("form") from None
    if len(root) != SIZE:
        raise NoteError("form")
    return Checkpoint(lines[0], int(size), root)


def opened(text: str, verifier: Verifier) -> tuple[Checkpoint, Note]:
    """A checkpoint that ``verifier`` signed, and its note; raises ``NoteError``."""
    note = parse(text)
    if note.signed_by(verifier) is None:
        raise NoteError("unknown")
    found = read(note.text)
    if found.origin != verifier.name:
        raise NoteError("unknown")
    return found, note
