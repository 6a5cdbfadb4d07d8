"""The nouns that flow through the pipeline. Frozen, without behaviour beyond their own text, importing
nothing but how a text is shown.

Named tuples, not dataclasses, where a scan makes one for every file or row: a frozen dataclass costs thrice as much
(``Finding`` is one, because its ``count`` would hide that of tuples).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from scanner.paths import names, system
from scanner.paths.entries import Status, identity
from scanner.printable import printable


class OutcomeKind(StrEnum):
    """How a file of the walk ended. Every file ends as exactly one of these."""

    EXAMINED = "examined"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    NOT_EXAMINED = "not_examined"


class Reason(StrEnum):
    """Why a file was not, or not wholly, examined. The texts for people are in the message catalogue."""

    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    UNSUPPORTED = "unsupported"
    NO_TEXT = "no_text"
    PICTURE = "picture"
    UNDECODABLE = "undecodable"
    LOCK_FILE = "lock_file"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    DEPTH_LIMIT = "depth_limit"
    MEMBER_LIMIT = "member_limit"
    RATIO_LIMIT = "ratio_limit"
    TOO_LARGE = "too_large"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    IN_USE = "in_use"
    """Somebody else has it open and lets nobody read meanwhile."""
    VANISHED = "vanished"
    CHANGED = "changed"
    NAME_TOO_LONG = "name_too_long"
    PLACEHOLDER = "placeholder"
    SPECIAL_SYSTEM = "special_system"
    EXCLUDED = "excluded"
    """Left out because a pattern says so (``sources.excluding``)."""
    NOT_CONNECTED = "not_connected"
    NAME_MODEL_FAILED = "name_model_failed"
    DETECTION_FAILED = "detection_failed"
    NOT_REACHED = "not_reached"
    """Known, but the last walk did not come to it."""
    NOT_WALKED = "not_walked"
    """A root that no walk has gone through to its end."""


class Ground(StrEnum):
    """What kind of storage a path stands on."""

    FIXED = "fixed"
    REMOVABLE = "removable"
    NETWORK = "network"
    CLOUD_SYNC = "cloud_sync"
    TEMP = "temp"
    RECYCLE_BIN = "recycle_bin"
    MAIL_STORE = "mail_store"
    BACKUP = "backup"
    WEB_ROOT = "web_root"


class VerdictKind(StrEnum):
    """How a path stands to the contract (第3)."""

    IN_PLACE = "in_place"
    OUTSIDE = "outside"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    NO_POLICY = "no_policy"


class FileRef(NamedTuple):
    """One regular file as the walk saw it. ``path`` is the bytes of the system's own name."""

    path: bytes
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int

    @property
    def name(self) -> str:
        """The last part of the path, NFC, for matching and display."""
        return display(names.name(self.path))

    @property
    def display(self) -> str:
        """The path for people: NFC, undecodable bytes as ``\\xNN``."""
        return display(self.path)


def ref_of(path: bytes) -> FileRef:
    """A path that somebody named, as the walk would see it: links are resolved here and nowhere later. Raises ``OSError``."""
    path = system.real(path)
    return file_of(path, system.look(path))


def file_of(path: bytes, status: Status) -> FileRef:
    """A file as a look at it has shown it."""
    return FileRef(path, *identity(status))


def display(path: bytes) -> str:
    """A path for people: NFC, undecodable bytes as ``\\xNN``, control characters escaped."""
    return printable(unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "backslashreplace")))


class BlockKind(StrEnum):
    """What the ``number`` of a block counts."""

    LINE = "line"
    PAGE = "page"
    SLIDE = "slide"
    PARAGRAPH = "paragraph"
    ROW = "row"
    FIELD = "field"


class Block(NamedTuple):
    """A located piece of text. A block of kind ROW carries ``cells`` (column from 1, text) instead of ``text``.

    ``part`` leads to the block inside the file: member path, sheet, header, comment …, joined by ``!``.
    """

    kind: BlockKind
    part: str
    number: int
    text: str = ""
    cells: tuple[tuple[int, str], ...] = ()


PERSON = "person"
"""What a finding is about that counts for every duty; the others are listed, and raise nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All matches of one entity, check result and ``about`` in one content: how many, where, what shape. Never a value."""

    entity: str
    count: int
    score: float
    check: str
    where: tuple[str, ...]
    shape: str
    category: str = ""
    about: str = PERSON
    """Whom the values are about: ``person``, ``organisation``, ``official`` or ``unclear`` (``detectors.interface.About``)."""


