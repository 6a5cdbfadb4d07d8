"""What a PDF holds beside its pages: every text string of every object that a person wrote, files that lie in it, forms.

Fields, notes, links, bookmarks, alternative texts and portfolios differ in where they keep a text and agree in that it is a string
of a dictionary. So all objects are walked once (qpdf, through pikepdf), and only keys that hold no words of people are left out.
"""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import unquote

from scanner.extract.formats import labels, loose, pdfhidden, pdfmend, pictures
from scanner.extract.interface import Sink, Source, join
from scanner.model import BlockKind, Reason

_SILENT = frozenset(
    "/ID /DA /DS /CharSet /FontFamily /FontName /Producer /Creator /CreationDate /ModDate /M /Registry /Ordering /NM /Lang /CheckSum"
    " /Cert /ByteRange /DigestValue /IRT /O /U /OE /UE /Perms /Location /PTEX.Fullbanner /OutputConditionIdentifier /RegistryName"
    " /OutputCondition /Info /Trapped /Version /Filter /SubFilter /Prop_Build /Reference /Lookup /Indices /Style /Panose /CIDSet"
    " /Table /W /D /SI /TI /DestOutputProfile /MCID /Nm".split()
)
"""Keys whose strings no person reads: identifiers, fonts, colours, dates, signatures."""
_ALWAYS = frozenset(
    "/T /TU /V /DV /Opt /Contents /RC /Title /Author /Subj /Subject /Keywords /Alt /ActualText /E /Desc /XFA /P /Names /CI /CA /AC".split()
)
"""Keys whose strings are put whatever they hold; all others only where it is Japanese, an address or a number of a person."""
_GLYPH = re.compile(
    r"[A-Za-z]|uni[0-9A-F]{4}.*|u[0-9A-F]{4,6}|(?!(?:cid|gid|glyph|char|index|sym|font|code|item|shape)[0-9])[a-z]{3,}[a-z0-9]*"
)
"""Names of glyphs that say a letter: of the Adobe Glyph List, not a number under another word."""
_MARKUP = re.compile(r"<[^<>]+>")
_LONGEST = 4_000_000
_MOST_DEPTH = 60
_MOST_OBJECTS = 2_000_000


def extract(data: bytes | bytearray, password: str | None, source: Source, sink: Sink) -> bytes:
    """Put the texts and hand over the files; a document that qpdf cannot follow is told as corrupt in this part. Returns a PDF of
    the pages that its own tree of pages does not name; empty where there are none."""
    import pikepdf

    try:
        document = pikepdf.open(io.BytesIO(data), password=password or "", suppress_warnings=True)
    except (pikepdf.PdfError, ValueError, RuntimeError):
        sink.missed(Reason.CORRUPT, join(source.part, "objects"))
        return _of_mended(data, source, sink)
    with document:
        labels.of_pdf(document, source, sink)
        _Walk(document, source, sink).run()
        return pdfhidden.rest(document)


def _of_mended(data: bytes | bytearray, source: Source, sink: Sink) -> bytes:
    """What can be had of a document that qpdf does not open: which of its pages were shown nobody knows, so that all are given."""
    import pikepdf

    made = pdfmend.mended(data)
    if not made:
        return b""
    try:
        with pikepdf.open(io.BytesIO(made), suppress_warnings=True) as document:
            _Walk(document, source, sink).run()
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return b""  # it has been told already
    return made


