"""One place where an original, or a part of it, lies; and what kind of copy that makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from scanner import clock
from scanner.model import Copy, Ground, VerdictKind
from scanner.paths import names

_BY_GROUND = {Ground.BACKUP: "backup", Ground.RECYCLE_BIN: "recycle_bin", Ground.TEMP: "temp"}
_BY_NAME = (
    ("autosave", re.compile(r"^~|\.(?:asd|swp|autosave)$|^\.~lock|自動回復", re.IGNORECASE)),
    ("backup", re.compile(r"\.(?:bak|wbk|xlk|old|sbak)$|のバックアップ", re.IGNORECASE)),
    ("temp", re.compile(r"\.tmp$", re.IGNORECASE)),
)
_SENDING = re.compile(
    r"/(?:sent(?: items| mail|-mail)?|送信済み?(?:アイテム|メール|トレイ)?|outbox|送信トレイ|送信用|外部送付|upload|ftp)(?:/|\.(?:mbox|eml|msg)$|$)",
    re.IGNORECASE,
)
"""Folders from which things go out (第7②)."""
_MAIL_TYPES = frozenset({"message/rfc822", "application/x-msg", "application/x-mbox", "application/x-pst"})


@dataclass(frozen=True, slots=True)
class Location:
    """One live file that holds (a part of) an original."""

    file_id: int
    path: str
    name: str
    verdict: VerdictKind
    ground: Ground
    contract: str
    """Contract of the place it lies in; empty outside every place."""
    place: str
    media_type: str
    first_seen: str
    copy: Copy
    volume: str = ""
    """Serial number or UUID of a removable volume, where the system tells it."""
    declared: str = ""
    """Consent that the worker has declared for it."""
    host: str = ""
    """Machine it lies on, where that is not this one."""
    recipients: tuple[str, ...] = ()
    """Domains that it is addressed to, if it is a mail; ``…`` for what is not told."""
    touched: date | None = None
    """Day on which the system last changed its bytes or its entry. A path may have been seen with other bytes before."""
    origin: str = ""
    """Where the file came from (``paths.origins``); empty where nothing tells."""

    @property
    def since(self) -> date:
        """The day from which on the copy is known to have been there, in the reader's favour where two days could be meant."""
        seen = clock.day_of(self.first_seen)
        return max(seen, self.touched) if self.touched else seen

    @property
    def classes(self) -> frozenset[str]:
        """Classes of technical copies it belongs to: by the kind of storage, and by its name."""
        found = {name for name, pattern in _BY_NAME if pattern.search(self.name)}
        if self.ground in _BY_GROUND and self.verdict is not VerdictKind.IN_PLACE:
            found.add(_BY_GROUND[self.ground])
        return frozenset(found)

    @property
    def technical(self) -> bool:
        """Made by a program and not by somebody's decision. What lies in an agreed place lies there on purpose, even if the
        place is a backup folder."""
        return bool(self.classes)

    @property
    def mail(self) -> bool:
        """Whether it is a mail, or lies in a store of mails."""
        return self.ground is Ground.MAIL_STORE or self.media_type in _MAIL_TYPES

    @property
    def sending(self) -> bool:
        """Whether it lies in a folder from which things go out."""
        return _SENDING.search(names.slashed(self.path, self.path)) is not None

    @property
    def goes_to(self) -> tuple[str, ...]:
        """Whom it goes to: the recipients of a mail; of another file the folder below the sending folder, as at the gate."""
        if self.recipients or self.mail:
            return self.recipients
        path = names.slashed(self.path, self.path)
        found = _SENDING.search(path)
        folder, inner, _ = path[found.end() :].partition("/") if found else ("", "", "")
        return (folder,) if inner and folder else ()
