"""From a kind to its format module. Modules are imported when first needed."""

from __future__ import annotations

import io
from dataclasses import replace
from importlib import import_module

from scanner.extract.interface import Encrypted, Sink, Source, Unsupported
from scanner.extract.sniff import sniff
from scanner.model import Reason

EXTRACTORS = {
    "text": "text",
    "csv": "delimited",
    "json": "structured",
    "html": "html",
    "xml": "markup",
    "pdf": "pdf",
    "eml": "mail",
    "zip": "archive",
    "docx": "docx",
    "xlsx": "xlsx",
    "pptx": "pptx",
}
"""Format → module of this package with ``extract(source, sink)``."""


def dispatch(source: Source, sink: Sink) -> None:
    """Read ``source`` by its content. Raises ``ExtractError`` with the reason."""
    try:
        kind = sniff(source.file, source.name)
    except Encrypted:
        if source.depth == 0:
            sink.media_type = "application/x-ole-storage"
        opened = _decrypted(source)
        if opened is None:
            raise
        dispatch(opened, sink)
        return
    if source.depth == 0:
        sink.media_type = kind.media_type
    module = EXTRACTORS.get(kind.format)
    if module is None:
        raise Unsupported(kind.format, Reason.CORRUPT if kind.format == "ole-broken" else Reason.UNSUPPORTED)
    extension = source.name.lower().rpartition(".")[2] if "." in source.name else ""
    if kind.format in ("zip", "pdf", "docx", "xlsx", "pptx") and extension in ("txt", "csv", "log", "jpg", "png"):
        sink.note(f"the content is {kind.format}, the name says .{extension}")
    import_module(f"scanner.extract.{module}").extract(source, sink)


def _decrypted(source: Source) -> Source | None:
    """The source opened with the first password that fits, in memory; ``None`` if none does."""
    import msoffcrypto

    for password in source.passwords:
        buffer = io.BytesIO()
        source.file.seek(0)
        try:
            office = msoffcrypto.OfficeFile(source.file)
            office.load_key(password=password, verify_password=True)
            office.decrypt(buffer)
        except Exception as error:  # the library raises its own and the standard library's errors alike
            if isinstance(error, MemoryError):
                raise
            continue
        return replace(source, file=buffer, size=buffer.tell(), passwords=())
    return None