class _Walk:
    def __init__(self, document: Any, source: Source, sink: Sink) -> None:
        import pikepdf

        self._types = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array, pikepdf.String)
        self._error = pikepdf.PdfError
        self._document, self._source, self._sink = document, source, sink
        self._said: set[str] = set()
        self._names: dict[tuple[int, int], str] = {}
        self._number = 0
        self._files = 0
        self._held: list[Any] = []
        self._unreadable = 0
        self._seen: set[tuple[int, int]] = set()

    def run(self) -> None:
        """All objects, then the embedded files, whose names stand in other objects."""
        files: list[Any] = []
        for count, item in enumerate(self._document.objects):
            if count > _MOST_OBJECTS:
                self._sink.missed(Reason.OUTPUT_LIMIT, join(self._source.part, "objects"))
                break
            if count % 500 == 0:
                self._sink.tick()
            try:
                self._object(item, files)
            except (self._error, ValueError, RuntimeError, TypeError, KeyError):
                self._sink.missed(Reason.CORRUPT, join(self._source.part, "objects"))
        self._dictionary(self._document.trailer.get("/Info"), "/Info", 0)
        for stream in {stream.objgen: stream for stream in (*files, *self._held)}.values():
            self._file(stream)
        if self._unreadable:
            part = join(self._source.part, f"{self._unreadable} font(s)")
            self._sink.missed(Reason.NO_TEXT, part)

    def _object(self, item: Any, files: list[Any]) -> None:
        dictionary, stream, array, _ = self._types
        if isinstance(item, stream):
            kind, subtype = str(item.get("/Type", "")), str(item.get("/Subtype", ""))
            if kind == "/EmbeddedFile" or "/Params" in item:
                files.append(item)
            elif kind == "/Metadata" or subtype == "/XML":
                self._text("metadata", self._read(item), markup=True)
            elif item.get("/PatternType") == 1:  # an area that is filled with a drawing again and again
                self._drawn(item, 0)
            return
        if isinstance(item, (dictionary, array)):
            self._value(item, "", 0)

    def _dictionary(self, item: Any, key: str, depth: int) -> None:
        if isinstance(item, self._types[0]):
            self._value(item, key, depth)

    def _value(self, item: Any, key: str, depth: int) -> None:
        """One value that stands in its object directly; what is referred to is an object of its own."""
        dictionary, stream, array, string = self._types
        if depth > _MOST_DEPTH:
            return
        if isinstance(item, string):
            if key not in _SILENT:
                text = _decoded(bytes(item))
                self._text(key, unquote(text) if key == "/URI" else text, always=key in _ALWAYS, markup=key == "/RC")
        elif isinstance(item, stream):
            if key in ("/V", "/DV", "/RC", "/JS", "/Contents") and "/Width" not in item and depth:
                self._text(key, _decoded(self._raw(item)), markup=True, always=key == "/V")
            elif key == "/XFA":
                self._text(key, self._read(item), markup=True, always=True)
        elif isinstance(item, array):
            for element in item:
                if key == "/XFA" or not _reference(element) or isinstance(element, string):
                    self._value(element, key, depth + 1)
        elif isinstance(item, dictionary):
            self._filespec(item)
            self._unreadable += _without_letters(item)
            if str(item.get("/S", "")) in ("/Alpha", "/Luminosity") and isinstance(item.get("/G"), stream):
                self._drawn(item["/G"], 0)
            for name, value in item.items():
                if name in ("/V", "/DV", "/RC", "/JS", "/XFA") or not _reference(value) or isinstance(value, string):
                    self._value(value, name, depth + 1)

    def _drawn(self, form: Any, depth: int) -> None:
        """Pictures of a pattern or a mask, which are no objects of a page: nothing hands them to recognition."""
        dictionary, stream, _, _ = self._types
        resources = form.get("/Resources")
        inner = resources.get("/XObject") if isinstance(resources, dictionary) else None
        for item in inner.values() if isinstance(inner, dictionary) and depth < _MOST_DEPTH else ():
            if not isinstance(item, stream) or item.objgen in self._seen:
                continue
            self._seen.add(item.objgen)
            if str(item.get("/Subtype", "")) == "/Form":
                self._drawn(item, depth + 1)
            elif not pictures.decoration((int(item.get("/Width", 0)), int(item.get("/Height", 0)))):
                self._sink.missed(Reason.PICTURE, join(self._source.part, "pattern"))

    def _filespec(self, item: Any) -> None:
        held = item.get("/EF")
        if not isinstance(held, self._types[0]):
            return
        name = item.get("/UF", item.get("/F"))
        if isinstance(name, self._types[3]):
            for stream in held.values():
                if isinstance(stream, self._types[1]):
                    self._names[stream.objgen] = _decoded(bytes(name))
                    self._held.append(stream)

    def _file(self, stream: Any) -> None:
        self._files += 1
        body = self._raw(stream)
        name = self._names.get(stream.objgen, "")
        inner = self._source.inner(name or "attachment", io.BytesIO(body), len(body), "attachment", self._files)
        self._sink.field(inner.part, "", name)
        self._sink.member(inner)

    def _raw(self, stream: Any) -> bytes:
        length = int(stream.get("/Length", 0)) if not isinstance(stream.get("/Length", 0), bool) else 0
        self._sink.unpacked(length)
        body = bytes(stream.read_bytes())
        self._sink.unpacked(max(0, len(body) - length))
        return body

    def _read(self, stream: Any) -> str:
        return _decoded(self._raw(stream)[:_LONGEST])

    def _text(self, key: str, text: str, *, always: bool = False, markup: bool = False) -> None:
        for piece in _MARKUP.split(text) if markup else (text,):
            said = (html.unescape(piece) if markup else piece).strip("\0 \t\r\n")
            if not said or said in self._said or not (always or loose.TEXT_OF_PEOPLE.search(said)):
                continue
            self._said.add(said)
            self._number += 1
            part = join(self._source.part, key.lstrip("/").lower() if key.isascii() else "value")
            self._sink.text(BlockKind.LINE, part, self._number, said)


def _without_letters(font: Any) -> bool:
    """Whether a dictionary is a font whose codes stand for drawings and for no letters that anybody could know: of type 3 with
    glyphs of invented names, or of glyphs by their number in a font of its own."""
    if font.get("/Type") != "/Font" or "/ToUnicode" in font:
        return False
    if font.get("/Subtype") == "/Type3":
        names = [str(name)[1:] for name in getattr(font.get("/CharProcs"), "keys", list)()]
        return bool(names) and sum(1 for n in names if _GLYPH.fullmatch(n)) < len(names) / 2
    if font.get("/Subtype") != "/Type0" or str(font.get("/Encoding")) not in ("/Identity-H", "/Identity-V"):
        return False
    descendants = font.get("/DescendantFonts")
    for inner in descendants if descendants is not None else ():
        system = inner.get("/CIDSystemInfo")
        if (
            system is not None
            and str(system.get("/Ordering", "")) == "Identity"
            and "/FontFile2" not in _descriptor(inner)
        ):
            return True
    return False


def _descriptor(font: Any) -> Any:
    found = font.get("/FontDescriptor")
    return found if found is not None else {}


def _reference(value: Any) -> bool:
    return bool(getattr(value, "is_indirect", False))


def _decoded(raw: bytes) -> str:
    """A text string: UTF-16 or UTF-8 with its mark; else UTF-8 or CP932 where it is, as Japanese programs write, else Latin-1."""
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace")
    for codec in ("utf-8-sig", "cp932"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
