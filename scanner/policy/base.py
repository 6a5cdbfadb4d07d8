"""What all registers of the policy have in common."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from scanner.policy.faults import fault


class Strict(BaseModel):
    """Unknown keys are refused, entries do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Kept(dict[str, str]):
    """Text by text, as columns of an office's own: entries can be compared and hashed, so nothing of them changes after loading."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class Entry(Strict):
    """An entry of a register. What an office keeps beside it in columns of its own is kept, and judged by nobody."""

    more: Annotated[dict[str, str], AfterValidator(Kept)] = Field(
        default_factory=Kept, description="そのほかの列(台帳にある独自の列)"
    )


class Dated(Entry):
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
    """Two dates of an entry in order; raises a fault with both names and days."""
    if first and last and last < first:
        raise fault("order", first=a, first_day=str(first), last=b, last_day=str(last))
