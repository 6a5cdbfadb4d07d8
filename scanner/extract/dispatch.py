"""From a kind to its format module. Modules are imported when first needed."""

from __future__ import annotations

import io
from dataclasses import replace
from importlib import import_module

from scanner.extract import behind, volumes
from scanner.extract.deadline import Exhausted
from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink, Source, Unsupported
from scanner.extract.kinds import READERS, misnamed
from scanner.extract.sniff import sniff
from scanner.model import Reason


def dispatch(source: Source, sink: Sink) -> None:
    """Read ``source`` by its content. Raises ``ExtractError`` with the reason; what the file as a whole has used up is
    ``LimitReached`` here, and what was read until then stays."""
    if source.depth:
        _read(source, sink)
        return
    try:
        source = volumes.joined(source)
        sink.begin(source.size)
        with sink.deadline.running():
            _read(source, sink)
    except Exhausted as end:
        raise LimitReached("file", end.reason) from None


def _read(source: Source, sink: Sink) -> None:
    try:
        kind = sniff(source.file, source.name)
    except Encrypted:
        if source.depth == 0:
            sink.media_type = "application/x-ole-storage"
            import_module("scanner.extract.formats.labels").of_protected(source, sink)
        opened = _decrypted(source)
        if opened is None:
            raise
        _read(opened, sink)
        return
    if source.depth == 0:
        sink.media_type = kind.media_type
    module = READERS.get(kind.format)
    if module is None and kind.format in behind.PROGRAMS and behind.carried_by_program(source, sink):
        return
    appended = behind.zip_start(source) if kind.format in behind.FOLLOWED else None
    if appended and kind.format == "binary":  # a short text before it
        kind = sniff(behind.before(source, appended).file, source.name)
        module = READERS.get(kind.format)
    try:
        if module is None:
            raise Unsupported(kind.format, Reason.CORRUPT if kind.format == "ole-broken" else Reason.UNSUPPORTED)
        extension = source.name.lower().rpartition(".")[2] if "." in source.name else ""
        if misnamed(kind.format, extension):
            sink.note(f"the content is {kind.format}, the name says .{extension}")
        name, _, function = module.partition(":")
        extract = getattr(import_module(name if "." in name else f"scanner.extract.formats.{name}"), function)
        extract(behind.before(source, appended), sink)
    except ExtractError:
        if appended is not None:
            behind.read_zip(source, sink, appended)
        raise
    if appended is not None:
        behind.read_zip(source, sink, appended)


_OF_EXCEL = "VelvetSweatshop"
"""What Excel tries by itself: a workbook that is protected against changes opens without a question."""


def _decrypted(source: Source) -> Source | None:
    """The source opened with the first password that fits, in memory; ``None`` if none does."""
    import msoffcrypto

    for password in (*source.passwords, _OF_EXCEL):
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
