"""Text in pictures by rapidocr (extra ``ocr``): images and PDF pages that have none. Only where the user asked for it.

The models lie inside the package; nothing is fetched. ``ORT_DISABLE_TELEMETRY`` is set before the process starts.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from scanner.extract.deadline import Exhausted
from scanner.extract.formats import pictures
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
    """The lines of text in an image (of Pillow, or an array of pixels), top to bottom."""
    result = _engine()(image)
    return [_SPLIT_NUMBER.sub("", line) for line in result.txts or ()]


def extract(source: Source, sink: Sink) -> None:
    """Put the lines of every frame of a picture (a fax is one file of many pages)."""
    source.file.seek(0)
    before = sink.total_chars
    try:
        for number, frame in enumerate(_frames(source.file.read(sink.limits.part_bytes))):
            sink.tick()
            for line in lines(frame):
                sink.text(BlockKind.PAGE, source.part, number + 1, line)
    except (MemoryError, Exhausted):
        raise
    except Exception as error:  # whatever a broken picture raises in the image library
        raise ExtractError(type(error).__name__, Reason.CORRUPT) from None
    if sink.total_chars == before and source.depth:
        sink.textless()


def _frames(data: bytes) -> Iterator[Any]:
    """Every frame, upright. Frames of an animation that repeat the one before are not looked at again."""
    from PIL import ImageOps

    with pictures.opened(data) as image:
        last = b""
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frame = ImageOps.exif_transpose(image).convert("RGB")
            if frame.width * frame.height > _MOST_PIXELS:
                scale = (_MOST_PIXELS / (frame.width * frame.height)) ** 0.5
                frame = frame.resize((max(1, int(frame.width * scale)), max(1, int(frame.height * scale))))
            same = hashlib.sha256(frame.tobytes()).digest()
            if same != last:
                last = same
                yield frame


def page(drawn: Any, number: int, source: Source, sink: Sink, box: tuple[float, ...] | None = None) -> bool:
    """Put the text that a drawn PDF page shows, or the part of it in ``box`` (left, bottom, right, top in points); whether any
    was found."""
    width, height = drawn.get_size()
    scale = min(_RENDER_SCALE, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    crop = (0.0, 0.0, 0.0, 0.0) if box is None else (box[0], box[1], width - box[2], height - box[3])
    found = lines(drawn.render(scale=scale, crop=crop).to_numpy())
    sink.text(BlockKind.PAGE, source.part, number + 1, "\n".join(found))
    return bool(found)
