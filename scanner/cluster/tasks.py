"""What a worker does: look at roots, tell its rules, and examine files as any scan does.

Fingerprints are made here, under the contracts' keys; they are compared where the inventory is.
"""

from __future__ import annotations

import hashlib
import os

from scanner.cluster.messages import Failed, Ready, Settings, Told, told
from scanner.custody.prints import Prints
from scanner.custody.session import Printed
from scanner.errors import SandboxFault
from scanner.model import FileRef
from scanner.pipeline import examine
from scanner.ruleset.current import number
from scanner.scan.adapters import LocalTools
from scanner.scan.lane import Lane
from scanner.sources.smb import Shares, SmbError, is_smb

SHARE_FAILED = "share: "
"""How ``look`` begins where a share cannot be read; the code of the reason follows."""


class RemoteCustody:
    """Keeps fingerprints for the answer instead of comparing them."""

    def __init__(self) -> None:
        self.prints: Prints | None = None

    def printed(self, prints: Prints, content_key: bytes | None) -> Printed:
        """Compared by the coordinator."""
        self.prints = prints
        return Printed()


class Examiner:
    """Reader and judge for one scan; ``stop`` may come from any thread."""

    def __init__(self, settings: Settings) -> None:
        s = settings
        self._custody = RemoteCustody()
        self._lane = Lane(s.depth, s.key, s.contracts, passwords=s.passwords, ocr=s.ocr, prints=True)
        self._tools = LocalTools(self._lane, s.key, custody=self._custody)

    def work(self, refs: list[FileRef]) -> list[Told] | Failed:
        """Examine one lease. Where reader or judge cannot work at all, a second time neither, that is the answer."""
        try:
            return [self._one(ref) for ref in refs]
        except SandboxFault as fault:
            return Failed(fault.code)

    def _one(self, ref: FileRef) -> Told:
        self._custody.prints = None
        try:
            done = examine(ref, self._tools)
        except SandboxFault:
            self._lane.close()
            done = examine(ref, self._tools)
        return told(done.ref, done.contents, done.key, self._custody.prints)

    def stop(self) -> None:
        """End both processes for good."""
        self._lane.stop()


def ready(settings: Settings) -> Ready:
    """What this machine sees, and the pieces of its rules where they are not those of the coordinator."""
    from scanner.ruleset.parts import parts

    rules = number()
    return Ready(rules, tuple(look(settings.roots)), {} if rules == settings.rules else parts())


def look(roots: tuple[bytes, ...]) -> list[str]:
    """What a machine sees below the roots: a digest of the first names and sizes, or why it sees nothing. The address of
    a share means the same everywhere; there it matters whether this machine may read it."""
    return [_reached(root) if is_smb(root) else _seen(root) for root in roots]


def _reached(root: bytes) -> str:
    try:
        Shares().check(root)
    except SmbError as error:
        return f"{SHARE_FAILED}{error.code}"
    return "share"


def _seen(root: bytes) -> str:
    digest = hashlib.sha256()
    try:
        if os.path.isfile(root):
            return f"file {os.stat(root).st_size}"
        with os.scandir(root) as entries:
            for entry in sorted(entries, key=lambda e: e.name)[:500]:
                size = entry.stat(follow_symlinks=False).st_size if entry.is_file(follow_symlinks=False) else -1
                digest.update(entry.name + b"\0" + str(size).encode() + b"\n")
    except OSError as error:
        return f"{type(error).__name__}"
    return digest.hexdigest()[:16]
