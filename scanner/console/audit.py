"""What is done and seen in the console is an entry of the handling record: who by number, which page, about what; never a name or a
value. Without the entry there is no page: what cannot be told is not shown."""

from __future__ import annotations

from typing import Any

from scanner.console.site import site
from scanner.inventory.store import Store


def enter(kind: str, *, contract: str = "", family: str = "", **details: Any) -> None:
    """An entry; raises ``InventoryError``. Before the first scan there is no record, and nothing that could be seen."""
    database = site().home.database
    if not database.exists():
        return
    store = Store(database, only_notes=True)
    try:
        store.note(kind, contract=contract, family=family, **details)
    finally:
        store.close()  # the next act or scan signs the head: a signature for each page would be one for each click


def number_of(user: Any) -> str:
    """What the record calls an account: ``#3``."""
    return f"#{user.pk}"
