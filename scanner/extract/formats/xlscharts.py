"""Texts in the charts of Excel 97: titles and series (SERIESTEXT), and the copy of the labels that a chart keeps (LABEL in its
substream; [MS-XLS] 2.4.254, 2.4.148)."""

from __future__ import annotations

import struct

from scanner.extract.formats.xlslinks import letters
from scanner.extract.interface import Sink, Source, join

_BEGIN, _END, _LABEL, _TEXT = 0x809, 0x0A, 0x204, 0x100D
_CHART = 0x20


class Charts:
    """Takes the records in their order; a chart may stand inside a sheet."""

    def __init__(self, source: Source, sink: Sink) -> None:
        self._part, self._sink = join(source.part, "chart"), sink
        self._open: list[bool] = []
        self._said: set[str] = set()

    def take(self, kind: int, body: bytes) -> bool:
        """Whether the record is a text of a chart."""
        if kind == _BEGIN:
            self._open.append(len(body) >= 4 and struct.unpack_from("<H", body, 2)[0] == _CHART)
        elif kind == _END and self._open:
            self._open.pop()
        elif kind == _TEXT and len(body) > 4:
            self._put(letters(body, 3, body[2])[0])
            return True
        elif kind == _LABEL and len(body) > 9 and self._open and self._open[-1]:
            self._put(letters(body, 8, struct.unpack_from("<H", body, 6)[0])[0])
            return True
        return False

    def _put(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._sink.field(self._part, "", text)
