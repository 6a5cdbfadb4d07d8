"""Packages of other applications (Visio, XPS, OpenXPS and whatever uses the packaging of Office): all parts, read loosely.

XPS draws glyphs; those at one height of a page are a line.
"""

from __future__ import annotations

import re

from scanner.extract.formats import leftover, office
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.package import Package
from scanner.extract.formats.relations import Relations
from scanner.extract.formats.xmlwalk import attribute, count
from scanner.extract.interface import Sink, Source, Truncated
from scanner.model import BlockKind

_PAGE = re.compile(r"(?i)/(\d+)\.fpage$")
_DRAWN = re.compile(r"(?i)\.fpage$")
_XPS_HARMLESS = re.compile(
    leftover.HARMLESS.pattern
    + r"|(?i:\.(?:fdseq|fdoc|frag|struct|odttf|ttf|icc|dict)$)|^Metadata/Job_PT\.xml$|/Thumbnails?/"
)
"""Also the order of the pages and what tells a viewer how to mark text."""


def extract(source: Source, sink: Sink) -> None:
    """Put all text; raises ``Truncated`` after salvage of a cut file."""
    package = Package(source.file, sink)
    relations = Relations(package, source, sink)
    drawn = [name for name in package.names if _DRAWN.search(name)]
    for name in sorted(drawn, key=lambda n: count(m[1]) if (m := _PAGE.search(n)) else 0):
        match = _PAGE.search(name)
        page = _Glyphs(source.part, count(match[1]) if match else 0, sink)
        guarded(package, name, source, sink, page.start, lambda _: None, lambda _: None)
        page.flush()
    office.properties(package, source, sink)
    leftover.rest(package, source, sink, relations.uses, _XPS_HARMLESS if drawn else leftover.HARMLESS)
    if package.truncated:
        raise Truncated("package directory is missing")


class _Glyphs:
    """One page of XPS."""

    def __init__(self, part: str, number: int, sink: Sink) -> None:
        self._part, self._number, self._sink = part, number, sink
        self._height = ""
        self._pieces: list[str] = []

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "Glyphs":
            height = attribute(attributes, "OriginY")
            if height != self._height:
                self.flush()
                self._height = height
            self._pieces.append(attribute(attributes, "UnicodeString").removeprefix("{}"))
        for key, value in attributes.items():
            if key in ("FixedPage.NavigateUri", "AutomationProperties.Name", "AutomationProperties.HelpText"):
                self._sink.text(BlockKind.PAGE, self._part, self._number, value)

    def flush(self) -> None:
        """The line is over."""
        self._sink.text(BlockKind.PAGE, self._part, self._number, "".join(self._pieces))
        self._pieces = []
