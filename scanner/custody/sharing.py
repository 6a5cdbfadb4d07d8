"""Originals for another machine that has the contract's key: their tokens in a file, so that copies are found there too.

The tokens are worth nothing without the key; no name, number or text is in the file. What was received on one machine and
copied to another is recognised there, and inventories of both can be joined (``sekisho merge``).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import BinaryIO

from scanner.custody.sharedline import Line, told
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import custody as table
from scanner.inventory.custody import Original

ELSEWHERE = b"(other machine) "
"""With this begins what stands in the place of the path of an original that another machine told."""
_KIND = "sekisho-original 2"


class SharingError(SekishoError):
    """``code`` names the message: ``no_such_original``, ``not_originals``, ``other_key``."""

    section = "originals"
    exit_code = EXIT_USAGE


def fingerprint(db: sqlite3.Connection, original: int) -> str:
    """A digest of all tokens of an original, or of those it had before it got those of a newer key set: the same on every
    machine that has it."""
    (kept,) = db.execute("select fingerprint from originals where id = ?", (original,)).fetchone()
    if kept:
        return str(kept)
    return _digest(table.tokens_of(db, original))


def _digest(tokens: Iterable[int]) -> str:
    digest = hashlib.sha256()
    for token in sorted(set(tokens)):
        digest.update(int(token).to_bytes(8, "big", signed=True))
    return digest.hexdigest()


def chosen(db: sqlite3.Connection, families: tuple[str, ...]) -> list[Original]:
    """The originals of these families, all where none is named; raises ``SharingError`` for one that is not there."""
    known = {o.family: o for o in table.originals(db)}
    missing = [f for f in families if f not in known]
    if missing:
        raise SharingError("no_such_original", family=missing[0], known=", ".join(known) or "—")
    return [known[f] for f in families] or list(known.values())


def write(db: sqlite3.Connection, originals: list[Original], target: BinaryIO) -> int:
    """Export originals with their tokens; returns how many characters they are unpacked."""
    size = 0
    with gzip.open(target, "wt", encoding="utf-8") as file:
        for original in originals:
            tokens = table.tokens_of(db, original.id)
            entry = asdict(original)
            entry.update(path="", content_key="", id=0, kind=_KIND, fingerprint=fingerprint(db, original.id))
            entry.update({name: told(entry[name]) for name in ("giver", "medium", "name")})
            entry.update(tokens=_packed(tokens.keys()), rows_of=_packed(tokens.values()))
            size += file.write(json.dumps(entry) + "\n")
    return size


def _packed(numbers: Iterable[int]) -> str:
    return base64.b64encode(array("q", numbers).tobytes()).decode()


def _unpacked(text: str) -> array[int]:
    numbers = array("q")
    numbers.frombytes(base64.b64decode(text, validate=True))
    return numbers


def read(path: Path | BinaryIO) -> Iterator[tuple[Original, dict[int, int], str]]:
    """Originals of a file; raises ``SharingError`` where it is none, or says what none can say."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for text in file:
                line = Line.model_validate_json(text)
                tokens = _unpacked(line.tokens)
                rows = _unpacked(line.rows_of) or array("q", [-1] * len(tokens))
                yield line.original, dict(zip(tokens, rows, strict=True)), line.fingerprint or _digest(tokens)
    except (OSError, ValueError, EOFError, zlib.error):
        raise SharingError("not_originals", path=path if isinstance(path, Path) else "") from None


def take(
    db: sqlite3.Connection, found: list[tuple[Original, dict[int, int], str]], key_ids: dict[str, str]
) -> list[int]:
    """Enter originals of another machine inside the caller's transaction; one that is here already is not entered twice.

    Raises ``SharingError`` where the contract's key is another one: its tokens would never be met.
    """
    known = {fingerprint(db, o.id) for o in table.originals(db)}
    numbers: list[int] = []
    for original, tokens, digest in found:
        if key_ids.get(original.contract) != original.key_id:
            raise SharingError("other_key", contract=original.contract, key=original.key_id)
        if digest not in known:
            entered = replace(original, path=ELSEWHERE + digest[:16].encode(), content_key=bytes.fromhex(digest[:32]))
            number = table.add_original(db, entered, tokens)
            table.keep_fingerprint(db, number, digest)
            numbers.append(number)
    return numbers
