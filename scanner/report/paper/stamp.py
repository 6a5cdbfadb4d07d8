"""What a form says of its own making: running number, time, scope, versions, law. It stands on the last page, 作成条件."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands on every form."""

    number: int
    """Running number: the entry of the record that says this form was made."""
    made: str
    scope: str
    version: str
    policy: str
    law: str = ""
    """The texts of the law that were applied."""
    day: str = ""
    """The day that a letter bears."""

    def lines(self) -> list[str]:
        """As lines for the head of a table."""
        return [
            f"作成 {self.made}  通し番号 {self.number}",
            f"検査範囲 {self.scope}",
            f"版 {self.version}  方針 {self.policy or '(なし)'}{f'  適用した法令 {self.law}' if self.law else ''}",
        ]

    def entries(self) -> tuple[tuple[str, str], ...]:
        """As labelled values."""
        return (
            ("作成", self.made),
            ("通し番号", str(self.number)),
            ("検査範囲", self.scope),
            ("版", self.version),
            ("方針", self.policy or "(なし)"),
            ("適用した法令", self.law or "(なし)"),
        )

    def foot(self, form: str) -> str:
        """As the line below every page."""
        named = f"帳票{form}" if form[:1].isdigit() else "所在一覧"
        return f"{named}　通し番号 {self.number}　作成 {self.made}　版 {self.version.partition(' ')[0]}"
