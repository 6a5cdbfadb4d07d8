"""受領: registers entrusted data as an original. Its rows and its text become tokens under the contract's key."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date

from scanner import clock
from scanner.custody import keys
from scanner.custody.prints import Fingerprinter
from scanner.detect.assemble import Detection
from scanner.extract.pool import Extractor
from scanner.inventory import custody as table
from scanner.inventory import ledger
from scanner.inventory.custody import Original
from scanner.inventory.errors import now
from scanner.inventory.home import Home, installation_key
from scanner.inventory.store import Store
from scanner.model import FileRef, Reason
from scanner.pipeline import ReadError
from scanner.scan.adapters import LocalTools

ORIGINS = ("provided", "collected", "created")
"""提供・収集・作成 (第13 covers all three)."""


class ReceiveError(Exception):
    """A file that cannot be registered; ``code`` names the message."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person says of the data that a machine cannot see."""

    contract: str
    origin: str = "provided"
    received: date | None = None
    giver: str = ""
    medium: str = ""
    declared_count: int | None = None


def receive(
    path: bytes,
    receipt: Receipt,
    home: Home,
    *,
    depth: str = "balanced",
    passwords: tuple[str, ...] = (),
    accept_partial: bool = False,
) -> Original:
    """Read, fingerprint and register one file. Raises ``ReceiveError``, ``KeyProblem`` or ``InventoryError``."""
    absolute = os.path.abspath(path)
    try:
        status = os.stat(absolute)
    except OSError:
        raise ReceiveError("missing") from None
    if not os.path.isfile(absolute):
        raise ReceiveError("not_a_file")
    ref = FileRef(absolute, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)
    house = installation_key(home)
    with Store(home.database) as store:
        db = store.connection
        try:
            key = keys.load(home.keys, receipt.contract)
        except keys.KeyProblem as problem:
            if problem.code != "key_missing" or any(o.contract == receipt.contract for o in table.originals(db)):
                raise
            key = keys.make(home.keys, receipt.contract)
            ledger.append(db, "key_made", contract=receipt.contract, key=key.id)
        with Extractor(passwords=passwords) as extractor:
            tools = LocalTools(depth, extractor, house)
            try:
                content_key = tools.content_key(ref)
            except ReadError as error:
                raise ReceiveError("unreadable", reason=error.reason) from None
            _not_twice(db, content_key, receipt.contract)
            prints = Fingerprinter([key], keys.Key("", house))
            detection = Detection(tools.engine, prints)
            blocks, reading = extractor.read(ref)
            for batch in blocks:
                for block in batch:
                    detection.add(block)
            findings, fewest, most = detection.finish()
        partial = reading.reason or (reading.partial[0][0] if reading.partial else None)
        if partial is not None and partial is not Reason.NO_TEXT and not accept_partial:
            raise ReceiveError("not_wholly_read", reason=partial)
        made = prints.finish()
        rows, texts = made.by_key[receipt.contract], made.texts[receipt.contract]
        if not rows and not texts:
            raise ReceiveError("nothing_to_compare")
        kinds: Counter[str] = Counter()
        for finding in findings:
            kinds[finding.entity] += finding.count
        original = Original(
            0,
            receipt.contract,
            absolute,
            content_key,
            reading.media_type,
            ref.size,
            receipt.origin,
            (receipt.received or clock.today()).isoformat(),
            receipt.giver,
            receipt.medium,
            receipt.declared_count,
            len(rows),
            len(texts),
            fewest,
            most,
            tuple(sorted(kinds)),
            key.id,
            "held",
            now(),
        )
        db.execute("begin immediate")
        number = table.add_original(db, original, {t for row in rows for t in row} | texts)
        ledger.append(
            db,
            "received",
            contract=receipt.contract,
            family=f"R-{number}",
            rows=len(rows),
            texts=len(texts),
            persons=[fewest, most],
            declared=receipt.declared_count,
            origin=receipt.origin,
            received=original.received,
            **({"partial": partial.value} if partial is not None and accept_partial else {}),
        )
        db.execute("commit")
        return next(o for o in table.originals(db) if o.id == number)


def _not_twice(db, content_key: bytes, contract: str) -> None:  # type: ignore[no-untyped-def]
    for known in table.originals(db):
        if bytes(known.content_key) == content_key:
            raise ReceiveError(
                "received_before", family=known.family, contract=known.contract, same=known.contract == contract
            )
