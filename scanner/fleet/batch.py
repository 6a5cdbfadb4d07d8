"""What a batch says: rows that are new or other than before, rows that are gone, entries of the record, counters of coverage.

Rows carry the numbers that they have on the terminal. No row names a machine: the hub enters them under the terminal that
signed the batch, so none can speak of another's files. There is no field for a value, a text, or a place inside a file.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Literal

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from scanner.fleet.errors import WireError

ROWS_MOST = 4_000
ENTRIES_MOST = 4_000
PASSED_MOST = 2_000
PLACES_MOST = 5_000
COMPARED_MOST = 20_000
WORD_MOST = 120
"""Letters of a number or a word."""
KNOWN = ("places",)
"""Fields of a batch that earlier versions of a hub did not know: it is told them only if it says that it does."""
_DAYLESS = 40
_MOST = (1 << 63) - 1

Id = Annotated[int, Field(ge=0, le=_MOST, strict=True)]
Count = Annotated[int, Field(ge=-1, le=_MOST, strict=True)]
Word = Annotated[str, Field(max_length=WORD_MOST, strict=True)]
Text = Annotated[str, Field(max_length=1_000, strict=True)]
Path = Annotated[str, Field(max_length=8_192, strict=True)]


def _moment(text: str) -> str:
    """A day or a moment, or nothing; ``ValueError`` for anything else."""
    if text:
        datetime.fromisoformat(text)
    return text


def _table(text: str | None) -> str | None:
    if text is not None and not isinstance(json.loads(text), dict):
        raise ValueError("no table")
    return text


Moment = Annotated[str, Field(max_length=_DAYLESS, strict=True), AfterValidator(_moment)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", strict=True)]
Share = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Original(_Strict):
    """Entrusted data, without its tokens."""

    id: Id
    contract: Word
    path: Path
    media_type: Word
    size: Count
    origin: Word
    received: Moment
    declared_count: Count | None
    rows: Count
    texts: Count
    persons_min: Count
    persons_max: Count
    entities: Annotated[list[Word], Field(max_length=100)]
    key_id: Word
    state: Word
    registered: Moment
    version: Count
    named: Count
    name: Text
    fingerprint: Word
    shared: bool = False
    """Whether another terminal handed it over, so that this one did not receive it."""


class Content(_Strict):
    """What one content was found to be."""

    id: Id
    rule_set: Word
    media_type: Word
    reason: Word | None
    read: Count
    persons_min: Count
    persons_max: Count
    examined: Moment | None
    rows: Count | None
    modulus: Count | None


class Finding(_Strict):
    """How many of one kind, and their shape."""

    id: Id
    content_id: Id
    entity: Word
    count: Count
    score: Share
    check: Word | None
    shape: Text | None
    category: Word | None
    about: Word


class Copy(_Strict):
    """That a content holds rows or pieces of an original."""

    id: Id
    content_id: Id
    original: Id
    rows: Count
    rows_here: Count
    rows_there: Count
    texts: Count
    texts_here: Count
    texts_there: Count
    exact: Count
    weak: Count


class File(_Strict):
    """A file with findings, a gap or a point."""

    id: Id
    path: Path
    size: Count | None
    mtime_ns: Annotated[int, Field(ge=-_MOST, le=_MOST, strict=True)] | None
    rule_set: Word | None
    content_id: Id | None
    outcome: Word
    reason: Word | None
    verdict: Word | None
    ground: Word | None
    contract: Word | None
    rule: Word | None
    consent: Word | None
    first_seen: Moment
    gone: Moment | None


class Point(_Strict):
    """A point and its working."""

    id: Id
    code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9_-]{1,60}$", strict=True)]
    file_id: Id | None
    state: Literal["open", "closed"]
    opened: Moment
    closed: Moment | None
    family: Word | None
    working: Annotated[Annotated[str, Field(max_length=20_000, strict=True)] | None, AfterValidator(_table)]
    """JSON."""
    closed_why: Word | None
    subject: Text
    contract: Word
    contracts: Annotated[list[Word], Field(max_length=1_000)]
    stage: Word
    due: Moment
    depth: Word
    gap: Word


class Run(_Strict):
    """A whole scan."""

    id: Id
    started: Moment
    ended: Moment | None
    state: Word
    tool: Word
    rule_set: Word
    depth: Word
    policy_sha256: Word | None
    walked: Count | None
    examined: Count | None
    unchanged: Count | None
    partial: Count | None
    not_examined: Count | None
    bytes: Count | None
    seconds: Share | None
    gaps: Count | None


class Counter(_Strict):
    """How many files below a root (an empty one: below none) ended so, and between which moments they were tried."""

    root: Path
    outcome: Word
    reason: Word
    number: Count
    first: Moment
    last: Moment


class Root(_Strict):
    """A root: when a walk of it last began and came to its end."""

    path: Path
    tried: Moment
    walked: Moment | None


class Passed(_Strict):
    """A file system that is passed by."""

    path: Path
    kind: Word
    seen: Moment


class Place(_Strict):
    """An agreed place of a contract that names the terminal: when the terminal last went through it wholly, instead of where it is."""

    contract: Word
    place: Word
    """Its number in the policy."""
    meaning: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", strict=True)]
    """Digest of what the policy there says that the place is."""
    walked: Moment
    """Empty: never."""
    scan: Id
    """Number of that scan; 0: not known."""
    gaps: Annotated[dict[Word, Count], Field(max_length=100)]
    """Reason → how many below it could not be looked at."""


class Compared(_Strict):
    """An original of the terminal: how many contents that were read have not been compared with it."""

    original: Id
    pending: Count


class Coverage(_Strict):
    """All of it as it is now, in the place of what was told before."""

    counters: Annotated[list[Counter], Field(max_length=20_000)]
    roots: Annotated[list[Root], Field(max_length=PASSED_MOST)]
    passed: Annotated[list[Passed], Field(max_length=PASSED_MOST)]
    places: Annotated[list[Place], Field(max_length=PLACES_MOST)] = []
    compared: Annotated[list[Compared], Field(max_length=COMPARED_MOST)] = []


class State(_Strict):
    """What the terminal runs, and how it stands."""

    version: Word
    rule_set: Word
    policy_sha256: Word
    policy_version: Count
    host: Word
    facts: Annotated[dict[Word, Text], Field(max_length=100)]


class Rows(_Strict):
    """Rows by their table, in the order in which they refer to each other."""

    originals: Annotated[list[Original], Field(max_length=ROWS_MOST)] = []
    contents: Annotated[list[Content], Field(max_length=ROWS_MOST)] = []
    findings: Annotated[list[Finding], Field(max_length=ROWS_MOST)] = []
    copies: Annotated[list[Copy], Field(max_length=ROWS_MOST)] = []
    files: Annotated[list[File], Field(max_length=ROWS_MOST)] = []
    points: Annotated[list[Point], Field(max_length=ROWS_MOST)] = []
    runs: Annotated[list[Run], Field(max_length=ROWS_MOST)] = []


TABLES = tuple(Rows.model_fields)
Table = Literal["originals", "contents", "findings", "copies", "files", "points", "runs"]


class Batch(_Strict):
    """One batch. ``number`` begins with 1; ``before`` is the digest of number ``since`` (zeros where that is 0)."""

    v: Literal[1]
    terminal: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$", strict=True)]
    number: Annotated[int, Field(ge=1, le=_MOST, strict=True)]
    since: Id
    """The number before, or what the hub still had where the terminal begins anew."""
    before: Digest
    made: Moment
    anew: bool = False
    """Begins a series that holds everything: what is not in it is gone."""
    end: bool = False
    """Ends such a series."""
    rows: Rows = Rows()
    gone: Annotated[dict[Table, Annotated[list[Id], Field(max_length=ROWS_MOST)]], Field(max_length=len(TABLES))] = {}
    first: Id = 0
    """Number of the first entry in the tree, counted from 0."""
    entries: Annotated[list[Annotated[str, Field(max_length=4_000, strict=True)]], Field(max_length=ENTRIES_MOST)] = []
    """Bytes of entries, their details masked."""
    coverage: Coverage | None = None
    state: State | None = None


def read(payload: bytes) -> Batch:
    """A batch out of its JSON; raises ``WireError``."""
    try:
        return Batch.model_validate(orjson.loads(payload))
    except (ValidationError, ValueError, RecursionError):
        raise WireError("malformed") from None


def write(batch: Batch) -> bytes:
    """As JSON."""
    return orjson.dumps(batch.model_dump(exclude_defaults=True) | {"v": batch.v})
