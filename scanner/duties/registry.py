"""All duties, and one settlement of them."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from datetime import date

from detectors.plugins import loaded, plugins
from scanner.custody.arithmetic import CODES as CUSTODY_CODES
from scanner.custody.arithmetic import Family
from scanner.duties import (
    disposal,
    hosts,
    items,
    labels,
    logged,
    media,
    parties,
    people,
    places,
    receipts,
    rights,
    sending,
    terminal,
)
from scanner.duties.added import Added
from scanner.duties.interface import Duty, View, personal_files
from scanner.inventory.points import Fact
from scanner.policy.models import Policy

_OURS = (places, rights, people, items, media, logged, sending, disposal, terminal, hosts, parties, receipts, labels)
_MODULES = (*_OURS, *loaded("duties"))
"""Each with ``CODES`` and ``duties(view)``; what the codes mean stands in ``scanner.codes``."""
CODES: tuple[str, ...] = tuple(sorted({code for module in _MODULES for code in module.CODES}))
"""Points that the duties open and close."""

VERDICT_CODES = ("F03-EXPIRED", "F03-OUTSIDE")
ALL_CODES: tuple[str, ...] = tuple(sorted({*CODES, *CUSTODY_CODES, *VERDICT_CODES}))
"""Every code that the program can raise."""


def facts(
    db: sqlite3.Connection, policy: Policy | None, families: list[Family], today: date, host: str = ""
) -> Iterator[Fact]:
    """All facts of the day: the copies' from the arithmetic, the others from the duties."""
    for family in families:
        for file_id, found in family.facts.items():
            for code, working in found.items():
                yield Fact(code, file_id, "", str(working.get("contract", "")), str(working.get("family", "")), working)
    if policy is None:
        return
    view = View(db, policy, families, today, host or socket.gethostname())
    duties: list[Duty] = [duty for module in _OURS for duty in module.duties(view)]
    duties += [Added(plugin, module, view) for plugin, module in zip(plugins("duties"), loaded("duties"), strict=True)]
    for file in personal_files(db):
        for duty in duties:
            yield from duty.file(file)
    for duty in duties:
        yield from duty.finish()
