"""What a report declares. The table of all is ``table``; those of plug-ins come by the entry points ``sekisho.forms``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from importlib import import_module

from scanner.report.forms.interface import Build
from scanner.report.paper.kinds import Letter, Paper

STYLES = ("xlsx", "docx", "html", "csv", "csv-cp932", "pdf")
"""Formats of a form; the ending of each is what stands before the first ``-``."""
_NUMBER = re.compile(r"[0-9A-Za-z]{1,12}")
"""It stands in names of files and in the paths of a pack."""


_OPTIONS = {"point": "--from", "accept": "--accept-gaps", "accept_why": "--because"}


def option(asked: str) -> str:
    """The option of ``report`` for a key of ``Context.asked``."""
    return _OPTIONS.get(asked, f"--{asked.replace('_', '-')}")


class Needs(StrEnum):
    """What a form is about."""

    NOTHING = "nothing"
    """Everything, or one contract where one is asked for."""
    CONTRACT = "contract"
    """One contract at the end of its work: what is left, what goes back."""
    INCIDENT = "incident"
    """One incident: of its own accord, in no pack and not among all forms of a contract."""


class Keeps(StrEnum):
    """What the inventory keeps of a form beyond the entry that it was made."""

    NOTHING = ""
    SWEEP = "sweep"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """Something that ``sekisho report`` makes. Raises ``ValueError`` for a number that cannot be the name of a file."""

    number: str
    """As it is typed and as it stands in the name of its file: ``5c``."""
    name: str
    """In Japanese, short, as in the help and in the name of the file: 権限照合表."""
    english: str
    """For the English help."""
    _: KW_ONLY
    alias: str = ""
    """A word of Latin letters by which it can be asked for."""
    also: str = ""
    """Other Japanese names by which it is found, with blanks between them."""
    articles: tuple[int, ...] = ()
    """Articles of the annex that it reports on."""
    styles: tuple[str, ...] = STYLES
    folder: bool = False
    """Whether it is of several files, which may be written into a folder."""
    takes: frozenset[str] | None = frozenset()
    """What can be asked beyond the form (keys of ``Context.asked``); ``None``: whatever any form can be asked."""

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number) or not self.name:
            raise ValueError(self.number)

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which it can be asked for."""
        every = (self.number, self.alias, self.name, f"{self.number}{self.name}", *self.also.split())
        return tuple(filter(None, every))


@dataclass(frozen=True, slots=True)
class FormSpec(ReportSpec):
    """A form: a table with what stands around it, made by one function."""

    build: str | Build
    """``module:function`` of this package, of a plug-in ``package.module:function`` or the function itself."""
    _: KW_ONLY
    paper: Paper
    needs: Needs = Needs.NOTHING
    after: tuple[str, ...] = ()
    """Registers of the contract of which an entry makes it due before the contract is at its end."""
    keeps: Keeps = Keeps.NOTHING
    inside: bool = False
    """For people of the office alone: in no pack, and not among all forms of a contract."""

    @property
    def builder(self) -> Build:
        """The function that makes it; its module is imported here."""
        if not isinstance(self.build, str):
            return self.build
        module, _, function = self.build.partition(":")
        made: Callable[..., object] = getattr(
            import_module(module if "." in module else f"scanner.report.forms.{module}"), function
        )
        return made  # type: ignore[return-value]

    @property
    def usual_style(self) -> str:
        """The format where nobody asks for another: a letter as document, all else as workbook."""
        return "docx" if isinstance(self.paper, Letter) else "xlsx"

    @property
    def is_numbered(self) -> bool:
        """Whether it is a letter to the entruster: each is given a document number when it is made."""
        return isinstance(self.paper, Letter) and self.paper.to == "entruster"

    @property
    def tells_lines(self) -> bool:
        """Whether it is a letter that says nothing without a line in its table: it is not issued empty."""
        return isinstance(self.paper, Letter) and not self.paper.empty
