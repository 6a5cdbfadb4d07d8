"""名称: what an original is called on paper. Its file name may hold a person's name, so paper never shows that."""

from __future__ import annotations

import sqlite3
import unicodedata

from scanner.errors import EXIT_USAGE, SekishoError
from scanner.inventory import custody as table
from scanner.inventory.custody import Original

LONGEST = 40
_REFUSED = frozenset("/\\\t\r\n")


class NamingError(SekishoError):
    """``code``: ``empty``, ``too_long``, ``path``, ``person`` (with the ``kinds`` of what it holds), ``taken``, ``no_such``."""

    section = "naming"
    exit_code = EXIT_USAGE


def checked(name: str) -> str:
    """A name as it may stand on paper; raises ``NamingError``. What the error tells is kinds, never a value."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not plain:
        raise NamingError("empty")
    if len(plain) > LONGEST:
        raise NamingError("too_long", most=LONGEST)
    if set(name) & _REFUSED or not plain.isprintable():
        raise NamingError("path")
    from scanner.places import keeps

    if not keeps(plain):  # words that name no one need no second look
        from detectors.engine import Engine

        kinds = sorted({m.entity for m in Engine("quick").analyze(plain).matches})
        if kinds:
            from scanner.messages import t
            from scanner.report import wording

            raise NamingError("person", kinds=t("list.separator").join(map(wording.entity, kinds)))
    return plain


def free(db: sqlite3.Connection, contract: str, name: str, but: int = 0) -> str:
    """``name``, where no other original of the contract is called so; raises ``NamingError``."""
    for one in table.originals(db):
        if one.contract == contract and one.name == name and one.id != but:
            raise NamingError("taken", name=name, family=one.family)
    return name


def rename(db: sqlite3.Connection, family: str, name: str) -> Original:
    """Give an original another name, inside the caller's transaction; raises ``NamingError``."""
    original = _the(db, family)
    table.call(db, original.id, free(db, original.contract, checked(name), original.id))
    return original


def recount(db: sqlite3.Connection, family: str, count: int) -> Original:
    """Correct the number of persons that was stated at receipt, inside the caller's transaction; returns the original as it was. Raises
    ``NamingError``."""
    original = _the(db, family)
    table.state_count(db, original.id, count)
    return original


def _the(db: sqlite3.Connection, family: str) -> Original:
    known = {one.family: one for one in table.originals(db)}
    original = known.get(family.upper())
    if original is None:
        raise NamingError("no_such", family=family, known=", ".join(known) or "—")
    return original
