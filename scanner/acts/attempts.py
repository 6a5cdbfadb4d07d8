"""Attempts by one person to be two are refused, and the refusal is an entry of the record: what, at which act, never a secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scanner.errors import SekishoError
from scanner.inventory.home import Home
from scanner.inventory.store import Store

TOLD = frozenset({
    "same_person", "unknown_person", "not_active", "not_enrolled", "other_name", "wrong_passphrase", "key_missing", "key_replaced",
    "head_differs", "founded_already", "self_countersign", "signed_already", "same_passphrase", "enrolled_already", "clock_back",
    "other_policy", "changed", "edited", "too_often", "consent_gone", "unproved",
})  # fmt: skip
"""Codes of refusals that are told in the record."""


@contextmanager
def recorded(home: Home, act: str, **about: Any) -> Iterator[None]:
    """A refusal inside becomes an entry ``attempt_refused``, then goes on. Not inside a transaction."""
    try:
        yield
    except SekishoError as error:
        if error.code in TOLD:
            worker = {"worker": error.details["worker"]} if "worker" in error.details else {}
            told(home, act, error.code, **about, **worker)
        raise


def told(home: Home, act: str, why: str, **about: Any) -> None:
    """Enter a refusal: the act, the reason, and numbers of what it was about."""
    with Store(home.database, only_notes=True) as store:
        store.note("attempt_refused", act=act, why=why, **about)
