"""What a workbook of Excel 97 says of others, and its own names: records SUPBOOK, XCT, CRN, EXTERNNAME and NAME ([MS-XLS] 2.4.271,
2.4.352, 2.4.67, 2.4.105, 2.4.150).

A workbook that refers to another keeps a copy of the cells it refers to (CRN): nobody sees them, and whoever gets the file has
them. Their strings are of one or two bytes a letter, so that they can only be read where they begin.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from scanner.extract.formats import clear
from scanner.extract.formats.loose import TEXT_OF_PEOPLE
from scanner.extract.formats.numberformat import plain
from scanner.extract.interface import Sink, Source, join

NAME, EXTERNAL_NAME, SHEET, CELLS, BOOK = 0x18, 0x23, 0x59, 0x5A, 0x1AE
_HERE = frozenset((NAME, EXTERNAL_NAME, SHEET, CELLS, BOOK, 0x17))
"""With EXTERNSHEET, which points into them."""
_UNKNOWN = 0xFFFF
_ITSELF, _ADD_IN = 0x0401, 0x3A01
_STEPS = re.compile("[\x01-\x08]+")
"""Signs of a path: volume, folder, parent."""
_LITERAL = 0x17
"""Token of a formula: a string follows, its length in one byte."""
_NUMBER, _STRING, _EMPTY, _TRUTH, _ERROR = 1, 2, 0, 4, 16


def without(stream: bytes) -> bytes:
    """The same records, with those that are read here under a number that nobody knows: cells do not need them."""
    changed, at = bytearray(stream), 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind in _HERE:
            struct.pack_into("<H", changed, at, _UNKNOWN)
        at += 4 + size
    return bytes(changed)


class Links:
    """Takes the records in their order."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._part, self._sink = source.part, sink
        self._books = 0
        self._sheet = 0
        self._kinds: dict[int, Callable[[bytes], None]] = {
            NAME: self._name,
            EXTERNAL_NAME: self._external_name,
            SHEET: self._which,
            CELLS: self._cells,
            BOOK: self._book,
        }
        self._said: set[str] = set()

    def take(self, kind: int, body: bytes) -> bool:
        """Whether the record is one of these. What cannot be followed in it is searched like an unknown one."""
        read = self._kinds.get(kind)
        if read is None:
            return False
        try:
            read(body)
        except (struct.error, IndexError):
            clear.wide(body, join(self._part, "record"), self._sink, noisy=True)
        return True

    def _place(self, *more: str) -> str:
        return join(self._part, f"external book {max(1, self._books)}", *more)

    def _book(self, body: bytes) -> None:
        self._books += 1
        sheets, length = struct.unpack_from("<HH", body)
        if length in (_ITSELF, _ADD_IN):
            return
        path, at = letters(body, 4, length)
        self._sink.field(self._place(), "path", _STEPS.sub("/", path).strip("/"))
        for _ in range(sheets):
            if at >= len(body):
                break  # it goes on in the next record
            (length,) = struct.unpack_from("<H", body, at)
            title, at = letters(body, at + 2, length)
            self._people("sheet", title)

    def _which(self, body: bytes) -> None:
        self._sheet = struct.unpack_from("<HH", body)[1] + 1 if len(body) >= 4 else 0

    def _cells(self, body: bytes) -> None:
        last, first, row = struct.unpack_from("<BBH", body)
        at, cells = 4, []
        for column in range(first, last + 1):
            kind = body[at]
            if kind == _STRING:
                (length,) = struct.unpack_from("<H", body, at + 1)
                text, at = letters(body, at + 3, length)
                cells.append((column + 1, text))
                continue
            if kind == _NUMBER:
                cells.append((column + 1, plain(repr(struct.unpack_from("<d", body, at + 1)[0]))))
            elif kind not in (_EMPTY, _TRUTH, _ERROR):
                raise IndexError
            at += 9
        self._sink.row(self._place(f"sheet {self._sheet}"), row + 1, cells)

    def _external_name(self, body: bytes) -> None:
        name, at = letters(body, 7, body[6])
        self._people("name", name)
        self._literals(body[at:], "name")

    def _name(self, body: bytes) -> None:
        length, formula = body[3], struct.unpack_from("<H", body, 4)[0]
        name, at = letters(body, 14, length)
        self._people("defined name", name)
        self._literals(body[at : at + formula], "defined name")
        menu, at = body[10:14], at + formula
        for size in menu:  # texts for the menu, the help and the bar below
            if size:
                text, at = letters(body, at, size)
                self._people("defined name", text)

    def _literals(self, formula: bytes, label: str) -> None:
        """Strings in a formula, whose other tokens are not followed: where one begins and its letters are some."""
        at = formula.find(_LITERAL)
        while 0 <= at < len(formula) - 3:
            end = at + 1
            if formula[at + 2] in (0, 1) and at + 3 + formula[at + 1] * (1 + formula[at + 2]) <= len(formula):
                text, after = letters(formula, at + 2, formula[at + 1])
                if text.isprintable():
                    self._people(label, text)
                    end = after
            at = formula.find(_LITERAL, end)

    def _people(self, label: str, text: str) -> None:
        if TEXT_OF_PEOPLE.search(text) and text not in self._said:
            self._said.add(text)
            self._sink.field(self._part, label, text)


def letters(body: bytes, at: int, length: int) -> tuple[str, int]:
    """So many letters behind the byte that says how wide they are, and the place behind them."""
    wide = body[at] & 1
    end = at + 1 + length * (1 + wide)
    return body[at + 1 : end].decode("utf-16-le" if wide else "latin-1", "replace"), end
