"""Copies of the state folder, and what is made of them again: the inventory and what people set up in one file, the keys apart in
another that only its passphrase opens. An entry of the record precedes every copy, so the record knows how many there are."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scanner import __version__, clock
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import elsewhere, moved
from scanner.inventory.home import Home
from scanner.inventory.people.keyfile import refuse_weak
from scanner.inventory.people.sealedbox import sealed
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.secretfile import place
from scanner.inventory.store import Store
from scanner.policy.rebased import lies_in

KEYS_ABOUT = b"sekisho backup of keys 1"
FORMAT, MANIFEST, DATABASE = 1, "manifest.json", "inventory.db"
POLICY = "policy.toml"
BASE = "policy_base"
"""In the manifest: the folder that the policy lies in, which its relative folders are below."""
_SETTINGS = (POLICY, "forms", "policies")
"""What people put into the state folder; logs, reports and what is made anew stay out."""


class BackupError(SekishoError):
    """A copy cannot be made or used; ``code`` names the message."""

    section = "backup"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Made:
    """What a copy holds, and whether its record verified."""

    files: int
    entries: int
    found: int
    """What the verification of the record in it found."""
    policy: bool = False
    """Whether a policy is in it."""
    rebased: int = 0
    """Folders of its policy that were written whole, because it was made for another folder."""


def make(
    home: Home,
    output: Path,
    keys: Path | None,
    passphrase: Callable[[], str],
    policy: Path | None = None,
    more: Mapping[str, Path] | None = None,
) -> Made:
    """Copy the state folder to ``output`` and, where ``keys`` is given, the keys to that file. A ``policy`` from
    another place goes in as ``policy.toml``, and ``more`` files under their names.

    Works beside a running scan or watch: the inventory is copied as it stands at one moment. Raises ``BackupError``; then neither
    file is there.
    """
    if not home.database.exists():
        raise BackupError("nothing", path=home.path)
    for path in filter(None, (output, keys)):
        if path.exists():
            raise BackupError("exists", path=path)
    secret = passphrase() if keys is not None else ""
    if keys is not None:
        refuse_weak(secret, ())
    with Store(home.database, only_notes=True) as store:
        store.note("backed_up", file=output.name, keys=keys is not None)
    try:
        with scratch_folder(output.parent) as scratch:
            copy = scratch / DATABASE
            _copied(home.database, copy)
            with Reader(copy) as reader:
                report = check.verify(reader.db, home.keys)
            taken = {**({POLICY: policy} if policy else {}), **(more or {})}
            names = _packed(home, copy, scratch / "whole", report.entries, taken)
            if keys is not None:
                place(keys, sealed(_keys_of(home.keys), secret, KEYS_ABOUT))
            try:
                _placed(scratch / "whole", output)
            except BaseException:
                if keys is not None:
                    keys.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise BackupError("exists", path=error.filename or keys) from None
    except OSError as error:
        raise BackupError("unwritable", path=error.filename or output) from None
    return Made(len(names), report.entries, len(report.found), POLICY in names)


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same file system, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=".sekisho-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copied(database: Path, copy: Path) -> None:
    if elsewhere.address_of(database):
        moved.taken(database, copy)
        return
    os.close(os.open(copy, os.O_CREAT | os.O_RDWR, 0o600))
    with (
        closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("pragma journal_mode = delete")


def _packed(home: Home, copy: Path, whole: Path, entries: int, more: Mapping[str, Path]) -> list[str]:
    files = {DATABASE: copy}
    for name in _SETTINGS:
        files |= {p.relative_to(home.path).as_posix(): p for p in _files(home.path / name)}
    files |= more
    told = {name: {"sha256": digest(path), "size": path.stat().st_size} for name, path in files.items()}
    manifest = {
        "sekisho-backup": FORMAT,
        "version": __version__,
        "at": clock.stamp(),
        "entries": entries,
        "files": told,
        **({BASE: lies_in(files[POLICY])} if POLICY in files else {}),
    }
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for name, path in files.items():
            target.write(path, name)
    os.chmod(whole, 0o600)
    return list(files)


def _files(path: Path) -> list[Path]:
    if path.is_symlink():
        return []
    return [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal digits."""
    with path.open("rb") as file:
        return str(hashlib.file_digest(file, "sha256").hexdigest())


def _placed(made: Path, path: Path) -> None:
    """To its name, on the disk, never over another file."""
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    if path.exists():
        raise BackupError("exists", path=path)
    os.replace(made, path)


def _keys_of(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for path in _files(folder):
            target.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()
