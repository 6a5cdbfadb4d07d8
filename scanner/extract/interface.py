"""What a format module gets and gives.

An extractor is ``extract(source, sink)``. It reads ``source.file`` and puts blocks into the sink; it raises one of
the errors below, which name the reason for the report. What was put before an error stays: the file is partial.

What a file may cost is counted here, not hoped for: characters, cells and blocks, members, unpacked bytes and seconds
of the whole file, each against ``config/limits.toml``. A reader that unpacks says so with ``Sink.unpacked`` before it
holds the bytes; everything else is counted where blocks are put.

How blocks leave the process: ``[kind, part, number, body]``, where the body is a text, a list of the texts of columns
1, 2, … , a list of such rows (kind ``rows``) or a list of cells. A cell is ``[column, text]``, or ``[column, text, n]``
for a long text (``LONG_TEXT`` characters or more) that is from now on known as number ``n`` in this file, or
``[column, n]`` for that text again. So a shared string of 30 kB that stands in 20,000 cells is sent once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import IO

from scanner.errors import FileFault
from scanner.extract.deadline import Deadline, Exhausted
from scanner.limits import Limits
from scanner.model import Block, BlockKind, Reason
from scanner.places import named


class ExtractError(FileFault):
    """A file or part that could not be read, with its reason. Its text never holds content of the file."""

    reason: Reason = Reason.CORRUPT

    def __init__(self, detail: str = "", reason: Reason | None = None) -> None:
        super().__init__(reason or self.reason)
        self.args = (detail,)


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
    """A limit of ``config/limits.toml`` was reached by one part; the rest of the file is read. What the whole file
    used up is ``Exhausted``, which no format module and no library catches; ``dispatch`` turns it into this."""


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
    beside: tuple[IO[bytes], ...] = ()
    """Files that lie beside the scanned file and belong to it: the database of a log, further volumes."""
    _positions: Iterator[int] = field(default_factory=lambda: count(1), repr=False, compare=False)
    """Counts the members whose position their reader does not tell."""

    def at(self, name: str, kind: str = "member", position: int = 0) -> str:
        """The place of a sheet, member, table … of this source: its name where that may be kept, else ``kind`` and
        ``position`` (from 1; 0 where nobody counted: the next one then)."""
        return join(self.part, named(name, kind, position or next(self._positions)))

    def inner(self, name: str, file: IO[bytes], size: int, kind: str = "member", position: int = 0) -> Source:
        """A member of this source, one level deeper."""
        part = self.at(name, kind, position)
        return replace(
            self, name=name, file=file, size=size, part=part, depth=self.depth + 1, beside=(), _positions=count(1)
        )


def join(*parts: str) -> str:
    """Parts of a location as one path: ``a.zip!名簿.xlsx!Sheet1``. The first is a path already; a ``!`` in the name of
    any other is no step, and becomes a wide one."""
    path, *names = parts
    return "!".join(p for p in (path, *(n.replace("!", "！") for n in names)) if p)


ROWS = "rows"
"""Kind of an item that holds many rows."""
LONG_TEXT = 256
"""Characters from which the text of a cell is sent once and then named by its number."""
_LONGEST_BLOCK = 1 << 20
"""Characters after which running text goes out in pieces: nobody downstream holds more than this at a time."""
_WIDEST = 16_384
"""Cells of a row, as in Excel; a wider row goes out as several of its number, so that no block is a million cells."""
_LONGEST_PART = 600
_CUTS = "\n 　\t、。,，;；"
_CUT_SEARCH = 2_000
_MOST_REMEMBERED = 20_000_000
"""Characters of long texts that are remembered; those that come later are sent each time."""
_LONGEST_BATCH = 5_000
_REFERENCE = 8
"""Characters that a repeated text counts for."""
_OWN_SHARE = 0.8
"""Of the seconds after which a reader is ended: by then it ends by itself."""

Cell = tuple[int, str] | tuple[int, str, int] | tuple[int, int]
Item = tuple[BlockKind | str, str, int, str | tuple[Cell, ...] | list[str] | list[list[str]]]
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
        self._cells = 0
        self._unpacked = 0
        self._may_unpack = limits.ratio_floor_bytes
        self._long: dict[str, int] = {}
        self._long_chars = 0
        self.deadline = Deadline(limits.read_seconds, limits.seconds * _OWN_SHARE)
        self.total_chars = 0
        self.members = 0
        self._textless = 0
        self.partial: list[tuple[Reason, str]] = []
        self.notes: list[str] = []
        self.media_type = "application/octet-stream"
        """Of the file itself, not of its members."""

    def begin(self, size: int) -> None:
        """Set what a file of ``size`` bytes may unpack. The dispatcher calls it once, for the file itself."""
        self._may_unpack = max(self.limits.ratio_floor_bytes, self.limits.ratio * size)

    def put(self, block: Block) -> None:
        """Add a block; raises ``Exhausted`` when the file has given too much text or too many blocks."""
        if block.cells:
            self.row(block.part, block.number, block.cells)
        else:
            self.text(block.kind, block.part, block.number, block.text)

    def _put(self, item: Item, length: int, cells: int = 1) -> None:
        if not length:
            return
        part = item[1]
        if len(part) > _LONGEST_PART:  # a name of 64 kB before each of a million rows
            item = (item[0], f"{part[:300]}…{part[-299:]}", *item[2:])
        self._batch.append(item)
        self._chars += length
        self._cells += cells
        self.total_chars += length
        if self._chars >= self._batch_chars or len(self._batch) >= _LONGEST_BATCH:
            self.flush()
            if self._cells > self.limits.cells:
                raise Exhausted(Reason.OUTPUT_LIMIT)
        if self.total_chars * 3 > self.limits.text_bytes:
            raise Exhausted(Reason.OUTPUT_LIMIT)

    def text(self, kind: BlockKind, part: str, number: int, text: str) -> None:
        """Add running text."""
        if not text or text.isspace():
            return
        if len(text) <= _LONGEST_BLOCK:
            self._put((kind, part, number, text), len(text))
            return
        for piece in _pieces(text):
            self._put((kind, part, number, piece), len(piece))

    def row(self, part: str, number: int, cells: Iterable[tuple[int, str]]) -> None:
        """Add a table row: (column from 1, text); empty cells are left out."""
        kept = tuple([cell for cell in cells if cell[1] and not cell[1].isspace()])
        if kept:
            length = sum([len(t) for _, t in kept]) + len(kept)
            if length >= LONG_TEXT:
                for at in range(0, len(kept), _WIDEST):
                    self._long_row(part, number, kept[at : at + _WIDEST])
            else:
                self._put((BlockKind.ROW, part, number, kept), length, len(kept))

    def record(self, part: str, number: int, texts: list[str]) -> None:
        """Add a table row without gaps: the texts of columns 1, 2, … (empty ones are left out on the other side)."""
        length = sum(map(len, texts))
        if length >= LONG_TEXT:
            self.row(part, number, enumerate(texts, 1))
        else:
            self._put((BlockKind.ROW, part, number, texts), length, len(texts))

    def _long_row(self, part: str, number: int, cells: tuple[tuple[int, str], ...]) -> None:
        """A row that may hold long texts: one that this file has already given goes out as its number."""
        out: list[Cell] = []
        length = 0
        for column, text in cells:
            for piece in (text,) if len(text) <= _LONGEST_BLOCK else _pieces(text):
                if length > _LONGEST_BLOCK:
                    self._put((BlockKind.ROW, part, number, tuple(out)), length, len(out))
                    out, length = [], 0
                cell, cost = self._remembered(column, piece)
                out.append(cell)
                length += cost
        self._put((BlockKind.ROW, part, number, tuple(out)), length, len(out))

    def _remembered(self, column: int, text: str) -> tuple[Cell, int]:
        """A cell on its way out and the characters that it costs."""
        size = len(text) + 1
        if size <= LONG_TEXT:
            return (column, text), size
        known = self._long.get(text)
        if known is not None:
            return (column, known), _REFERENCE
        if self._long_chars + size > _MOST_REMEMBERED:
            return (column, text), size
        self._long_chars += size
        self._long[text] = number = len(self._long)
        return (column, text, number), size

    def records(self, part: str, first: int, rows: list[list[str]]) -> None:
        """Add neighbouring rows without gaps, numbered from ``first``, in one go: what a large csv file is made of."""
        widths = list(map(len, rows))
        if max(widths, default=0) > _WIDEST:
            for number, texts in enumerate(rows, first):
                self.row(part, number, enumerate(texts, 1))
            return
        self._put((ROWS, part, first, rows), sum(map(len, chain.from_iterable(rows))), sum(widths))

    def field(self, part: str, name: str, text: str) -> None:
        """Add a named value: a mail header, a document property."""
        if text and not text.isspace():
            self.text(BlockKind.FIELD, join(part, name), 0, text)

    def entitled(self, part: str, name: str) -> None:
        """Add the name of a sheet or table that its place does not show: it may be a value, but is no text of the file, so
        that a file of names alone stays one without text."""
        if name and not name.isspace() and not part.endswith(name):
            self._batch.append((BlockKind.FIELD, part, 0, name))
            self._chars += len(name)

    def flush(self) -> None:
        """Hand over what has been collected."""
        if self._batch:
            with self.deadline.held():  # half a message would garble the answer
                self._emit(self._batch)
            self._batch = []
            self._chars = 0
        self.deadline.check()

    def tick(self) -> None:
        """For readers whose next step may take long: ends the file when its time is over, hands over what waits."""
        self.deadline.check()
        if self.deadline.due():
            self.flush()

    def room(self) -> int:
        """Bytes that the file may still unpack."""
        return max(0, self._may_unpack - self._unpacked)

    def unpacked(self, count: int) -> None:
        """Count bytes that came out of a compressed or repeated form, over all members and depths of the file.

        Raises ``Exhausted`` beyond ``ratio`` times the size of the file (and ``ratio_floor_bytes``)."""
        self._unpacked += count
        if self._unpacked > self._may_unpack:
            self.note(f"stopped after unpacking {self._may_unpack} bytes")
            raise Exhausted(Reason.RATIO_LIMIT)

    def missed(self, reason: Reason, part: str) -> None:
        """Note that a part was not read; the file becomes partial."""
        if len(self.partial) < 200:
            self.partial.append((reason, part[:_LONGEST_PART]))

    def textless(self) -> None:
        """Say of a member that it was looked at and holds no text: a photograph without letters, a bullet."""
        self._textless += 1

    def note(self, text: str) -> None:
        """A remark for the report."""
        if len(self.notes) < 50:
            self.notes.append(text)

    def member(self, source: Source) -> None:
        """Read a member (archive entry, attachment, embedded object). Its errors cost the member only."""
        self.members += 1
        if self.members > self.limits.members:
            raise Exhausted(Reason.MEMBER_LIMIT)
        if source.depth > self.limits.depth:
            self.missed(Reason.DEPTH_LIMIT, source.part)
            return
        before = (self.total_chars, len(self.partial), self._textless)
        try:
            self._dispatch(source, self)
            if source.size and before == (self.total_chars, len(self.partial), self._textless):
                self.missed(Reason.NO_TEXT, source.part)
        except ExtractError as error:
            self.missed(error.reason, source.part)
        except MemoryError:  # what the member held is free again; the rest of the file goes on
            self._long.clear()  # one of them may not have gone out: all are sent, and numbered, anew
            self._long_chars = 0
            self.missed(Reason.MEMORY_LIMIT, source.part)
        except RecursionError:
            self.missed(Reason.DEPTH_LIMIT, source.part)
        except Exception as error:  # a member of any kind may be broken in any way; it is named, not lost
            self.note(f"{type(error).__name__} in a member")
            self.missed(Reason.CORRUPT, source.part)


def _pieces(text: str) -> Iterator[str]:
    """A very long text in pieces that end behind a space or a mark where there is one near."""
    at = 0
    while len(text) - at > _LONGEST_BLOCK:
        end = at + _LONGEST_BLOCK
        near = max([text.rfind(mark, end - _CUT_SEARCH, end) for mark in _CUTS])
        end = near + 1 if near > 0 else end
        yield text[at:end]
        at = end
    yield text[at:]


Extractor = Callable[[Source, Sink], None]
