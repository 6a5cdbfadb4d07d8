"""What runs on a worker: the pipeline's ``examine`` with a model that is loaded once a process.

Fingerprints are made here, under the contracts' keys that came through TLS; they are compared where the inventory is.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any

from distributed.diagnostics.plugin import WorkerPlugin

from scanner import clock
from scanner.custody.keys import Key
from scanner.custody.prints import Prints
from scanner.custody.session import Printed
from scanner.model import Contents, FileRef
from scanner.pipeline import examine
from scanner.ruleset.current import number
from scanner.scan.adapters import LocalTools
from scanner.scan.lane import Lane
from scanner.sources.smb import Shares, SmbError, is_smb

SHARE_FAILED = "share: "
"""How ``look`` begins where a share cannot be read; the code of the reason follows."""

Result = tuple[FileRef, Contents, bytes | None, Prints | None]


@dataclass(frozen=True, slots=True)
class Settings:
    """One scan, as a worker must know it."""

    depth: str
    key: bytes
    contracts: tuple[Key, ...]
    passwords: tuple[str, ...] = ()
    ocr: bool = False
    roots: tuple[bytes, ...] = ()
    rules: str = ""
    """Number of the coordinator's rules: its findings and those of every worker stand in one inventory."""


class OtherRules(Exception):
    """This worker would find something else than the coordinator."""


_READY_SECONDS = 60


class RemoteCustody:
    """Keeps fingerprints for the answer instead of comparing them."""

    def __init__(self) -> None:
        self.prints: Prints | None = None

    def printed(self, prints: Prints, content_key: bytes | None) -> Printed:
        """Compared by the coordinator."""
        self.prints = prints
        return Printed()


class Setup(WorkerPlugin):  # type: ignore[misc]
    """Given to every worker, those that come later too."""

    name = "sekisho"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def setup(self, worker: Any) -> None:
        """Make the tools of this process; the model is loaded with the first text and stays."""
        s = self.settings
        worker.sekisho_agrees = number() == s.rules
        worker.sekisho_custody = RemoteCustody()
        worker.sekisho_lane = Lane(s.depth, s.key, s.contracts, passwords=s.passwords, ocr=s.ocr, prints=True)
        worker.sekisho_tools = LocalTools(worker.sekisho_lane, s.key, custody=worker.sekisho_custody)

    def teardown(self, worker: Any) -> None:
        """Stop reader and judge."""
        worker.sekisho_lane.close()


def work(refs: list[FileRef]) -> list[Result]:
    """Examine one batch."""
    from distributed import get_worker

    worker = get_worker()
    for _ in range(_READY_SECONDS * 10):  # a worker that was started again may get a batch before its tools are made
        if hasattr(worker, "sekisho_tools"):
            break
        clock.sleep(0.1)
    if not worker.sekisho_agrees:  # it came after the others had been asked; asked again, it is named
        raise OtherRules
    results: list[Result] = []
    for ref in refs:
        worker.sekisho_custody.prints = None
        done = examine(ref, worker.sekisho_tools)
        results.append((done.ref, done.contents, done.key, worker.sekisho_custody.prints))
    return results


def rules() -> str:
    """The number of this machine's rules."""
    return number()


def pieces() -> dict[str, str]:
    """All pieces of this machine's rules, to name those that differ."""
    from scanner.ruleset.parts import parts

    return parts()


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
