"""Sensitivity labels by the policy: their order, and which label the data of a contract must bear at least (docs/labels.md)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from scanner.policy.base import Kept, Strict
from scanner.policy.faults import fault

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Label(Strict):
    """One label of the organisation."""

    id: str = Field(description="ラベルの GUID")
    name: str = Field(description="表示する名称")

    @field_validator("id")
    @classmethod
    def _plain(cls, value: str) -> str:
        plain = value.strip("{} ").lower()
        if not _GUID.fullmatch(plain):
            raise fault("label_guid")
        return plain


class LabelRules(Strict):
    """秘密度ラベル: the order, the least sensitive first, and what contracts want."""

    order: tuple[Label, ...] = Field(default=(), description="低いものから順に")
    label_required: Annotated[dict[str, str], AfterValidator(Kept)] = Field(
        default_factory=Kept, description="契約番号 → 必要なラベル(名称または GUID)"
    )

    @model_validator(mode="after")
    def _known(self) -> LabelRules:
        for name in self.label_required.values():
            if self.rank(name) is None:
                raise fault("label_unknown")
        return self

    def rank(self, label: str) -> int | None:
        """Place in the order of a label by its name or GUID; ``None`` where it is none of these."""
        plain = label.strip("{} ").lower()
        return next((n for n, one in enumerate(self.order) if label == one.name or plain == one.id), None)

    def named(self, guid: str) -> str:
        """What a label is called; its GUID where the policy has none of it."""
        return next((one.name for one in self.order if one.id == guid), guid)
