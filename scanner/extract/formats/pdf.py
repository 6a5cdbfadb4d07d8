"""PDF by pdfium: text page by page, what annotations show on it, pictures; the rest of its objects: ``pdfobjects``."""

from __future__ import annotations

import ctypes
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace

from scanner.extract import behind
from scanner.extract.formats import pdfmend, pdfobjects, pdftables, pictures
from scanner.extract.formats.pdfbombs import defused
from scanner.extract.interface import Encrypted, ExtractError, Sink, Source, join
from scanner.labels import PASSWORD, RIGHTS
from scanner.model import BlockKind, Reason

_NO_WIDTH, _LETTERS, _LONGEST_NAME = 0.01, 2, 256
_EASTERN = re.compile(
    rb"(?i)[\x80-\xff]|min(?!ion)|(?<!century)(?<!franklin)(?<!news)goth|heisei|ryumin|koz|meiryo|yugo|\bhg|ipa|song|ming|simsun|simhei|batang|dotum|gulim"
)
"""Names of fonts of Japanese, Chinese and Korean."""
_SPACED_DIGITS = re.compile(
    r"(?<![0-9A-Za-z])(?<!(?<![0-9A-Za-z])[0-9\-] )(?:[0-9\-] ){5,}[0-9](?![0-9A-Za-z])"  # a run is tried once
)
_SCAN_SHARE, _SCAN_TEXT = 0.5, 200
"""A page of which a picture covers so much, with fewer characters of text than that, is a scan: a page number or a stamp is no
reading of it."""
_PICTURE_SHARE = 0.03
"""Of a page, from which a picture on it counts: a business card is a tenth of A4, a letterhead's mark less than this."""
_MOST_OBJECTS = 20_000
_MOST_INSIDE, _MOST_DEPTH = 500, 4
"""Objects of a form, and forms in forms, that are looked at for a picture."""
_DRAWN = 500
"""Lines and areas from which a page with hardly any text may be one whose letters are drawn: of a page of Japanese some hundred to
a thousand, of a form with ruled boxes, which has more text, below three hundred."""


