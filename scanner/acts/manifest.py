"""第18: a list of what leaves, which the other side checks by the same fingerprints without seeing a value.

A file's fingerprint is a digest of its tokens under the contract's key; where it holds no rows or text to compare, of its
bytes under that key. Names are keyed too. The medium may arrive under another drive letter, the files in another order.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanner.custody.keys import Key
from scanner.custody.prints import Prints
from scanner.errors import EXIT_USAGE, FileFault, SekishoError
from scanner.inventory.errors import now
from scanner.model import Reason, of_persons
from scanner.paths import names, system
from scanner.pipeline import reason_of
from scanner.scan.lane import Lane
from scanner.sources.volumes import volume_of
from scanner.sources.walk import Unseen, WalkNotes, walk

KIND = "sekisho-manifest 2"


class ManifestError(SekishoError):
    """``code`` names the message."""

    section = "manifest"
    exit_code = EXIT_USAGE


@dataclass(slots=True)
class Arrival:
    """What the check at arrival found."""

    same: int = 0
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    unread: int = 0

    @property
    def matches(self) -> bool:
        """Everything that left has arrived, and nothing else."""
        return not (self.missing or self.surplus or self.unread)


def make(root: bytes, key: Key, depth: str = "balanced") -> dict[str, Any]:
    """The manifest of a folder or file."""
    entries, unread = _entries(root, key, depth)
    serial = volume_of(system.absolute(root)).serial
    return {
        "kind": KIND,
        "contract": key.contract,
        "key": key.id,
        "made": now(),
        "serial": serial,
        "files": entries,
        "unread": unread,
        "persons": [max((e["persons"][0] for e in entries), default=0), sum(e["persons"][1] for e in entries)],
    }


def check(root: bytes, manifest: dict[str, Any], key: Key, depth: str = "balanced") -> Arrival:
    """Compare what lies at ``root`` with the manifest; names do not matter, contents do."""
    if manifest["key"] != key.id:
        raise ManifestError("other_key", contract=key.contract, key=manifest["key"])
    entries, unread = _entries(root, key, depth)
    here = Counter(e["print"] for e in entries)
    there = Counter(e["print"] for e in manifest["files"])
    arrival = Arrival(unread=unread)
    arrival.same = (here & there).total()
    arrival.missing = sorted((there - here).elements())
    arrival.surplus = sorted((here - there).elements())
    return arrival


def read(path: Path) -> dict[str, Any]:
    """A manifest file; raises ``ManifestError``."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found["kind"] == KIND and isinstance(found["files"], list) and found["contract"] and found["key"]:
            return found
    except (OSError, ValueError, KeyError, TypeError):
        pass  # told below
    raise ManifestError("not_a_manifest", path=path)


def _entries(root: bytes, key: Key, depth: str) -> tuple[list[dict[str, Any]], int]:
    entries: list[dict[str, Any]] = []
    unread = 0
    with Lane(depth, b"", [key], prints=True) as lane:
        for item in walk((root,), WalkNotes(), frozenset()):
            if isinstance(item, Unseen):
                unread += 1
                continue
            try:
                with lane.hold(item) as held:
                    read, digest = held.read(), held.digest
                    changed = held.changed()
            except FileFault:
                unread += 1
                continue
            if changed:
                unread += 1
                continue
            wholly = reason_of(read) in (None, Reason.NO_TEXT)
            prints = read.prints or Prints()
            tokens = {t for row in prints.by_key.get(key.contract, ()) for t in row} | prints.texts.get(
                key.contract, set()
            )
            name = hmac.digest(key.secret, b"name" + names.name(item.path), "sha256").hex()[:16]
            entries.append(
                {
                    "name": name,
                    "print": _print(digest, key, tokens if wholly else set()),  # what was not read is compared by bytes
                    "rows": prints.rows,
                    "persons": [read.fewest, read.most],
                    "entities": sorted({f.entity for f in of_persons(read.findings)}),
                    "read": wholly,
                }
            )
    return sorted(entries, key=lambda e: (e["print"], e["name"])), unread


def _print(digest: bytes, key: Key, tokens: set[int]) -> str:
    made = hmac.new(key.secret, digestmod=hashlib.sha256)
    if tokens:
        made.update(b"tokens")
        for token in sorted(tokens):
            made.update(token.to_bytes(8, "big", signed=True))
    else:
        made.update(b"bytes" + digest)
    return made.hexdigest()[:32]
