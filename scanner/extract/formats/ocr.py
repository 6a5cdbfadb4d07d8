"""Text in pictures by rapidocr (extra ``ocr``): images and PDF pages that have none. Only where the user asked for it.

The models lie inside the package; nothing is fetched. ``ORT_DISABLE_TELEMETRY`` is set before the process starts.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any

from scanner.extract.interface import ExtractError, Sink, Source
from scanner.model import BlockKind, Reason

_RENDER_SCALE = 200 / 72
"""Pages are drawn at 200 dots an inch: error rates do not fall any more beyond."""


_MOST_PIXELS = 40_000_000
"""Of a page that is drawn: A3 has 8 million."""

_SPLIT_NUMBER = re.compile(r"(?<=[0-9-]) (?=[0-9-])")
"""Recognition sets spaces into wide or upside-down numbers: ``0 3 -1 234``."""


@lru_cache(maxsize=1)
def _engine() -> Any:
    logging.disable(logging.CRITICAL)  # its log names files
    from rapidocr import RapidOCR

    return RapidOCR()


def lines(image: Any) -> list[str]:
    """The lines of text in an image (bytes of a file, or an array of pixels), top to bottom."""
    result = _engine()(image)
    return [_SPLIT_NUMBER.sub("", line) for line in result.txts or ()]


def extract(source: Source, sink: Sink) -> None:
    """Put the lines of a picture; a picture without text has none to miss."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    try:
        found = lines(data)
    except MemoryError:
        raise
    except Exception as error:  # whatever a broken picture raises in the image library
        raise ExtractError(type(error).__name__, Reason.CORRUPT) from None
    for number, line in enumerate(found, 1):
        sink.text(BlockKind.LINE, source.part, number, line)


def page(drawn: Any, number: int, source: Source, sink: Sink) -> bool:
    """Put the text of a PDF page that has no text of its own; whether any was found."""
    width, height = drawn.get_size()
    scale = min(_RENDER_SCALE, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    found = lines(drawn.render(scale=scale).to_numpy())
    sink.text(BlockKind.PAGE, source.part, number + 1, "\n".join(found))
    return bool(found)
