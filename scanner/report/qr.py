"""A short text as a QR picture (ISO/IEC 18004), so that a head can be handed over on paper and read back with any telephone."""

from __future__ import annotations

import io
from pathlib import Path

SUFFIXES = (".svg", ".png")
_SCALE = 5
"""Points of a module: 45 modules with their margin are 53 mm at 120 dpi."""


def picture(text: str, suffix: str) -> bytes:
    """As SVG or PNG."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind=suffix.removeprefix("."), scale=_SCALE, border=4)
    return out.getvalue()


def inline(text: str) -> str:
    """As an element of a page."""
    import segno

    return str(segno.make(text, error="m", micro=False).svg_inline(scale=4, border=4))


def suffix_of(path: Path) -> str:
    """``.svg`` or ``.png``; raises ``ValueError`` for another."""
    if path.suffix.lower() not in SUFFIXES:
        raise ValueError(path.suffix)
    return path.suffix.lower()
