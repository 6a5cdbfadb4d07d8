"""Sensitivity labels (Microsoft Purview) and protection that a file bears, as notes: ``label GUID``, ``rights-managed``, ``password``.

Where labels stand ([MS-OFFCRYPTO] 2.6): the part ``docMetadata/LabelInfo.xml`` of a package, a stream ``LabelInfo`` of a
compound file, and, for a label that these do not name, custom properties ``MSIP_Label_GUID_…`` (of packages, of property sets
[MS-OLEPS], of the Info dictionary or the XMP of a PDF). Of a label its GUID alone is kept: what it is called is free text of
whoever wrote the file, and the policy knows the name. Members of an archive and attachments are not the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import Any

from scanner.extract.formats import properties as property_sets
from scanner.extract.formats.package import Package
from scanner.extract.formats.xmlwalk import walk
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.labels import GUID, LABEL, PASSWORD, RIGHTS

_ID = re.compile(rf"\{{?({GUID})\}}?")
_ENABLED = re.compile(rf"/?MSIP_Label_({GUID})_Enabled")
_TRUE = frozenset(("true", "1"))
_MOST, _MOST_TOLD = 64, 1_000
"""Labels that hold, and those of which anything is said: a tenant removes one as it sets another, so that many may stand there."""
_MOST_BYTES = 16_000_000
"""Of one part; programs that draw fill the XMP with megabytes of padding and pictures before they close it."""
_INFO = frozenset(("labelinfo", "labelinfo.xml"))


class Found:
    """What stands in one file. ``info``: GUID → whether the label holds, by label elements; ``properties``: by custom ones."""

    def __init__(self) -> None:
        self.info: dict[str, bool] = {}
        self.properties: dict[str, bool] = {}

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """An element of a list of labels."""
        told = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        found = _ID.fullmatch(told.get("id", "")) if name == "label" else None
        if found:
            gone = told.get("removed", "0").strip().lower() in _TRUE
            _said(self.info, found[1], told.get("enabled", "1").strip().lower() in _TRUE and not gone)

    def custom(self, name: str, value: str) -> None:
        """A custom property."""
        found = _ENABLED.fullmatch(name)
        if found:
            _said(self.properties, found[1], value.strip().lower() in _TRUE)

    @property
    def labels(self) -> list[str]:
        """GUIDs of the labels that hold, sorted."""
        return sorted(guid for guid, holds in {**self.properties, **self.info}.items() if holds)[:_MOST]

    def note(self, sink: Sink) -> None:
        """Tell them."""
        for guid in self.labels:
            sink.note(LABEL + guid)


def _said(kept: dict[str, bool], guid: str, holds: bool) -> None:
    """Where two places of one kind differ, a label that one of them calls off does not hold."""
    guid = guid.lower()
    if guid in kept or len(kept) < _MOST_TOLD:
        kept[guid] = kept.get(guid, True) and holds


def of_package(package: Package, source: Source, sink: Sink) -> None:
    """Of an Office package."""
    if source.depth:
        return
    found = Found()
    for name in package.names:
        lower = name.lower()
        if lower == "docmetadata/labelinfo.xml":
            _parsed(_peeked(package, name), found.element, lambda _: None, lambda _: None)
        elif lower == "docprops/custom.xml":
            reader = _Custom(found)
            _parsed(_peeked(package, name), reader.start, reader.end, reader.text)
    found.note(sink)


class _Custom:
    """Properties that users and programs define: a name, and a value in the element inside."""

    def __init__(self, found: Found) -> None:
        self._found, self._name, self._value = found, "", ""

    def start(self, element: str, attributes: dict[str, str]) -> None:
        if element == "property":
            self._name, self._value = attributes.get("name", ""), ""

    def text(self, data: str) -> None:
        if len(self._value) < 100:
            self._value += data

    def end(self, element: str) -> None:
        if element == "property":
            self._found.custom(self._name, self._value)


def _peeked(package: Package, name: str) -> bytes:
    """A small part; whoever reads the text of parts opens it all the same, and tells what is wrong with it."""
    if package.size(name) > _MOST_BYTES:
        return b""
    try:
        return package.peek(name)
    except (ExtractError, OSError):
        return b""


def _parsed(data: bytes, start: Any, end: Any, text: Any) -> None:
    if not data:
        return
    try:
        walk(io.BytesIO(data), start, end, text, limit=_MOST_BYTES)
    except (ExtractError, ValueError):
        return  # what stood before the fault counts; the part is told where its text is read


def of_compound(ole: Any, sets: Iterable[tuple[str, bytes]], source: Source, sink: Sink) -> None:
    """Of a compound file. ``sets``: its streams of property sets."""
    if source.depth:
        return
    found = Found()
    for name, data in sets:
        for key, value in property_sets.strings(data, name):
            found.custom(key, value)
    _streams(ole, found)
    found.note(sink)


def of_protected(source: Source, sink: Sink) -> None:
    """Of a compound file around an enciphered document: by rights management, or by a password; and its labels, which stand in clear."""
    import olefile

    if source.depth:
        return
    source.file.seek(0)
    try:
        with olefile.OleFileIO(source.file) as ole:
            names = {part.lstrip("\x06\x09").lower() for entry in ole.listdir() for part in entry}
            managed = any(name.startswith("drm") for name in names)
            sink.note(RIGHTS if managed else PASSWORD)
            found = Found()
            _streams(ole, found)
            found.note(sink)
    except (OSError, ValueError, IndexError, TypeError, AttributeError):
        return  # no compound file after all: that it is enciphered has been told


def _streams(ole: Any, found: Found) -> None:
    for entry in ole.listdir():
        if entry[-1].lstrip("\x05\x06").lower() in _INFO:
            data = ole.openstream(entry).read(_MOST_BYTES)
            _parsed(data, found.element, lambda _: None, lambda _: None)


def of_pdf(document: Any, source: Source, sink: Sink) -> None:
    """Of a PDF that pikepdf has opened: its Info dictionary and its XMP."""
    if source.depth:
        return
    found = Found()
    info = document.trailer.get("/Info")
    keys = list(info.keys()) if info is not None and hasattr(info, "keys") else []
    for key in keys:
        if _ENABLED.fullmatch(str(key)):
            found.custom(str(key), str(info[key]))
    metadata = document.Root.get("/Metadata")
    if metadata is not None and hasattr(metadata, "read_bytes"):
        reader = _Xmp(found)
        _parsed(bytes(metadata.read_bytes()), reader.start, reader.end, reader.text)
    found.note(sink)


class _Xmp:
    """Properties of XMP: attributes of a description, or elements with a text."""

    def __init__(self, found: Found) -> None:
        self._found, self._name, self._value = found, "", ""

    def start(self, element: str, attributes: dict[str, str]) -> None:
        self._name, self._value = element, ""
        for name, value in attributes.items():
            self._found.custom(name.rpartition(":")[2], value)

    def text(self, data: str) -> None:
        if len(self._value) < 100:
            self._value += data

    def end(self, element: str) -> None:
        if element == self._name:
            self._found.custom(element, self._value)
