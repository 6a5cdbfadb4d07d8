"""What an entry of the record is as bytes, and what stood in the chain of earlier versions.

An entry is a leaf of an RFC 6962 tree. Its bytes are a JSON array in the canonical form of RFC 8785 (no spaces, shortest
escapes; only text and whole numbers occur): ``["sekisho-record/1",seq,at,kind,contract,family,host,account,digest]``. Borders of
fields cannot be moved, because quotes inside a field are escaped. ``digest`` is the SHA-256 of the details in hexadecimal digits;
the details hold a random salt, so a copy in which they are masked still verifies and what was masked cannot be guessed.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from scanner.tlog.hashing import leaf_hash

VERSION = "sekisho-record/1"
START = b"\0" * 32
SALT = "_salt"
SALTED = f'"{SALT}":"'
ENTRY = "seq, at, kind, contract, family, host, account, details"
"""Columns of an entry, in the order of ``leaf``."""


def leaf(fields: tuple[Any, ...]) -> bytes:
    """The bytes of an entry whose fields, in the order of ``ENTRY``, end with its details."""
    return masked((*fields[:-1], digest_of(fields[-1])))


def masked(fields: tuple[Any, ...]) -> bytes:
    """The same of an entry that ends with the digest of its details."""
    return orjson.dumps([VERSION, *fields])


def leaf_of(fields: tuple[Any, ...]) -> bytes:
    """The leaf hash of an entry with its details."""
    return leaf_hash(leaf(fields))


def digest_of(details: str) -> str:
    """What stands for the details in an entry's bytes."""
    return hashlib.sha256(details.encode("utf-8", "surrogatepass")).hexdigest()


def chained(previous: bytes, fields: tuple[Any, ...]) -> bytes:
    """The hash of an entry of earlier versions, over the one before. Its weakness: a unit separator (0x1f) inside a field moves
    the border of two fields unseen. The head of that chain is the first leaf of the tree, which closes it."""
    *head, details = fields
    if SALTED in details:
        details = digest_of(details)
    text = "\x1f".join(map(str, [*head, details]))
    return hashlib.sha256(previous + text.encode("utf-8", "surrogatepass")).digest()
