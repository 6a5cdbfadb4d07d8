"""Who may check at the gate (第7③): a passphrase a worker, kept as scrypt in the key folder, never in the database.

Two workers are one person where their names are the same or where they share an account of a machine.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.policy.models import Contract, Worker, bare_account

_FILE = "checkers.json"
LEAST = 8
"""Characters of a passphrase."""


class CheckerError(SekishoError):
    """``code`` names the message: ``too_short``, ``not_enrolled``, ``wrong_passphrase``."""

    section = "gate"
    exit_code = EXIT_USAGE


def enroll(keys: Path, worker: str, passphrase: str) -> None:
    """Set the passphrase of a worker; an older one is replaced."""
    if len(passphrase) < LEAST:
        raise CheckerError("too_short", least=LEAST)
    known = _load(keys)
    salt = secrets.token_bytes(16)
    known[worker] = [salt.hex(), _derived(passphrase, salt).hex()]
    temporary = keys / f".{_FILE}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False)
    os.replace(temporary, keys / _FILE)


def seal(keys: Path, worker: str, passphrase: str, facts: str) -> str:
    """Proof that this worker gave this answer: it takes the passphrase to make; raises ``CheckerError``."""
    salt, stored = _entry(keys, worker)
    if not hmac.compare_digest(_derived(passphrase, salt), stored):
        raise CheckerError("wrong_passphrase")
    return hmac.digest(stored, facts.encode(), "sha256").hex()


def sealed(keys: Path, worker: str, facts: str, proof: str) -> bool:
    """Whether a proof is the worker's."""
    try:
        _, stored = _entry(keys, worker)
    except CheckerError:
        return False
    return hmac.compare_digest(hmac.digest(stored, facts.encode(), "sha256").hex(), proof)


def one_person(contract: Contract, one: str, other: str) -> bool:
    """Whether two numbers of the register are one person."""
    first, second = _worker(contract, one), _worker(contract, other)
    if one == other or first is None or second is None:
        return True  # who is not in the register counts for nobody
    same_name = "".join(first.name.split()).casefold() == "".join(second.name.split()).casefold()
    return same_name or bool({bare_account(a) for a in first.accounts} & {bare_account(a) for a in second.accounts})


def _worker(contract: Contract, number: str) -> Worker | None:
    return next((w for w in contract.worker if w.id == number), None)


def _load(keys: Path) -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads((keys / _FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _entry(keys: Path, worker: str) -> tuple[bytes, bytes]:
    known = _load(keys).get(worker)
    if known is None:
        raise CheckerError("not_enrolled", worker=worker)
    return bytes.fromhex(known[0]), bytes.fromhex(known[1])


def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
