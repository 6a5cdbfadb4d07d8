"""Sensitivity labels and protection as notes of a content: the fixed forms in which the reader tells them."""

from __future__ import annotations

import re
from collections.abc import Iterable

GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
LABEL, RIGHTS, PASSWORD = "label ", "rights-managed", "password"
_NOTE = re.compile(rf"{LABEL}({GUID})")


def told(notes: Iterable[str]) -> tuple[str, ...]:
    """The labels (GUIDs) among the notes of a file."""
    return tuple(found[1] for note in notes if (found := _NOTE.fullmatch(note)))


def is_note(note: str) -> bool:
    """Whether a note has one of these forms, and so may be kept as it is: a GUID names a label of an organisation, nobody."""
    return note in (RIGHTS, PASSWORD) or (note == note.lower() and _NOTE.fullmatch(note) is not None)


def protection(notes: Iterable[str]) -> str:
    """``rights-managed``, ``password``, or nothing."""
    return next((note for note in notes if note in (RIGHTS, PASSWORD)), "")
