"""The way of one file: unchanged? → one opening → hash → known content? → read and judge → compare → verdict → points.

The only place where the order of steps stands. It does no I/O of its own: everything comes from ``Tools``, so the
one-off scan, the daemon and the cluster call the same function.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from scanner.custody.prints import Prints
from scanner.custody.session import Printed
from scanner.errors import FileFault
from scanner.model import (
    WEAK,
    Access,
    Contents,
    FileRef,
    Finding,
    Ground,
    Known,
    Outcome,
    OutcomeKind,
    Reason,
    Verdict,
    of_persons,
)
from scanner.places import SafePlaces, domain, remark
from scanner.policy.verdict import points


class Read(NamedTuple):
    """What reader and judge made of one file."""

    media_type: str
    reason: Reason | None = None
    partial: tuple[tuple[Reason, str], ...] = ()
    notes: tuple[str, ...] = ()
    chars: int = 0
    findings: tuple[Finding, ...] = ()
    fewest: int = 0
    most: int = 0
    unread: Mapping[str, int] = MappingProxyType({})
    """Why the judge left text unread, with how often."""
    share: tuple[int, int] = (0, 0)
    """Characters that were judged, and that came."""
    recipients: tuple[str, ...] = ()
    """Domains that a mail is addressed to."""
    prints: Prints | None = None


class Held(Protocol):
    """One file between its opening and its end."""

    digest: bytes
    """Of its bytes, without a key."""

    @property
    def ref(self) -> FileRef:
        """The file as it was when it was opened."""
        ...

    def read(self) -> Read: ...
    def changed(self) -> bool: ...
    def close(self) -> None: ...


class Tools(Protocol):
    """What the steps need, given by whoever runs the pipeline."""

    def ground(self, path: bytes) -> Ground: ...
    def verdict(self, path: bytes, ground: Ground) -> Verdict: ...
    def known(self, ref: FileRef) -> Known | None: ...
    def hold(self, ref: FileRef) -> Held: ...
    def content_key(self, digest: bytes) -> bytes: ...
    def known_content(self, key: bytes) -> Contents | None: ...
    def printed(self, prints: Prints | None, key: bytes | None) -> Printed: ...
    def access(self, path: bytes) -> Access: ...


def scan_file(ref: FileRef, tools: Tools) -> Outcome:
    """Everything that is to be known about one file. Raises ``SandboxFault``."""
    known = tools.known(ref)
    if known is not None:
        return met_again(ref, tools, known)
    done = examine(ref, tools)
    return conclude(done.ref, tools, done.contents, done.key, None)


class Examined(NamedTuple):
    """What the examination of one file gave, before its place is judged."""

    ref: FileRef
    """The file as it was when it was opened."""
    contents: Contents
    key: bytes | None
    """Keyed hash of the bytes; ``None`` where they could not be had or the answer is not to be remembered."""


def examine(ref: FileRef, tools: Tools) -> Examined:
    """Open, hash, read, judge, compare: the part that may run beside others. Raises ``SandboxFault``."""
    if ref.name.startswith("~$") and ref.size <= 1024:
        return Examined(ref, Contents("application/x-office-lock", reason=Reason.LOCK_FILE, read=False), None)
    try:
        held = tools.hold(ref)
    except FileFault as fault:
        return Examined(ref, _unopened(fault.reason), None)
    try:
        contents, key = _contents(held, tools)
        if held.changed():
            # nothing that was found in it belongs to any bytes
            return Examined(held.ref, Contents(contents.media_type, reason=Reason.CHANGED, read=contents.read), None)
        return Examined(held.ref, contents, key)
    except FileFault as fault:
        return Examined(held.ref, _unopened(fault.reason), None)
    finally:
        held.close()


def _contents(held: Held, tools: Tools) -> tuple[Contents, bytes | None]:
    key = tools.content_key(held.digest)
    if held.ref.size == 0:
        return Contents("application/x-empty", reason=Reason.EMPTY), key
    known = tools.known_content(key)
    if known is not None:
        return known, key
    read = held.read()
    reason = reason_of(read)
    printed = tools.printed(read.prints, key)
    safe = SafePlaces()
    notes = (
        *map(remark, read.notes),
        *(f"{r.value}: {safe.safe(p)}" for r, p in read.partial[:20]),
        *([f"{Reason.ENCRYPTED.value}: …"] if any(r is Reason.ENCRYPTED for r, _ in read.partial[20:]) else ()),
        *(f"{r}: {n}" for r, n in read.unread.items()),
        *([f"judged: {read.share[0]}/{max(read.share[1], read.chars)}"] if read.share[0] < read.share[1] else ()),
        *(f"recipient_domain: {domain(name)}" for name in read.recipients),
    )
    contents = Contents(
        read.media_type,
        read.findings,
        read.fewest,
        read.most,
        reason,
        bool(read.chars),
        notes,
        printed.copies,
        printed.sketch,
        printed.modulus,
        printed.rows,
        printed.custody,
    )
    reasons = {reason, read.reason, *(r for r, _ in read.partial), _unread(read.unread)}
    return contents, None if reasons & _TRY_AGAIN else key


def reason_of(read: Read) -> Reason | None:
    """Why a file was not, or not wholly, read; ``None`` where it was."""
    failed = _unread(read.unread)
    if failed in _FINAL.values():
        return failed  # a judge that failed left the reading unfinished: what that says of itself does not count
    if read.reason or read.partial or failed:
        return read.reason or _first(read.partial) or failed
    return None if read.chars else Reason.NO_TEXT  # promise 2: empty text from a non-empty file is never clean


def _unopened(reason: Reason) -> Contents:
    return Contents("application/octet-stream", reason=reason, read=False)


_TRY_AGAIN = frozenset(
    {
        Reason.TIME_LIMIT,
        Reason.MEMORY_LIMIT,
        Reason.CRASHED,
        Reason.VANISHED,
        Reason.UNREADABLE,
        Reason.IN_USE,
        Reason.CHANGED,
        Reason.NAME_MODEL_FAILED,
        Reason.DETECTION_FAILED,
    }
)
"""Reasons that may not hold the next time: such contents are not remembered."""


def _first(partial: tuple[tuple[Reason, str], ...]) -> Reason | None:
    return partial[0][0] if partial else None


_FINAL = {r.value: r for r in (Reason.DETECTION_FAILED, Reason.CRASHED, Reason.MEMORY_LIMIT, Reason.TIME_LIMIT)}
"""Ends of the judge: the reader was not heard to the end."""


def _unread(unread: Mapping[str, int]) -> Reason | None:
    """The reason for text that the judge left unread."""
    if not unread:
        return None
    final = [r for r in (_FINAL.get(name.partition(":")[0]) for name in unread) if r is not None]
    if final:
        return final[0]
    return Reason.OUTPUT_LIMIT if "text_too_long" in unread else Reason.NAME_MODEL_FAILED


def met_again(ref: FileRef, tools: Tools, known: Known) -> Outcome:
    """The outcome of a file that is as it was."""
    return conclude(ref, tools, known.contents, known.key, OutcomeKind.UNCHANGED, known.row)


def conclude(
    ref: FileRef,
    tools: Tools,
    contents: Contents,
    key: bytes | None,
    kind: OutcomeKind | None,
    row: object = None,
) -> Outcome:
    """The outcome: verdict of the place, points, and whether the file was examined wholly."""
    ground = tools.ground(ref.path)
    verdict = tools.verdict(ref.path, ground)
    personal = any(f.entity not in WEAK for f in of_persons(contents.findings))
    if kind is None:
        if contents.reason in (None, Reason.EMPTY):
            kind = OutcomeKind.EXAMINED
        else:
            kind = OutcomeKind.PARTIAL if contents.read else OutcomeKind.NOT_EXAMINED
            if contents.reason is Reason.NO_TEXT:
                kind = OutcomeKind.PARTIAL
    access = tools.access(ref.path) if personal and kind is not OutcomeKind.UNCHANGED else None
    return Outcome(ref, kind, verdict, contents, key, points(verdict, personal=personal), access, row)
