"""A pack as one signed whole: every file stands in the manifest with size and SHA-256, and the manifest is a signed note.

The text of the note is two lines: ``sekisho pack v1``, and JSON in its canonical spelling (names sorted, no spaces). A checkpoint
has three lines at least, so that the one can never be taken for the other though one key signs both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.report.pack.verifier.checking import HEAD, MANIFEST, canonical
from scanner.tlog.note import Note, Verifier, public_of, sign


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a pack."""

    path: str
    """ASCII, with ``/``; see ``container.NAME``."""
    data: bytes
    title: str
    """What it is called in the table of contents, Japanese."""


@dataclass(frozen=True, slots=True)
class About:
    """What the manifest says of the whole."""

    title: str
    contractor: str
    """受託者."""
    contracts: tuple[tuple[str, str, str], ...]
    """Number, title and entruster of each."""
    day: str
    """ISO day, in the time zone of people."""
    made: str
    """Moment, UTC."""
    version: str
    checkpoint: str
    """The checkpoint of the record (a signed note) that the evidence is against."""


def sealed(members: Iterable[Member], about: About, name: str, seed: bytes) -> list[tuple[str, bytes]]:
    """All files with the manifest, in the order of their names, signed by the key ``name`` with ``seed`` (Ed25519)."""
    files = sorted(members, key=lambda m: m.path)
    manifest = {
        "title": about.title,
        "contractor": about.contractor,
        "contracts": [{"id": number, "title": title, "entruster": who} for number, title, who in about.contracts],
        "day": about.day,
        "made": about.made,
        "version": about.version,
        "checkpoint": about.checkpoint,
        "key": Verifier(name, public_of(seed)).vkey,
        "files": [
            {"path": m.path, "size": len(m.data), "sha256": hashlib.sha256(m.data).hexdigest(), "title": m.title}
            for m in files
        ],
    }
    text = f"{HEAD}\n{canonical(manifest)}\n"
    note = str(Note(text, (sign(text, name, seed),)))
    return sorted([(MANIFEST, note.encode("utf-8")), *((m.path, m.data) for m in files)])
