"""Tables inside a text: which span is a cell, under which header, beside which neighbour.

Offices write tables, so a value is judged with its column. A caller that knows the cells (a worksheet) builds a
``Layout`` with ``LayoutBuilder``; for plain text ``guess_layout`` finds comma, tab, pipe and fixed-width tables.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from detectors.headings import heading, part_of_name
from detectors.person_labels import EXACT_HEADERS, STRONG


class Cell(NamedTuple):
    """A cell: span in the text, number of its table, row and column counted from 0 within the table."""

    start: int
    end: int
    table: int
    row: int
    column: int


_column = attrgetter("column")


@dataclass(slots=True)
class Table:
    """One table: its header texts by column (empty where there is no header row) and the cells of each row, by column."""

    headers: dict[int, str] = field(default_factory=dict)
    header_row: int = -1
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    _below: dict[int, list[Cell]] = field(default_factory=dict)

    def below(self, column: int) -> list[Cell]:
        """Cells of a column under the header row, in order. Asked when the table is complete."""
        if not self._below:
            for row, cells in self.rows.items():
                if row > self.header_row:
                    for cell in cells:
                        self._below.setdefault(cell.column, []).append(cell)
        return self._below.get(column, [])


@dataclass(slots=True)
class Layout:
    """All cells of a text in order of position."""

    cells: list[Cell] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def at(self, position: int) -> Cell | None:
        """The cell that covers ``position``."""
        if not self.starts:
            return None
        i = bisect_right(self.starts, position) - 1
        if i >= 0 and self.cells[i].end > position:
            return self.cells[i]
        return None

    def header(self, cell: Cell) -> str:
        """Header text above the cell, or empty; a header cell has no header."""
        table = self.tables[cell.table]
        if cell.row <= table.header_row:
            return ""
        return table.headers.get(cell.column, "")

    def left(self, cell: Cell) -> Cell | None:
        """The nearest cell to the left in the same row."""
        row = self.tables[cell.table].rows.get(cell.row, [])
        at = bisect_left(row, cell.column, key=_column)
        return row[at - 1] if at else None

    def right(self, cell: Cell) -> Iterator[Cell]:
        """The cells to the right in the same row, the nearest first."""
        return self.behind(cell.table, cell.row, cell.column)

    def behind(self, table: int, row: int, column: int) -> Iterator[Cell]:
        """The cells of a row behind a column, in order."""
        cells = self.tables[table].rows.get(row, [])
        for at in range(bisect_right(cells, column, key=_column), len(cells)):
            yield cells[at]

    def above(self, cell: Cell) -> Cell | None:
        """The cell of the same column in the row above."""
        row = self.tables[cell.table].rows.get(cell.row - 1, [])
        at = bisect_left(row, cell.column, key=_column)
        return row[at] if at < len(row) and row[at].column == cell.column else None


class LayoutBuilder:
    """Collects cells while the text is put together; rows must come in order."""

    def __init__(self) -> None:
        self.layout = Layout()

    def table(self, headers: dict[int, str] | None = None, header_row: int = -1) -> int:
        """Open a table; ``headers`` are given when they were seen in an earlier piece of a long table."""
        self.layout.tables.append(Table(dict(headers or {}), header_row))
        return len(self.layout.tables) - 1

    def cell(self, table: int, row: int, column: int, start: int, end: int) -> None:
        """Add a cell; its text is ``text[start:end]``."""
        cell = Cell(start, end, table, row, column)
        self.layout.cells.append(cell)
        self.layout.starts.append(start)
        self.layout.tables[table].rows.setdefault(row, []).append(cell)

    def rows(self, rows: list[list[tuple[int, int]]]) -> None:
        """Add a whole table, given as the spans of the cells of each row."""
        number = self.table()
        into, layout = self.layout.tables[number].rows, self.layout
        for row, spans in enumerate(rows):
            cells = [Cell(start, end, number, row, column) for column, (start, end) in enumerate(spans)]
            into[row] = cells
            layout.cells += cells
            layout.starts += [start for start, _ in spans]

    def find_headers(self, text: str) -> Layout:
        """Decide for every table that has none which of its first rows is the header, and return the layout."""
        for table in self.layout.tables:
            if table.header_row < 0 and not table.headers:
                _find_header(table, text)
        return self.layout


HEADER_WORD = re.compile(
    r"氏名|名前|姓名|お名前|氏$|名$|姓$|漢字|カナ|かな|ふりがな|読み|ローマ字|住所|所在地|居所|電話|携帯|連絡先|番号|生年月日|誕生日|性別|年齢|"
    r"メール|アドレス|郵便|〒|コード|区分|種別|日付|年月日|金額|備考|件数|数量|単価|合計|名称|品名|型番|銘柄|品種|樹種|馬名|口座|支店|銀行|担当|所属|部署|部門|学年|会社|"
    r"\bno\.?$|\bid$|_id$|name|tel|phone|mail|address|zip|birth|date|code|amount|qty|price|memo|note|status|病名|診断|食物|品目|内容|状態|登録|用途|項目|項番|世帯|続柄|保険|等級|障害|"
    r"方面|地域|地区|エリア|路線|駅名|会場|場所|国籍|都道府県|市区町村|^[月火水木金土日]$|^kana$|^age$|^sex$|^gender$",
    re.IGNORECASE,
)
_VALUE = re.compile(r"[0-9]{3,}|@|(?m:^)[^\n都道府県市区町村郡]*+[都道府県市区町村郡].*[0-9]")
"""What stands in values. A digit behind a municipality is looked for once a line, not once a municipality."""


_PERSONS = frozenset(STRONG) | EXACT_HEADERS
"""Over names they head a column whatever stands beside them: スタッフ, 月, 火, 水."""


def _find_header(table: Table, text: str) -> None:
    rows = sorted(table.rows)[:8]
    if _of_fields(table, rows, text):
        return
    if rows and _above_numbers(table, rows, text):
        _headed(table, rows, rows[0], text)
        return
    for row in rows:
        filled = [t for c in table.rows[row] if (t := heading(text[c.start : c.end]))]
        if len(filled) < 2 and len(table.rows) > 1 and any(len(table.rows[r]) > 1 for r in rows):
            continue  # a title above the table
        if not filled or any(_VALUE.search(t) for t in filled):
            continue
        wordy = sum(1 for t in filled if len(t) <= 24 and HEADER_WORD.search(t))
        if wordy * 2 >= len(filled) or (
            row == rows[0] and len(rows) > 2 and len(filled) > 1 and not _PERSONS.isdisjoint(t.lower() for t in filled)
        ):
            _headed(table, rows, row, text)
            return


def _headed(table: Table, rows: list[int], row: int, text: str) -> None:
    """Enter the headings of a row; where the next row parts some of them (氏名 over 姓 and 名), those are its own."""
    table.header_row = row
    table.headers = {c.column: heading(text[c.start : c.end]) for c in table.rows[row]}
    below = rows.index(row) + 1
    if below < len(rows) and rows[below] == row + 1:
        parts = {c.column: t for c in table.rows[rows[below]] if (t := heading(text[c.start : c.end]))}
        of_names = {part_of_name(t) for t in parts.values()} - {""}
        if len(parts) > 1 and len(of_names) > 1 and all(_heads(t) for t in parts.values()):
            table.header_row = rows[below]
            table.headers |= parts


_DIGIT = re.compile(r"[0-9]")


def _of_fields(table: Table, rows: list[int], text: str) -> bool:
    """Whether the rows are the fields of a form, a label beside each value: then no row is a header."""
    fields = seen = 0
    for row in rows:
        filled = [t for c in table.rows[row] if (t := heading(text[c.start : c.end]))]
        numbered = next((i for i, t in enumerate(filled[:-2]) if not t.strip("().").isdigit()), max(0, len(filled) - 2))
        filled = filled[numbered:]
        if len(filled) > 1:
            seen += 1
            fields += all(_heads(t) for t in filled[::2]) and not any(_heads(t) for t in filled[1::2])
            if (seen - fields) * 3 > len(rows):
                return False  # whatever the rest is
    return seen > 1 and fields * 3 >= seen * 2


def _heads(text: str) -> bool:
    if len(text) > 24 or _VALUE.search(text):
        return False
    return text.lower() in _PERSONS or HEADER_WORD.search(text) is not None


def _above_numbers(table: Table, rows: list[int], text: str) -> bool:
    """Whether the first row is a header because it has no digits where the rows under it have: 担当, 開始, 終了 over names
    and dates. At least three columns, two of them, and a third of all."""
    first, below = table.rows[rows[0]], [table.rows[row] for row in rows[1:]]
    if len(first) < 3 or len(below) < 2 or _DIGIT.search(text, first[0].start, first[-1].end):
        return False
    if (
        any(len(text[c.start : c.end].strip()) > 12 for c in first)
        or sum(not text[c.start : c.end].strip() for c in first) > 1
    ):
        return False
    digits = dict.fromkeys((cell.column for cell in first), 0)
    for cells in below:
        for cell in cells:
            if cell.column in digits and _DIGIT.search(text, cell.start, cell.end) is not None:
                digits[cell.column] += 1
    numeric = sum(count * 3 >= len(below) * 2 for count in digits.values())
    return numeric >= 2 and numeric * 3 >= len(first)


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
