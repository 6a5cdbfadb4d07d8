"""json and jsonl: every value under its key; lists of objects become rows so that keys act as column headers."""

from __future__ import annotations

import json
import re
from typing import Any

from scanner.extract import encoding, values, vectors
from scanner.extract.escapes import resolved
from scanner.extract.formats import text
from scanner.extract.inletters import japanese
from scanner.extract.interface import LimitReached, Sink, Source, join
from scanner.model import BlockKind, Reason

_MAX_BYTES = 200_000_000
_MAX_VALUES = 5_000_000
"""Values of which a tree is built in memory, about a hundred bytes each; a file that may have more is read as text."""
_LONGEST_KEY = 200
_TELLING = re.compile("[ぁ-んァ-ヶ一-龥々ｦ-ﾝ]|@|[0-9][0-9-]{5,}[0-9]")
"""Keys that may themselves be data."""
_MOST_KEYS = 200_000
_SHORT = 16


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
        values = [_loaded(raw)]
    except (ValueError, RecursionError):
        values = _lines(raw)
    del raw
    if not values:
        text.extract(source, sink)
        return
    walker = _Walker(source, sink)
    if len(values) > 1:
        walker.rows(source.part, values)
    else:
        walker.value(source.part, "", values[0], 0)


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
    found: list[Any] = []
    for line in raw.splitlines():
        if line.strip():
            try:
                found.append(_loaded(line))
            except (ValueError, RecursionError):
                return []
    return found


def put(value: Any, source: Source, sink: Sink) -> None:
    """Put a value of the kind of a JSON, wherever it comes from."""
    _Walker(source, sink).value(source.part, "", value, 0)


class _Walker:
    def __init__(self, source: Source, sink: Sink) -> None:
        self._source, self._sink = source, sink
        self._keys: set[str] = set()
        self._number = 0
        self._tables = 0
        self._cut = 0

    def value(self, part: str, key: str, value: Any, depth: int) -> None:
        if depth > 200:
            raise LimitReached("depth", Reason.DEPTH_LIMIT)
        if isinstance(value, dict):
            for name, inner in value.items():
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
            label = _last(key)
            for shown in self._shown(str(value)):
                self._number += 1
                self._sink.text(
                    BlockKind.LINE, part, self._number, f"{label}: {shown}"
                )  # keys may be data: not in the place

    def _told(self, part: str, name: str, inner: object) -> None:
        """Put a key that may be data and does not stand before its value."""
        if isinstance(inner, (str, int, float)) and not isinstance(inner, bool) and "." not in name:
            return
        if name in self._keys or len(self._keys) >= _MOST_KEYS:
            return
        self._keys.add(name)
        if _TELLING.search(name):
            self._number += 1
            self._sink.text(BlockKind.LINE, part, self._number, resolved(name))

    def _shown(self, text: str) -> list[str]:
        """What a person reads of a string."""
        if len(text) < _SHORT:
            return [text]
        return values.value(text, self._source, self._sink)

    def rows(self, part: str, values: list[Any]) -> None:
        columns: dict[str, int] = {}
        flat: list[dict[str, str]] = []
        for value in values:
            record: dict[str, str] = {}
            self.flatten(part, value, "", record, 0)
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

    def flatten(self, part: str, value: Any, key: str, record: dict[str, str], depth: int) -> None:
        """The values of an object under their paths."""
        if depth > 50:
            raise LimitReached("depth", Reason.DEPTH_LIMIT)
        if isinstance(value, dict):
            for name, inner in value.items():
                path = f"{key}.{name}" if key else name
                if len(path) > _LONGEST_KEY:
                    path = self.key(key, name)
                kind = type(inner)
                if "." not in name and ((kind is str and len(inner) < _SHORT) or kind is int or kind is float):
                    record[path or "value"] = str(inner)
                else:
                    self._told(part, name, inner)
                    self.flatten(part, inner, path, record, depth + 1)
        elif isinstance(value, list):
            if len(value) in vectors.DIMENSIONS and all(isinstance(v, float) for v in value) and vectors.small(value):
                vectors.told(self._sink)
            for i, inner in enumerate(value):
                self.flatten(part, inner, self.key(key, i), record, depth + 1)
        elif isinstance(value, str):
            held = inside(value) if value[:1] in ("{", "[") else None
            if held is not None:
                self.flatten(part, held, key, record, depth + 1)
            else:
                record[key or "value"] = "\n".join(self._shown(value))
        elif value is not None and not isinstance(value, bool):
            record[key or "value"] = str(value)


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
