"""What a scan leaves out by the policy (docs/exclusions.md)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from scanner.policy.base import Strict
from scanner.policy.faults import fault

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    """Patterns that can be asked about a path; raises ``ValueError`` where one cannot be read."""
    from pathspec import GitIgnoreSpec  # most policies have none

    with warnings.catch_warnings():  # of the regular expressions that it makes: ``[[]`` means what git means by it
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return GitIgnoreSpec.from_lines(patterns)
        except re.error as error:
            raise ValueError("pattern") from error


def valid(pattern: str) -> bool:
    """Whether a pattern says anything to git: it refuses some, takes others for comments, and passes over the empty."""
    try:
        found = list(spec([pattern]).patterns)
    except ValueError:
        return False
    return len(found) == 1 and found[0].include is not None


def _checked(pattern: str) -> str:
    if not valid(pattern):
        raise fault("exclude_pattern")
    return pattern


class ScanRules(Strict):
    """スキャンで除外するもの (docs/exclusions.md)."""

    exclude: tuple[Annotated[str, AfterValidator(_checked)], ...] = Field(
        default=(),
        description="除外するパターン(.gitignore と同じ書き方)。合意された場所の中では、二人の署名がなければ効きません",
    )
    ignore_files: bool = Field(default=False, description="合意された場所の外で .sekishoignore を認めるか")
