"""What a form module gives: its columns and rows, from the inventory and the policy. No file is written here."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.custody import families
from scanner.custody.arithmetic import Family
from scanner.duties.interface import View
from scanner.errors import EXIT_GAPS, EXIT_USAGE, SekishoError
from scanner.inventory.point_lists import OF_NONE
from scanner.inventory.reader import Reader
from scanner.policy.models import Contract, Policy
from scanner.report import masking

NO_CONTRACT = "契約の特定なし"
"""What stands where the contract of a point should."""


class FormRefused(SekishoError):
    """A form that must not be issued as things are; ``code`` names the sentence that says what to do."""

    section = "refused"

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, **details)
        self.exit_code = EXIT_GAPS if code == "no_sweep" else EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Form:
    """A form filled in."""

    number: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]
    notes: list[str] = field(default_factory=list)
    """Sentences below the table: what was not seen, what the numbers mean."""
    facts: list[tuple[str, object]] = field(default_factory=list)
    """Labelled values above the table: what a certificate or a report states."""
    issued: dict[str, object] = field(default_factory=dict)
    """What the record keeps of this form beyond its number: verdicts and sums."""
    entries: list[int] = field(default_factory=list)
    """Entries of the record that lines cite; their numbers stand in the lines."""
    texts: list[tuple[str, list[str]]] = field(default_factory=list)
    """Texts that go along: title and paragraphs."""
    mark: str = ""
    """What every page says of who may see it, or of what it is: 部外秘, 下書き."""


@dataclass(frozen=True, slots=True)
class Context:
    """What every form may ask."""

    reader: Reader
    policy: Policy | None
    today: date
    key: bytes
    """Key of the installation, for the tokens of masked names."""
    _families: list[list[Family]] = field(default_factory=list, repr=False)
    _named: list[dict[bytes, str]] = field(default_factory=list, repr=False)
    keys: Path | None = None
    """Folder of the contracts' keys."""
    clear_names: bool = False
    """Whether file names are shown as they are: for use on this machine only."""
    contract: str = ""
    """Only this contract; empty for all."""
    asked: dict[str, Any] = field(default_factory=dict)
    """What was asked beyond the form: family, point, accepted gaps, whether it is a draft."""

    def contracts(self) -> list[Contract]:
        """Contracts that the form is about."""
        found = self.policy.contract if self.policy else ()
        return [c for c in found if self.contract in ("", c.id)]

    @property
    def draft(self) -> bool:
        """Whether it is a draft: then what is still to be done stands in it too."""
        return bool(self.asked.get("draft"))

    def families(self) -> list[Family]:
        """Families of those contracts, settled for the day."""
        if not self._families:
            self._families.append(families.load(self.reader.db, self.policy, self.today))
        return [f for f in self._families[0] if self.contract in ("", f.original.contract)]

    def without_contract(self) -> tuple[str, object]:
        """Label and number of the open points that belong to no contract: in every form, whatever contract was asked for."""
        open_ = f"select count(*) as n from points p where p.state = 'open' and {OF_NONE}"  # noqa: S608
        return f"{NO_CONTRACT}(未了)", self.reader.rows(open_)[0]["n"]

    def left_out(self, condition: str = "1", values: tuple[object, ...] = ()) -> str:
        """Where one contract was asked for: how many points (``p``) under ``condition`` are of no contract, and so are not counted; empty
        where none is left out."""
        if not self.contract:
            return ""
        rows = self.reader.rows(f"select count(*) as n from points p where ({condition}) and {OF_NONE}", values)  # noqa: S608
        return f"契約を特定できないもの {rows[0]['n']} 件を含みません" if rows[0]["n"] else ""

    def view(self) -> View:
        """What the duties see."""
        return View(self.reader.db, self.policy or Policy(), self.families(), self.today, socket.gethostname())

    def only(self, column: str = "contract") -> tuple[str, tuple[str, ...]]:
        """A condition and its value for queries that are limited to the contract."""
        return (f"{column} = ?", (self.contract,)) if self.contract else ("1", ())

    def name(self, path: bytes | str) -> str:
        """A file as it may leave the machine: the name of the original that it is, else its kind, and the code by which it is found
        again here (``report paths``)."""
        raw = os.fsencode(path)
        if not self._named:
            self._named.append({f.original.path: f.original.name for f in self.families()})
        called = self._named[0].get(raw, "")
        if self.clear_names:
            from scanner.model import display

            return f"{display(raw)}「{called}」" if called else display(raw)
        return masking.masked(self.key, raw, called)

    def code(self, path: bytes) -> str:
        """What stands for a path wherever its name is masked: of this installation's key, so that nobody else can try names."""
        return masking.code(self.key, path)


Build = Callable[[Context], Form]

_ERAS = ((date(2019, 5, 1), "令和", 2018), (date(1989, 1, 8), "平成", 1988), (date(1926, 12, 25), "昭和", 1925))


def wareki(day: date | None) -> str:
    """令和8年11月23日; the first year is 元年; empty for no date."""
    if day is None:
        return ""
    for first, era, base in _ERAS:
        if day >= first:
            year = day.year - base
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return day.isoformat()


def wareki_moment(text: str | None) -> str:
    """A moment of the record (UTC) in the zone of people."""
    if not text:
        return ""
    moment = clock.moment_of(text)
    return f"{wareki(moment.date())} {clock.time_of_day(moment)}"


def wareki_text(text: str | None) -> str:
    """An ISO date of a register as 令和."""
    try:
        return wareki(date.fromisoformat(text)) if text else ""
    except ValueError:
        return text or ""
