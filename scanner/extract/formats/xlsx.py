"""Excel workbooks (xlsx, xlsm, xltx, xltm): every cell of every sheet, hidden ones too, as a person sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from scanner.extract.formats import leftover, loose, office
from scanner.extract.formats.guarded import guarded
from scanner.extract.formats.numberformat import BUILTIN
from scanner.extract.formats.package import Package
from scanner.extract.formats.relations import Relations
from scanner.extract.formats.worksheet import Sheet, unescaped
from scanner.extract.formats.xmlwalk import attribute, count
from scanner.extract.interface import Sink, Source, Truncated, join
from scanner.extract.telling import telling
from scanner.model import BlockKind

_LONG_NUMBER = 9
"""Digits from which a number is more than an amount: a telephone number that has lost its zero, a number of a person."""
_WORDS = re.compile(r'"([^"]{3,})"')
S = TypeVar("S")
"""How a format tells whether a sheet is hidden."""
_OTHER = re.compile(
    r"(?i)xl/(drawings/drawing|charts/chart|diagrams/data|comments/?\w*|threadedComments/\w*|persons/\w*|pivotCache/pivotCache\w*|externalLinks/externalLink|ctrlProps/\w*)[^/]*\.xml$"
)
_SHEET_PART = re.compile(r"(?i)xl/(?:worksheets|chartsheets|dialogsheets|macrosheets)/[^/]+\.xml$")


def extract(source: Source, sink: Sink) -> None:
    """Put all rows and everything beside the cells; raises ``Truncated`` after salvage of a cut file."""
    package = Package(source.file, sink)
    relations = Relations(package, source, sink)
    book = Workbook(package, relations, source, sink)
    for part, path, state in each_sheet(book.sheets(), source, sink):
        if state in ("hidden", "veryHidden"):
            sink.note(f"sheet {state}")
        sheet = Sheet(part, book, sink)
        try:
            guarded(package, path, source, sink, sheet.start, sheet.end, sheet.text, raw=True)
        finally:
            sheet.flush()
    beside(package, relations, source, sink)
    if package.truncated:
        raise Truncated("package directory is missing")


def each_sheet(sheets: Iterable[tuple[str, str, S]], source: Source, sink: Sink) -> Iterator[tuple[str, str, S]]:
    """(place, part of the package, state) of each sheet of a workbook, from (name, part, state); one that has many names is
    read once."""
    read: set[str] = set()
    for number, (name, path, state) in enumerate(sheets, 1):
        part = source.at(name, "sheet", number)
        sink.entitled(part, name)
        if path not in read:
            read.add(path)
            yield part, path, state


def beside(package: Package, relations: Relations, source: Source, sink: Sink) -> None:
    """Everything that is not in a cell: drawings, charts, comments, notes, properties, links, embedded files."""
    for name in package.unopened():
        match = _OTHER.match(name)
        if match:
            label = match[1].split("/")[0].rstrip("s") if "/" in match[1] else re.sub(r"\d", "", match[1])
            other = office.DrawingText(join(source.part, label), sink, BlockKind.FIELD)
            wrapped = _Items(other, sink, join(source.part, label))
            office.drawn(package, name, source, sink, wrapped)
    office.properties(package, source, sink)
    leftover.rest(package, source, sink, relations.uses)


class _Items:
    """Drawing text plus shared items of pivot caches (``<s v="…"/>``), which keep copies of the source rows."""

    def __init__(self, inner: office.DrawingText, sink: Sink, part: str) -> None:
        self._inner, self._sink, self._part = inner, sink, part
        self.text = inner.text
        self.end = inner.end
        self.aside = inner.aside
        self.close = inner.close

    def start(self, element: str, attributes: dict[str, str]) -> None:
        value = attributes.get("v", "")
        if element in ("s", "d") or (element == "n" and len(value) >= _LONG_NUMBER):
            self._sink.field(self._part, "item", value)
        elif element == "cacheField":
            self._sink.field(self._part, "field", attributes.get("name", ""))
        else:
            self._inner.start(element, attributes)


class Workbook:
    """Shared strings, number formats and the list of sheets."""

    def __init__(self, package: Package, relations: Relations, source: Source, sink: Sink) -> None:
        self._package, self._source, self._sink = package, source, sink
        found = [p for p in relations.targets("officeDocument") if p.lower().endswith(".xml")]
        self._part = found[0] if found else package.spelt("xl/workbook.xml")
        self._related = relations.of(self._part)
        self.base1904 = False
        self.strings = self._shared_strings()
        self.formats = self._formats()

    def sheets(self) -> list[tuple[str, str, str]]:
        """(name, part, state); parts that the workbook does not name are read all the same."""
        found: list[tuple[str, str, str]] = []
        collect = False

        def start(element: str, a: dict[str, str]) -> None:
            if element != "sheet":
                values.take(element, a)
            if element == "sheet":
                relation = self._related.get(attribute(a, "id"))
                if relation is not None:
                    found.append((a.get("name", ""), relation.target, a.get("state", "visible")))
            elif element == "workbookPr":
                self.base1904 = a.get("date1904", "0") in ("1", "true")
            nonlocal collect
            collect = element == "definedName"

        def text(data: str) -> None:
            if collect and '"' in data:
                self._sink.field(self._source.part, "defined name", data)

        values = loose.Values(self._source.part, self._sink)

        if self._part:
            guarded(self._package, self._part, self._source, self._sink, start, lambda _: None, text)
        known = {path for _, path, _ in found}
        found += [
            (name.rpartition("/")[2].removesuffix(".xml"), name, "visible")
            for name in self._package.names
            if _SHEET_PART.match(name) and name not in known
        ]
        return found

    def _shared_strings(self) -> list[str]:
        strings: list[str] = []
        pieces: list[str] = []
        collect = skip = False

        def start(element: str, _: dict[str, str]) -> None:
            nonlocal collect, skip
            if element == "rPh":
                skip = True  # the reading of a name, not a part of it
            elif element == "t":
                collect = not skip

        def end(element: str) -> None:
            nonlocal collect, skip
            if element == "t":
                collect = False
            elif element == "rPh":
                skip = False
            elif element == "si":
                strings.append(unescaped("".join(pieces)))
                pieces.clear()

        def text(data: str) -> None:
            if collect:
                pieces.append(data)

        for part in self._named("sharedStrings", "xl/sharedStrings.xml"):
            guarded(self._package, part, self._source, self._sink, start, end, text)
        return strings

    def _named(self, kind: str, usual: str) -> list[str]:
        """The parts of a kind that the workbook names; where it names none, the one of the usual name."""
        found = [r.target for r in self._related.values() if r.kind == kind]
        return found[:1] or [part for part in (self._package.spelt(usual),) if part]

    def _formats(self) -> list[str]:
        custom: dict[int, str] = {}
        styles: list[str] = []
        inside = False

        def start(element: str, a: dict[str, str]) -> None:
            nonlocal inside
            if element == "numFmt":
                code = custom[count(a.get("numFmtId", ""))] = a.get("formatCode", "")
                for words in _WORDS.findall(code):
                    if telling(words):
                        self._sink.field(self._source.part, "number format", words)
            elif element == "cellXfs":
                inside = True
            elif element == "xf" and inside:
                number = count(a.get("numFmtId", ""))
                styles.append(custom.get(number) or BUILTIN.get(number, "General"))

        def end(element: str) -> None:
            nonlocal inside
            if element == "cellXfs":
                inside = False

        for part in self._named("styles", "xl/styles.xml"):
            guarded(self._package, part, self._source, self._sink, start, end, lambda _: None)
        return styles
