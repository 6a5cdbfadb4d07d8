"""Plain text in any of the encodings of a Japanese office, line by line."""

from __future__ import annotations

from scanner.extract import encoding
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import BlockKind, Reason

_BAD_SHARE = 0.2


def extract(source: Source, sink: Sink) -> None:
    """Put every line; text that mostly does not decode raises the reason ``undecodable``."""
    codec = encoding.detect(source.file)
    bad = seen = 0
    for number, line in enumerate(encoding.lines(source.file, codec), 1):
        seen += len(line)
        bad += line.count("\ufffd") + line.count("\x00")
        sink.text(BlockKind.LINE, source.part, number, line.replace("\x00", " "))
    if seen and bad / seen > _BAD_SHARE:
        raise ExtractError("not text", Reason.UNDECODABLE)
