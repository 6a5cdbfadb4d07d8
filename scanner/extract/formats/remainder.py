"""The rest of an xml document behind the place where it stops being well formed: its texts without their tags.

A parser ends there, and the application too as a rule; what stands behind it is in the file all the same.
"""

from __future__ import annotations

import html
import re

from scanner.extract import charsets
from scanner.extract.interface import Sink
from scanner.model import BlockKind

_BREAKS = re.compile(
    r"<[/!?]?(?:[\w.-]+:)?(?:p|tr|tc|td|th|row|c|si|cell|br|li|div|h[1-6]|table-cell|table-row|table|body|sp|comment|author|[A-Z]\w*)\b[^<>]*>"
)
_TAG = re.compile(r"<[^<>]*>?")
_CLOSE = re.compile(r"^[^<>]*>")
_ATTRIBUTE = re.compile(r"""=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST = 64_000_000


def put(data: bytes, part: str, sink: Sink, *, apart: bool = False) -> None:
    """Put the texts of ``data``, which begins anywhere in a document. ``apart``: every element is a text of its own; else
    only those that end a paragraph, a cell or a row do."""
    sink.unpacked(len(data))
    text = _CONTROL.sub("", charsets.by_codec(data[:_LONGEST], ""))
    text = _CLOSE.sub("", text) if ">" in text[:4096] and "<" not in text[: text.find(">")] else text
    text = _TAG.sub("\n", text) if apart else _TAG.sub("", _BREAKS.sub("\n", text))
    for number, line in enumerate(text.split("\n"), 1):
        sink.text(BlockKind.LINE, part, number, html.unescape(line).strip())
