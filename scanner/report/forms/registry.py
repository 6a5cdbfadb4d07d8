"""All forms by number, their aliases, and what each may ask for. Modules are imported when a form is made."""

from __future__ import annotations

from importlib import import_module

from scanner.report.forms.interface import Build

FORMS = {
    "1": "holdings:build",
    "2": "record:build",
    "3": "monthly:report",
    "4": "registers:places",
    "5a": "declared:posts",
    "5b": "declared:workers",
    "5c": "compared:rights",
    "5d": "compared:items",
    "6": "declared:carryouts",
    "6b": "copies:carried",
    "6c": "declared:transfers",
    "7": "declared:consents",
    "7b": "copies:copies",
    "7c": "compared:crossed",
    "8": "checked:form",
    "9a": "declared:disposal_orders",
    "9b": "declared:disposals",
    "9c": "residual:certificate",
    "10": "compared:terminals_form",
    "10R": "handed:handover",
    "11a": "incident:first",
    "11b": "incident:report",
    "11c": "incident:draft",
    "12": "declared:subcontractors",
    "12b": "compared:shared",
    "13": "declared:trainings",
    "13b": "lessons:build",
    "14b": "declared:inspections",
    "14c": "selfcheck:build",
    "15": "declared:instructions",
    "16": "declared:transports",
    "17": "declared:pledges",
    "18": "registers:points",
    "19": "overall:summary",
}
"""Form → ``module:function`` of this package; each takes a ``Context`` and gives a ``Form``."""

NEED_MORE = frozenset({"9c", "10R", "11a", "11b", "11c"})
"""Forms that are about one contract, point or suspicion."""

ALIASES = {
    "holdings": "1", "record": "2", "status": "3", "places": "4", "posts": "5a", "workers": "5b", "rights": "5c", "items": "5d",
    "carryouts": "6", "carried": "6b", "transfers": "6c", "consents": "7", "copies": "7b", "crossed": "7c", "checks": "8",
    "disposal-orders": "9a", "disposals": "9b", "residual": "9c", "terminals": "10", "return": "10R", "incident": "11b",
    "incident-first": "11a", "incident-draft": "11c", "subcontractors": "12", "shared": "12b", "training": "13", "lessons": "13b",
    "pack": "14", "inspections": "14b", "self-check": "14c", "instructions": "15", "transports": "16", "pledges": "17", "points": "18", "articles": "19",
}  # fmt: skip


INSIDE = {"paths": "paths:build"}
"""What is made for people of the office alone: in no pack, and not among all forms of a contract."""


def builder(number: str) -> Build:
    """The function that makes a form."""
    module, _, function = {**FORMS, **INSIDE}[number].partition(":")
    build: Build = getattr(import_module(f"scanner.report.forms.{module}"), function)
    return build
