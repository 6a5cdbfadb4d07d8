"""What coordinator and workers say to each other, as JSON of fixed shapes: what has another shape, or is larger than it may be,
is no message. Nothing that comes in is run, and a worker can say nothing about a file but what these shapes hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from annotated_types import Ge, Le, Len
from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from detectors.interface import About, Check
from scanner.cluster import kept
from scanner.cluster.identity import Forged
from scanner.custody.keys import Key
from scanner.custody.prints import Prints
from scanner.custody.rowkeys import EVIDENCE, WEAK
from scanner.model import Contents, FileRef, Finding, Reason
from scanner.places import SafePlaces

MOST_FILES = 100
"""Of one lease."""
MOST_ANSWER = 1 << 30
"""Bytes of one answer; the tokens of ten million rows."""
PART = 8 << 20
"""Bytes of one part of an answer."""

_Short = Annotated[str, StringConstraints(max_length=300)]
_Entity = Annotated[str, StringConstraints(pattern=r"\A[A-Z][A-Z_]{1,60}\z")]
_Count = Annotated[int, Ge(0), Le(1 << 50)]
_Key = Annotated[bytes, Len(16, 16)]
_Kinds = Annotated[str, StringConstraints(pattern=rf"\A[{''.join(sorted(EVIDENCE.keys() | WEAK))}]{{0,200}}\z")]
_Int = Annotated[int, Ge(-(1 << 63)), Le((1 << 63) - 1)]
"""What a database holds."""


class Settings(NamedTuple):
    """One scan, as a worker must know it."""

    depth: Literal["quick", "balanced", "thorough"]
    key: bytes
    """Of the installation."""
    contracts: tuple[Key, ...]
    passwords: tuple[str, ...] = ()
    ocr: bool = False
    roots: tuple[bytes, ...] = ()
    rules: str = ""
    """Number of the coordinator's rules: its findings and those of every worker stand in one inventory."""


class Setup(NamedTuple):
    """The first message to a worker in a scan."""

    scan: bytes
    """Which scan: the worker ends when the server tells of another one, or of none."""
    secret: bytes
    """What all further messages of this scan and this worker are sealed under."""
    settings: Settings


class Ready(NamedTuple):
    """The answer to it."""

    rules: _Short
    looks: Annotated[tuple[_Short, ...], Len(0, 10_000)]
    """What the worker sees below each root."""
    pieces: Annotated[dict[_Short, _Short], Len(0, 10_000)]
    """All pieces of its rules, where they are other ones."""


class ToldRef(NamedTuple):
    """A file as it was when it was opened, bounded; see ``FileRef``."""

    path: Annotated[bytes, Len(1, 65_536)]
    size: Annotated[int, Ge(0), Le((1 << 63) - 1)]
    mtime_ns: _Int
    ctime_ns: _Int
    inode: _Int
    device: _Int


class ToldFinding(NamedTuple):
    """A finding, bounded."""

    entity: _Entity
    times: Annotated[int, Ge(1), Le(1 << 50)]
    score: Annotated[float, Ge(0), Le(1)]
    check: Check
    where: Annotated[tuple[_Short, ...], Len(0, 60)]
    shape: Annotated[str, StringConstraints(max_length=120)]
    category: Annotated[str, StringConstraints(max_length=60)]
    about: About


class ToldPrints(NamedTuple):
    """Fingerprints, bounded; see ``Prints``."""

    rows: _Count
    by_key: dict[_Short, list[tuple[_Int, ...]]]
    texts: dict[_Short, set[_Int]]
    kinds: list[_Kinds]
    sketch: Annotated[tuple[_Int, ...], Len(0, 1_000_000)]
    modulus: Annotated[int, Ge(1), Le(1 << 20)]

    @property
    def prints(self) -> Prints:
        """As the coordinator's own judge would have told it. Raises ``Forged`` where rows and their kinds are not of one length."""
        for rows in self.by_key.values():
            if [len(row) for row in rows] != [len(kinds) for kinds in self.kinds]:
                raise Forged("kinds")
        return Prints(**self._asdict())


class Told(NamedTuple):
    """What a worker says of one file. Copies are not in it: they are compared where the originals are."""

    ref: ToldRef
    media_type: Annotated[str, StringConstraints(pattern=r"\A[A-Za-z0-9.+_-]{1,60}/[A-Za-z0-9.+_-]{1,100}\z")]
    findings: Annotated[tuple[ToldFinding, ...], Len(0, 500)]
    persons_min: _Count
    persons_max: _Count
    reason: Reason | None
    read: bool
    notes: Annotated[tuple[Annotated[str, StringConstraints(max_length=2_000)], ...], Len(0, 1_000)]
    key: _Key | None
    prints: ToldPrints | None

    @property
    def contents(self) -> Contents:
        """As the coordinator's own reader and judge would have told it; places and remarks only in the forms that are kept."""
        safe = SafePlaces()
        findings = tuple(
            Finding(
                f.entity,
                f.times,
                f.score,
                f.check.value,
                tuple(kept.place(w, safe) for w in f.where),
                kept.shape(f.shape),
                kept.category(f.category),
                f.about.value,
            )
            for f in self.findings
        )
        notes = tuple(kept.note(note, safe) for note in self.notes)
        return Contents(self.media_type, findings, self.persons_min, self.persons_max, self.reason, self.read, notes)


class Failed(NamedTuple):
    """Reader or judge of this worker cannot work: no fault of a file."""

    failed: Annotated[str, StringConstraints(pattern=r"\A[a-z_]{1,40}\z")]


Answer = Failed | Annotated[list[Told], Len(0, MOST_FILES)]

_CONFIG = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_inf_nan="strings")
SETUP: TypeAdapter[Setup] = TypeAdapter(Setup, config=_CONFIG)
READY: TypeAdapter[Ready] = TypeAdapter(Ready, config=_CONFIG)
LEASE: TypeAdapter[list[FileRef]] = TypeAdapter(Annotated[list[FileRef], Len(1, MOST_FILES)], config=_CONFIG)
ANSWER: TypeAdapter[Any] = TypeAdapter(Answer, config=_CONFIG)
T = TypeVar("T")


def dumped(shape: TypeAdapter[T], message: T) -> bytes:
    """A message as bytes."""
    return shape.dump_json(message)


def loaded(shape: TypeAdapter[T], data: bytes) -> T:
    """The message that the bytes are. Raises ``Forged``."""
    if len(data) > MOST_ANSWER:
        raise Forged("size")
    try:
        return shape.validate_json(data, strict=True)
    except (ValidationError, ValueError, RecursionError):
        raise Forged("shape") from None


def told(ref: FileRef, contents: Contents, key: bytes | None, prints: Prints | None) -> Told:
    """What a worker found, as it says it."""
    findings = tuple(
        ToldFinding(*(f.entity, f.count, f.score, Check(f.check), f.where, f.shape, f.category), About(f.about))
        for f in contents.findings
    )
    c = contents
    said = None
    if prints is not None:
        said = ToldPrints(**{name: getattr(prints, name) for name in ToldPrints._fields})
    return Told(
        ToldRef(*ref), c.media_type, findings, c.persons_min, c.persons_max, c.reason, c.read, c.notes, key, said
    )
