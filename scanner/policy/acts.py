"""Registers of what people did or were told to do: training, instructions, sending, transport, disposal, return, inspection,
incidents. No software sees these by itself; each is declared and compared with what is observed.
"""

from __future__ import annotations

from datetime import date as Day
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scanner.policy.base import Dated, Entry, ordered


class Grant(Dated):
    """権限 (第2②): accounts beyond the workers' own that may reach a place: groups, service accounts, managers."""

    id: str
    account: str = Field(description="アカウントまたはグループ")
    place: str = Field("", description="場所番号。空は契約のすべて")
    right: Literal["read", "write", "manage"] = "read"
    reason: str = ""
    approved_by: str = ""
    review_due: Day | None = None


class Training(Entry):
    """研修 (第11)."""

    id: str
    date: Day
    title: str
    topics: tuple[str, ...] = Field((), description="事故対応・在職中の守秘・退職後の守秘・情報システム・サイバー")
    attendees: tuple[str, ...] = Field((), description="従事者番号")
    absent: tuple[str, ...] = ()
    repeated_on: Day | None = Field(None, description="未受講者の再受講日")
    lecturer: str = ""
    material: str = ""


class Instruction(Entry):
    """指示・報告要求 (第16), also those of the 保護管理責任者等 for disposal (第9) and those under 第13 ただし書."""

    id: str
    date: Day
    kind: Literal["instruction", "report", "material", "dispose", "keep", "return"] = "instruction"
    by: str = Field("", description="指示した人・組織")
    scope: tuple[str, ...] = Field((), description="対象(R-1 など)。空は契約のすべて")
    text: str = ""
    due: Day | None = None
    answer: str = ""
    attachment: str = Field("", description="回答に添付したもの")
    answered_on: Day | None = None
    supersedes: str = Field("", description="この指示が置き換える指示の番号")

    @model_validator(mode="after")
    def _whole(self) -> Instruction:
        ordered(self.date, self.due, "date", "due")
        ordered(self.date, self.answered_on, "date", "answered_on")
        return self


class Transfer(Entry):
    """送信・送付 (第7②③): to whom, how, under which consent, looked at by which two people."""

    id: str
    date: Day
    recipient: str = Field(description="宛先の組織またはドメイン")
    sender: str = ""
    means: str = Field("", description="メール・郵送・ファイル共有など")
    scope: tuple[str, ...] = ()
    count: Annotated[int, Field(ge=0)] | None = None
    encrypted: bool = False
    consent: str = ""
    checker1: str = Field("", description="確認者1(従事者番号)")
    checker2: str = Field("", description="確認者2(従事者番号)")
    receipt_on: Day | None = Field(None, description="受領を確認した日")


class Transport(Entry):
    """運搬 (第18)."""

    id: str
    scope: tuple[str, ...] = ()
    serial: str = Field("", description="媒体の製造番号")
    medium: str = ""
    count: Annotated[int, Field(ge=0)] | None = Field(None, description="本人数または部数")
    encrypted: bool = False
    carrier: str = Field("", description="運搬者・業者")
    method: str = Field("", description="手渡し・追跡便・施錠容器など")
    tracking: str = ""
    handed_by: str = ""
    receiver: str = ""
    departed_on: Day
    due: Day
    received_on: Day | None = None
    arrival: Literal["", "match", "differs"] = Field("", description="到着照合の結果")
    erased_on: Day | None = Field(None, description="媒体の消去を確認した日")

    @model_validator(mode="after")
    def _whole(self) -> Transport:
        ordered(self.departed_on, self.due, "departed_on", "due")
        ordered(self.departed_on, self.received_on, "departed_on", "received_on")
        return self


class Disposal(Entry):
    """廃棄 (第9): on whose instruction, what, by which method, executed by whom, with which evidence."""

    id: str
    instruction: str = Field("", description="指示の番号")
    scope: tuple[str, ...] = ()
    medium: str = Field("", description="媒体名・管理番号・製造番号")
    count: Annotated[int, Field(ge=0)] | None = None
    unneeded_on: Day | None = Field(None, description="不要となった日")
    reason: str = Field("", description="不要となった理由")
    method: Literal["overwrite", "crypto_erase", "media_command", "destroy", "pulp", "shred", "delete"] = "delete"
    level: Literal["", "Clear", "Purge", "Destroy"] = ""
    tool: str = Field("", description="使用ソフト・版または業者")
    executor: str = ""
    witness: str = ""
    place: str = ""
    executed_on: Day | None = None
    certificate: str = Field("", description="外部証明書の番号(媒体単位の証拠)")


class Handover(Entry):
    """返還・引渡 (第13)."""

    id: str
    date: Day
    scope: tuple[str, ...] = ()
    method: str = ""
    encrypted: bool = False
    handed_by: str = ""
    receiver: str = ""
    received_on: Day | None = Field(None, description="委託者が受領した日")
    receipt: str = Field("", description="受領書の番号")
    instruction: str = Field("", description="別途指示の番号")


class Inspection(Entry):
    """点検・調査 (第2, 第10二, 第15): own checks, audits, reviews of the access record, visits of the entruster."""

    id: str
    date: Day
    kind: Literal["self", "audit", "log", "entruster"] = "self"
    by: str = ""
    subject: str = Field("", description="対象")
    result: str = ""
    corrective: str = Field("", description="是正事項")
    closed_on: Day | None = None


class Incident(Entry):
    """事故 (第14): what only people know of it; the rest is observed. Every field but the number may stay unknown."""

    id: str
    known_on: Day | None = Field(None, description="発覚日(起算日)")
    happened_on: Day | None = None
    recognised_by: str = Field("", description="発見者")
    kind: Literal["leak", "loss", "damage", "suspicion"] = "suspicion"
    points: tuple[int, ...] = Field((), description="関係する要確認の番号")
    scope: tuple[str, ...] = ()
    summary: str = ""
    cause: str = ""
    secondary: str = Field("", description="二次被害またはそのおそれ")
    response: str = Field("", description="本人への対応")
    publication: str = Field("", description="公表")
    measures: str = Field("", description="再発防止(実施済み)")
    planned: str = Field("", description="再発防止(予定)")
    other: str = ""
    contained: str = Field("", description="応急措置")
    wrongful: bool = Field(False, description="不正の目的によるおそれ(確報は60日)")
    key_managed: bool | None = Field(None, description="暗号鍵の管理が確かか")
    reported_on: Day | None = Field(None, description="委託者への第一報の日")
    reported_to: str = ""
    reported_by: str = ""
    channel: str = ""
    written_on: Day | None = Field(None, description="書面報告の日")
    instructed: str = Field("", description="委員会報告についての委託者の指示")
    submitted_on: Day | None = Field(None, description="委員会へ報告した日")
