"""How a terminal joins a hub and leaves it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson

from scanner import __version__
from scanner.agent import client, link
from scanner.agent.errors import AgentError
from scanner.fleet import keys, token
from scanner.fleet.errors import WireError
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.record import heads, witnessing
from scanner.inventory.store import Store
from scanner.tlog.note import NoteError, parse_vkey, public_of


def enrol(home: Home, url: str, text: str, ca: Path | None = None) -> link.Link:
    """Ask the hub at ``url`` to take this terminal in. Raises ``AgentError``.

    Args:
        text: the token, as a person handed it over.
        ca: a file with the office's authority, where the token names no key of a certificate.
    """
    try:
        given = token.read(text)
        hub = parse_vkey(given.hub)
    except (WireError, NoteError):
        raise AgentError("bad_token") from None
    if ca is not None and not ca.is_file():
        raise AgentError("no_authority", path=ca)
    with Store(home.database, only_notes=True) as store:
        before = link.read(store.connection)
        if before is not None and before.state in ("waiting", "approved"):
            raise AgentError("enrolled_already", url=before.url)
        store.seal()
        address = client.Address(url, given.pin, str(ca) if ca else "")
        record = heads.verifiers(store.connection)[0].vkey if heads.verifiers(store.connection) else ""
        name = ledger.who()[0][:120]
        seed, answer = _asked(home, address, given, text.strip(), name, record)
        if (
            before is not None and answer.get("terminal") == before.terminal
        ):  # what was asked with is the key that ended
            link.asked_no_more(home.database)
            seed, answer = _asked(home, address, given, text.strip(), name, record)
        officers = _officers(answer, given.officers)
        made = link.fresh(url, given.hub, given.pin, ca, answer, name, officers)
        link.taken_in(home.database, seed)
        with store.transaction() as db:
            link.begin(db, made)
            ledger.append(
                db, "hub_joined", hub=hub.name, terminal=made.terminal, officers=sorted(officers), keys=officers
            )
        link.asked_no_more(home.database)
        witnessing.add(store, given.hub)
    return made


def _asked(
    home: Home, address: client.Address, given: token.Token, text: str, name: str, record: str
) -> tuple[bytes, dict[str, Any]]:
    """The key, and what the hub says of it."""
    seed = link.asking_seed(home.database, text)
    said = {
        "token": given.id,
        "secret": given.secret,
        "name": name,
        "key": public_of(seed).hex(),
        "record": record,
        "version": __version__,
    }
    proof = keys.sign(seed, token.DOMAIN, orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hex()
    return seed, client.post(address, "/v1/enrol", orjson.dumps({"said": said, "proof": proof}))


def leave(home: Home) -> None:
    """Send nothing any more; the key is thrown away. The hub still knows the terminal, until a person ends it there."""
    if not home.database.exists():
        raise AgentError("not_enrolled")
    with Store(home.database, only_notes=True) as store:
        mine = link.needed(store.connection)
        with store.transaction() as db:
            link.keep(db, state="left")
            link.forget(db)
            ledger.append(db, "hub_left", hub=parse_vkey(mine.hub).name, terminal=mine.terminal)
        (home.keys / link.FILE).unlink(missing_ok=True)
        link.asked_no_more(home.database)


def _officers(answer: dict[str, Any], digest: str) -> dict[str, str]:
    """The officers that the hub names, if they are those of the token."""
    found = answer.get("officers", {})
    if not isinstance(found, dict) or not all(isinstance(v, str) and len(v) == 64 for v in found.values()):
        raise AgentError("officers_differ")
    if token.officers_digest(found) != digest:
        raise AgentError("officers_differ")
    return {str(k): str(v) for k, v in found.items()}


def token_from(path: str | None) -> str:
    """The token from a file, or ``SEKISHO_HUB_TOKEN``; never a word of the command line, which all users of the machine can list."""
    if path is None:
        found = os.environ.get("SEKISHO_HUB_TOKEN", "")
    else:
        try:
            found = Path(path).read_text("utf-8")
        except (OSError, ValueError):
            raise AgentError("no_token_file", path=path) from None
    if not found.strip():
        raise AgentError("no_token")
    return found.strip()
