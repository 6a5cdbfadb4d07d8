"""json and jsonl: every value under its key; lists of objects become rows so that keys act as column headers."""

from __future__ import annotations

import json
from typing import Any

from scanner.extract import encoding
from scanner.extract.formats import text
from scanner.extract.interface import LimitReached, Sink, Source, join
from scanner.model import BlockKind, Reason

_MAX_BYTES = 200_000_000
_MAX_VALUES = 5_000_000
"""Values of which a tree is built in memory, about a hundred bytes each; a file that may have more is read as text."""
_LONGEST_KEY = 200


def extract(source: Source, sink: Sink) -> None:
    """Put all values; what is not valid JSON is read as plain text."""
    if source.size > _MAX_BYTES:
        text.extract(source, sink)
        sink.note("json larger than 200 MB, read as plain text")
        return
    codec = encoding.detect(source.file)
    raw = encoding.decode(source.file.read(), codec).removeprefix("\ufeff")
    if raw.count(",") + raw.count("[") + raw.count("{") > _MAX_VALUES:
        del raw
        text.extract(source, sink)
        sink.note("json of too many values, read as plain text")
        return
    try:
        values = [json.loads(raw)]
    except (ValueError, RecursionError):
        values = _lines(raw)
    del raw
    if not values:
        text.extract(source, sink)
        return
    walker = _Walker(sink)
    if len(values) > 1:
        walker.rows(source.part, values)
    else:
        walker.value(source.part, "", values[0], 0)


def _lines(raw: str) -> list[Any]:
    found: list[Any] = []
    for line in raw.splitlines():
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError):
                return []
    return found


class _Walker:
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._number = 0
        self._tables = 0
        self._cut = 0

    def value(self, part: str, key: str, value: Any, depth: int) -> None:
        if depth > 200:
            raise LimitReached("depth", Reason.DEPTH_LIMIT)
        if isinstance(value, dict):
            for name, inner in value.items():
                self.value(part, self.key(key, name), inner, depth + 1)
        elif isinstance(value, list):
            if value and all(isinstance(v, dict) for v in value):
                self._tables += 1
                self.rows(join(part, f"table {self._tables}") if key else part, value)
            else:
                for inner in value:
                    self.value(part, key, inner, depth + 1)
        elif value is not None and not isinstance(value, bool):
            self._number += 1
            label = _last(key)
            self._sink.text(
                BlockKind.LINE, part, self._number, f"{label}: {value}"
            )  # keys may be data: not in the place

    def rows(self, part: str, values: list[Any]) -> None:
        columns: dict[str, int] = {}
        flat: list[dict[str, str]] = []
        for value in values:
            record: dict[str, str] = {}
            self.flatten(value, "", record, 0)
            flat.append(record)
            for name in record:
                columns.setdefault(name, len(columns) + 1)
        self._sink.row(part, 1, ((c, _last(name)) for name, c in columns.items()))
        for number, record in enumerate(flat, 2):
            self._sink.row(part, number, ((columns[name], text) for name, text in record.items()))

    def key(self, key: str, name: object) -> str:
        """The path of a value. A long one is cut and numbered: each value below carries it."""
        path = f"{key}.{name}" if key else str(name)
        if len(path) > _LONGEST_KEY:
            self._cut += 1
            path = f"{path[:100]}…{self._cut}.{_last(path)[-80:]}"
        return path

    def flatten(self, value: Any, key: str, record: dict[str, str], depth: int) -> None:
        """The values of an object under their paths."""
        if depth > 50:
            raise LimitReached("depth", Reason.DEPTH_LIMIT)
        if isinstance(value, dict):
            for name, inner in value.items():
                path = f"{key}.{name}" if key else name
                if len(path) > _LONGEST_KEY:
                    path = self.key(key, name)
                if isinstance(inner, str):
                    record[path or "value"] = inner
                else:
                    self.flatten(inner, path, record, depth + 1)
        elif isinstance(value, list):
            for i, inner in enumerate(value):
                self.flatten(inner, self.key(key, i), record, depth + 1)
        elif value is not None and not isinstance(value, bool):
            record[key or "value"] = str(value)


def _last(key: str) -> str:
    return key[key.rfind(".") + 1 :]
