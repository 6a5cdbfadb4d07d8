"""Tables of plain text: comma, tab, pipe and fixed-width ones."""

from __future__ import annotations

import re

from detectors.tables.builder import LayoutBuilder
from detectors.tables.layout import Layout

_DELIMITERS = ("\t", ",", "|", ";")
_WIDE_GAP = re.compile(r" {2,}")
_SPLITS = re.compile(r"[\t,|;]|  ")


def guess_layout(text: str) -> Layout:
    """Find delimited and fixed-width tables in plain text: two or more neighbouring lines of equal width."""
    builder = LayoutBuilder()
    block: list[tuple[int, list[tuple[int, int]]]] = []
    mark = ""
    position = 0

    def flush() -> None:
        nonlocal block
        if len(block) >= 2 and max(len(spans) for _, spans in block) >= 2:
            builder.rows([spans for _, spans in block])
        block = []

    for line in text.split("\n"):
        if _SPLITS.search(line) is None:
            if block:
                flush()
            position += len(line) + 1
            continue
        found, spans = _split_line(line, position, mark if block else "")
        if spans and block and (found != mark or not _alike(len(spans), len(block[-1][1]))):
            flush()
            found, spans = _split_line(line, position, "")
        if spans:
            if found == "|" and all(not text[a:b].strip("-: ") for a, b in spans):
                pass  # the ruler of a Markdown table
            else:
                block.append((position, spans))
            mark = found
        else:
            flush()
        position += len(line) + 1
    flush()
    return builder.find_headers(text)


def _alike(a: int, b: int) -> bool:
    return abs(a - b) <= max(0, min(a, b) // 8)


def _split_line(line: str, offset: int, prefer: str) -> tuple[str, list[tuple[int, int]]]:
    if len(line) > 20_000:
        return "", []
    candidates = (prefer, *_DELIMITERS) if prefer and prefer != " " else _DELIMITERS
    for mark in candidates:
        if mark in line:
            spans = _delimited(line, mark, offset)
            if len(spans) >= 2 and (mark != "," or (_not_prose(line) and not _of_thousands(line))):
                return mark, spans
    body = line.rstrip("\r")
    if "  " in body.strip():
        spans, at = [], 0
        for gap in _WIDE_GAP.finditer(body):
            if gap.start() > at:
                spans.append((offset + at, offset + gap.start()))
            at = gap.end()
        if at < len(body):
            spans.append((offset + at, offset + len(body)))
        if len(spans) >= 2:
            return " ", spans
    return "", []


_THOUSANDS = re.compile(r",(?<=[0-9],)(?=[0-9]{3}(?![0-9]))")


def _of_thousands(line: str) -> bool:
    """Whether the commas of a line part the thousands of amounts: 482,113."""
    return len(_THOUSANDS.findall(line)) == line.count(",")


def _not_prose(line: str) -> bool:
    return "。" not in line and ", " not in line.replace(", ", ",", 1)[:200]


def _delimited(line: str, mark: str, offset: int) -> list[tuple[int, int]]:
    """Spans of the fields; quotes are left outside the spans, quoted delimiters do not split."""
    body = line.rstrip("\r")
    spans: list[tuple[int, int]] = []
    at, length = 0, len(body)
    if mark == "|":
        stripped = body.strip()
        lead = body.find("|") + 1 if stripped.startswith("|") else 0
        stop = body.rfind("|") if stripped.endswith("|") and stripped.count("|") > 1 else length
        at, length = lead, stop
    if '"' not in body:
        for field_text in body[at:length].split(mark) if at <= length else ():
            end = at + len(field_text)
            if field_text[:1] == " " or field_text[-1:] == " ":
                spans.append(_trim(body, at, end, offset))
            else:
                spans.append((offset + at, offset + end))
            at = end + 1
        return spans
    while at <= length:
        if at < length and body[at] == '"':
            end = at + 1
            while end < length and not (body[end] == '"' and (end + 1 >= length or body[end + 1] == mark)):
                end += 1
            spans.append((offset + at + 1, offset + end))
            at = end + 2
        else:
            end = body.find(mark, at, length)
            end = length if end < 0 else end
            spans.append(_trim(body, at, end, offset))
            at = end + 1
    return spans


def _trim(body: str, start: int, end: int, offset: int) -> tuple[int, int]:
    while start < end and body[start] == " ":
        start += 1
    while end > start and body[end - 1] == " ":
        end -= 1
    return offset + start, offset + end
