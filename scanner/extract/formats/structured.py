"""json and jsonl: every value under its key; lists of objects become rows so that keys act as column headers."""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import Any, NamedTuple

from scanner.extract import encoding, values, vectors
from scanner.extract.formats import text
from scanner.extract.inletters import japanese
from scanner.extract.interface import LONG_TEXT, LimitReached, Sink, Source, join
from scanner.model import Reason

_MAX_BYTES = 200_000_000
_MAX_VALUES = 5_000_000
"""Values of which a tree is built in memory, about a hundred bytes each; a file that may have more is read as text."""
_LONGEST_KEY = 200
_TELLING = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]|@|[0-9][0-9-]{5,}[0-9]")
"""Keys that may themselves be data."""
_MOST_KEYS = 200_000
_SHORT = 16
_TOGETHER = 256
"""Rows that are looked at in one go."""
_SPARSE = 4
"""Cells of a table by one that is filled from which its rows are taken one by one."""
_DEEPEST = 20
_SILENT = {type(None), bool}
_SIMPLE = {str, int, float}
_SCALAR, _OBJECT, _LIST = _SIMPLE | _SILENT, {dict, type(None)}, {list, type(None)}


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
        found = [_loaded(raw)]
    except (ValueError, RecursionError):
        found = _lines(raw)
    del raw
    if not found:
        text.extract(source, sink)
        return
    _Walker(source, sink).put(found)


def _loaded(raw: str) -> Any:
    return json.loads(raw, object_pairs_hook=_pairs)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, with every value of a key that is there more than once."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    for number, (key, value) in enumerate(pairs):
        if found[key] is not value:
            found[f"{key} ({number + 1})"] = value
    return found


def _lines(raw: str) -> list[Any]:
    """The values of lines of JSON, read in one go; none where the text is something else."""
    lines = [line for line in raw.split("\n" if "\n" in raw else "\r") if line and not line.isspace()]
    try:
        found = _loaded(f"[{','.join(lines)}]") if len(lines) > 1 else []
    except (ValueError, RecursionError):
        return []
    return found if len(found) == len(lines) else []


def put(value: Any, source: Source, sink: Sink) -> None:
    """Put a value of the kind of a JSON, wherever it comes from."""
    _Walker(source, sink).put([value])


