"""The working of a point for people: labels and values in words, whatever JSON they are kept as.

What no rule names is told as it is where it is a text or a number; a list part by part, a table as its keys with their values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner import clock
from scanner.messages import t, t_or
from scanner.report import wording

_USE = re.compile(
    r"(?P<consent>.+): copies (?P<most>\S+), used (?P<used>[0-9]+), place (?P<place>.+), from (?P<begins>\S+), until (?P<until>\S+)"
)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")


def lines(working: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(label, value) of every entry, sorted by its name."""
    for key in sorted(working):
        yield t_or(f"working.{key}", key), _VALUES.get(key, shown)(working[key])


def shown(value: object) -> str:
    """Any value as words."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return t("working.yes" if value else "working.no")
    if isinstance(value, Mapping):
        return "; ".join(f"{shown(k)} {shown(v)}" for k, v in value.items())
    if isinstance(value, list):
        return t("list.separator").join(map(shown, value))
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return clock.shown(value)
    return str(value)


def _word(section: str) -> Callable[[object], str]:
    """Each value as a word of a section of the catalogue."""

    def said(value: object) -> str:
        parts = value if isinstance(value, list) else [value]
        return t("list.separator").join(t_or(f"{section}.{part}", shown(part)) for part in parts)

    return said


def _entities(value: object) -> str:
    return t("list.separator").join(map(wording.entity, value)) if isinstance(value, list) else shown(value)


def _declared(value: object) -> str:
    """Items of the contract, or how a principal stands."""
    return _entities(value) if isinstance(value, list) else t_or(f"principal.{value}", shown(value))


def _columns(value: object) -> str:
    if not isinstance(value, Mapping):
        return shown(value)
    return "; ".join(
        f"{wording.entity(entity)} {t('list.separator').join(wording.place(where) for where in places) or '—'}"
        for entity, places in value.items()
    )


def _elsewhere(value: object) -> str:
    """``承諾-1: place`` each."""
    parts = (str(one).rpartition(": ") for one in value) if isinstance(value, list) else ()
    return t("list.separator").join(f"{number} ({t_or(f'consent_why.{why}', why)})" for number, _, why in parts) or "—"


def _consents(value: object) -> str:
    """``承諾-1: copies 2, used 1, place store-1, from 2026-04-01, until -`` each."""
    found = (_USE.fullmatch(str(one)) or str(one) for one in value) if isinstance(value, list) else ()
    told = [one if isinstance(one, str) else _use(one.groupdict()) for one in found]
    return t("list.separator").join(told) or "—"


def _use(parts: dict[str, str]) -> str:
    absent = {"-": "—", "*": t("families.where_any")}
    return t(
        "working.use",
        **{k: absent.get(v, v) for k, v in parts.items()},
        most_=t("families.no_limit") if parts["most"] == "-" else parts["most"],
    )


def _persons(value: object) -> str:
    return wording.persons(*value) if isinstance(value, list) and len(value) == 2 else shown(value)


def _share(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, float) else shown(value)


_VALUES: dict[str, Callable[[object], str]] = {
    "class": _word("copy_class"),
    "severity": _word("severity"),
    "ground": _word("ground"),
    "means": _word("means"),
    "met_in": _word("met_in"),
    "why": _word("working_why"),
    "right": _word("right"),
    "principal": lambda value: wording.principal(str(value)),
    "declared": _declared,
    "items": _entities,
    "columns": _columns,
    "consents": _consents,
    "elsewhere": _elsewhere,
    "persons": _persons,
    "share_of_file": _share,
    "share_of_original": _share,
}
