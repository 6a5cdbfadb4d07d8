"""The verification program itself: what it is asked, what it says, Japanese first.

Part of the verification program that goes with a pack (``joined``): no imports but the standard library of Python 3.8.
"""

from __future__ import annotations

import argparse
import os
import sys

from scanner.report.pack.verifier.checking import Result, verify
from scanner.report.pack.verifier.container import Differs, folder, read, unzipped
from scanner.report.pack.verifier.notes import fingerprint

SENTENCES: dict[str, list[str]] = {}
"""Code → Japanese, English; filled in where the program is joined."""

MOST_SHOWN = 100


def main(words: list[str] | None = None) -> int:
    """0 where all agrees, 1 where something does not, 2 where nothing could be read."""
    asked = argparse.ArgumentParser(description=_both("about"))
    asked.add_argument("pack", help=_both("help_pack"))
    asked.add_argument("--key", default="", help=_both("help_key"))
    asked.add_argument("--checkpoint", default="", help=_both("help_checkpoint"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = asked.parse_args(words)
    try:
        earlier = read(given.checkpoint) if given.checkpoint else b""
        if os.path.isdir(given.pack):
            found = verify(folder(given.pack), given.key, earlier)
        else:
            found = verify(unzipped(read(given.pack)), given.key, earlier)
    except Differs as refused:
        found = Result([(refused.code, refused.name)], {}, bool(given.key), 0, 0)
    except OSError as error:
        print(_both("unreadable") + ": " + _plain(str(error.filename or given.pack)), file=sys.stderr)
        return 2
    for line in told(found):
        print(_plain(line))
    return 1 if found.reasons else 0


def told(found: Result) -> list[str]:
    """What people read of a result."""
    lines = []
    if found.manifest:
        about = found.manifest
        lines += [about["title"], _both("day") + ": " + about["day"], _both("contractor") + ": " + about["contractor"]]
        lines += [_both("contract") + f": {c['id']} {c['title']} ({c['entruster']})" for c in about["contracts"]]
        lines += [_both("files") + f": {len(about['files'])}", _both("entries") + f": {found.entries}"]
        lines += [_both("older") + f": {found.older}"] if found.older else []
        lines += [_both("fingerprint") + ": " + " ".join(_groups(fingerprint(about["key"])))]
        lines += [_both("key_handed" if found.handed else "key_own"), ""]
    lines += [f"  {_both(code)}" + (f": {name}" if name else "") for code, name in found.reasons[:MOST_SHOWN]]
    if len(found.reasons) > MOST_SHOWN:
        lines.append(f"  … {len(found.reasons) - MOST_SHOWN}")
    return [*lines, _both("differs" if found.reasons else "agrees" if found.handed else "agrees_own")]


def _groups(text: str) -> list[str]:
    return [text[at : at + 8] for at in range(0, len(text), 8)]


def _both(code: str) -> str:
    return " / ".join(SENTENCES.get(code, [code]))


def _plain(text: str) -> str:
    """Nothing in a pack steers the terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
