"""The way of one file: verdict → unchanged? → hash → known content? → extract → detect → points.

The only place where the order of steps stands. It does no I/O of its own: everything comes from ``Tools``, so the
one-off scan, the daemon and the cluster call the same function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from scanner.custody.session import Printed
from scanner.model import (
    WEAK,
    Access,
    Block,
    Contents,
    FileRef,
    Finding,
    Ground,
    Outcome,
    OutcomeKind,
    Reason,
    Verdict,
)
from scanner.places import SafePlaces, domain, remark
from scanner.policy.verdict import points

Known = tuple[Contents, bytes | None, OutcomeKind]


class Reading(Protocol):
    """How the reading of a file ended."""

    media_type: str
    reason: Reason | None
    partial: tuple[tuple[Reason, str], ...]
    notes: tuple[str, ...]
    chars: int


class Detected(NamedTuple):
    """What the detectors and the comparison with the originals made of one file."""

    findings: tuple[Finding, ...] = ()
    fewest: int = 0
    most: int = 0
    unread: Mapping[str, int] = MappingProxyType({})
    printed: Printed = Printed()
    recipients: tuple[str, ...] = ()
    """Domains that a mail is addressed to."""


class Tools(Protocol):
    """What the steps need, given by whoever runs the pipeline."""

    def ground(self, path: bytes) -> Ground: ...
    def verdict(self, path: bytes, ground: Ground) -> Verdict: ...
    def known(self, ref: FileRef) -> Known | None: ...
    def content_key(self, ref: FileRef) -> bytes: ...
    def known_content(self, key: bytes) -> Contents | None: ...
    def read(self, ref: FileRef) -> tuple[Iterator[list[Block]], Reading]: ...
    def detect(self, blocks: Iterator[list[Block]], key: bytes | None) -> Detected: ...
    def changed(self, ref: FileRef) -> bool: ...
    def access(self, path: bytes) -> Access: ...


class ReadError(Exception):
    """A file whose bytes cannot be had at all."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def scan_file(ref: FileRef, tools: Tools) -> Outcome:
    """Everything that is to be known about one file."""
    known = tools.known(ref)
    if known is not None:
        return conclude(ref, tools, known[0], known[1], OutcomeKind.UNCHANGED)
    contents, key = examine(ref, tools)
    return conclude(ref, tools, contents, key, None)


def examine(ref: FileRef, tools: Tools) -> tuple[Contents, bytes | None]:
    """Hash, extract and detect: the part that may run in another process."""
    if ref.name.startswith("~$") and ref.size <= 1024:
        return Contents("application/x-office-lock", reason=Reason.LOCK_FILE, read=False), None
    try:
        key = tools.content_key(ref)
    except ReadError as error:
        return Contents("application/octet-stream", reason=error.reason, read=False), None
    if ref.size == 0:
        return Contents("application/x-empty", reason=Reason.EMPTY), key
    known = tools.known_content(key)
    if known is not None:
        return known, key
    blocks, reading = tools.read(ref)
    detected = tools.detect(blocks, key)
    failed = _unread(detected.unread)
    # a detector that failed left the reading unfinished: what the reading says of itself does not count then
    reason = failed if failed is Reason.DETECTION_FAILED else reading.reason or _first(reading.partial) or failed
    if reason is None and not reading.chars:
        reason = Reason.NO_TEXT  # promise 2: empty text from a non-empty file is never clean
    if tools.changed(ref):
        return Contents(reading.media_type, reason=Reason.CHANGED, read=bool(reading.chars)), None
    safe = SafePlaces()
    notes = (
        *map(remark, reading.notes),
        *(f"{r.value}: {safe.safe(p)}" for r, p in reading.partial[:20]),
        *(f"{r}: {n}" for r, n in detected.unread.items()),
        *(f"recipient_domain: {domain(name)}" for name in detected.recipients),
    )
    contents = Contents(
        reading.media_type,
        detected.findings,
        detected.fewest,
        detected.most,
        reason,
        bool(reading.chars),
        notes,
        detected.printed.copies,
        detected.printed.sketch,
        detected.printed.modulus,
        detected.printed.rows,
        detected.printed.custody,
    )
    return contents, None if reason in _TRY_AGAIN else key


_TRY_AGAIN = frozenset(
    {
        Reason.TIME_LIMIT,
        Reason.MEMORY_LIMIT,
        Reason.CRASHED,
        Reason.VANISHED,
        Reason.UNREADABLE,
        Reason.CHANGED,
        Reason.NAME_MODEL_FAILED,
        Reason.DETECTION_FAILED,
    }
)
"""Reasons that may not hold the next time: such contents are not remembered."""


def _first(partial: tuple[tuple[Reason, str], ...]) -> Reason | None:
    return partial[0][0] if partial else None


def _unread(unread: Mapping[str, int]) -> Reason | None:
    """The reason for text that the detectors left unread."""
    if not unread:
        return None
    if any(name.startswith(Reason.DETECTION_FAILED.value) for name in unread):
        return Reason.DETECTION_FAILED
    return Reason.OUTPUT_LIMIT if "text_too_long" in unread else Reason.NAME_MODEL_FAILED


def conclude(ref: FileRef, tools: Tools, contents: Contents, key: bytes | None, kind: OutcomeKind | None) -> Outcome:
    """The outcome: verdict of the place, points, and whether the file was examined wholly."""
    ground = tools.ground(ref.path)
    verdict = tools.verdict(ref.path, ground)
    personal = any(f.entity not in WEAK for f in contents.findings)
    if kind is None:
        if contents.reason in (None, Reason.EMPTY):
            kind = OutcomeKind.EXAMINED
        else:
            kind = OutcomeKind.PARTIAL if contents.read else OutcomeKind.NOT_EXAMINED
            if contents.reason is Reason.NO_TEXT:
                kind = OutcomeKind.PARTIAL
    access = tools.access(ref.path) if personal and kind is not OutcomeKind.UNCHANGED else None
    return Outcome(ref, kind, verdict, contents, key, points(verdict, personal=personal), access)