WEAK = ("JP_POSTAL_CODE", "IP_ADDRESS", "MAC_ADDRESS")
"""Entities that do not make a file personal when they stand alone."""


def of_persons(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that are about persons: only they raise points and are counted against what a contract agrees."""
    return tuple(f for f in findings if f.about == PERSON)


class Verdict(NamedTuple):
    """How a path stands to the policy, with the rule and consent that say so."""

    kind: VerdictKind
    ground: Ground
    contract: str | None = None
    rule: str | None = None
    consent: str | None = None
    volume: str = ""
    """Serial number or UUID of the medium, where the ground is removable and the system tells it."""


class Access(NamedTuple):
    """Who may reach a file: owner's account, mode, and grants as ``user:NAME:rw;group:NAME:r;everyone:r``; and where it came from."""

    owner: str = ""
    mode: int = 0
    grants: str = ""
    origin: str = ""
    """As ``paths.origins`` tells it; empty where nothing does."""


class Copy(NamedTuple):
    """How much of a registered original stands in one content."""

    original: int
    rows: int
    """Rows of this content that are rows of the original."""
    rows_here: int
    rows_there: int
    texts: int
    """Pieces of running text in common, of ``texts_here`` and ``texts_there``."""
    texts_here: int
    texts_there: int
    exact: bool = False
    weak: bool = False
    """Too little to be sure: shown, but no point is opened."""
    matched: tuple[int, ...] = ()
    """Of a weak one: which rows of the original certainly stand here, by number (a token where the number is not known). No
    values; by them many small pieces are added up."""

    @property
    def share_here(self) -> float:
        """Share of this content that comes from the original, 0 to 1."""
        return 1.0 if self.exact else self._share(self.rows_here, self.texts_here)

    @property
    def share_there(self) -> float:
        """Share of the original that stands in this content, 0 to 1."""
        return 1.0 if self.exact else self._share(self.rows_there, self.texts_there)

    def _share(self, rows: int, texts: int) -> float:
        if self.rows and rows:
            return min(1.0, self.rows / rows)
        return min(1.0, self.texts / texts) if texts else 0.0


class Contents(NamedTuple):
    """What the detectors found in one content under one rule set."""

    media_type: str
    findings: tuple[Finding, ...] = ()
    persons_min: int = 0
    persons_max: int = 0
    reason: Reason | None = None
    """Set where the content could not be read wholly (partial) or at all (not examined)."""
    read: bool = True
    """Whether any text was read."""
    notes: tuple[str, ...] = ()
    """Further remarks without values: parts that were not read, a misleading extension."""
    copies: tuple[Copy, ...] = ()
    """Registered originals that stand in this content, wholly or in part."""
    sketch: tuple[int, ...] = ()
    """Sampled tokens under the installation's key, to compare files that nobody registered."""
    modulus: int = 1
    """One token in so many is in the sketch."""
    rows: int = 0
    """Rows that identify a person."""
    custody: str = ""
    """Which originals it was compared with; another value means that it must be read again."""


class Known(NamedTuple):
    """What the inventory knows of a file that is as it was when it was examined."""

    contents: Contents
    key: bytes | None
    """Keyed hash of the bytes."""
    outcome: OutcomeKind
    """How it ended then."""
    row: object = None
    """The inventory's own row, which goes back to it with the outcome."""


class Outcome(NamedTuple):
    """The end of one file in one scan: what reaches the inventory and every report."""

    ref: FileRef
    kind: OutcomeKind
    verdict: Verdict
    contents: Contents
    content_key: bytes | None = None
    """Keyed hash of the bytes (16 bytes), or ``None`` where they could not be read."""
    points: tuple[str, ...] = ()
    access: Access | None = None
    """Owner and rights of a file with personal data; ``None`` where they were not looked at."""
    row: object = None
    """What the inventory handed out with ``Known``, on its way back to it; nobody else looks into it."""
    told_by: str = ""
    """The machine of a cluster that examined it; empty where this one did."""
    left_out: str = ""
    """By which exclusion it was not looked at (``sources.excluding.Rule.text``)."""
