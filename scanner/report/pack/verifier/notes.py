"""Signed notes, their keys, and checkpoints of a log, as C2SP defines them (signed-note, tlog-checkpoint).

Part of the verification program that goes with a pack (``joined``): no imports but the standard library of Python 3.8.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import NamedTuple

from scanner.report.pack.verifier.curve import ed25519

_SPACE = r"\s\x1c-\x1f\x85\ufeff"  # what Python or a browser calls a space
MOST = 2**53
"""Bound of every number: what a browser counts exactly."""


class Key(NamedTuple):
    """A verifier key: name, identifier (4 bytes) and the 32 bytes of Ed25519."""

    name: str
    id: bytes
    public: bytes


def b64(text: str) -> bytes:
    """Base 64 in its only spelling; raises ``ValueError``."""
    data = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical")
    return data


def key(text: str) -> Key:
    """``name+1234abcd+AS…``; raises ``ValueError``."""
    name, identifier, coded = text.split("+", 2)
    data = b64(coded)
    own = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if not re.fullmatch(f"[^+{_SPACE}]+", name) or len(data) != 33 or data[0] != 1 or own.hex() != identifier:
        raise ValueError("not a key")
    return Key(name, own, data[1:])


def fingerprint(text: str) -> str:
    """What is read out or printed of a key: SHA-256 of its text."""
    return hashlib.sha256(text.encode()).hexdigest()


def note(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """Text and signatures (name; identifier and signature) of a signed note; raises ``ValueError``."""
    whole = data.decode("utf-8")
    if re.search(r"[\x00-\x09\x0b-\x1f]", whole) or "\n\n" not in whole or not whole.endswith("\n"):
        raise ValueError("not a note")
    text, _, lines = whole.rpartition("\n\n")
    signatures: list[tuple[str, bytes]] = []
    for line in lines[:-1].split("\n"):
        found = re.fullmatch(f"\u2014 ([^+{_SPACE}]+) ([A-Za-z0-9+/=]+)", line)
        if found is None or len(signatures) == 64:
            raise ValueError("not a note")
        signatures.append((found[1], b64(found[2])))
    return text + "\n", signatures


def signed(text: str, signatures: list[tuple[str, bytes]], by: Key) -> bool:
    """Whether the key has signed; false too where one of several signatures under its name does not hold."""
    mine = [s[4:] for name, s in signatures if name == by.name and s[:4] == by.id]
    return bool(mine) and all(ed25519(by.public, text.encode(), s) for s in mine)


def checkpoint(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root; raises ``ValueError``."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:-1]) or not re.fullmatch("0|[1-9][0-9]{0,15}", lines[1]):
        raise ValueError("not a checkpoint")
    if int(lines[1]) >= MOST or len(b64(lines[2])) != 32:
        raise ValueError("not a checkpoint")
    return lines[0], int(lines[1]), b64(lines[2])
