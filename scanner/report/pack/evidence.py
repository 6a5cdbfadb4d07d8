"""The evidence in a pack: each entry of the record that a form cites with its proof, and proofs from every earlier head.

An entry is shown as its bytes in the record: kind, time, contract, machine and account in clear, the details (they name paths) as
their digest. A proof is below 1.2 kB at ten million entries.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from scanner import clock
from scanner.inventory.record import tree
from scanner.inventory.record.encoding import ENTRY, leaf
from scanner.report.pack.verifier.checking import canonical
from scanner.tlog.checkpoint import read
from scanner.tlog.note import parse
from scanner.tlog.tree import consistency, inclusion

NEWEST = 100
"""Heads of which each has its proof, however many a day has."""


def entries(db: sqlite3.Connection, numbers: Iterable[int], head: str) -> bytes:
    """``entries.jsonl``: number, place, bytes and proof of each, in the tree of ``head`` (a note). What is older than the tree is
    left out: it has the head of their chain, and none a proof of its own."""
    base, size = tree.base(db), read(parse(head).text).size
    at = cache(tree.hashes(db))  # neighbours share most of their proofs
    lines = []
    for number in sorted(n for n in set(numbers) if n > base):
        row = db.execute(f"select {ENTRY} from ledger where seq = ?", (number,)).fetchone()  # noqa: S608  # our own columns
        index = number - base - 1
        proof = [_coded(h) for h in inclusion(size, index, at)]
        lines.append({"entry": number, "index": index, "leaf": leaf(tuple(row)).decode("utf-8"), "proof": proof})
    return _lines(lines)


def citations(cited: Mapping[str, Sequence[int]]) -> bytes:
    """``citations.jsonl``: file → entries that its lines cite."""
    return _lines({"path": path, "entries": sorted(set(numbers))} for path, numbers in sorted(cited.items()) if numbers)


def links(db: sqlite3.Connection, head: str) -> bytes:
    """``consistency.jsonl``: that the record of ``head`` goes on from earlier heads which somebody may hold: those of earlier
    packs, what a witness signed, the last of each day, and the newest ones."""
    size = read(parse(head).text).size
    found = db.execute("select size, at, note from checkpoints where size > 0 and size < ? order by size", (size,))
    earlier = [(int(old), str(at), parse(note)) for old, at, note in map(tuple, found.fetchall())]
    kept = {old for old, _, _ in earlier[-NEWEST:]} | {old for old, _, note in earlier if len(note.signatures) > 1}
    kept |= set({clock.day_of(at): old for old, at, _ in earlier}.values())  # of each day the last
    packs = db.execute(
        "select json_extract(details, '$.size') from ledger where kind = 'report_made' and json_extract(details, '$.form') = '14'"
    )
    kept |= {old for (old,) in map(tuple, packs.fetchall()) if isinstance(old, int) and 0 < old < size}
    hashes = tree.hashes(db)
    return _lines({"size": old, "proof": [_coded(h) for h in consistency(old, size, hashes)]} for old in sorted(kept))


def _coded(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()


def _lines(objects: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(canonical(o) + "\n" for o in objects).encode("utf-8")
