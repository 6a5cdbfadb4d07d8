"""Proofs as text: C2SP tlog-proof (one entry is in a signed tree) and the request of tlog-witness (a tree goes on from another)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from scanner.tlog.checkpoint import opened, read
from scanner.tlog.hashing import SIZE, leaf_hash
from scanner.tlog.note import NoteError, Verifier, parse
from scanner.tlog.tree import included

_HEAD = "c2sp.org/tlog-proof@v1"
_MOST = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That an entry stands in the log of a checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    """The whole note, cosignatures with it."""

    def __str__(self) -> str:
        return f"{_HEAD}\nindex {self.index}\n{_lines(self.hashes)}\n{self.checkpoint}"

    def holds(self, entry: bytes, verifier: Verifier) -> bool:
        """Whether ``entry`` is what the log of ``verifier`` has at ``index``."""
        try:
            head, _ = opened(self.checkpoint, verifier)
        except NoteError:
            return False
        return included(self.index, head.size, leaf_hash(entry), self.hashes, head.root)


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """What a witness is asked: a checkpoint, and that it goes on from the tree of ``old`` leaves."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def __str__(self) -> str:
        return f"old {self.old}\n{_lines(self.hashes)}\n{self.checkpoint}"


def parse_proof(text: str) -> TlogProof:
    """A tlog-proof; raises ``NoteError``."""
    first, _, rest = text.partition("\n")
    if first != _HEAD:
        raise NoteError("form")
    if rest.startswith("extra "):
        rest = rest.partition("\n")[2]
    return TlogProof(*_parts(rest, "index "))


def parse_add(text: str) -> AddCheckpoint:
    """The body of a request to a witness; raises ``NoteError``."""
    return AddCheckpoint(*_parts(text, "old "))


def _parts(text: str, word: str) -> tuple[int, tuple[bytes, ...], str]:
    above, blank, checkpoint = text.partition("\n\n")
    head, *lines = above.split("\n")
    number = head.removeprefix(word)
    if not blank or not head.startswith(word) or not (number.isascii() and number.isdecimal()) or len(lines) > _MOST:
        raise NoteError("form")
    if number.startswith("0") and number != "0":
        raise NoteError("form")
    try:
        hashes = tuple(base64.b64decode(line, validate=True) for line in lines)
    except (ValueError, binascii.Error):
        raise NoteError("form") from None
    if any(len(h) != SIZE for h in hashes):
        raise NoteError("form")
    read(parse(checkpoint).text)
    return int(number), hashes, checkpoint


def _lines(hashes: tuple[bytes, ...]) -> str:
    return "".join(f"{base64.b64encode(h).decode()}\n" for h in hashes)
