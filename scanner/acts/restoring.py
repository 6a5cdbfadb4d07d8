"""A state folder made again of the copies of ``acts/backup.py``: wholly, or not at all."""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from scanner.acts.backup import (
    BASE,
    DATABASE,
    FORMAT,
    KEYS_ABOUT,
    MANIFEST,
    POLICY,
    BackupError,
    Made,
    digest,
    scratch_folder,
)
from scanner.inventory.home import Home, prepare
from scanner.inventory.people.sealedbox import NotOpened, unsealed
from scanner.inventory.reader import Reader
from scanner.inventory.record import check
from scanner.inventory.store import Store
from scanner.policy.rebased import lies_in, rebased

_NO_COPY = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, EOFError, RuntimeError)
"""What reading something else, or a damaged copy, raises."""
_LARGEST_MANIFEST, _LARGEST_KEYS = 10_000_000, 100_000_000


@dataclass(frozen=True, slots=True)
class _Told:
    """What a copy says of itself."""

    at: str
    version: str
    entries: int
    files: int
    base: str
    """The folder that its policy was in; empty where a copy of an earlier version does not say so."""


def restore(file: Path, home: Home, keys: Path | None, passphrase: Callable[[], str]) -> Made:
    """Make a state folder of a copy; raises ``BackupError``, and then ``home`` is as it was.

    Args:
        file: what ``make`` wrote.
        home: has no inventory. Its folder of keys, where it has one, is kept.
        keys: the file of the keys; needed where ``home`` has none.
        passphrase: asked for where ``keys`` is given.
    """
    if home.database.exists():
        raise BackupError("occupied", path=home.path)
    held = home.keys.is_dir() and any(home.keys.iterdir())
    if keys is None and not held:
        raise BackupError("no_keys", path=home.keys)
    if keys is not None and held:
        raise BackupError("keys_there", path=home.keys)
    opened = _opened_keys(keys, passphrase()) if keys is not None else {}
    prepare(home)
    try:
        with scratch_folder(home.path) as scratch:
            told = _unpacked(file, scratch)
            moved = _rebase(scratch / POLICY, told.base, home)
            for entry in scratch.iterdir():
                if (home.path / entry.name).exists():
                    raise BackupError("exists", path=home.path / entry.name)
            if opened:
                for name, data in opened.items():
                    _written(scratch / home.keys.name / name, data)
                home.keys.rmdir()
            for entry in sorted(scratch.iterdir(), key=_order):
                os.replace(entry, home.path / entry.name)
    except OSError as error:
        raise BackupError("unwritable", path=error.filename or home.path) from None
    with Store(home.database, only_notes=True) as store:
        copied = int(store.connection.execute("select count(*) from ledger").fetchone()[0])
        store.note("restored", made=told.at, entries=told.entries, by_version=told.version)
    with Reader(home.database) as reader:
        report = check.verify(reader.db, home.keys)
    return Made(told.files, copied, len(report.found), rebased=moved)


def _rebase(policy: Path, base: str, home: Home) -> int:
    """The relative folders of a policy that comes to lie elsewhere, written whole; how many these were."""
    if not base or not policy.is_file() or base == lies_in(home.path / POLICY):
        return 0
    windows = base[1:2] == ":" or base.startswith("\\\\")
    data = policy.read_bytes()
    try:
        text, number = rebased(data.decode("utf-8-sig"), PureWindowsPath(base) if windows else PurePosixPath(base))
    except UnicodeDecodeError:
        return 0  # no policy: whoever loads it says so
    if number:
        policy.write_bytes(text.encode("utf-8"))
    return number


def _order(entry: Path) -> tuple[bool, bool]:
    """Keys first, the inventory last: with it the folder is whole, so what was cut off can be done again."""
    return entry.name == DATABASE, entry.name != "keys"


def _opened_keys(file: Path, passphrase: str) -> dict[str, bytes]:
    try:
        if file.stat().st_size > _LARGEST_KEYS:
            raise BackupError("not_keys", path=file)
        data = unsealed(file.read_bytes(), passphrase, KEYS_ABOUT)
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return {_safe(name): packed.read(name) for name in packed.namelist()}
    except NotOpened as error:
        raise BackupError("wrong_passphrase" if error.passphrase else "not_keys", path=file) from None
    except OSError:
        raise BackupError("unreadable", path=file) from None


def _unpacked(file: Path, target: Path) -> _Told:
    """What the manifest tells, when every file is there as it says; anything else refuses the whole."""
    try:
        with zipfile.ZipFile(file) as packed:
            if packed.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
                raise BackupError("damaged", path=file)
            told = json.loads(packed.read(MANIFEST))
            if told["sekisho-backup"] != FORMAT:
                raise BackupError("newer", path=file)
            if DATABASE not in told["files"] or not isinstance(told["at"], str) or not isinstance(told["entries"], int):
                raise BackupError("damaged", path=file)
            for name, about in told["files"].items():
                path = target / _safe(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(name) as source, path.open("xb") as copy:
                    _at_most(source, copy, about["size"], file)
                os.chmod(path, 0o600)
                if digest(path) != about["sha256"]:
                    raise BackupError("damaged", path=file)
    except FileNotFoundError:
        raise BackupError("unreadable", path=file) from None
    except _NO_COPY:
        raise BackupError("damaged", path=file) from None
    return _Told(told["at"], str(told["version"]), told["entries"], len(told["files"]), str(told.get(BASE, "")))


def _at_most(source: IO[bytes], copy: IO[bytes], size: int, file: Path) -> None:
    left = size
    while block := source.read(1 << 20):
        left -= len(block)
        if left < 0:
            raise BackupError("damaged", path=file)
        copy.write(block)


def _safe(name: str) -> str:
    """A name that stays below the folder it is put into; raises ``ValueError``."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not path.parts:
        raise ValueError(name)
    return name


def _written(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
