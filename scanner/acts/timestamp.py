"""Asking a time-stamping authority over HTTP (RFC 3161, 3.4). What leaves the machine is a hash and a number used once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scanner import clock
from scanner.inventory.reader import Reader
from scanner.inventory.record import stamps
from scanner.inventory.record.proofs import RecordError
from scanner.inventory.store import Store

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SECONDS = 10.0
"""The longest wait for an authority, whole answer included."""


def stamp(database: Path, address: str, trusted: list[Certificate]) -> stamps.Stamp:
    """Have the newest head stamped and keep that. Nothing is held open or locked while the authority is waited for.

    Args:
        address: of the authority, as the policy has it.
        trusted: its certificates; none: the signature is verified later.

    Raises ``RecordError``, where nothing came or what came is no stamp of this head; the record stays as it was.
    """
    with Reader(database) as reader:
        asked = stamps.ask(reader.db)
    answer = post(address, asked.request)
    with Store(database, only_notes=True) as store:
        return stamps.take(store, asked, answer, trusted)


def post(address: str, request: bytes) -> bytes:
    """The authority's answer; raises ``RecordError`` where there is none in time."""
    import http.client
    import urllib.request

    until = clock.monotonic() + SECONDS
    asked = urllib.request.Request(  # noqa: S310 - the policy takes http and https only
        address, request, {"Content-Type": "application/timestamp-query", "User-Agent": "sekisho"}
    )
    answer = b""
    with suppress(OSError, http.client.HTTPException, ValueError):  # told below, whatever it was
        with urllib.request.urlopen(asked, timeout=SECONDS) as stream:  # noqa: S310
            while clock.monotonic() < until and len(answer) <= stamps.MOST:
                piece = stream.read1(65_536)
                if not piece:
                    return answer
                answer += piece
    raise RecordError("stamp_no_answer", address=address)