class _Walker:
    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._keys: set[str] = set()
        self._tables = 0
        self._cut = 0
        self._lines = values.Lines(source, sink)

    def put(self, found: list[Any]) -> None:
        """Put the values of a document or, where they are several, of its lines."""
        try:
            if len(found) > 1:
                self.rows(self._source.part, found)
            else:
                self.value(self._source.part, "", found[0], 0)
        finally:
            self._lines.put()

    def value(self, part: str, key: str, value: Any, depth: int) -> None:
        if depth > 200:
            raise LimitReached("depth", Reason.DEPTH_LIMIT)
        if isinstance(value, dict):
            add = self._lines.add
            for name, inner in value.items():
                kind = type(inner)
                if (kind is str or kind is int or kind is float) and "." not in name and len(name) < _LONGEST_KEY:
                    add(part, f"{name}: ", str(inner))
                else:
                    self._told(part, name, inner)
                    self.value(part, self.key(key, name), inner, depth + 1)
        elif isinstance(value, list):
            if value and all(isinstance(v, dict) for v in value):
                self._tables += 1
                self.rows(join(part, f"table {self._tables}") if key else part, value)
            else:
                if (
                    len(value) in vectors.DIMENSIONS
                    and all(isinstance(v, float) for v in value)
                    and vectors.small(value)
                ):
                    vectors.told(self._sink)
                if len(value) >= _SHORT and (shown := _octets(value)):
                    self.value(part, key, shown, depth + 1)
                for inner in value:
                    self.value(part, key, inner, depth + 1)
        elif isinstance(value, str) and value[:1] in ("{", "[") and (held := inside(value)) is not None:
            self.value(part, key, held, depth + 1)
        elif value is not None and not isinstance(value, bool):
            self._lines.add(part, f"{_last(key)}: ", str(value))

    def _told(self, part: str, name: str, inner: object) -> None:
        """Put a key that may be data and does not stand before its value."""
        if isinstance(inner, (str, int, float)) and not isinstance(inner, bool) and "." not in name:
            return
        if name in self._keys or len(self._keys) >= _MOST_KEYS:
            return
        self._keys.add(name)
        if _TELLING.search(name):
            self._lines.add(part, "", name)

    def _shown(self, text: str) -> list[str]:
        """What a person reads of a string."""
        if len(text) < _SHORT:
            return [text]
        return values.value(text, self._source, self._sink)

    def rows(self, part: str, found: list[Any]) -> None:
        """Objects as rows under their keys."""
        columns: dict[str, int] = {}
        stretches = [self._stretch(part, found[at : at + _TOGETHER], columns) for at in range(0, len(found), _TOGETHER)]
        self._lines.put()
        self._sink.row(part, 1, ((c, _last(name)) for name, c in columns.items()))
        number = 2
        for stretch in stretches:
            stretch.put(part, number, self._sink)
            number += len(stretch.records)

    def _stretch(self, part: str, some: list[Any], columns: dict[str, int]) -> _Stretch:
        """Some neighbouring rows: what is alike by columns, the rest row by row."""
        stretch = _Stretch(columns, {}, [{} for _ in some])
        self._column(part, "", some, stretch, 0)
        return stretch

    def _column(self, part: str, path: str, found: list[Any], stretch: _Stretch, depth: int) -> None:
        """The values that neighbouring rows have under one path; ``None`` where one has none."""
        kinds = set(map(type, found))
        if kinds <= _SILENT:
            return
        if kinds <= _SCALAR:
            if kinds != {str}:
                found = ["" if v is None or v is True or v is False else str(v) for v in found]
            number = _number(stretch.columns, path)
            if str in kinds:
                self._read(part, path, found, stretch)
            before = stretch.texts.get(number)
            stretch.texts[number] = list(map(_both, before, found)) if before else found
            return
        if kinds <= _OBJECT and depth < _DEEPEST:
            objects = [value or {} for value in found]
            names = dict.fromkeys(chain.from_iterable(objects))
            if len(names) * len(found) <= _SPARSE * sum(map(len, objects)):
                for name in names:
                    inner = [value.get(name) for value in objects]
                    if "." in name or not _SIMPLE.intersection(map(type, inner)):
                        self._told(part, name, None)
                    self._column(part, self.key(path, name), inner, stretch, depth + 1)
                return
        if kinds <= _LIST and depth < _DEEPEST:
            lists = [value or [] for value in found]
            width = max(map(len, lists))
            if width < min(vectors.DIMENSIONS) and width * len(found) <= _SPARSE * sum(map(len, lists)):
                for at in range(width):
                    inner = [value[at] if at < len(value) else None for value in lists]
                    self._column(part, self.key(path, at), inner, stretch, depth + 1)
                return
        for at, value in enumerate(found):
            self.flatten(part, value, path, _Row(stretch.columns, stretch.records[at]), depth)

    def _read(self, part: str, path: str, found: list[str], stretch: _Stretch) -> None:
        """Change the texts of a column to what a person reads of them; objects inside them go to their own columns."""
        joined = "\n".join(found)
        if "{" in joined or "[" in joined:
            for at, text in enumerate(found):
                if len(text) >= _SHORT and text[0] in "{[" and (held := inside(text)) is not None:
                    found[at] = ""
                    self.flatten(part, held, path, _Row(stretch.columns, stretch.records[at]), 1)
        for at, shown in values.looked_at(found, self._source, self._sink):
            found[at] = "\n".join(shown)

    def key(self, key: str, name: object) -> str:
        """The path of a value. A long one is cut and numbered: each value below carries it."""
        path = f"{key}.{name}" if key else str(name)
        if len(path) > _LONGEST_KEY:
            self._cut += 1
            path = f"{path[:100]}…{self._cut}.{_last(path)[-80:]}"
        return path

    def flatten(self, part: str, value: Any, key: str, row: _Row, depth: int) -> None:
        """The values of an object under their paths."""
        if depth > 50:
            raise LimitReached("depth", Reason.DEPTH_LIMIT)
        if isinstance(value, dict):
            for name, inner in value.items():
                kind = type(inner)
                path = f"{key}.{name}" if key else name
                if len(path) > _LONGEST_KEY:
                    path = self.key(key, name)
                if "." not in name and ((kind is str and len(inner) < _SHORT) or kind is int or kind is float):
                    row.put(path, str(inner))
                else:
                    self._told(part, name, inner)
                    self.flatten(part, inner, path, row, depth + 1)
        elif isinstance(value, list):
            if len(value) in vectors.DIMENSIONS and all(isinstance(v, float) for v in value) and vectors.small(value):
                vectors.told(self._sink)
            for i, inner in enumerate(value):
                self.flatten(part, inner, self.key(key, i), row, depth + 1)
        elif isinstance(value, str):
            held = inside(value) if value[:1] in ("{", "[") else None
            if held is not None:
                self.flatten(part, held, key, row, depth + 1)
            else:
                row.put(key, "\n".join(self._shown(value)))
        elif value is not None and not isinstance(value, bool):
            row.put(key, str(value))


