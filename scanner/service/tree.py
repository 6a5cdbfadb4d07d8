"""Folders of the program: brought whole or not at all, and taken away while parts of them run.

Windows deletes no program that runs, but lets it be moved within its volume. So what goes is moved aside first; what cannot be
deleted there goes when the system starts next, and the place is free at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath

from scanner import clock
from scanner.service.interface import ServiceError
from scanner.service.machine import Machine

SUMS = "SHA256SUMS"
_PIECE = 1 << 20


def bring(source: Path, target: Path) -> None:
    """Copy a package to ``target``, which is new: what its sums name, each file compared with its sum on the way.

    Raises ``ServiceError`` where the package is damaged or there is no room; nothing is left behind then."""
    made: set[Path] = set()
    try:
        for digest, name in sums(source):
            place = target / name
            if place.parent not in made:
                place.parent.mkdir(parents=True, exist_ok=True)
                made.add(place.parent)
            if _copied(source / name, place) != digest:
                raise ServiceError("package_damaged", detail=name)
        shutil.copyfile(source / SUMS, target / SUMS)
    except FileNotFoundError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise ServiceError("package_damaged", detail=Path(error.filename or SUMS).name) from None
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise ServiceError("refused", detail=f"{target}: {error.strerror or error}") from None
    except ServiceError:
        shutil.rmtree(target, ignore_errors=True)
        raise


def sums(folder: Path) -> list[tuple[str, str]]:
    """(SHA-256, name) of every file of a package. Raises ``ServiceError`` where they cannot be read or leave the folder."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    found = [(digest, name) for digest, _, name in (line.partition("  ") for line in lines)]
    if not found or any(not name or PurePosixPath(name).is_absolute() or ".." in name.split("/") for _, name in found):
        raise ServiceError("package_damaged", detail=SUMS)
    return found


def same(source: Path, target: Path) -> bool:
    """Whether ``target`` has the package already: the same sums, and every file that they name in its size. So cheap that a setup may
    run at every start of a terminal. Raises ``ServiceError`` where ``source`` is damaged."""
    names = [name for _, name in sums(source)]
    try:
        if (source / SUMS).read_bytes() != (target / SUMS).read_bytes():
            return False
        here, there = _sizes(source), _sizes(target)
        return all(name in here and here[name] == there.get(name) for name in names)
    except OSError:
        return False


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of every file below ``folder``, from the listings alone: asked one by one, the files of a package take minutes."""
    found: dict[str, int] = {}
    waiting = [("", str(folder))]
    while waiting:
        name, path = waiting.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{name}{entry.name}/", entry.path))
                else:
                    found[name + entry.name] = entry.stat(follow_symlinks=False).st_size
    return found


def _copied(source: Path, target: Path) -> str:
    """Copy a file; the SHA-256 of what was read."""
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("xb") as writing:
        while piece := reading.read(_PIECE):
            digest.update(piece)
            writing.write(piece)
    return digest.hexdigest()


def put_aside(folder: Path) -> Path:
    """Move ``folder`` to a name beside it, file by file where something in it runs. Raises ``OSError``; all is then as before."""
    aside = folder.with_name(f"{folder.name}.old-{clock.stat_ns()}")
    try:
        folder.rename(aside)
        return aside
    except PermissionError:
        pass  # something in it runs
    moved: list[tuple[Path, Path]] = []
    try:
        for path in [p for p in folder.rglob("*") if not _is_folder(p)]:
            place = aside / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)
            moved.append((place, path))
        for path in sorted([*folder.rglob("*"), folder], key=_depth):
            path.rmdir()
    except OSError:
        for place, path in moved:
            path.parent.mkdir(parents=True, exist_ok=True)
            place.rename(path)
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return aside


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _depth(path: Path) -> int:
    """For an order in which what is in a folder stands before it."""
    return -len(path.parts)


def throw_away(folder: Path, machine: Machine) -> int:
    """Delete ``folder``; how many of its files must wait for the next start of the system. Raises ``OSError``."""
    waiting = 0
    for path in sorted([*folder.rglob("*"), folder], key=_depth):
        is_folder = _is_folder(path)
        try:
            if is_folder:
                path.rmdir()
            else:
                _unlink(path)
        except OSError:
            machine.delete_at_start(path)
            waiting += not is_folder
    return waiting


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except PermissionError:  # a file that is only to be read
        os.chmod(path, 0o600)
        path.unlink()
