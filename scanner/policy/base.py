"""What all registers of the policy have in common."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, model_validator


class Strict(BaseModel):
    """Unknown keys are refused, entries do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Strict):
    """An entry that holds from one day to another, both included."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _dates(self) -> Dated:
        ordered(self.valid_from, self.valid_to, "valid_from", "valid_to")
        return self

    def holds(self, day: date) -> bool:
        """Whether the entry is in force on ``day``."""
        return not ((self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to))


def ordered(first: date | None, last: date | None, a: str, b: str) -> None:
    """Two dates of an entry in order; raises ``ValueError`` with both names and days."""
    if first and last and last < first:
        raise ValueError(f"{b} ({last}) is before {a} ({first})")
