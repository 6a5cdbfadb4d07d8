"""Who hands the paper in, to whom, and about which contract; what nobody has entered stays empty and is filled in by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scanner.policy.letters import NOBODY, Letterhead
from scanner.policy.models import Contract

BLANK = "＿＿＿＿＿＿＿＿＿＿"
"""A line to be filled in by hand."""
_OF_CONTRACTOR = (
    "postal_code",
    "address",
    "representative_title",
    "representative",
    "department",
    "contact",
    "telephone",
    "email",
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Names of one paper."""

    head: Letterhead = NOBODY
    document: str = ""
    """文書番号 of a letter."""
    addressee: str = ""
    """As it is written: ○○市長 様."""
    responsible: str = ""
    """保護管理責任者."""
    contracts: tuple[tuple[str, str], ...] = ()
    """Number and title of each contract that the paper is about."""

    def sender(self) -> tuple[tuple[str, str], ...]:
        """The lines that say who writes; the last ones only where somebody has entered them, but for the telephone."""
        who = self.head.contractor
        title = f"{who.representative_title}　" if who.representative_title else ""
        return (
            ("(受託者)", ""),
            (
                "所 在 地",
                "\n".join(filter(None, (who.postal_code and f"〒{who.postal_code.lstrip('〒')}", who.address)))
                or BLANK,
            ),
            ("名　　称", who.name or BLANK),
            ("代 表 者", f"{title}{who.representative or BLANK}　　印"),
            ("担　　当", f"{who.department}　{who.contact}".strip() or BLANK),
            ("電　　話", who.telephone or BLANK),
            *((("メ ー ル", who.email),) if who.email else ()),
        )

    def fields(self) -> dict[str, str]:
        """As the fields of a template."""
        who = self.head.contractor
        return {
            "document": self.document,
            "addressee": self.addressee,
            "contractor": who.name,
            **{name: getattr(who, name) for name in _OF_CONTRACTOR},
            "responsible": self.responsible,
            "contract": "、".join(number for number, _ in self.contracts),
            "contract_title": "、".join(title for _, title in self.contracts),
        }


def of(head: Letterhead, contracts: Iterable[Contract], document: str = "") -> Parties:
    """The names of a paper about these contracts; one on which they differ is left open, for it would be wrong for some."""
    about = list(contracts)
    if not head.contractor.name:  # else as the register of parties has it
        name = _one(p.name for c in about for p in c.party if p.kind == "contractor")
        head = head._replace(contractor=head.contractor.model_copy(update={"name": name}))
    return Parties(
        head,
        document,
        head.addressee or _one(f"{c.entruster} 御中" if c.entruster else "" for c in about),
        _one(c.responsible.name if c.responsible else "" for c in about),
        tuple((c.id, c.title) for c in about),
    )


def _one(names: Iterable[str]) -> str:
    found = set(names)
    return found.pop() if len(found) == 1 else ""
