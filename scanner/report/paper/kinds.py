"""The kinds of paper that a form can be: a letter that is handed in, a register that is kept, or a sheet that sums up and is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scanner.report.paper.interface import ACROSS, Sheet

Row = tuple[object, ...]
CHECKED = ("保護管理責任者", "確認者1", "確認者2")
"""Who signs a paper that goes out."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its numbered items; the table goes along as 別紙, or is itself the items."""

    opening: str
    to: Literal["entruster", "workers", "commission"] = "entruster"
    signers: tuple[str, ...] = CHECKED
    receipt: str = ""
    """The sentence above the receiver's signature, where the letter comes back signed."""
    item: Callable[[Row], tuple[str, str]] | None = None
    """Label and text of the item that a row of the table becomes."""
    cards: bool = False
    """Whether an entry is shown as labelled values where there are few; one alone stands in the letter itself."""
    facts: str = ""
    """Title of a table of the facts; empty where they are items."""
    keys: int = 2
    empty: bool = False
    """Whether it tells something also where its table has no line."""


@dataclass(frozen=True, slots=True)
class Register:
    """A table that is kept: across, its heading on every page."""

    sheet: Sheet = ACROSS
    keys: int = 1
    """Columns that stand on every sheet of a table that is wider than one."""
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """A table that sums up or is gone through, with who checked it."""

    sheet: Sheet = ACROSS
    keys: int = 1
    signers: tuple[str, ...] = CHECKED


Paper = Letter | Register | Checklist
