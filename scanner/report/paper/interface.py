"""Paper as it is laid out, whatever program shows it: pages of blocks. Lengths are millimetres, sizes of type are points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

SERIF = "游明朝"
SANS = "游ゴシック"
SMALLEST = 8.0
"""No type is smaller than this, in points."""
BODY, TABLE, TITLE = 10.5, 9.0, 14.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper: its name in print dialogues, its size and its margins."""

    name: Literal["A4", "A3"]
    width: float
    height: float
    side: float
    """Left and right margin."""
    top: float
    bottom: float

    @property
    def room(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.side

    @property
    def landscape(self) -> bool:
        return self.width > self.height


UPRIGHT = Sheet("A4", 210, 297, 25, 18, 18)
ACROSS = Sheet("A4", 297, 210, 13, 20, 16)
WIDE = Sheet("A3", 420, 297, 13, 20, 16)

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph."""

    text: str
    align: Align = "left"
    size: float = BODY
    bold: bool = False
    before: float = 0
    """Space above, in points."""
    indent: bool = False
    """Whether the first line begins one character in, as running text does."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, in the right half of the page: label and value a line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """記: numbered items, each a label and what is said."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value in a table of two columns."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a heading that repeats; the first ``keys`` columns stand in every part of a wide one."""

    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    keys: int = 1


@dataclass(frozen=True, slots=True)
class Signatures:
    """Boxes to sign or seal in: what for, and the name where it is known."""

    boxes: tuple[tuple[str, str], ...]


Block = Line | Sender | Items | Facts | Grid | Signatures


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks that begin on a new page of one kind of sheet and go on over as many as they need."""

    name: str
    """What the sheet of a workbook is called."""
    sheet: Sheet
    blocks: tuple[Block, ...]
    face: str = SANS
    titled: bool = False
    """Whether the form's title stands above each of its pages: a table that brings no title of its own."""
    follows: bool = False
    """Whether it goes on below the page before it where text flows; a workbook has a sheet for it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole form, ready to be written."""

    title: str
    head: tuple[str, str]
    """What stands above every page of a register, left and right of the title."""
    foot: str
    """What stands below every page, beside its number."""
    pages: tuple[Page, ...]
    mark: str = ""
    """What stands large above every page: 部外秘, 下書き."""

    def flowing(self) -> list[Page]:
        """The pages as a program shows them that lets text flow."""
        found: list[Page] = []
        for page in self.pages:
            if page.follows and found:
                found[-1] = replace(found[-1], blocks=(*found[-1].blocks, *page.blocks))
            else:
                found.append(page)
        return found
