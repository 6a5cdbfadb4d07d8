"""The contract as data: validated by pydantic, unknown keys refused. The JSON Schema is generated from here.

Every class below ``Contract`` and ``Policy`` is a register; the Excel exchange (``scanner.policy.registers``) takes its
sheets and columns from these models too.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Dated(_Strict):
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _dates(self) -> _Dated:
        _ordered(self.valid_from, self.valid_to, "valid_from", "valid_to")
        return self


class Responsible(_Strict):
    """保護管理責任者等 (第2): a person or an organisation."""

    type: Literal["person", "organisation"] = "person"
    name: str
    role: str = Field("", description="総括・保護管理・監査・代行など")
    contact: str = ""


class Place(_Dated):
    """作業場所・保管場所 (第3). At least one of path, host, volume, unc says which files it covers."""

    id: str
    kind: Literal["work", "storage", "server_room"]
    name: str = ""
    address: str = Field("", description="所在地・室")
    manager: str = Field("", description="管理責任者")
    path: str | None = None
    host: str | None = Field(None, description="host name, * and ? allowed")
    volume: str | None = Field(None, description="serial number or UUID of the volume")
    unc: str | None = Field(None, description="//server/share or \\\\server\\share")
    require_encryption: bool = False
    overseas: str = Field("", description="国外の場合は国名")
    consent: str | None = Field(None, description="承諾番号")

    @model_validator(mode="after")
    def _says_where(self) -> Place:
        if not (self.path or self.host or self.volume or self.unc):
            raise ValueError("a place needs path, host, volume or unc")
        return self


class Consent(_Dated):
    """承諾: what the entruster agreed to."""

    id: str
    kind: Literal["place", "copy", "send", "other_use", "subcontract", "technical", "carryout"]
    scope: tuple[str, ...] = Field((), description="対象(R-1 など)。空は契約のすべて")
    purpose: str = ""
    copies_max: Annotated[int, Field(ge=0)] | None = Field(None, description="承諾部数。空は制限なし")
    place: str | None = None
    media: tuple[str, ...] = Field((), description="包括承諾の対象(backup, recycle_bin, temp など)")
    recipients: tuple[str, ...] = ()
    conditions: str = ""
    applied_on: date | None = None
    granted_on: date | None = None
    granted_by: str = ""
    document: str = ""
    disposal_due: date | None = None
    withdrawn_on: date | None = None

    @model_validator(mode="after")
    def _whole(self) -> Consent:
        _ordered(self.applied_on, self.granted_on, "applied_on", "granted_on")
        return self


class Party(_Dated):
    """当事者: entruster, subcontractors by tier, carriers, disposers, cloud providers (第12)."""

    id: str
    kind: Literal["entruster", "contractor", "subcontractor", "carrier", "disposer", "cloud"]
    name: str
    department: str = ""
    contact: str = ""
    tier: Annotated[int, Field(ge=0)] = 0
    domains: tuple[str, ...] = ()
    work: str = ""
    consent: str | None = None


class Worker(_Strict):
    """従事者 (第2②, 第4, 第11) with the accounts of the machines."""

    id: str
    name: str
    employer: str = ""
    role: str = ""
    scope: str = Field("", description="作業範囲")
    accounts: tuple[str, ...] = Field((), description="端末またはドメイン\\利用者名")
    starts: date | None = None
    ends: date | None = None
    pledged_on: date | None = None
    trained_on: date | None = None

    @model_validator(mode="after")
    def _dates(self) -> Worker:
        _ordered(self.starts, self.ends, "starts", "ends")
        return self


class Carryout(_Strict):
    """持出し (第6): why, what, on which medium, until when, who approved, returned and erased."""

    id: str
    scope: tuple[str, ...] = ()
    reason: str = Field(description="業務上の必要性")
    serial: str = Field("", description="媒体の製造番号")
    medium: str = ""
    destination: str = ""
    carrier: str = Field("", description="持出者(従事者番号)")
    starts: date
    due: date
    encrypted: bool = False
    approver: str = ""
    approved_on: date | None = None
    returned_on: date | None = None
    erased_on: date | None = None
    erased_by: str = ""

    @model_validator(mode="after")
    def _dates(self) -> Carryout:
        _ordered(self.starts, self.due, "starts", "due")
        _ordered(self.starts, self.returned_on, "starts", "returned_on")
        return self

    def covers(self, today: date) -> bool:
        """Whether the medium may be away on that day."""
        return self.starts <= today <= self.due and (self.returned_on is None or today <= self.returned_on)


class Medium(_Strict):
    """媒体 (第6: also what is inside terminals and servers)."""

    id: str
    kind: str = "USB"
    serial: str
    maker: str = ""
    encrypted: bool = False
    owner: str = ""
    lent_to: str = ""
    lent_on: date | None = None
    returned_on: date | None = None
    wiped_on: date | None = None
    disposed_on: date | None = None


class Budget(_Strict):
    """What the watch may cost a terminal; the defaults are borne by an old one."""

    cpu_percent: Annotated[int, Field(ge=1, le=100)] = Field(default=25, description="share of one core")
    mb_per_second: Annotated[float, Field(ge=0)] = Field(default=20.0, description="0 = no limit")
    quiet_hours: str = Field(
        default="", pattern=r"^([0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9])?$", description="08:30-17:15"
    )
    pause_on_battery: bool = True
    pause_when_busy: bool = Field(default=True, description="wait while the machine has more to do than cores")
    memory_mb: Annotated[int, Field(ge=200)] = Field(default=1_000, description="the worker starts afresh beyond this")


class AlertRules(_Strict):
    """Where new points are told; file names and values are in none of these messages."""

    syslog: bool = False
    desktop: bool = True
    urls: tuple[str, ...] = Field(default=(), description="apprise addresses: mailto://…, slack://…")


class Watch(_Strict):
    """常駐監視 of a terminal."""

    roots: tuple[str, ...] = Field(default=(), description="folders to watch; empty = all places of the policy")
    depth: Literal["quick", "balanced", "thorough"] = "balanced"
    walk_minutes: Annotated[int, Field(ge=1)] = 60
    budget: Budget = Budget()
    alerts: AlertRules = AlertRules()


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
    completed_on: date | None = Field(None, description="事務完了日")
    retention_years: Annotated[int, Field(ge=0)] = 5
    place: tuple[Place, ...] = ()
    consent: tuple[Consent, ...] = ()
    party: tuple[Party, ...] = ()
    worker: tuple[Worker, ...] = ()
    carryout: tuple[Carryout, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Contract:
        _ordered(self.starts, self.ends, "starts", "ends")
        for name in ("place", "consent", "party", "worker", "carryout"):
            _unique([item.id for item in getattr(self, name)], name)
        places = {p.id for p in self.place}
        for consent in self.consent:
            if consent.kind == "copy" and consent.place is not None and consent.place not in places:
                raise ValueError(f"the consent {consent.id!r} names the place {consent.place!r}, which is not there")
        accounts = [account.lower() for worker in self.worker for account in worker.accounts]
        for account in accounts:
            if accounts.count(account) > 1:
                raise ValueError(f"the account {account!r} belongs to more than one worker")
        return self


class Policy(_Strict):
    """All contracts of one contractor, and the media of the house."""

    contract: tuple[Contract, ...] = ()
    medium: tuple[Medium, ...] = ()
    watch: Watch = Watch()

    @model_validator(mode="after")
    def _consistent(self) -> Policy:
        _unique([c.id for c in self.contract], "contract")
        _unique([m.id for m in self.medium], "medium")
        return self


def _ordered(first: date | None, last: date | None, a: str, b: str) -> None:
    if first and last and last < first:
        raise ValueError(f"{b} ({last}) is before {a} ({first})")


def _unique(ids: list[str], what: str) -> None:
    for value in ids:
        if ids.count(value) > 1:
            raise ValueError(f"the {what} id {value!r} is used more than once")
