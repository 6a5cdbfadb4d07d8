"""What a witness does with a request (C2SP tlog-witness): cosign, if the log only went on since the witness saw it last."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.tlog.checkpoint import Checkpoint, opened
from scanner.tlog.note import NoteError, Signature, Verifier, cosign
from scanner.tlog.proof import AddCheckpoint
from scanner.tlog.tree import consistent


class Refused(Exception):
    """The log is not cosigned: ``unknown``, ``signature``, ``stale`` (another size is on record), ``fork`` (the tree did not go
    on from the one that was seen)."""

    def __init__(self, what: str, seen: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness's name and key."""

    name: str
    seed: bytes

    def answer(
        self, asked: AddCheckpoint, log: Verifier, seen: Checkpoint | None, time: int
    ) -> tuple[Checkpoint, Signature]:
        """The checkpoint to keep as seen, and the cosignature, at ``time`` (seconds since 1970); raises ``Refused``."""
        try:
            head, note = opened(asked.checkpoint, log)
        except NoteError as error:
            raise Refused("unknown" if error.what == "unknown" else "signature") from None
        before = seen.size if seen else 0
        if asked.old != before or head.size < before:
            raise Refused("stale", before)
        if seen and not consistent(before, head.size, asked.hashes, seen.root, head.root):
            raise Refused("fork", before)
        if not seen and asked.hashes:
            raise Refused("fork", 0)
        return head, cosign(note.text, self.name, self.seed, time)
