"""What a format module gets and gives.

An extractor is ``extract(source, sink)``. It reads ``source.file`` and puts blocks into the sink; it raises one of
the errors below, which name the reason for the report. What was put before an error stays: the file is partial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import IO

from scanner.limits import Limits
from scanner.model import Block, BlockKind, Reason
from scanner.places import named


class ExtractError(Exception):
    """A file or part that could not be read, with its reason. Its text never holds content of the file."""

    reason: Reason = Reason.CORRUPT

    def __init__(self, detail: str = "", reason: Reason | None = None) -> None:
        super().__init__(detail)
        if reason is not None:
            self.reason = reason


class Encrypted(ExtractError):
    """Password-protected or rights-managed."""

    reason = Reason.ENCRYPTED


class Truncated(ExtractError):
    """The file ends too early."""

    reason = Reason.TRUNCATED


class Unsupported(ExtractError):
    """A format that is not read here."""

    reason = Reason.UNSUPPORTED


class LimitReached(ExtractError):
    """A limit of ``config/limits.toml`` was reached."""


@dataclass(frozen=True)
class Source:
    """Bytes to read: the file itself or a member of it. ``file`` is seekable."""

    name: str
    file: IO[bytes]
    size: int
    part: str = ""
    """Where the source stands inside the scanned file: member path, empty for the file itself."""
    depth: int = 0
    passwords: tuple[str, ...] = ()
    ocr: bool = False
    """Whether text in pictures is to be read."""
    _positions: Iterator[int] = field(default_factory=lambda: count(1), repr=False, compare=False)
    """Counts the members whose position their reader does not tell."""

    def at(self, name: str, kind: str = "member", position: int = 0) -> str:
        """The place of a sheet, member, table … of this source: its name where that may be kept, else ``kind`` and
        ``position`` (from 1; 0 where nobody counted: the next one then)."""
        return join(self.part, named(name, kind, position or next(self._positions)))

    def inner(self, name: str, file: IO[bytes], size: int, kind: str = "member", position: int = 0) -> Source:
        """A member of this source, one level deeper."""
        part = self.at(name, kind, position)
        return replace(self, name=name, file=file, size=size, part=part, depth=self.depth + 1, _positions=count(1))


def join(*parts: str) -> str:
    """Parts of a location as one path: ``a.zip!名簿.xlsx!Sheet1``. The first is a path already; a ``!`` in the name of
    any other is no step, and becomes a wide one."""
    path, *names = parts
    return "!".join(p for p in (path, *(n.replace("!", "！") for n in names)) if p)


ROWS = "rows"
"""Kind of an item that holds many rows."""

Item = tuple[BlockKind | str, str, int, str | tuple[tuple[int, str], ...] | list[str] | list[list[str]]]
"""A block on its way out of the reading process: kind, part, number and text, cells, texts of columns from 1, or rows."""


class Sink:
    """Takes blocks and notes of one file, counts the text, and opens members through the dispatcher."""

    def __init__(
        self,
        limits: Limits,
        emit: Callable[[list[Item]], None],
        dispatch: Callable[[Source, Sink], None],
        batch_chars: int = 200_000,
    ) -> None:
        self.limits = limits
        self._emit = emit
        self._dispatch = dispatch
        self._batch_chars = batch_chars
        self._batch: list[Item] = []
        self._chars = 0
        self.total_chars = 0
        self.members = 0
        self.partial: list[tuple[Reason, str]] = []
        self.notes: list[str] = []
        self.media_type = "application/octet-stream"
        """Of the file itself, not of its members."""

    def put(self, block: Block) -> None:
        """Add a block; raises ``LimitReached`` when the file has given too much text."""
        length = len(block.text) + sum(len(t) + 1 for _, t in block.cells)
        self._put((block.kind, block.part, block.number, block.cells or block.text), length)

    def _put(self, item: Item, length: int) -> None:
        if not length:
            return
        self._batch.append(item)
        self._chars += length
        self.total_chars += length
        if self._chars >= self._batch_chars:
            self.flush()
        if self.total_chars * 3 > self.limits.text_bytes:
            raise LimitReached("text", Reason.OUTPUT_LIMIT)

    def text(self, kind: BlockKind, part: str, number: int, text: str) -> None:
        """Add running text."""
        if text and not text.isspace():
            self.put(Block(kind, part, number, text))

    def row(self, part: str, number: int, cells: Iterable[tuple[int, str]]) -> None:
        """Add a table row: (column from 1, text); empty cells are left out."""
        kept = tuple([cell for cell in cells if cell[1] and not cell[1].isspace()])
        if kept:
            self._put((BlockKind.ROW, part, number, kept), sum([len(t) for _, t in kept]) + len(kept))

    def record(self, part: str, number: int, texts: list[str]) -> None:
        """Add a table row without gaps: the texts of columns 1, 2, … (empty ones are left out on the other side)."""
        self._put((BlockKind.ROW, part, number, texts), sum(map(len, texts)))

    def records(self, part: str, first: int, rows: list[list[str]]) -> None:
        """Add neighbouring rows without gaps, numbered from ``first``, in one go: what a large csv file is made of."""
        self._put((ROWS, part, first, rows), sum(map(len, chain.from_iterable(rows))))

    def field(self, part: str, name: str, text: str) -> None:
        """Add a named value: a mail header, a document property."""
        if text and not text.isspace():
            self.put(Block(BlockKind.FIELD, join(part, name), 0, text))

    def entitled(self, part: str, name: str) -> None:
        """Add the name of a sheet or table that its place does not show: it may be a value, but is no text of the file, so
        that a file of names alone stays one without text."""
        if name and not name.isspace() and not part.endswith(name):
            self._batch.append((BlockKind.FIELD, part, 0, name))
            self._chars += len(name)

    def flush(self) -> None:
        """Hand over what has been collected."""
        if self._batch:
            self._emit(self._batch)
            self._batch = []
            self._chars = 0

    def missed(self, reason: Reason, part: str) -> None:
        """Note that a part was not read; the file becomes partial."""
        if len(self.partial) < 200:
            self.partial.append((reason, part))

    def note(self, text: str) -> None:
        """A remark for the report."""
        if len(self.notes) < 50:
            self.notes.append(text)

    def member(self, source: Source) -> None:
        """Read a member (archive entry, attachment, embedded object). Its errors cost the member only."""
        self.members += 1
        if self.members > self.limits.members:
            raise LimitReached("members", Reason.MEMBER_LIMIT)
        if source.depth > self.limits.depth:
            self.missed(Reason.DEPTH_LIMIT, source.part)
            return
        before, missed = self.total_chars, len(self.partial)
        try:
            self._dispatch(source, self)
            if source.size and self.total_chars == before and len(self.partial) == missed:
                self.missed(Reason.NO_TEXT, source.part)
        except LimitReached as error:
            if error.reason in (Reason.OUTPUT_LIMIT, Reason.MEMBER_LIMIT):
                raise
            self.missed(error.reason, source.part)
        except ExtractError as error:
            self.missed(error.reason, source.part)
        except MemoryError:
            raise
        except RecursionError:
            self.missed(Reason.DEPTH_LIMIT, source.part)
        except Exception as error:  # a member of any kind may be broken in any way; it is named, not lost
            self.note(f"{type(error).__name__} in a member")
            self.missed(Reason.CORRUPT, source.part)


Extractor = Callable[[Source, Sink], None]
