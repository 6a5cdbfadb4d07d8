"""The law as data (``config/rules/law.toml``): which provision stands behind a duty, a clock or a figure, and on which days.

Nothing here decides anything. Forms say which text they applied, reports on incidents reckon with its days and numbers, and
``articles --as-of`` tells what will be different. What is not settled is told as such and reckoned with by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from detectors.resources import rules


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision."""

    id: str
    kind: str
    """``duty``, ``clock``, ``threshold`` or ``penalty``."""
    law: tuple[str, ...]
    """Profiles of a contract (``Contract.law``) that it is about."""
    annex: tuple[int, ...]
    """Articles of the annex."""
    act: str
    article: str
    words: str
    english: str
    """Act, article and words for a screen in English."""
    days: tuple[int, ...] = ()
    persons: int = 0
    first: date | None = None
    """First day; ``None`` where it was in force before."""
    by: date | None = None
    """At the latest then; the day is not fixed."""
    settled: bool = True


@lru_cache(maxsize=1)
def provisions() -> tuple[Provision, ...]:
    """All of them, in the order of the file."""
    return tuple(_read(entry) for entry in rules("law")["provision"])


def _read(entry: dict[str, Any]) -> Provision:
    plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k != "from"}
    return Provision(first=entry.get("from"), **plain)


def provision(name: str) -> Provision:
    """One by its id; raises ``KeyError``."""
    for found in provisions():
        if found.id == name:
            return found
    raise KeyError(name)


def applied(day: date, *, english: bool = False) -> str:
    """The texts in force on a day, as a form names them; or as an English screen does."""
    data = rules("law")
    later = [n for n in data.get("next", ()) if n["from"] <= day]
    return str((max(later, key=lambda n: n["from"]) if later else data["current"])["english" if english else "words"])


def changes(law: str, today: date, until: date) -> list[Provision]:
    """What begins after today and on ``until`` at the latest for a contract of this profile, and what may begin by then, the
    nearest first."""
    coming = [p for p in provisions() if law in p.law and today < (p.first or p.by or today) <= until]
    return sorted(coming, key=lambda p: (p.first or p.by or today, p.id))


def unsettled(law: str, today: date, until: date) -> list[Provision]:
    """What may have begun on ``until`` although its last day lies behind it."""
    return [p for p in provisions() if law in p.law and p.by is not None and p.by > until > today]
