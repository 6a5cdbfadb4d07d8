"""PowerPoint (pptx, pptm, ppsx, potx): slides, speaker notes, comments, layouts, charts, SmartArt, tables."""

from __future__ import annotations

import re

from scanner.extract.formats import leftover, office
from scanner.extract.formats.package import Package
from scanner.extract.formats.relations import Relations
from scanner.extract.formats.xmlwalk import count
from scanner.extract.interface import Sink, Source, Truncated, join
from scanner.model import BlockKind

_PARTS = re.compile(
    r"(?i)ppt/(slides/slide|notesSlides/notesSlide|comments/\w*|slideMasters/slideMaster|slideLayouts/slideLayout|charts/chart|"
    r"diagrams/data|commentAuthors|authors|notesMasters/notesMaster|handoutMasters/handoutMaster)(\d*)[^/]*\.xml$"
)
_LABELS = {"slides": "", "notesslides": "notes", "comments": "comment", "charts": "chart", "diagrams": "diagram"}


def extract(source: Source, sink: Sink) -> None:
    """Put all text, slide by slide; raises ``Truncated`` after salvage of a cut file."""
    package = Package(source.file, sink)
    relations = Relations(package, source, sink)
    found = [(m, n) for n in package.names if (m := _PARTS.match(n))]
    for match, name in sorted(found, key=lambda f: (f[0][1], count(f[0][2]))):
        folder = match[1].split("/")[0]
        number = count(match[2])
        drawing = office.DrawingText(
            join(source.part, _LABELS.get(folder.lower(), folder)), sink, BlockKind.SLIDE, number
        )
        office.drawn(package, name, source, sink, drawing)
    office.properties(package, source, sink)
    leftover.rest(package, source, sink, relations.uses)
    if package.truncated:
        raise Truncated("package directory is missing")
