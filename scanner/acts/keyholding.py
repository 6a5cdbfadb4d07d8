"""What is done with the keys of contracts. The entry of the record precedes the act and is on the disk before it, so that
whatever is cut off, the record never knows less than happened: a key that is gone was entered as destroyed, a copy that
exists was entered as exported."""

from __future__ import annotations

import os
from pathlib import Path

from scanner.custody import keys
from scanner.custody.keys import Key, KeyProblem
from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import custody as table
from scanner.inventory import key_ids, ledger
from scanner.inventory.home import Home
from scanner.inventory.store import Store


class KeyFileError(SekishoError):
    """A file that holds no key (``code`` names the message)."""

    section = "keys"
    exit_code = EXIT_USAGE


def for_receiving(store: Store, folder: Path, contract: str) -> Key:
    """The key under which a contract's originals are kept; made with the first of them. Raises ``KeyProblem``."""
    try:
        return keys.held(store.connection, folder, contract)
    except KeyProblem as problem:
        known = any(o.contract == contract for o in table.originals(store.connection))
        if problem.code != "key_missing" or known:
            raise
    key = keys.new(contract)
    _enter(store, "key_made", key)
    try:
        keys.put(folder, key)
    except KeyProblem as problem:
        if problem.code != "key_exists":
            raise
        return _other(store, folder, contract)
    return key


def export(home: Home, contract: str, output: Path, custodian: str) -> Key:
    """A copy of a key for the second custodian; raises ``KeyProblem``, or ``OSError`` where ``output`` cannot be written."""
    keys.load(home.keys, contract)  # a clear message before anything is opened
    with Store(home.database, only_notes=True) as store:
        key = keys.held(store.connection, home.keys, contract)
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                store.note("key_exported", contract=contract, key=key.id, custodian=custodian)
                file.write(f"sekisho-key 1\ncontract {contract}\nid {key.id}\nsecret {key.secret.hex()}\n")
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            output.unlink(missing_ok=True)
            raise
    return key


def take_in(home: Home, file: Path) -> Key:
    """A key that was made elsewhere; raises ``KeyProblem`` or ``KeyFileError``."""
    try:
        lines = dict(line.split(" ", 1) for line in file.read_text(encoding="utf-8").splitlines() if " " in line)
        key, stated = Key(lines["contract"], bytes.fromhex(lines["secret"])), lines["id"]
    except (OSError, KeyError, ValueError, UnicodeDecodeError):
        raise KeyFileError("not_a_key", path=file) from None
    if key.id != stated or not key.whole:
        raise KeyFileError("not_a_key", path=file)
    with Store(home.database, only_notes=True) as store:
        keys.refuse_second(home.keys, key.contract)
        _enter(store, "key_imported", key)
        try:
            keys.put(home.keys, key)
        except KeyProblem as problem:
            if problem.code == "key_exists":
                _other(store, home.keys, key.contract)
            raise
    return key


def destroy(home: Home, contract: str, person: str, instruction: str) -> str:
    """The end of a key; returns its identifier. Raises ``KeyProblem``. What was cut off is finished without another entry."""
    key = keys.load(home.keys, contract)
    with Store(home.database, only_notes=True) as store:
        said = key_ids.stated(store.connection, contract)
        identifier = said.id if said is not None and said.destroyed else key.id
        if said is None or not said.destroyed:
            with store.transaction() as db:
                ledger.append(db, "key_destroyed", contract=contract, key=key.id, by=person, instruction=instruction)
                key_ids.state(db, contract, key.id, destroyed=True)
        keys.destroy(home.keys, contract)
    return identifier


def _enter(store: Store, kind: str, key: Key) -> None:
    with store.transaction() as db:
        ledger.append(db, kind, contract=key.contract, key=key.id)
        key_ids.state(db, key.contract, key.id)


def _other(store: Store, folder: Path, contract: str) -> Key:
    """Somebody else placed a key between the entry and the placing of ours: the one that is there is the contract's."""
    key = keys.load(folder, contract)
    with store.transaction() as db:
        key_ids.state(db, contract, key.id)
    return key
