"""From a kind to its format module. Modules are imported when first needed."""

from __future__ import annotations

from importlib import import_module

from scanner.extract.interface import Encrypted, Sink, Source, Unsupported
from scanner.extract.sniff import sniff
from scanner.model import Reason

EXTRACTORS = {
    "text": "text", "csv": "delimited", "json": "structured", "html": "html", "xml": "text", "pdf": "pdf", "eml": "mail", "zip": "archive",
    "docx": "docx", "xlsx": "xlsx", "pptx": "pptx",
}
"""Format → module of this package with ``extract(source, sink)``."""


def dispatch(source: Source, sink: Sink) -> str:
    """Read ``source`` by its content; returns its media type. Raises ``ExtractError`` with the reason."""
    kind = sniff(source.file, source.name)
    module = EXTRACTORS.get(kind.format)
    if module is None:
        raise Unsupported(kind.format, Reason.CORRUPT if kind.format == "ole-broken" else Reason.UNSUPPORTED)
    extension = source.name.lower().rpartition(".")[2] if "." in source.name else ""
    if kind.format in ("zip", "pdf", "docx", "xlsx", "pptx") and extension in ("txt", "csv", "log", "jpg", "png"):
        sink.note(f"the content is {kind.format}, the name says .{extension}")
    import_module(f"scanner.extract.{module}").extract(source, sink)
    return kind.media_type


__all__ = ["EXTRACTORS", "Encrypted", "dispatch"]
