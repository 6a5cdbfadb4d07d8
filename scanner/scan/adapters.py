"""The real tools of the pipeline on one machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol

from scanner.custody.prints import Prints
from scanner.custody.session import Printed
from scanner.model import Access, Contents, FileRef, Ground, Verdict
from scanner.pipeline import Held, Known
from scanner.policy.verdict import Judge
from scanner.scan.lane import Lane
from scanner.scan.remote import FetchedFile
from scanner.sources.access import access_of
from scanner.sources.ground import ground_of
from scanner.sources.smb import Shares, is_smb


class Memory(Protocol):
    """What an inventory remembers of contents."""

    def known_content(self, key: bytes) -> Contents | None: ...


class Comparing(Protocol):
    """Compares the fingerprints of a file with the originals, here or elsewhere."""

    def printed(self, prints: Prints, content_key: bytes | None) -> Printed: ...


def content_key(digest: bytes, key: bytes) -> bytes:
    """What a content is known by: its digest under the key of the installation, 16 bytes. An unkeyed hash of a file that holds
    little but a My Number could be enumerated."""
    return hashlib.blake2b(digest, key=key, digest_size=16).digest()


class LocalTools:
    """One lane of reader and judge. Not for use from several threads."""

    def __init__(
        self,
        lane: Lane,
        key: bytes,
        judge: Judge | None = None,
        memory: Memory | None = None,
        known: Callable[[FileRef], Known | None] | None = None,
        custody: Comparing | None = None,
    ) -> None:
        """``key``: of the installation."""
        self.lane, self._key = lane, key
        self._judge = judge or Judge(None)
        self._memory, self._known, self._custody = memory, known, custody
        self._shares: Shares | None = None

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

    def hold(self, ref: FileRef) -> Held:
        """The file, open and hashed; raises ``FileFault``, ``SandboxFault``."""
        return self.lane.hold(ref, FetchedFile(ref, self.shares()) if is_smb(ref.path) else None)

    def content_key(self, digest: bytes) -> bytes:
        """What the content is known by."""
        return content_key(digest, self._key)

    def known_content(self, key: bytes) -> Contents | None:
        """What is remembered of the same bytes elsewhere."""
        return self._memory.known_content(key) if self._memory else None

    def printed(self, prints: Prints | None, key: bytes | None) -> Printed:
        """Which originals the file is a copy of."""
        return self._custody.printed(prints, key) if self._custody and prints is not None else Printed()

    def access(self, path: bytes) -> Access:
        """Owner and rights."""
        return self.shares().access(path) if is_smb(path) else access_of(path)
