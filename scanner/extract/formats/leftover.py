"""What its reader has left of a package: every part is read here, stands on the list of the harmless, or is told as missed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from scanner.extract.formats import clear, loose, pictures
from scanner.extract.formats.package import Package
from scanner.extract.interface import ExtractError, Sink, Source

HARMLESS = re.compile(
    r"(?i)^\[Content_Types\]\.xml$|(?:^|/)_rels/|^mimetype$|\.rels$|"
    r"/theme/|/styles?\d*\.xml$|stylesWithEffects|fontTable|tableStyles|/calcChain\.|"
    r"printerSettings|/devmode|diagrams/(?:colors|layout|quickStyle)|charts/(?:style|colors)|"
    r"^docProps/thumbnail\.|^Thumbnails/|^ObjectReplacements/|layout-cache$|"
    r"/media/.*\.(?:odttf|fntdata)$|/fonts?/|\.(?:odttf|fntdata|ttf|otf)$"
)
"""Parts that hold no text of people: types, relations, appearance, fonts, the settings of a printer, a small drawing of the first
page, drawings of embedded objects (the objects themselves are read), the order of calculation."""

_QUIET = re.compile(
    r"(?i)(?:^|/)_xmlsignatures/|^META-INF/|^Configurations2/|^manifest\.rdf$|script-l[bc]\.xml$|"
    r"(?:webSettings|presProps|viewProps|vbaData|metadata|volatileDependencies|revisionHeaders|userNames)\.xml$"
)
"""Settings, signatures, lists of parts: digests and names of printers, among which a person may stand."""
_XML = re.compile(r"(?i)\.(?:xml|vml|fpage|rdf|xlink|xdl|xlb|xlc|dtd)$")
_PICTURE = re.compile(r"(?i)\.(?:png|jpe?g|jfif|gif|tiff?|bmp|dib|webp|ico|wdp|jxr|heic|avif)$")
_CONTROL = re.compile(r"(?i)activeX\d*\.bin$|ctrlProp\d*\.bin$")


def rest(
    package: Package,
    source: Source,
    sink: Sink,
    uses: Callable[[str], int] = lambda _: 1,
    harmless: re.Pattern[str] = HARMLESS,
) -> None:
    """Read every part that was not opened. ``uses``: how many parts of the document name it."""
    for name in package.unopened():
        if harmless.search(name):
            continue
        if _XML.search(name):
            loose.part(package, name, source, sink, quiet=_QUIET.search(name) is not None)
        elif _PICTURE.search(name) and uses(name) >= pictures.REPEATED:
            sink.note("a repeated picture was not looked at")
        else:
            _binary(package, name, source, sink)


def _binary(package: Package, name: str, source: Source, sink: Sink) -> None:
    try:
        data = package.read(name)
    except ExtractError as error:
        sink.missed(error.reason, source.at(name, "part"))
        return
    if _CONTROL.search(name):
        clear.texts(data, source.at(name, "part"), sink)
    elif data:
        sink.member(source.inner(name.rpartition("/")[2], io.BytesIO(data), len(data), "object"))
