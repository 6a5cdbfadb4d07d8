"""The rule set of this installation, remembered in the state folder for as long as no file of the program changes.

Looking at all files costs a few milliseconds, reading them half a second. What is remembered is believed only for the same
list of files (size, times, inode) and of installed packages; whoever may write the state folder may write the inventory in it
too, so it is checked against damage, not against them. ``--full`` does not ask it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from functools import lru_cache
from pathlib import Path

from detectors.plugins import plugins
from detectors.resources import config_dir
from scanner import clock
from scanner.paths import system

_FILE = "ruleset.json"
_SETTLED_NS = 2_000_000_000
"""A file changed less than so long ago may change again within one tick of its clock."""
_SHOWN = 12
_INSTALLED = (".dist-info", ".egg-info", ".egg-link", ".pth")


def rule_set(depth: str, ocr: bool = False, folder: Path | None = None) -> str:
    """The rule set that findings are kept under, as ``3fa2c81b90de/balanced/ocr``: the rules, how thoroughly they are
    applied, and whether pictures are read. ``folder``: the state folder, where its number may be remembered."""
    return f"{number(folder)}/{depth}" + ("/ocr" if ocr else "")


@lru_cache(maxsize=8)
def number(folder: Path | None = None) -> str:
    """The number of the rules alone, once a process: what is loaded does not change while it runs."""
    seen, newest = _seen()
    remembered = _recall(folder, seen) if folder else ""
    if remembered:
        return remembered
    found = _computed(seen)
    if folder and newest < clock.stat_ns() - _SETTLED_NS and _seen()[0] == seen:
        _remember(folder, seen, found)
    return found


@lru_cache(maxsize=1)
def _computed(_seen: str) -> str:
    from scanner.ruleset.parts import digest, parts

    return digest(parts())[:_SHOWN]


def _seen() -> tuple[str, int]:
    """A digest of what lies there, and when the newest of it changed (ns)."""
    whole = hashlib.blake2b(sys.version.encode(), digest_size=16)
    newest = 0
    root, config = Path(__file__).resolve().parent.parent.parent, config_dir()
    waiting = [str(root / "detectors"), str(root / "scanner"), str(config / "rules")]
    found = [str(config / "limits.toml")]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                else:
                    found.append(entry.path)
    for place in sys.path:
        try:
            with os.scandir(place or ".") as entries:
                found += [entry.path for entry in entries if entry.name.endswith(_INSTALLED)]
        except OSError:
            continue  # an archive, or a folder that is not there
    if plugins("identifiers") or plugins("formats"):
        from scanner.ruleset.parts import plugin_files

        found += [str(path) for files in plugin_files().values() for path in files]
    for path in sorted(found):
        try:
            status = system.look_through(os.fsencode(path))
        except OSError:  # a link to nothing, or a file that an installation is just replacing
            whole.update(f"{path}\0gone\n".encode(errors="surrogateescape"))
            continue
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        line = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_ino}\n"
        whole.update(line.encode(errors="surrogateescape"))
    return whole.hexdigest(), newest


def _check(seen: str, found: str) -> str:
    return hashlib.blake2b(f"{seen} {found}".encode(), digest_size=8).hexdigest()


def _recall(folder: Path, seen: str) -> str:
    try:
        kept = json.loads((folder / _FILE).read_text(encoding="ascii"))
        if kept["seen"] == seen and kept["check"] == _check(seen, kept["number"]):
            return str(kept["number"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing remembered, or damaged: it is computed
    return ""


def _remember(folder: Path, seen: str, found: str) -> None:
    temporary = folder / f".{_FILE}.{os.getpid()}"
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            json.dump({"seen": seen, "number": found, "check": _check(seen, found)}, file)
        os.replace(temporary, folder / _FILE)
    except OSError:
        temporary.unlink(missing_ok=True)  # a full or read-only disk costs the shortcut, nothing else
