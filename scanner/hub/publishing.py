"""A policy in pieces: prepared by an officer, signed by two, handed to the hub, which can change nothing of it."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.acts.signing import Ask, Rules
from scanner.fleet import pieces
from scanner.fleet.errors import WireError
from scanner.fleet.pieces import COMMON, Piece
from scanner.hub import terminals
from scanner.hub.cosigning import cosigner
from scanner.hub.desk import Desk
from scanner.hub.errors import HubError
from scanner.inventory.home import Home
from scanner.inventory.secretfile import place
from scanner.inventory.store import Store
from scanner.policy import machines
from scanner.policy.load import load, parsed
from scanner.policy.models import Policy

EVERYONE = ("*",)
_AHEAD = timedelta(days=1)
"""How far the clock of who prepared may be ahead; a version of a later moment would keep every other policy out until then."""


def prepare(path: Path) -> list[Piece]:
    """The pieces of a policy file, unsigned; the version is the moment. Raises ``PolicyError`` or ``HubError``.

    A contract is for the machines that its places name, and for all where a place names none.
    """
    import tomlkit

    policy, text = load(path), path.read_text("utf-8-sig")
    version = int(clock.now().timestamp())
    common: Any = tomlkit.parse(text)
    contracts = common.pop("contract", [])
    found = [Piece(version, COMMON, EVERYONE, tomlkit.dumps(common), len(policy.contract))]
    for one, written in zip(policy.contract, contracts, strict=True):
        document, listed = tomlkit.document(), tomlkit.aot()
        listed.append(written)
        document["contract"] = listed
        found.append(
            Piece(version, one.id, machines.patterns(one) or EVERYONE, tomlkit.dumps(document), len(policy.contract))
        )
    again = parsed(pieces.assembled(found), path)
    if _sorted(again) != _sorted(policy):
        raise HubError("cannot_split", path=path)
    return found


def sign(found: list[Piece], home: Home, rules: Rules, by: str, ask: Ask) -> list[Piece]:
    """With the signature of a person of the officer's record, who signs the policy of ``rules`` and nothing else.

    Raises ``HubError``: the pieces are not what ``prepare`` makes of it (``other_policy``); ``PeopleError``: also where the person has
    signed them already under another number.
    """
    path = Path(rules.path)
    made = prepare(path)
    late = (clock.now() + _AHEAD).timestamp()
    if not found or len(found) != len(made) or _said(found) != _said(made):
        raise HubError("other_policy", path=path)
    if len({p.version for p in found}) > 1 or found[0].version > late:
        raise HubError("other_policy", path=path)
    numbers = {number for piece in found for number, _ in piece.signatures}
    with Store(home.database, only_notes=True) as store:
        one = cosigner(store.connection, home, rules, by, ask, numbers)
    seed: bytes = one.key.private_bytes_raw()
    return [piece.signed(one.number, seed) for piece in found]


def publish(desk: Desk, found: list[Piece]) -> int:
    """Hand them to the terminals from now on; returns the version. Raises ``HubError``: not of two officers, or not newer."""
    if not found or not pieces.agreed(found, desk.officers):
        raise HubError("policy_not_signed")
    if COMMON not in {p.contract for p in found} or len(found) != found[0].contracts + 1:
        raise HubError("policy_incomplete")
    version = found[0].version
    with desk.database.transaction() as work:
        newest = int(work.all("select coalesce(max(version), 0) from pieces")[0][0])
        if version <= newest:
            raise HubError("policy_older", version=version, here=newest)
        for piece in found:
            work.run(
                "insert into pieces (version, contract, piece) values (?, ?, ?)",
                (version, piece.contract, pieces.write([piece])),
            )
        by = ", ".join(sorted({number for p in found for number, _ in p.signatures}))
        terminals.event(work, "policy_published", "", version=version, contracts=len(found) - 1, officers=by)
    place(desk.home.path / "policy.toml", pieces.assembled(found).encode(), over=True)
    return version


def read(path: Path) -> list[Piece]:
    """Out of a file; raises ``HubError``."""
    try:
        return pieces.read(path.read_bytes())
    except (OSError, WireError):
        raise HubError("no_pieces", path=path) from None


def _said(found: list[Piece]) -> dict[str, Any] | None:
    """What each piece says and for whom, whatever its spelling; ``None`` where one is not TOML."""
    try:
        return {p.contract: (p.terminals, p.contracts, tomllib.loads(p.text)) for p in found}
    except (ValueError, RecursionError):
        return None


def _sorted(policy: Policy) -> dict[str, Any]:
    found = policy.model_dump()
    found["contract"] = sorted(found["contract"], key=lambda c: c["id"])
    return found
