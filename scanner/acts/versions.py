"""Earlier policies, kept by their SHA-256 in the state folder: what a registry said on a day, and the way back to it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import secretfile
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.policy.load import parsed
from scanner.policy.models import Policy

FOLDER = "policies"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NoVersion(SekishoError):
    """A version of the policy that is not kept, or is not what it was."""

    section = "console"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Version:
    """One saving: number of its entry, when, by whom as the record calls the person, SHA-256 of the policy, whether it is kept; ``by_hand``:
    no saving of these pages, found when the next one replaced it."""

    entry: int
    at: str
    by: str
    digest: str
    kept: bool
    by_hand: bool = False


def keep(home: Home, data: bytes) -> None:
    """Keep a policy; once."""
    folder = home.path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    path = _file(home, hashlib.sha256(data).hexdigest())
    if not path.exists():
        secretfile.place(path, data, over=True)


def listed(home: Home, reader: Reader, most: int) -> list[Version]:
    """The newest savings first, at most so many; between two what was made by hand meanwhile, before the first what it replaced."""
    found = reader.rows(
        "select seq, at, details from ledger where kind = 'policy_saved' order by seq desc limit ?", (most + 1,)
    )
    each = [(row["seq"], row["at"], json.loads(row["details"])) for row in found]
    made: list[Version] = []
    for at, (entry, moment, told) in enumerate(each[:most]):
        digest, before = str(told["sha256"]), str(told["before"])
        made.append(Version(entry, moment, str(told.get("user", "")), digest, _file(home, digest).exists()))
        older = str(each[at + 1][2]["sha256"]) if at + 1 < len(each) else ""
        if older != before:
            made.append(Version(0, "", "", before, _file(home, before).exists(), by_hand=bool(older)))
    return made


def version(home: Home, digest: str) -> Policy:
    """A policy that was kept. Raises ``NoVersion``, also where its file says something else by now, and ``PolicyError``."""
    if not _DIGEST.fullmatch(digest):
        raise NoVersion("no_version")
    path = _file(home, digest)
    try:
        data = path.read_bytes()
    except OSError:
        raise NoVersion("no_version") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise NoVersion("no_version")
    return parsed(data.decode("utf-8-sig"), path)


def _file(home: Home, digest: str) -> Path:
    return home.path / FOLDER / f"{digest}.toml"
