"""The contract as data: validated by pydantic, unknown keys refused. The JSON Schema is generated from here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Responsible(_Strict):
    """保護管理責任者等 (第2): a person or an organisation."""

    type: Literal["person", "organisation"] = "person"
    name: str
    contact: str = ""


class Place(_Strict):
    """作業場所・保管場所 (第3). At least one of path, host, volume, unc says which files it covers."""

    id: str
    kind: Literal["work", "storage", "server_room"]
    path: str | None = None
    host: str | None = Field(None, description="host name, * and ? allowed")
    volume: str | None = Field(None, description="serial number or UUID of the volume")
    unc: str | None = Field(None, description="//server/share or \\\\server\\share")
    consent: str | None = Field(None, description="承諾番号")
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Place:
        if not (self.path or self.host or self.volume or self.unc):
            raise ValueError("a place needs path, host, volume or unc")
        _ordered(self.valid_from, self.valid_to, "valid_from", "valid_to")
        return self


class Consent(_Strict):
    """承諾: what the entruster agreed to."""

    id: str
    kind: Literal["place", "copy", "send", "other_use", "subcontract", "technical"]
    copies_max: Annotated[int, Field(ge=0)] | None = None
    place: str | None = None
    recipients: tuple[str, ...] = ()
    purpose: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _dates(self) -> Consent:
        _ordered(self.valid_from, self.valid_to, "valid_from", "valid_to")
        return self


class Contract(_Strict):
    """One entrusted task and what was agreed for it."""

    id: str
    title: str
    entruster: str = ""
    purpose: str = ""
    responsible: Responsible | None = None
    my_number: bool = Field(False, description="特定個人情報を扱う契約か")
    items: tuple[str, ...] = Field((), description="記録項目: entity names such as PERSON, JP_ADDRESS")
    starts: date | None = None
    ends: date | None = None
    place: tuple[Place, ...] = ()
    consent: tuple[Consent, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Contract:
        _ordered(self.starts, self.ends, "starts", "ends")
        _unique([p.id for p in self.place], "place")
        _unique([c.id for c in self.consent], "consent")
        return self


class Policy(_Strict):
    """All contracts of one contractor."""

    contract: tuple[Contract, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Policy:
        _unique([c.id for c in self.contract], "contract")
        return self


def _ordered(first: date | None, last: date | None, a: str, b: str) -> None:
    if first and last and last < first:
        raise ValueError(f"{b} ({last}) is before {a} ({first})")


def _unique(ids: list[str], what: str) -> None:
    for value in ids:
        if ids.count(value) > 1:
            raise ValueError(f"the {what} id {value!r} is used more than once")
