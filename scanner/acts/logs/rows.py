"""The rows of a log, one at a time: decoded, cut into cells, and told as facts or as what is wrong with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import BinaryIO, Protocol

from scanner import clock
from scanner.acts.logs.mapping import Act, Column, Mapping, MappingError

MOST_CELL = 200_000
_START = 1 << 16
_FIRST = "1980"
"""No log of a PC is older (FAT counts from here): an earlier moment is one that was never set, or a misread column."""
_AHEAD = timedelta(days=1)
"""By so much the clock of the other machine may be ahead, or its zone be another."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row that says something: an act at a moment on a path."""

    line: int
    at: str
    """Moment of the record (UTC)."""
    action: Act
    path: str
    target: str = ""
    account: str = ""
    host: str = ""
    medium: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """One that does not: ``undecodable``, ``malformed``, ``no_time``, ``wrong_time``, ``no_path``, ``other_action``."""

    line: int
    why: str


class _Reader(Protocol):
    @property
    def line_num(self) -> int: ...
    def __next__(self) -> list[str]: ...


def read(path: Path, mapping: Mapping, zone: tzinfo) -> Iterator[Row | Bad]:
    """Rows in order; lines count from 1. Raises ``MappingError``: no such file, a column that is not there, an unknown encoding."""
    try:
        file = path.open("rb")
    except OSError:
        raise MappingError("no_log", path=path) from None
    with file:
        codec = mapping.encoding or _codec(file)
        text = io.TextIOWrapper(file, encoding=codec, errors="replace", newline="")
        csv.field_size_limit(MOST_CELL)
        lines = _lines(text)
        try:
            for _ in range(mapping.skip):
                next(lines, "")
            yield from _rows(csv.reader(lines, delimiter=mapping.delimiter, strict=True), mapping, zone, mapping.skip)
        except UnicodeError:  # codecs that replace nothing, as UTF-32 without its mark
            raise MappingError("wrong_encoding", path=path, encoding=codec) from None
        except OSError:
            raise MappingError("no_log", path=path) from None


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Without the mark at the beginning, which some encodings leave there, and without NUL."""
    for number, line in enumerate(text):
        yield (line if number else line.removeprefix("\ufeff")).replace("\0", "\ufffd")


def _codec(file: BinaryIO) -> str:
    """By the mark, else by whether the beginning is UTF-8."""
    start = file.read(_START)
    file.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start[: start.rfind(b"\n") + 1 or len(start)].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"


def _rows(rows: _Reader, mapping: Mapping, zone: tzinfo, skipped: int) -> Iterator[Row | Bad]:
    places: dict[str, int] | None = None if mapping.headings else _numbers(mapping, None)
    while True:
        first = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield from (Bad(skipped + n, "malformed") for n in range(first, rows.line_num + 1))
            continue
        if places is None:
            places = _numbers(mapping, [cell.strip() for cell in cells])
        elif any(cell.strip() for cell in cells):
            found = _row(skipped + first, cells, places, mapping, zone)
            yield found
            if isinstance(found, Bad):  # a quote that is never closed takes the lines below it along
                yield from (Bad(skipped + n, found.why) for n in range(first + 1, rows.line_num + 1))


def _numbers(mapping: Mapping, headings: list[str] | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in type(mapping.columns).model_fields:
        column: Column | None = getattr(mapping.columns, name)
        if column is None:
            continue
        if isinstance(column, int):
            found[name] = column - 1
        elif headings is not None and column in headings:
            found[name] = headings.index(column)
        else:
            raise MappingError("no_column", column=column, key=name)
    return found


def _row(line: int, cells: list[str], places: dict[str, int], mapping: Mapping, zone: tzinfo) -> Row | Bad:
    if max(places.values()) >= len(cells):
        return Bad(line, "malformed")
    told = {name: cells[at].strip() for name, at in places.items()}
    action = mapping.act(told.pop("action", ""))
    if action is None:
        return Bad(line, "other_action")
    if "\ufffd" in told["path"] + told["at"]:
        return Bad(line, "undecodable")
    moments = _moments(told.pop("at"), mapping, zone)
    at = next(filter(_possible, moments), None)
    if at is None:
        return Bad(line, "wrong_time" if moments else "no_time")
    if not told["path"] and not told.get("target"):
        return Bad(line, "no_path")
    return Row(line, at, action, **told)


def _moments(text: str, mapping: Mapping, zone: tzinfo) -> list[str]:
    """What a text may mean, in the order of the mapping's forms."""
    found = []
    for form in mapping.time:
        try:
            found.append(clock.stamp_of_text(text, form, zone))
        except ValueError:
            continue
    return found


def _possible(moment: str) -> bool:
    return _FIRST <= moment <= clock.stamp_in(_AHEAD)
