"""The real tools of the pipeline on one machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from scanner.custody.prints import Fingerprinter, Prints
from scanner.custody.session import Printed
from scanner.extract.pool import Extractor, Reading
from scanner.extract.worker import open_quietly
from scanner.model import Access, Block, Contents, FileRef, Ground, Known, Reason, Verdict
from scanner.pipeline import Detected, ReadError
from scanner.policy.verdict import Judge
from scanner.scan.remote import Fetched
from scanner.sources.access import access_of
from scanner.sources.ground import ground_of
from scanner.sources.smb import Shares, is_smb

if TYPE_CHECKING:
    from detectors.engine import Engine

_CHUNK = 1 << 20


class Memory(Protocol):
    """What an inventory remembers of contents."""

    def known_content(self, key: bytes) -> Contents | None: ...


class Comparing(Protocol):
    """Makes fingerprints of a file and compares them with the originals, here or elsewhere."""

    def fingerprinter(self) -> Fingerprinter: ...
    def printed(self, prints: Prints, content_key: bytes | None) -> Printed: ...


def keyed_hash(path: bytes, key: bytes) -> bytes:
    """Keyed BLAKE2b of a file's bytes, 16 bytes long; raises ``ReadError``."""
    digest = hashlib.blake2b(key=key, digest_size=16)
    try:
        with open_quietly(path) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        raise ReadError(Reason.VANISHED) from None
    except OSError:
        raise ReadError(Reason.UNREADABLE) from None
    return digest.digest()


class LocalTools:
    """One extractor child, one engine. Not for use from several threads."""

    def __init__(
        self,
        depth: str,
        extractor: Extractor,
        key: bytes,
        judge: Judge | None = None,
        memory: Memory | None = None,
        known: Callable[[FileRef], Known | None] | None = None,
        custody: Comparing | None = None,
    ) -> None:
        self._depth = depth
        self._engine: Engine | None = None
        self._extractor = extractor
        self._key = key
        self._judge = judge or Judge(None)
        self._memory = memory
        self._known = known
        self._custody = custody
        self._shares: Shares | None = None
        self._fetched: Fetched | None = None

    @property
    def engine(self) -> Engine:
        """Made when the first text comes: where nothing has changed, the detectors are not even imported."""
        if self._engine is None:
            from detectors.engine import Engine

            self._engine = Engine(self._depth)
        return self._engine

    def shares(self) -> Shares:
        """Sessions with file servers, opened when the first file of one comes."""
        if self._shares is None:
            self._shares = Shares()
        return self._shares

    def ground(self, path: bytes) -> Ground:
        """Kind of storage."""
        return ground_of(path)

    def verdict(self, path: bytes, ground: Ground) -> Verdict:
        """Verdict of the policy."""
        return self._judge.verdict(path, ground)

    def known(self, ref: FileRef) -> Known | None:
        """What is remembered of an unchanged file."""
        return self._known(ref) if self._known else None

    def known_content(self, key: bytes) -> Contents | None:
        """What is remembered of the same bytes elsewhere."""
        return self._memory.known_content(key) if self._memory else None

    def content_key(self, ref: FileRef) -> bytes:
        """Keyed BLAKE2b of the bytes, 16 bytes long; raises ``ReadError``."""
        if is_smb(ref.path):
            self._fetched = self._fetched or Fetched(self.shares())
            return self._fetched.fetch(ref, self._key)
        return keyed_hash(ref.path, self._key)

    def read(self, ref: FileRef) -> tuple[Iterator[list[Block]], Reading]:
        """Blocks from the child process."""
        return self._extractor.read(ref, self._fetched.at(ref) if self._fetched else b"")

    def detect(self, blocks: Iterator[list[Block]], key: bytes | None) -> Detected:
        """Findings, fewest and most persons, what was not read, and which originals the file is a copy of.

        A fault of a detector costs the file, which is named with the reason; only the kind of the fault is kept,
        because its text may quote the file.
        """
        from scanner.detect.assemble import Detection

        prints = self._custody.fingerprinter() if self._custody else None
        detection = Detection(self.engine, prints)
        try:
            for batch in blocks:
                for block in batch:
                    detection.add(block)
            findings, fewest, most = detection.finish()
            printed = self._custody.printed(prints.finish(), key) if self._custody and prints else Printed()
        except Exception as error:
            return Detected(unread={f"{Reason.DETECTION_FAILED.value}:{type(error).__name__}": 1})
        return Detected(
            findings, fewest, most, dict(detection.unread), printed, tuple(sorted(detection.recipients)[:20])
        )

    def access(self, path: bytes) -> Access:
        """Owner and rights."""
        return self.shares().access(path) if is_smb(path) else access_of(path)

    def changed(self, ref: FileRef) -> bool:
        """Whether the file is no longer what the walk saw."""
        if is_smb(ref.path):
            return self.shares().changed(ref)
        try:
            status = os.stat(ref.path, follow_symlinks=False)
        except OSError:
            return True
        return (status.st_size, status.st_mtime_ns, status.st_ino) != (ref.size, ref.mtime_ns, ref.inode)
