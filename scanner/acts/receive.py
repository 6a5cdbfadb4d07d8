"""受領: registers entrusted data as an original. Its rows and its text become tokens under the contract's key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from scanner import clock
from scanner.acts import keyholding, naming
from scanner.custody.stored import fingerprinted
from scanner.errors import EXIT_USAGE, FileFault, SekishoError
from scanner.inventory import custody as table
from scanner.inventory import ledger
from scanner.inventory.custody import Original
from scanner.inventory.errors import now
from scanner.inventory.home import Home
from scanner.inventory.installation import installation_key
from scanner.inventory.store import Store
from scanner.model import Reason, of_persons, ref_of
from scanner.paths.system import is_file
from scanner.pipeline import reason_of
from scanner.scan.adapters import content_key
from scanner.scan.lane import Lane
from scanner.scan.renewing import enter

ORIGINS = ("provided", "collected", "created")
"""提供・収集・作成 (第13 covers all three)."""


class ReceiveError(SekishoError):
    """A file that cannot be registered; ``code`` names the message."""

    section = "receive"
    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person says of the data that a machine cannot see."""

    contract: str
    origin: str = "provided"
    received: date | None = None
    giver: str = ""
    medium: str = ""
    declared_count: int | None = None
    name: str = ""
    """What it is called on paper; a neutral name where it is empty."""


def receive(
    path: bytes,
    receipt: Receipt,
    home: Home,
    *,
    depth: str = "balanced",
    passwords: tuple[str, ...] = (),
    accept_partial: bool = False,
    again: bool = False,
    by: str = "",
) -> Original:
    """Read, fingerprint and register one file. Raises ``ReceiveError``, ``KeyProblem`` or ``InventoryError``.

    ``by``: who asks, as the record calls the person; empty for whoever runs a command, whose account every entry has.
    ``again``: it is registered already, and gets the keys of this version beside those it has.
    """
    name = naming.checked(receipt.name) if receipt.name else ""
    try:
        ref = ref_of(path)
    except OSError:
        raise ReceiveError("missing") from None
    if not is_file(ref.path):
        raise ReceiveError("not_a_file")
    with Store(home.database, only_notes=True) as store:
        db = store.connection
        house = installation_key(home)
        key = keyholding.for_receiving(store, home.keys, receipt.contract)
        with Lane(depth, house, [key], passwords=passwords, prints=True) as lane:
            try:
                with lane.hold(ref) as held:
                    number_of_content = content_key(held.digest, house)
                    known = _known(db, number_of_content, receipt.contract)
                    if again and known is None:
                        raise ReceiveError("not_received", contract=receipt.contract)
                    if not again:
                        _not_twice(db, number_of_content, receipt.contract)
                        naming.free(db, receipt.contract, name)
                    read = held.read()
                    changed = held.changed()
            except FileFault as fault:
                raise ReceiveError("unreadable", reason=fault.reason) from None
        partial = Reason.CHANGED if changed else reason_of(read)
        if partial is not None and partial is not Reason.NO_TEXT and (changed or not accept_partial):
            raise ReceiveError("not_wholly_read", reason=partial)
        if read.prints is None:
            raise ReceiveError("not_wholly_read", reason=partial or Reason.CRASHED)
        made = fingerprinted(read.prints, receipt.contract)
        if not made.rows and not made.texts:
            raise ReceiveError("nothing_to_compare")
        if known is not None:
            enter(store, known, made)
            return replace(known, rows=made.rows, texts=made.texts, version=table.KEY_SET)
        kinds: Counter[str] = Counter()
        for finding in of_persons(read.findings):
            kinds[finding.entity] += finding.count
        original = Original(
            0,
            receipt.contract,
            ref.path,
            number_of_content,
            read.media_type,
            ref.size,
            receipt.origin,
            (receipt.received or clock.today()).isoformat(),
            receipt.giver,
            receipt.medium,
            receipt.declared_count,
            made.rows,
            made.texts,
            read.fewest,
            read.most,
            tuple(sorted(kinds)),
            key.id,
            "held",
            now(),
            table.KEY_SET,
            made.named,
            name,
        )
        with store.transaction():
            _not_twice(db, number_of_content, receipt.contract)  # nobody has received it meanwhile
            number = table.add_original(db, original, made.tokens)
            ledger.append(
                db,
                "received",
                contract=receipt.contract,
                family=f"R-{number}",
                rows=made.rows,
                texts=made.texts,
                persons=[read.fewest, read.most],
                declared=receipt.declared_count,
                origin=receipt.origin,
                received=original.received,
                **({"partial": partial.value} if partial is not None and accept_partial else {}),
                **({"user": by} if by else {}),
            )
        return next(o for o in table.originals(db) if o.id == number)


def _known(db, content_key: bytes, contract: str) -> Original | None:  # type: ignore[no-untyped-def]
    every = (one for one in table.originals(db) if one.contract == contract)
    return next((one for one in every if bytes(one.content_key) == content_key), None)


def _not_twice(db, content_key: bytes, contract: str) -> None:  # type: ignore[no-untyped-def]
    for known in table.originals(db):
        if bytes(known.content_key) == content_key:
            raise ReceiveError(
                "received_before", family=known.family, contract=known.contract, same=known.contract == contract
            )
