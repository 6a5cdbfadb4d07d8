"""A reader and a judge side by side, and the way of one file between them: the parent opens, the reader hashes and reads, its
text goes through a pipe to the judge and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Sequence

from scanner.custody.keys import Key
from scanner.detect.judging import Found, TextJudge
from scanner.extract.opening import Opened, open_once
from scanner.extract.reader import Reader, Reading
from scanner.limits import Limits
from scanner.model import FileRef, Reason
from scanner.pipeline import Read


class Lane:
    """Takes one file at a time. Not for use from several threads at once; ``close`` may come from any."""

    def __init__(
        self,
        depth: str,
        house: bytes,
        contracts: Sequence[Key] = (),
        *,
        passwords: tuple[str, ...] = (),
        ocr: bool = False,
        prints: bool = False,
        bounds: Limits | None = None,
    ) -> None:
        """``house``: key of the installation; ``contracts``: keys under which fingerprints are made, if ``prints``."""
        self._prints = prints
        self.reader = Reader(bounds, passwords, ocr=ocr)
        self.judge = TextJudge(depth, contracts, house, bounds)

    def hold(self, ref: FileRef, opened: Opened | None = None) -> HeldFile:
        """Open a file and hash it. ``opened``: where somebody else has opened it (a share). Raises ``FileFault``,
        ``SandboxFault``."""
        return HeldFile(self, opened or open_once(ref))

    def close(self) -> None:
        """End both processes."""
        self.reader.close()
        self.judge.close()

    def stop(self) -> None:
        """End both processes for good; may be called from a signal handler while another call waits for them."""
        self.reader.stop()
        self.judge.stop()

    def __enter__(self) -> Lane:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def prints(self) -> bool:
        """Whether fingerprints are made."""
        return self._prints


class HeldFile:
    """One open file: hashed, and not yet read."""

    def __init__(self, lane: Lane, opened: Opened) -> None:
        self._lane, self._opened = lane, opened
        self._waiting = False
        """Whether the reader waits for a word."""
        self._source = -1
        try:
            self._source, sink = os.pipe()
            try:
                self.digest = lane.reader.begin(
                    opened.ref.name, opened.ref.size, opened.stored, opened.descriptor, sink, opened.beside
                )
            finally:
                os.close(sink)
        except BaseException:
            self.close()
            raise
        self._waiting = True

    @property
    def ref(self) -> FileRef:
        """The file as it was when it was opened."""
        return self._opened.ref

    def read(self) -> Read:
        """Let the reader read and the judge judge. Raises ``SandboxFault``."""
        reader, judge, stored = self._lane.reader, self._lane.judge, self._opened.stored
        judge.begin(stored, self._source, prints=self._lane.prints)
        try:
            os.close(self._source)  # the judge has its own: when it dies, the reader is not left waiting for room
            self._source = -1
            self._waiting = False
            reader.go()
            reading = reader.end(stored, judge.seconds)
            return _read(reading, judge.end())
        except BaseException:
            self._lane.close()  # an answer that is still to come would be taken for that of the next file
            raise

    def changed(self) -> bool:
        """Whether the file is no longer what was opened."""
        return self._opened.changed()

    def __enter__(self) -> HeldFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        if self._waiting:
            self._lane.reader.skip()
            self._waiting = False
        if self._source >= 0:
            os.close(self._source)
            self._source = -1
        self._opened.close()


def _read(reading: Reading, found: Found) -> Read:
    reason = reading.reason
    if reading.unheard and reason is None and not found.unread:
        reason = Reason.CRASHED  # cannot be: nobody stops listening without a reason
    return Read(
        reading.media_type,
        reason,
        reading.partial,
        reading.notes,
        max(reading.chars, found.received),
        found.findings,
        found.fewest,
        found.most,
        found.unread,
        (found.judged, found.received),
        found.recipients,
        found.prints,
    )