def extract(source: Source, sink: Sink) -> None:
    """Put all pages; raises ``Encrypted`` with a user password, notes pages that hold pictures but no text."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    source.file.seek(0)
    data, bombs = defused(source.file.read())
    source_data = data
    if bombs:
        sink.missed(Reason.RATIO_LIMIT, join(source.part, f"{bombs} stream(s)"))
    document, opened_by = None, None
    for password in (None, *source.passwords):
        try:
            document, opened_by = pdfium.PdfDocument(bytes(data), password=password), password
            break
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                continue
            if password is None and (mended := pdfmend.mended(data)):
                with suppress(pdfium.PdfiumError):
                    document, data = pdfium.PdfDocument(mended), mended
                    sink.missed(_why(source_data), join(source.part, "end"))
                    break
            raise ExtractError("pdf", _why(data)) from None
    if document is None:
        if not source.depth:
            managed = b"MicrosoftIRMServices" in source_data
            sink.note(RIGHTS if managed else PASSWORD)
        raise Encrypted("pdf")
    seen = _Seen()
    try:
        for key, value in document.get_metadata_dict().items():
            if key in ("Title", "Author", "Subject", "Keywords"):
                sink.field(join(source.part, "properties"), key, value)
        document.init_forms()
        for number in range(len(document)):
            sink.tick()
            try:
                _page(document, number, source, sink, raw, seen)
            except pdfium.PdfiumError:
                seen.broken += 1
    finally:
        document.close()
    _unlinked(pdfobjects.extract(data, opened_by, source, sink), source, sink)
    _behind(data, source, sink)
    if seen.broken:
        sink.missed(Reason.CORRUPT, join(source.part, f"{seen.broken} page(s)"))
    if seen.without_text:
        sink.missed(Reason.NO_TEXT, join(source.part, f"{seen.without_text} page(s)"))
    unread = seen.unread()
    if unread:
        sink.missed(Reason.PICTURE, join(source.part, f"pictures on {unread} page(s)"))


class _Seen:
    """What was met on the pages and not read."""

    def __init__(self) -> None:
        self.broken = self.without_text = 0
        self._pictures: list[tuple[int, tuple[float, ...]]] = []
        self._times: Counter[tuple[float, ...]] = Counter()

    def picture(self, number: int, look: tuple[float, ...]) -> None:
        """A picture that was not read on page ``number``; ``look``: its pixels and where it stands."""
        self._pictures.append((number, look))
        self._times[look] += 1

    def unread(self) -> int:
        """Pages with pictures that are not on every page (a letterhead, a background)."""
        return len({number for number, look in self._pictures if self._times[look] < pictures.REPEATED})


def _unlinked(data: bytes, source: Source, sink: Sink) -> None:
    """Put the texts of pages that the document holds and does not show."""
    import pypdfium2 as pdfium

    if not data:
        return
    try:
        with pdfium.PdfDocument(data) as document:
            for number in range(len(document)):
                sink.tick()
                text = document[number].get_textpage().get_text_range().replace("\r\n", "\n")
                sink.text(BlockKind.PAGE, join(source.part, "unlinked"), number + 1, _whole_numbers(text))
    except pdfium.PdfiumError:
        sink.missed(Reason.CORRUPT, join(source.part, "unlinked"))


def _behind(data: bytes | bytearray, source: Source, sink: Sink) -> None:
    """What was put behind the document: an archive, or anything else that is more than its end."""
    end = data.rfind(b"%%EOF")
    if end >= 0:
        begin = end + len(b"%%EOF")
        at = data.find(b"PK\x03\x04", begin)
        behind.rest(replace(source, file=io.BytesIO(data), size=len(data)), sink, at if at >= 0 else begin)


def _why(data: bytes | bytearray) -> Reason:
    return Reason.CORRUPT if b"%%EOF" in data[-2048:] else Reason.TRUNCATED


def _page(document, number, source, sink, raw, seen) -> None:  # type: ignore[no-untyped-def]
    """Put one page; what it shows and could not be read goes to ``seen``."""
    page = document[number]
    textpage = page.get_textpage()
    text = textpage.get_text_range().replace("\r\n", "\n").replace("\ufffe", "")
    text = _whole_numbers(text)
    rows = pdftables.laid_out(pdftables.boxes(textpage)) if text else []
    if rows:
        part = join(source.part, f"page {number + 1}")
        for at, row in enumerate(rows, 1):
            sink.row(part, at, ((column, _whole_numbers(cell)) for column, cell in row.cells))
    else:
        sink.text(BlockKind.PAGE, source.part, number + 1, text)
    legible = bool(text.strip()) and not _garbled(text)
    sink.tick()
    objects = raw.FPDFPage_CountObjects(page)
    shown = _pictures(page, objects, raw) if objects else []
    if legible and objects and _without_width(page, objects, raw):
        seen.without_text += 1
    if source.ocr and (shown or (not legible and objects)):
        from scanner.extract.formats import ocr

        covered = any(share >= _SCAN_SHARE for share, _, _ in shown)
        if not legible or (covered and len(text) < _SCAN_TEXT):
            legible = ocr.page(page, number, source, sink)
        else:
            for _, _, box in shown:
                ocr.page(page, number, source, sink, None if page.get_rotation() else box)
    elif legible:
        short = len(text.strip()) < _SCAN_TEXT
        if short and objects > _DRAWN and _paths(page, objects, raw) > _DRAWN:
            seen.picture(number, (0.0, float(number)))
        for share, look, _ in shown:
            if share < _SCAN_SHARE or short:  # a page that is a scan with its text behind it is read
                seen.picture(number, look)
    textpage.close()
    noted = (
        raw.FPDFPage_GetAnnotCount(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    )
    page.close()
    if noted:
        _appearances(document[number], text, number, source, sink, raw, seen, {look for _, look, _ in shown})
    if not legible and objects:
        seen.without_text += 1


def _whole_numbers(text: str) -> str:
    """Numbers that are set letter by letter, joined."""
    return _SPACED_DIGITS.sub(lambda m: m.group().replace(" ", ""), text)


def _pictures(page, objects: int, raw) -> list[tuple[float, tuple[float, ...], tuple[float, ...]]]:  # type: ignore[no-untyped-def]
    """(share of the page, look, box in points) of each picture that may tell something."""
    width, height = page.get_size()
    found: list[tuple[float, tuple[float, ...], tuple[float, ...]]] = []
    edges = [ctypes.c_float() for _ in range(4)]
    pixels = [ctypes.c_uint(), ctypes.c_uint()]
    for i in range(min(objects, _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, i)
        image = _image(item, raw, 0)
        if image is None or not raw.FPDFPageObj_GetBounds(item, *edges):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        left, bottom, right, top = max(0.0, left), max(0.0, bottom), min(width, right), min(height, top)
        share = max(0.0, right - left) * max(0.0, top - bottom) / max(1.0, width * height)
        if not raw.FPDFImageObj_GetImagePixelSize(image, *pixels):
            continue
        size = (int(pixels[0].value), int(pixels[1].value))
        if share >= _PICTURE_SHARE and not pictures.decoration(size):
            look = (*size, round(left), round(bottom), round(right), round(top))
            found.append((share, look, (left, bottom, right, top)))
    return found


def _without_width(page, objects: int, raw) -> bool:  # type: ignore[no-untyped-def]
    """Whether letters that are set one by one in a font that is neither in the file nor here take no room: the library leaves them out
    of the text. Blanks take none either, and Latin letters always have a font: fonts of Japanese and its neighbours are meant."""
    edges = [ctypes.c_float() for _ in range(4)]
    empty = 0
    for i in range(min(objects, _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page, i)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_TEXT or not raw.FPDFPageObj_GetBounds(item, *edges):
            continue
        if edges[2].value - edges[0].value < _NO_WIDTH:
            font = raw.FPDFTextObj_GetFont(item)
            if font and not raw.FPDFFont_GetIsEmbedded(font) and _EASTERN.search(_font_name(font, raw)):
                empty += 1
                if empty >= _LETTERS:
                    return True
    return False


def _font_name(font, raw) -> bytes:  # type: ignore[no-untyped-def]
    """The name of a font in the file, its letters only."""
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    size = raw.FPDFFont_GetBaseFontName(font, name, _LONGEST_NAME)
    return name.raw[: min(size, _LONGEST_NAME)].replace(b" ", b"").replace(b"-", b"").strip(b"\0")


def _paths(page, objects: int, raw) -> int:  # type: ignore[no-untyped-def]
    """Lines and areas that are drawn on a page."""
    kinds = (raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, i)) for i in range(min(objects, _MOST_OBJECTS)))
    return sum(1 for kind in kinds if kind == raw.FPDF_PAGEOBJ_PATH)


def _image(item, raw, depth: int):  # type: ignore[no-untyped-def]
    """The picture that an object of a page is, or the first one that a form holds; ``None`` where there is none."""
    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_IMAGE:
        return item
    if kind == raw.FPDF_PAGEOBJ_FORM and depth < _MOST_DEPTH:
        for i in range(min(_MOST_INSIDE, max(0, raw.FPDFFormObj_CountObjects(item)))):
            found = _image(raw.FPDFFormObj_GetObject(item, i), raw, depth + 1)
            if found is not None:
                return found
    return None


def _appearances(page, text: str, number: int, source, sink, raw, seen, before) -> None:  # type: ignore[no-untyped-def]
    """What notes, stamps and fields show on the page, which is not among its own text; ``before``: the looks of its pictures."""
    for _, look, box in _pictures(page, raw.FPDFPage_CountObjects(page), raw):
        if look not in before:
            if source.ocr:
                from scanner.extract.formats import ocr

                ocr.page(page, number, source, sink, None if page.get_rotation() else box)
            else:
                seen.picture(number, look)
    textpage = page.get_textpage()
    whole = textpage.get_text_range().replace("\r\n", "\n").replace("\ufffe", "")
    textpage.close()
    page.close()
    own = Counter(text.split("\n"))
    fresh: list[str] = []
    for line in whole.split("\n"):
        own[line] -= 1
        if own[line] < 0:
            fresh.append(line)
    sink.text(BlockKind.PAGE, join(source.part, "annotation"), number + 1, "\n".join(fresh))


def _garbled(text: str) -> bool:
    """A font without a Unicode map gives control characters or private-use characters instead of text."""
    body = [c for c in text if not c.isspace()]
    strange = sum(1 for c in body if ord(c) < 32 or "\ue000" <= c <= "\uf8ff" or c == "\ufffd")
    return bool(body) and strange / len(body) > 0.3
