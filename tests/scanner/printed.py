"""Forms as LibreOffice prints them: PDF, pictures, and where each character and rule stands on a page."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from tests.conftest import needed

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
{}</fontconfig>"""
_AS = (
    '<match target="pattern"><test name="family"><string>{}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>{}</string></edit></match>'
)
_LIGATED = frozenset("fil")
"""Letters that a font draws as one."""
MM = 72 / 25.4
"""Points a millimetre."""


def to_pdf(files: list[Path], folder: Path) -> list[Path]:
    """All files in one run of LibreOffice; 游明朝 and 游ゴシック, which a bare machine lacks, are shown as Noto's."""
    program = needed("soffice")
    folder.mkdir(parents=True, exist_ok=True)
    stand_in = _AS.format("游明朝", "Noto Serif CJK JP") + _AS.format("游ゴシック", "Noto Sans CJK JP")
    (folder / "fonts.conf").write_text(FONTS.format(stand_in), encoding="utf-8")
    subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir", folder, *files],
        capture_output=True,
        check=True,
        timeout=900,
        env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")},
    )  # fmt: skip
    return [folder / f"{file.stem}.pdf" for file in files]


@dataclass(frozen=True)
class Box:
    """A rectangle in points, from the lower left corner of the page."""

    left: float
    bottom: float
    right: float
    top: float
    char: str = ""

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def holds(self, point: tuple[float, float]) -> bool:
        return self.left < point[0] < self.right and self.bottom < point[1] < self.top


def _box(text: Any, index: int) -> Box:
    left, bottom, right, top = text.get_charbox(index)
    return Box(left, bottom, right, top, chr(raw.FPDFText_GetUnicode(text, index)))


class Printed:
    """One page."""

    def __init__(self, page: Any) -> None:
        self.width, self.height = page.get_size()
        text = page.get_textpage()
        self.text = text.get_text_range()
        boxes = [_box(text, n) for n in range(text.count_chars())]
        self.chars = [b for b in boxes if b.char.strip() and b.right > b.left]
        self.sizes, self.rules = [], []
        for found in page.get_objects():
            if found.type == raw.FPDF_PAGEOBJ_TEXT:
                size = ctypes.c_float()
                raw.FPDFTextObj_GetFontSize(found.raw, size)
                matrix = found.get_matrix()
                self.sizes.append(size.value * abs(matrix.d or matrix.b))
            elif found.type == raw.FPDF_PAGEOBJ_PATH:
                self.rules.append(Box(*found.get_bounds()))

    def line_of(self, words: str) -> Box:
        """Where a text stands that is in one line; spaces do not matter; the uppermost of several."""
        wanted = "".join(words.split())
        row = "".join(b.char for b in self.chars)
        lines = [self.chars[m.start() : m.start() + len(wanted)] for m in re.finditer(re.escape(wanted), row)]
        assert lines, words
        boxes = [
            Box(min(b.left for b in x), min(b.bottom for b in x), max(b.right for b in x), max(b.top for b in x), words)
            for x in lines
        ]
        return max(boxes, key=lambda box: box.top)

    def crossed(self) -> list[str]:
        """Characters that a rule of a table goes through."""
        upright = [r for r in self.rules if r.right - r.left < 2 and r.top - r.bottom > 4]
        level = [r for r in self.rules if r.top - r.bottom < 2 and r.right - r.left > 4]
        return [
            b.char
            for b in self.chars
            if any(b.left + 1 < r.left < b.right - 1 and r.bottom < b.middle[1] < r.top for r in upright)
            or any(b.bottom + 1 < r.bottom < b.top - 1 and r.left < b.middle[0] < r.right for r in level)
        ]

    def over_one_another(self) -> list[str]:
        """Characters whose middle lies in another."""
        rows: dict[int, list[Box]] = {}
        for box in self.chars:
            for row in range(int(box.bottom // 10), int(box.top // 10) + 1):
                rows.setdefault(row, []).append(box)
        return [
            b.char + other.char
            for b in self.chars
            for other in rows[int(b.middle[1] // 10)]
            if other is not b
            and b.right - b.left > 2
            and other.holds(b.middle)
            and not {b.char, other.char} <= _LIGATED
        ]


def pages(pdf: Path, pictures: Path | None = None) -> list[Printed]:
    """All pages of a PDF; their pictures go to a folder."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number, page in enumerate(document, 1):
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            page.render(scale=1.4).to_pil().save(pictures / f"{pdf.stem}-{number}.png")
        found.append(Printed(page))
    return found
