"""The contract as data: validated by pydantic, unknown keys refused. The JSON Schema is generated from here.

Every class below ``Contract`` and ``Policy`` is a register; the Excel exchange (``scanner.policy.registers``) takes its
sheets and columns from these models too.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from scanner import clock
from scanner.policy.acts import (
    Disposal,
    Grant,
    Handover,
    Incident,
    Inspection,
    Instruction,
    Training,
    Transfer,
    Transport,
)
from scanner.policy.base import Dated as _Dated
from scanner.policy.base import Entry as _Entry
from scanner.policy.base import Strict as _Strict
from scanner.policy.base import ordered as _ordered
from scanner.policy.consents import Consent
from scanner.policy.corrections import CorrectRules
from scanner.policy.faults import fault
from scanner.policy.items import entity_of
from scanner.policy.letters import Contractor, Documents
from scanner.policy.outgoing import DigestRules, EventRules
from scanner.policy.scanning import ScanRules
from scanner.policy.sensitivity import LabelRules


class Responsible(_Strict):
    """保護管理責任者等 (第2): a person or an organisation."""

    type: Literal["person", "organisation"] = "person"
    name: str
    role: str = Field("", description="総括・保護管理・監査・代行など")
    contact: str = ""


class Post(_Dated):
    """管理体制 (第2①): who answers for what, with which authority, and who stands in."""

    id: str
    type: Literal["person", "organisation"] = "person"
    name: str
    role: str = Field("", description="総括・保護管理・監査・代行など")
    authority: str = Field("", description="権限")
    contact: str = ""
    deputy: str = Field("", description="代行者")


class Place(_Dated):
    """作業場所・保管場所 (第3). At least one of path, host, volume, unc says which files it covers."""

    id: str
    kind: Literal["work", "storage", "server_room"]
    name: str = ""
    address: str = Field("", description="所在地・室")
    manager: str = Field("", description="管理責任者")
    access: str = Field("", description="施錠・入退室の管理")
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
            raise fault("place_nowhere")
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
    data: str = Field("", description="取り扱う個人情報")
    place: str = Field("", description="作業場所")
    supervised_on: date | None = Field(None, description="監督(報告・調査)を最後に行った日")
    consent: str | None = None


class Worker(_Entry):
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
    pledge: str = Field("", description="誓約書の版")
    trained_on: date | None = None
    left_checked_on: date | None = Field(None, description="離任時の確認日")
    left_checked_by: str = ""

    @model_validator(mode="after")
    def _dates(self) -> Worker:
        _ordered(self.starts, self.ends, "starts", "ends")
        return self

    def active(self, day: date) -> bool:
        """Whether the person works on the task on that day."""
        return not ((self.starts and day < self.starts) or (self.ends and day > self.ends))


class Carryout(_Entry):
    """持出し (第6): why, what, on which medium, until when, who approved, returned and erased."""

    id: str
    scope: tuple[str, ...] = ()
    reason: str = Field(description="業務上の必要性")
    count: Annotated[int, Field(ge=0)] | None = Field(None, description="本人数または部数")
    serial: str = Field("", description="媒体の製造番号")
    medium: str = ""
    destination: str = ""
    carrier: str = Field("", description="持出者(従事者番号)")
    starts: date
    due: date
    encrypted: bool = False
    password_reviewed_on: date | None = Field(None, description="持出しに当たりパスワードを見直した日")
    approver: str = ""
    approved_on: date | None = None
    consent: str = Field("", description="承諾番号(複写を伴う場合)")
    returned_on: date | None = None
    returned_to: str = Field("", description="返却を確認した人")
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


class Medium(_Entry):
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


class Host(_Entry):
    """端末・サーバー (第10二: the machines are limited and counted)."""

    id: str = Field(description="端末名")
    asset: str = Field("", description="資産番号")
    kind: str = Field("", description="ノート・据置・サーバーなど")
    place: str = Field("", description="設置場所")
    lock: str = Field("", description="盗難防止")
    encrypted: bool | None = Field(None, description="ディスクの暗号化(申告)")
    authentication: str = Field("", description="認証方式(パスワード、ICカード、生体など)")
    password_rule: str = Field("", description="パスワードの方針(長さ、変更の時期など)")
    password_reviewed_on: date | None = Field(None, description="パスワードを最後に見直した日")
    silent_days: Annotated[int, Field(ge=1)] = Field(14, description="この日数、連絡がなければ要確認")
    starts: date | None = None
    ends: date | None = None


class Review(_Strict):
    """How open points are decided."""

    two_persons: bool = Field(default=True, description="終了・受容・誤検知には、異なる二人を要する")
    due_days: Annotated[int, Field(ge=1)] = Field(default=14, description="是正の期限(発見から)")
    training_months: Annotated[int, Field(ge=1)] = Field(default=12, description="研修の有効な月数")


class GateRules(_Strict):
    """送付等の前の確認 (第7③)."""

    outbox: str = Field("", description="このフォルダー/宛先/ に置かれたファイルは、常駐監視が確認を始めます")


class Budget(_Strict):
    """What the watch may cost a terminal; the defaults are borne by an old one."""

    cpu_percent: Annotated[int, Field(ge=1, le=100)] = Field(default=25, description="share of one core")
    mb_per_second: Annotated[float, Field(ge=0)] = Field(default=20.0, description="0 = no limit")
    quiet_hours: str = Field(
        default="", pattern=r"^([0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9])?$", description="08:30-17:15"
    )
    pause_on_battery: bool = True
    pause_when_busy: bool = Field(default=True, description="do less while the machine has more to do than cores")
    pause_minutes: Annotated[int, Field(ge=0)] = Field(
        default=5, description="longest pause on battery, longest time of less on a busy machine"
    )
    reduced_percent: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10, description="share of one core on a busy machine, and on battery after the pause"
    )
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


class Contract(_Entry):
    """One entrusted task and what was agreed for it."""

    id: str
    title: str
    entruster: str = ""
    purpose: str = ""
    responsible: Responsible | None = None
    my_number: bool = Field(False, description="特定個人情報を扱う契約か")
    items: tuple[Annotated[str, AfterValidator(entity_of)], ...] = Field(
        (), description="記録項目: 氏名, 住所, … or entity names such as PERSON, JP_ADDRESS"
    )
    subjects: str = Field("", description="本人の範囲")
    collection: str = Field("", description="収集方法")
    special_care: bool = Field(False, description="要配慮個人情報を扱う契約か")
    sensitivity: Literal["", "S1", "S2", "S3", "S4"] = Field("", description="秘匿性区分")
    law: Literal["public", "private", "number"] = Field("public", description="行政機関等・民間・番号利用法")
    starts: date | None = None
    ends: date | None = None
    completed_on: date | None = Field(None, description="事務完了日")
    retain_until: date | None = Field(None, description="保存期限")
    retention_years: Annotated[int, Field(ge=0)] = 5
    addressee: str = Field("", description="文書の宛先(例: ○○市長 様)。空は委託者 御中")
    contractor: Contractor | None = None
    documents: Documents | None = None
    place: tuple[Place, ...] = ()
    consent: tuple[Consent, ...] = ()
    party: tuple[Party, ...] = ()
    post: tuple[Post, ...] = ()
    worker: tuple[Worker, ...] = ()
    grant: tuple[Grant, ...] = ()
    carryout: tuple[Carryout, ...] = ()
    transfer: tuple[Transfer, ...] = ()
    transport: tuple[Transport, ...] = ()
    training: tuple[Training, ...] = ()
    instruction: tuple[Instruction, ...] = ()
    disposal: tuple[Disposal, ...] = ()
    handover: tuple[Handover, ...] = ()
    inspection: tuple[Inspection, ...] = ()
    incident: tuple[Incident, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Contract:
        _ordered(self.starts, self.ends, "starts", "ends")
        for name in REGISTERS:
            _unique([item.id for item in getattr(self, name)], name)
        _agree(self.instruction)
        places = {p.id for p in self.place}
        for consent in self.consent:
            consent.known_places(places)
        _one_worker_an_account(self.worker)
        return self

    def worker_of(self, account: str, day: date) -> Worker | None:
        """The worker whom an account of the machine belongs to; of two periods of one person the one in force, else the
        latest. ``PC\\yamada`` and ``yamada`` name the same account."""
        bare = bare_account(account)
        mine = [w for w in self.worker if any(bare_account(a) == bare for a in w.accounts)]
        mine.sort(key=lambda w: (w.active(day), w.ends or date.max))
        return mine[-1] if mine else None


REGISTERS = (
    "place", "consent", "party", "post", "worker", "grant", "carryout", "transfer", "transport", "training",
    "instruction", "disposal", "handover", "inspection", "incident",
)  # fmt: skip
"""The registers of a contract, in the order in which they are exchanged."""


def bare_account(account: str) -> str:
    """An account without its machine or domain, for comparison."""
    return account.replace("/", "\\").rpartition("\\")[2].partition("@")[0].lower()


def _one_worker_an_account(workers: tuple[Worker, ...]) -> None:
    """A leaver who returns has two entries of different periods; two persons never share an account at one time."""
    seen: dict[str, list[Worker]] = {}
    for worker in workers:
        for account in worker.accounts:
            for other in seen.get(account.lower(), ()):
                apart = (other.ends and worker.starts and other.ends < worker.starts) or (
                    worker.ends and other.starts and worker.ends < other.starts
                )
                if not apart:
                    raise fault("shared_account", account=account.lower(), one=other.id, other=worker.id)
            seen.setdefault(account.lower(), []).append(worker)


def _agree(instructions: tuple[Instruction, ...]) -> None:
    """To dispose of and to keep the same data cannot both be in force: the later one must say what it replaces."""
    replaced = {i.supersedes for i in instructions if i.supersedes}
    standing = [i for i in instructions if i.kind in ("dispose", "keep", "return") and i.id not in replaced]
    for one in standing:
        for other in standing:
            share = not one.scope or not other.scope or set(one.scope) & set(other.scope)
            if "keep" in (one.kind, other.kind) and one.kind != other.kind and share and one.date <= other.date:
                raise fault("contradiction", one=one.id, other=other.id)


class RecordRules(_Strict):
    """取扱記録の証拠 (docs/record.md)."""

    timestamps: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s]*)?)?$",
        description="スキャンのたびに記録の先頭のタイムスタンプ(RFC 3161)を求める認証局。空なら通信しません",
    )


class HubRules(_Strict):
    """集約サーバーへ送る内容 (docs/hub.md)."""

    paths: Literal["masked", "code", "clear"] = Field(
        default="masked", description="パスの送り方: masked=拡張子とコード、code=コードだけ、clear=そのまま"
    )


class Policy(_Strict):
    """All contracts of one contractor, and the media of the house."""

    contract: tuple[Contract, ...] = ()
    contractor: Contractor = Contractor()
    documents: Documents = Documents()
    time_zone: str = Field(default=clock.DEFAULT_ZONE, description="帳票・期限・画面の日時の時間帯(IANA の名前)")
    medium: tuple[Medium, ...] = ()
    host: tuple[Host, ...] = ()
    review: Review = Review()
    gate: GateRules = GateRules(outbox="")
    watch: Watch = Watch()
    scan: ScanRules = ScanRules()
    labels: LabelRules = LabelRules()
    record: RecordRules = RecordRules()
    hub: HubRules = HubRules()
    correct: CorrectRules = CorrectRules()
    digest: DigestRules = DigestRules()
    events: EventRules = EventRules()

    @model_validator(mode="after")
    def _consistent(self) -> Policy:
        _unique([c.id for c in self.contract], "contract")
        _unique([m.id for m in self.medium], "medium")
        _unique([h.id for h in self.host], "host")
        try:
            clock.zone_of(self.time_zone)
        except ValueError:
            raise fault("no_such_zone", name=self.time_zone) from None
        return self


def _unique(ids: list[str], what: str) -> None:
    for value in ids:
        if ids.count(value) > 1:
            raise fault("used_twice", register=what, id=value)
