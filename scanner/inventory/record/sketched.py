"""Whether the index of sketches has what the contents have: it is made of them, and not sealed row by row."""

from __future__ import annotations

import secrets
import sqlite3
import struct
from array import array
from hashlib import blake2b


def same(db: sqlite3.Connection) -> bool:
    """Compare both, no matter in which order, by sums of keyed digests: nobody can choose rows whose sums are equal."""
    salt, kept, sealed = secrets.token_bytes(16), 0, 0

    def code(token: int, content: int) -> int:
        return int.from_bytes(blake2b(struct.pack(">qq", token, content), key=salt, digest_size=16).digest())

    try:
        for token, content in map(tuple, db.execute("select token, content from sketches")):
            kept += code(token, content)
        of_contents = db.execute("select id, sketch from contents where sketch is not null and length(sketch) > 0")
        for content, text in map(tuple, of_contents):
            tokens = array("q")
            tokens.frombytes(text)
            sealed += sum(code(token, content) for token in set(tokens))
    except (sqlite3.DatabaseError, struct.error, TypeError, ValueError):
        return False
    return kept == sealed
