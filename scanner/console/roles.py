"""Who may see and do what: one table, from which the checks and the page that shows it are made. What is not in it is refused."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """A person's part in one contract."""

    OFFICER = "officer"
    """保護管理責任者: decides."""
    PREPARER = "preparer"
    """担当者: prepares."""
    WORKER = "worker"
    """従事者: own points and declarations."""
    SYSTEMS = "systems"
    """情報システム担当: terminals and coverage, no files of other people."""
    AUDITOR = "auditor"
    """監査・委託者: reads, masked, one contract, until a day."""


class Level(IntEnum):
    """What a role may at a page; each includes those before."""

    NONE = 0
    OWN = 1
    """What is about the person's own files."""
    SEE = 2
    DO = 3


_N, _O, _S, _D = Level
PAGES: dict[str, tuple[Level, ...]] = {
    "today": (_S, _S, _O, _S, _S),
    "points": (_D, _D, _O, _N, _S),
    "declare": (_D, _D, _O, _N, _N),
    "decide": (_D, _N, _N, _N, _N),
    "approvals": (_D, _S, _N, _N, _S),
    "families": (_S, _S, _N, _N, _S),
    "receive": (_D, _D, _N, _N, _N),
    "places": (_S, _S, _N, _S, _S),
    "coverage": (_S, _S, _N, _S, _S),
    "terminals": (_D, _S, _N, _D, _S),
    "record": (_S, _S, _N, _N, _S),
    "forms": (_D, _D, _N, _N, _S),
    "registers": (_D, _S, _N, _N, _N),
    "ending": (_S, _S, _N, _N, _S),
    "pack": (_D, _S, _N, _N, _S),
    "people": (_D, _N, _N, _N, _N),
    "incidents": (_D, _S, _N, _N, _S),
    "jobs": (_S, _S, _N, _S, _N),
    "scan": (_D, _D, _N, _D, _N),
    "matrix": (_S, _S, _S, _S, _S),
    "unmask": (_D, _D, _N, _N, _N),
}
"""Page or act → levels in the order of ``Role``."""
WAY = (
    "today",
    "points",
    "approvals",
    "incidents",
    "families",
    "places",
    "coverage",
    "terminals",
    "record",
    "forms",
    "registers",
    "ending",
    "pack",
    "jobs",
    "people",
)
"""Pages in the order of the day."""
OF_HUB = frozenset({"terminals"})
"""Those that only the folder of a hub has."""
MUST_END = frozenset({Role.AUDITOR})
"""Roles that are given until a day, for one contract."""
EVERY = "*"
"""All contracts, also those to come."""


def level(page: str, role: str) -> Level:
    """What a role may at a page; nothing at a page that nobody knows."""
    return dict(zip(Role, PAGES.get(page, ()), strict=False)).get(Role(role), Level.NONE)
