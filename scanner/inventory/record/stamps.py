"""Time stamps of the record's heads (RFC 3161): what an authority is asked, what it answered, whether that holds.

A stamp is over the signed part of a head. It proves that the head was there at that time, to whoever trusts the authority whose
certificate is named at the verification. Without the certificate only its hash and number are compared.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import clock
from scanner.inventory.record import heads
from scanner.inventory.record.der import certificates_in_order
from scanner.inventory.record.proofs import RecordError, latest
from scanner.inventory.store import Store
from scanner.tlog.checkpoint import read
from scanner.tlog.note import NoteError, parse

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

MOST = 1_000_000
"""Bytes of an answer; true ones have a few thousand."""
_GRANTED = 0
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the signed part of the head, its number of entries, the number used once, the bytes for the authority."""

    text: str
    size: int
    nonce: int
    request: bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp as verification finds it: the head's number of entries, the time (UTC), what is wrong (the end of a
    ``ledger.found_stamp_…``), nothing where it holds."""

    size: int
    at: str
    wrong: str = ""


def installed() -> bool:
    """Whether the extra ``timestamps`` is there."""
    return find_spec("rfc3161_client") is not None


def ask(db: sqlite3.Connection) -> Asked:
    """A request about the newest head. Raises ``RecordError`` where nothing is signed yet or the extra is lacking."""
    _needed()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    text = parse(latest(db)).text
    made = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    if made.nonce is None:
        raise RuntimeError("a request without a nonce")  # the builder makes one unless told not to
    return Asked(text, read(text).size, made.nonce, made.as_bytes())


def keep_request(store: Store, asked: Asked) -> None:
    """For an answer that comes later, as a file."""
    with store.transaction() as db:
        db.execute(
            "insert into stamps (size, head, nonce, asked) values (?, ?, ?, ?)",
            (asked.size, asked.text, str(asked.nonce), clock.stamp()),
        )


def take_file(store: Store, answer: bytes, trusted: list[Certificate]) -> Stamp:
    """Keep the answer to a request that was written to a file earlier. Raises ``RecordError`` where it fits none of them."""
    found = _decoded(answer)
    imprint = found.tst_info.message_imprint.message
    rows = store.connection.execute("select id, head, nonce from stamps where answer is null order by id").fetchall()
    fitting = [r for r in map(tuple, rows) if hashlib.sha256(str(r[1]).encode()).digest() == imprint]
    if not fitting:
        raise RecordError("stamp_other_head")
    for number, head, nonce in fitting:
        if int(nonce) == found.tst_info.nonce:
            stamp = _accepted(str(head), int(nonce), answer, trusted)
            with store.transaction() as db:
                db.execute(
                    "update stamps set answer = ?, at = ?, taken = ? where id = ?",
                    (answer, stamp.at, clock.stamp(), number),
                )
                _enter(store, stamp, answer)
            return stamp
    raise RecordError("stamp_other_nonce")


def take(store: Store, asked: Asked, answer: bytes, trusted: list[Certificate]) -> Stamp:
    """Keep the answer that came at once; without certificates the authority's signature is not looked at yet."""
    stamp = _accepted(asked.text, asked.nonce, answer, trusted)
    with store.transaction() as db:
        moment = clock.stamp()
        db.execute(
            "insert into stamps (size, head, nonce, asked, answer, at, taken) values (?, ?, ?, ?, ?, ?, ?)",
            (asked.size, asked.text, str(asked.nonce), moment, answer, stamp.at, moment),
        )
        _enter(store, stamp, answer)
    return stamp


def authorities(paths: list[Path]) -> list[Certificate]:
    """Certificates out of PEM files; raises ``RecordError`` where there is none."""
    from cryptography.x509 import load_pem_x509_certificates

    found: list[Certificate] = []
    for path in paths:
        try:
            found += load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            raise RecordError("bad_authority", path=path) from None
    return found


def verified(db: sqlite3.Connection, trusted: list[Certificate]) -> Iterator[Stamp]:
    """Every stamp of a record: that it is over the head beside it, that the record goes on from that head, that the entry about
    it and the answer agree, and, where certificates are given, that one of these authorities made it."""
    _needed()
    entered = {
        (int(size), str(digest))
        for size, digest in map(
            tuple,
            db.execute(
                "select json_extract(details, '$.size'), json_extract(details, '$.sha256') from ledger where kind = 'stamped'"
            ),
        )
    }
    for size, head, nonce, answer, at in map(
        tuple, db.execute("select size, head, nonce, answer, at from stamps where answer is not null order by id")
    ):
        entry = (int(size), hashlib.sha256(bytes(answer)).hexdigest())
        if entry not in entered:
            yield Stamp(int(size), str(at), "entry")
            continue
        entered.discard(entry)
        try:
            stamp = _accepted(str(head), int(nonce), bytes(answer), trusted)
            checkpoint = read(str(head))
        except RecordError as error:
            yield Stamp(int(size), str(at), error.code.removeprefix("stamp_"))
            continue
        except (NoteError, ValueError):
            yield Stamp(int(size), str(at), "other_head")
            continue
        goes_on = checkpoint.origin == heads.origin(db) and not heads.follows(db, checkpoint)
        yield stamp if goes_on else Stamp(stamp.size, stamp.at, "other_head")
    for size, _ in sorted(entered):
        yield Stamp(size, "", "missing")


def _enter(store: Store, stamp: Stamp, answer: bytes) -> None:
    store.note("stamped", size=stamp.size, time=stamp.at, sha256=hashlib.sha256(answer).hexdigest())


def _needed() -> None:
    if not installed():
        raise RecordError("stamp_not_installed")


def _decoded(answer: bytes) -> TimeStampResponse:
    """An answer with a stamp in it; raises ``RecordError`` where it is none or says no."""
    _needed()
    from rfc3161_client import decode_timestamp_response

    try:
        found = decode_timestamp_response(certificates_in_order(answer))
        status = int(found.status)
        if status == _GRANTED:
            read_too = (found.tst_info.nonce, found.tst_info.message_imprint.hash_algorithm, found.tst_info.gen_time)
            del read_too  # each is read when it is asked for, and can be broken by itself
    except (ValueError, TypeError, OverflowError):
        raise RecordError("stamp_broken") from None
    if status != _GRANTED:
        raise RecordError("stamp_refused", status=status)
    return found


def _accepted(head: str, nonce: int, answer: bytes, trusted: list[Certificate]) -> Stamp:
    """The stamp in an answer to a request; raises ``RecordError`` where it is not one for it."""
    found = _decoded(answer)
    about = found.tst_info.message_imprint
    if about.hash_algorithm.dotted_string != _SHA256 or about.message != hashlib.sha256(head.encode()).digest():
        raise RecordError("stamp_other_head")
    if found.tst_info.nonce != nonce:
        raise RecordError("stamp_other_nonce")
    if trusted:
        _trusted(found, head, nonce, trusted)
    return Stamp(read(head).size, clock.stamp_at(int(found.tst_info.gen_time.timestamp())))


def _trusted(found: TimeStampResponse, head: str, nonce: int, trusted: list[Certificate]) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder

    try:
        VerifierBuilder(roots=list(trusted), nonce=nonce).build().verify_message(found, head.encode())
    except (VerificationError, ValueError, TypeError):
        raise RecordError("stamp_untrusted") from None
