"""承諾 as data: what the entruster agreed to, and which words name copies that programs make by themselves."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from scanner.paths import names
from scanner.policy.base import Dated, ordered
from scanner.policy.faults import fault

BLANKET = frozenset({"autosave", "backup", "recycle_bin", "temp"})
"""Classes that a technical consent covers which names nothing: what systems and programs leave on every machine."""
CLASSES = {
    **{name: name for name in (*BLANKET, "cloud_sync", "mail_store")},
    "snapshot": "backup", "バックアップ": "backup", "ごみ箱": "recycle_bin", "一時": "temp", "一時ファイル": "temp", "自動保存": "autosave",
    "自動回復": "autosave", "クラウド同期": "cloud_sync", "メール": "mail_store", "メール保存": "mail_store",
}  # fmt: skip
"""Word → class of copies that nobody decided on, as a technical consent may name it."""
_FAMILY = re.compile(r"R-?0*([1-9][0-9]*)")


class Consent(Dated):
    """承諾: what the entruster agreed to."""

    id: str
    kind: Literal["place", "copy", "send", "other_use", "subcontract", "technical", "carryout"]
    scope: tuple[str, ...] = Field((), description="対象(R-1 など)。空は契約のすべて")
    purpose: str = ""
    copies_max: Annotated[int, Field(ge=0)] | None = Field(None, description="承諾部数。空は制限なし")
    place: str | None = Field(None, description="場所番号。包括承諾では、場所番号か絶対パス")
    media: tuple[str, ...] = Field((), description="包括承諾の対象(backup, recycle_bin, temp など)")
    recipients: tuple[str, ...] = Field((), description="送付先のドメイン(*.example.jp は下位も)か当事者の番号・名称")
    conditions: str = ""
    application: str = Field("", description="申請番号")
    applicant: str = Field("", description="申請者")
    means: str = Field("", description="送付の手段")
    safeguards: str = Field("", description="安全措置(暗号化、二者確認、専用ソフトなど)")
    applied_on: date | None = None
    granted_on: date | None = None
    granted_by: str = ""
    document: str = ""
    disposal_due: date | None = None
    disposal_method: str = Field("", description="写しの廃棄方法")
    disposed_on: date | None = Field(None, description="写しの廃棄を確認した日")
    disposed_by: str = Field("", description="写しの廃棄を確認した人")
    withdrawn_on: date | None = None

    @model_validator(mode="after")
    def _whole(self) -> Consent:
        ordered(self.applied_on, self.granted_on, "applied_on", "granted_on")
        return self

    def is_about(self, family: str) -> bool:
        """Whether the scope holds a family; ``r-1``, ``Ｒ－１`` and ``R-01`` are ``R-1``."""
        return not self.scope or _family(family) in {_family(name) for name in self.scope}

    def known_places(self, places: set[str]) -> None:
        """Raises a fault where the consent names a place or a class that does not exist: it would cover nothing, or
        by a slip something else, and nobody would be told."""
        if self.kind == "copy" and self.place is not None and self.place not in places:
            raise fault("no_such_place", id=self.id, place=self.place)
        if self.kind != "technical":
            return
        if self.place is not None and self.place not in places and not absolute(self.place):
            raise fault("no_such_place", id=self.id, place=self.place)
        for name in self.media:
            if technical_class(name) is None and name not in places and not absolute(name):
                raise fault("no_such_class", id=self.id, name=name, known=", ".join(sorted(set(CLASSES.values()))))


def in_force(consent: Consent, today: date) -> bool:
    """Whether a consent holds on that day."""
    return consent.holds(today) and (consent.withdrawn_on is None or today < consent.withdrawn_on)


def permits_since(consent: Consent, since: date, today: date) -> bool:
    """Whether a consent permits today what has been there since ``since``: a consent that begins later agreed to nothing that
    had already been done."""
    return in_force(consent, today) and (consent.valid_from is None or since >= consent.valid_from)


def technical_class(word: str) -> str | None:
    """The class that a word of a technical consent means."""
    return CLASSES.get(unicodedata.normalize("NFKC", word).strip().lower())


def absolute(text: str) -> bool:
    """Whether a text is a path of its own: from the root, of a drive, or of a share."""
    return bool(names.anchor(text.replace("/", "\\").encode() if text[1:2] == ":" else text.encode()))


def _family(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).strip().upper().replace("−", "-").replace("‐", "-")
    found = _FAMILY.fullmatch(plain)
    return f"R-{found[1]}" if found else plain