class _Row(NamedTuple):
    """An object on its way to a row."""

    columns: dict[str, int]
    record: dict[int, str]

    def put(self, path: str, text: str) -> None:
        """Set the cell of a path."""
        number = _number(self.columns, path)
        self.record[number] = _both(self.record.get(number, ""), text)


class _Stretch(NamedTuple):
    """Neighbouring rows: column → the texts of all of them, and the other cells of each."""

    columns: dict[str, int]
    texts: dict[int, list[str]]
    records: list[dict[int, str]]

    def put(self, part: str, first: int, sink: Sink) -> None:
        """Put them as rows from this number on."""
        width = max(self.texts, default=0)
        together = not any(self.records) and 2 <= width <= _SPARSE * len(self.texts)
        if together and all(max(map(len, texts)) < LONG_TEXT for texts in self.texts.values()):
            empty = [""] * len(self.records)
            filled = [self.texts.get(column, empty) for column in range(1, width + 1)]
            sink.records(part, first, list(map(list, zip(*filled, strict=True))))
            return
        for at, record in enumerate(self.records):
            for column, some in self.texts.items():
                record[column] = _both(record.get(column, ""), some[at])
            sink.row(part, first + at, sorted(record.items()))


def _both(one: str, other: str) -> str:
    """What two paths that are written alike hold: ``{"a.b": 1, "a": {"b": 2}}``."""
    return f"{one}\n{other}" if one and other else one or other


def _number(columns: dict[str, int], path: str) -> int:
    """The number of a column, from 1."""
    return columns.setdefault(path or "value", len(columns) + 1)


def _octets(value: list[Any]) -> str:
    """The Japanese text whose bytes a list of numbers holds; empty for any other list."""
    if not all(isinstance(v, int) and 0 <= v < 256 for v in value[:_SHORT]):
        return ""
    try:
        return japanese(bytes(value))
    except (ValueError, TypeError):
        return ""


def inside(text: str) -> Any:
    """The object or list that a string is; ``None`` for any other."""
    if len(text) > 2 and text.rstrip()[-1:] in ("}", "]"):
        try:
            return _loaded(text) or None
        except (ValueError, RecursionError):
            pass
    return None


def _last(key: str) -> str:
    return key[key.rfind(".") + 1 :]
