"""是正の実行 (第9): whether the program may carry out prepared corrections itself, and where."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from pydantic import Field

from scanner.policy.base import Strict


class CorrectRules(Strict):
    """Off unless enabled here and countersigned by two people (``sekisho correct enable``)."""

    enabled: bool = Field(
        default=False, description="署名された移動・消去を sekisho correct run で実行してよいか(二人の署名も必要)"
    )
    undo_days: Annotated[int, Field(ge=0, le=90)] = Field(default=7, description="移動を元に戻せる日数")
    shares: tuple[str, ...] = Field(
        default=(), description="実行してよい共有フォルダーのパス。ここにない共有フォルダーには、何もしません"
    )

    @property
    def digest(self) -> str:
        """SHA-256 of what two people agree to; another entry here takes their signatures anew."""
        plain = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(plain.encode()).hexdigest()
