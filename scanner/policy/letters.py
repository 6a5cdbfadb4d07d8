"""Who writes letters to whom, and how they are numbered: contractor, addressee, document numbers.

The policy says who the contractor is and how it numbers, for the whole house; a contract says who is addressed, and may say any
of the rest otherwise. What nobody says stays empty, and is a line to be filled in by hand on paper.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, Field, model_validator

from scanner.policy.base import Entry, Strict
from scanner.policy.faults import fault

if TYPE_CHECKING:
    from scanner.policy.models import Contract, Policy

DEFAULT_SCHEME = "{prefix}第{n}号"
_FIELD = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"n(?::0[1-9])?")
_RUNNING = re.compile(r"\{n(?::0([1-9]))?\}")
_FIELDS = ("prefix", "year", "wareki", "contract", "form")
_REIWA = 2018


class Contractor(Entry):
    """受託者 as its letters name it."""

    name: str = Field(default="", description="受託者の名称(例: 株式会社○○)")
    postal_code: str = Field(default="", description="郵便番号")
    address: str = Field(default="", description="所在地")
    representative_title: str = Field(default="", description="代表者の職名(例: 代表取締役)")
    representative: str = Field(default="", description="代表者の氏名")
    department: str = Field(default="", description="担当部署")
    contact: str = Field(default="", description="担当者")
    telephone: str = Field(default="", description="電話番号")
    email: str = Field(default="", description="メールアドレス")


class Documents(Strict):
    """文書番号: how letters are numbered. Numbers run within a year and are never given twice."""

    prefix: str = Field(default="", description="文書番号の頭の字(例: 健発)")
    scheme: str = Field(
        default="",
        description="文書番号の形。{n} は番号({n:03} は 3 桁)、{prefix} は頭の字、{year} は西暦の年度、{wareki} は令和の年度、"
        "{contract} は契約番号、{form} は帳票番号。空は {prefix}第{n}号",
    )
    year: Literal["", "fiscal", "calendar"] = Field(default="", description="番号を改める年(年度・暦年)。空は年度")

    @model_validator(mode="after")
    def _numbered(self) -> Documents:
        names = _FIELD.findall(self.scheme)
        rest = _FIELD.sub("", self.scheme)
        known = all(name in _FIELDS or _NUMBER.fullmatch(name) for name in names)
        if self.scheme and (not known or "{" in rest or "}" in rest or sum(map(_is_number, names)) != 1):
            raise fault("document_scheme")
        return self


class Series(NamedTuple):
    """Documents that are numbered together: within one series no number is given twice."""

    text: str
    """The number as it is written, with ``{n}`` (``{n:03}``) where the running number stands."""
    period: int
    """The year, by the Gregorian calendar, in which the numbers run."""

    def number(self, n: int) -> str:
        """The n-th number of the series as it is written on paper."""
        return _RUNNING.sub(lambda found: str(n).zfill(int(found[1] or 0)), self.text)


class Letterhead(NamedTuple):
    """What stands at the head of a letter about one contract."""

    contractor: Contractor
    addressee: str
    """宛先 as it is written: ○○市長 様; the entruster with 御中 where the contract names nobody; else empty."""
    documents: Documents


NOBODY = Letterhead(Contractor(), "", Documents())
"""Where no policy says anything: all lines are filled in by hand."""


def letterhead(policy: Policy | None, contract: Contract | None) -> Letterhead:
    """The letterhead for a contract: what the contract says, else what the policy says."""
    contractor, documents = (policy.contractor, policy.documents) if policy else (Contractor(), Documents())
    if contract is None:
        return Letterhead(contractor, "", documents)
    addressee = contract.addressee or (f"{contract.entruster} 御中" if contract.entruster else "")
    return Letterhead(_over(contractor, contract.contractor), addressee, _over(documents, contract.documents))


def series(documents: Documents, day: date, *, contract: str = "", form: str = "") -> Series:
    """The series that a letter of that day belongs to."""
    year = day.year - (documents.year != "calendar" and day.month < 4)  # 年度 begins in April
    era = year - _REIWA
    filled = {
        "prefix": documents.prefix,
        "year": str(year),
        "wareki": f"令和{'元' if era == 1 else era}" if era > 0 else str(year),
        "contract": contract,
        "form": form,
    }
    # braces of what is filled in are none of the scheme's
    plain = {name: text.replace("{", "(").replace("}", ")") for name, text in filled.items()}
    text = _FIELD.sub(lambda found: plain.get(found[1], found[0]), documents.scheme or DEFAULT_SCHEME)
    return Series(text, year)


_Model = TypeVar("_Model", bound=BaseModel)


def _over(house: _Model, own: _Model | None) -> _Model:
    """``house`` with every field that ``own`` states."""
    stated = {k: v for k, v in own.model_dump().items() if v} if own else {}
    return house.model_copy(update=stated)


def _is_number(name: str) -> bool:
    return _NUMBER.fullmatch(name) is not None
