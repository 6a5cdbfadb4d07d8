"""PDF by pdfium: text page by page, form values, annotations, attachments, bookmarks, document properties."""

from __future__ import annotations

import ctypes
import io
import re

from scanner.extract.formats.pdfbombs import defused
from scanner.extract.interface import Encrypted, ExtractError, Sink, Source, join
from scanner.model import BlockKind, Reason

_SPACED_DIGITS = re.compile(
    r"(?<![0-9A-Za-z])(?<!(?<![0-9A-Za-z])[0-9\-] )(?:[0-9\-] ){5,}[0-9](?![0-9A-Za-z])"  # a run is tried once
)
_ELEMENT = re.compile(r"<[^<>]+>")


def extract(source: Source, sink: Sink) -> None:
    """Put all pages; raises ``Encrypted`` with a user password, notes pages that hold pictures but no text."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    source.file.seek(0)
    data, bombs = defused(source.file.read())
    if bombs:
        sink.missed(Reason.RATIO_LIMIT, join(source.part, f"{bombs} stream(s)"))
    document = None
    for password in (None, *source.passwords):
        try:
            document = pdfium.PdfDocument(bytes(data), password=password)
            break
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                continue
            raise ExtractError("pdf", _why(data)) from None
    if document is None:
        raise Encrypted("pdf")
    without_text = 0
    try:
        for key, value in document.get_metadata_dict().items():
            if key in ("Title", "Author", "Subject", "Keywords"):
                sink.field(join(source.part, "properties"), key, value)
        pages = len(document)
        document.init_forms()
        for number in range(pages):
            sink.tick()
            without_text += _page(document, number, source, sink, raw)
        for i, item in enumerate(document.get_toc(max_depth=8)):
            sink.text(BlockKind.LINE, join(source.part, "bookmark"), i + 1, item.get_title() or "")
        for i in range(document.count_attachments()):
            attachment = document.get_attachment(i)
            body = bytes(attachment.get_data())
            sink.unpacked(len(body))
            sink.member(source.inner(attachment.get_name(), io.BytesIO(body), len(body)))
    except pdfium.PdfiumError:
        raise ExtractError("pdf", _why(data)) from None
    finally:
        document.close()
    if without_text:
        sink.missed(Reason.NO_TEXT, join(source.part, f"{without_text} page(s)"))


def _why(data: bytes | bytearray) -> Reason:
    return Reason.CORRUPT if b"%%EOF" in data[-2048:] else Reason.TRUNCATED


def _page(document, number, source, sink, raw) -> int:  # type: ignore[no-untyped-def]
    """Put one page; 1 if it shows something but has no readable text."""
    page = document[number]
    textpage = page.get_textpage()
    text = textpage.get_text_range().replace("\r\n", "\n").replace("\ufffe", "")
    text = _SPACED_DIGITS.sub(lambda m: m.group().replace(" ", ""), text)
    sink.text(BlockKind.PAGE, source.part, number + 1, text)
    seen = bool(text.strip()) and not _garbled(text)
    sink.tick()
    for i in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        for key in (b"Contents", b"V", b"RC"):
            value = _annotation_text(annotation, key, raw)
            if value:
                sink.text(BlockKind.PAGE, join(source.part, "annotation"), number + 1, _ELEMENT.sub(" ", value))
        raw.FPDFPage_CloseAnnot(annotation)
    objects = raw.FPDFPage_CountObjects(page)
    if not seen and objects and source.ocr:
        from scanner.extract.formats import ocr

        seen = ocr.page(page, number, source, sink)
    textpage.close()
    page.close()
    return 0 if seen or not objects else 1


def _garbled(text: str) -> bool:
    """A font without a Unicode map gives control characters or private-use characters instead of text."""
    body = [c for c in text if not c.isspace()]
    strange = sum(1 for c in body if ord(c) < 32 or "\ue000" <= c <= "\uf8ff" or c == "\ufffd")
    return bool(body) and strange / len(body) > 0.3


def _annotation_text(annotation, key: bytes, raw) -> str:  # type: ignore[no-untyped-def]
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
