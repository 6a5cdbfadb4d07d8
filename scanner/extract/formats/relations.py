"""Relationships of an OOXML package: which part belongs to which, by what kind, and what lies outside.

Parts are found by these and not by customary names: a producer may call them as it likes (ECMA-376 part 2, 8 and 9.3).
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import NamedTuple
from urllib.parse import unquote

from scanner.extract.formats import loose
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.package import Package
from scanner.extract.interface import Sink, Source


class Relation(NamedTuple):
    """``kind`` is the last step of the type's address (``image``, ``worksheet``); ``target`` a part as the package spells it."""

    id: str
    kind: str
    target: str


class Relations:
    """All relationship parts of a package, read once."""

    def __init__(self, package: Package, source: Source, sink: Sink) -> None:
        self._of: dict[str, dict[str, Relation]] = {}
        self._uses: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        for name in package.names:
            if name.lower().endswith(".rels"):
                self._read(name, package, source, sink)

    def _read(self, name: str, package: Package, source: Source, sink: Sink) -> None:
        folder, _, last = name.rpartition("/")
        base = re.sub(r"(?i)_rels$", "", folder).rstrip("/")
        owner = posixpath.join(base, last[: -len(".rels")])
        found = self._of.setdefault(owner.lower(), {})

        def start(element: str, attributes: dict[str, str]) -> None:
            if element != "Relationship":
                return
            target = attributes.get("Target", "")
            if attributes.get("TargetMode") == "External":
                _external(target, source, sink)
                return
            path = posixpath.normpath(posixpath.join("/", base, target)).lstrip("/")
            part = package.spelt(path) or package.spelt(unquote(path))
            if part:
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = Relation(attributes.get("Id", ""), kind, part)
                self._uses[part] += 1
                self._kinds[part] = kind

        guarded(package, name, source, sink, start, lambda _: None, lambda _: None)

    def of(self, part: str) -> dict[str, Relation]:
        """Relation id → relation, of one part."""
        return self._of.get(part.lower(), {})

    def targets(self, kind: str) -> list[str]:
        """Parts that are related as ``kind`` by any part."""
        return [part for part, known in self._kinds.items() if known == kind]

    def uses(self, part: str) -> int:
        """How many parts name it."""
        return self._uses[part]


def _external(target: str, source: Source, sink: Sink) -> None:
    """What lies outside: the address that a person wrote, where it holds Japanese or a mail address."""
    address = unquote(target.removeprefix("mailto:"))
    if loose.TEXT_OF_PEOPLE.search(address):
        sink.field(source.part, "link", address)
