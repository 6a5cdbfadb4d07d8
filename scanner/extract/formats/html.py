"""html and xhtml: text, tables as rows, titles, links, alternative text, and what a page shows out of attributes, scripts and
style sheets. Comments and scripts are put where they hold Japanese, an address or a telephone number."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from scanner.extract import charsets, encoding
from scanner.extract.carried import Carried, marks
from scanner.extract.escapes import resolved
from scanner.extract.formats.tagsoup import Scanner
from scanner.extract.interface import Sink, Source, join
from scanner.extract.shifted import seven_bit
from scanner.extract.telling import telling
from scanner.model import BlockKind, Reason

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE
)
_BLOCKS = frozenset(
    "p div br li ul ol h1 h2 h3 h4 h5 h6 section article header footer form fieldset dt dd pre blockquote hr option title label legend address main nav figure figcaption caption summary details center".split()
)
_READING = frozenset("rt rp rtc b i u span font em strong small a".split())
"""Ends of these leave a reading (ruby) open."""
_CODE = frozenset({"script", "style"})
_SHOWN_ATTRIBUTES = frozenset(
    "alt title value placeholder content aria-label label summary abbr standby prompt".split()
)
_STRUCTURE = frozenset("class face lang charset type rel target font-family".split())
_NAMES = frozenset("id name for src srcset href headers list form".split())
"""Attributes that join elements, or lead to files: put where they may tell a person."""
_CONTACTS = ("mailto:", "tel:", "sms:", "callto:")
_TAG = re.compile("<[^<>]*>")
_CONTENT = re.compile(r"content\s{0,20}:([^;}]*)")
_CSS_NUMBER = re.compile(r"\\([0-9a-fA-F]{4,6})\s?")
_DATA = re.compile(r"data:[^\s\"'()]*,[^\s\"'()]+|data:[^\"']*,[^\"']+")
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u2060\ufeff"))
"""Marks of where a word may be divided."""
_JOINED = re.compile(r"""(?<=[^\\])(['"`])\s*\+\s*\1""")
"""Two literals that a script puts together."""
_SPACE = re.compile(r"[ \t\r\n]+")
_LONGEST_CODE = 1 << 24
_NESTED = 4
"""Pages in pages (srcdoc)."""


def extract(source: Source, sink: Sink) -> None:
    """Put the text; the charset that the page states is believed only where it decodes."""
    source.file.seek(0)
    raw = source.file.read(sink.limits.part_bytes)
    Reader(source, source.part, sink).read(decoded(raw))


def decoded(raw: bytes, codec: str = "") -> str:
    """The text of a page; ``codec``: what something outside it states, for pages that state nothing."""
    stated = _CHARSET.search(raw[:4096])
    if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return encoding.decode(raw, encoding.detect(io.BytesIO(raw)))
    name = charsets.codec(stated[1].decode("ascii")) if stated else ""
    if name.startswith(("utf-16", "utf-32", "utf-7")):  # it was read as ASCII just now
        name = seven_bit(raw[:1_000_000]) or "utf-8" if name == "utf-7" else "utf-8"
    return charsets.by_codec(raw, name or codec)


class Reader:
    """Collects running text into lines and table cells into rows. Depth is counted, never recursed."""

    def __init__(self, source: Source, part: str, sink: Sink, nested: int = 0) -> None:
        self._source, self._part, self._sink = source, part, sink
        self._pieces: list[str] = []
        self._number = 0
        self._hidden = ""
        self._code: list[str] = []
        self._ruby: list[str] = []
        self._tables: list[_Table] = []
        self._table_number = 0
        self._nested = nested

    def read(self, page: str) -> None:
        """Put the text of a decoded page."""
        try:
            Scanner(self._start, self._end, self._text, self._comment).scan(page)
        finally:
            self._code_end()
            while self._tables:
                self._table_ends()
            self._put_line()
            self._readings()

    def _start(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        if attrs:
            self._attributes(tag, attrs)
        if tag in _CODE or tag in ("rt", "rp"):
            self._hidden = tag
            return
        if self._hidden in ("rt", "rp") and (tag in _BLOCKS or tag in ("rb", "ruby", "table", "tr", "td", "th")):
            self._hidden = ""  # a reading ends with its word, also where its end tag is left out
        if tag == "table":
            self._table_begins()
        elif tag == "tr" and self._tables:
            self._row_begins()
        elif tag in ("td", "th") and self._tables:
            self._cell_begins()
        elif tag in _BLOCKS:
            self._line()

    def _attributes(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        for name, value in attrs:
            if not value:
                if telling(name):  # a quote was not closed: what should be a value stands as names
                    self._sink.text(BlockKind.LINE, join(self._part, tag), self._number + 1, name)
                continue
            if "data:" in value and "," in value:
                self._carried(value)
                continue
            if name == "srcdoc":
                self._page(value)
                continue
            if name == "style":
                value = " ".join(_CONTENT.findall(value))
            if name in _STRUCTURE or name.startswith("xmlns"):
                continue
            contact = next((c for c in _CONTACTS if value[:8].lower().startswith(c)), "")
            shown = resolved(value)[len(contact) :]
            if contact or (name in _SHOWN_ATTRIBUTES and name not in _NAMES) or telling(shown):
                self._sink.text(BlockKind.LINE, join(self._part, f"{tag}@{name}"), self._number + 1, shown)

    def _carried(self, text: str, *, beside: bool = False) -> None:
        """Read what a text carries: addresses of data; ``beside``: also letters of base64 beside other code."""
        carried = Carried(self._source, self._sink)
        if beside:
            shape = marks(text.encode("ascii", "replace"))
            for _ in carried.tokens(text, shape) if shape else ():
                continue
        else:
            carried.inside(text)
        for found in carried.found:
            self._sink.text(BlockKind.LINE, self._part, self._number + 1, found)

    def _page(self, page: str) -> None:
        if self._nested >= _NESTED:
            self._sink.missed(Reason.DEPTH_LIMIT, self._part)
            return
        Reader(self._source, join(self._part, "html"), self._sink, self._nested + 1).read(page)

    def _end(self, tag: str) -> None:
        if tag in _CODE:
            self._code_end()
        if tag == self._hidden or (self._hidden in ("rt", "rp") and tag not in _READING):
            self._hidden = ""
        if tag == "ruby":
            return
        if tag in ("td", "th") and self._tables:
            self._cell_ends()
        elif tag == "tr" and self._tables:
            self._row_ends()
        elif tag == "table" and self._tables:
            self._table_ends()
        elif tag in _BLOCKS:
            self._line()

    def _text(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(data)
        elif self._hidden in _CODE:
            self._code.append(data)
        elif self._hidden == "rt" and len(self._ruby) < 100_000:
            self._ruby.append(data.strip())

    def _comment(self, data: str) -> None:
        if telling(data):
            for line in _TAG.sub(" ", data.strip("-")).split("\n"):
                self._sink.text(BlockKind.LINE, join(self._part, "comment"), self._number + 1, line.strip())

    def _code_end(self) -> None:
        """A script or style sheet is over: put what it may show."""
        code, self._code = "".join(self._code)[:_LONGEST_CODE], []
        if not code:
            return
        style = self._hidden == "style"
        self._hidden = ""
        if "data:" in code:
            for address in _DATA.findall(code):
                self._carried(address)
        elif not style:
            self._carried(code, beside=True)
        if style:
            comments = (part.partition("*/")[0] for part in code.split("/*")[1:])
            code = "\n".join((*_CONTENT.findall(code), *comments))
            code = _CSS_NUMBER.sub(lambda m: chr(min(int(m[1], 16), 0xFFFD)), code)
        else:
            code = _JOINED.sub("", resolved(code))
        if telling(code):
            for line in code.split("\n"):
                self._sink.text(BlockKind.LINE, join(self._part, "script"), self._number + 1, line.strip())

    def _readings(self) -> None:
        """What stands above words, by itself: inside it would divide them."""
        text = " ".join(filter(None, self._ruby))
        self._ruby = []
        self._sink.text(BlockKind.LINE, join(self._part, "ruby"), self._number, text)

    def _line(self) -> None:
        if self._tables and self._tables[-1].cells is not None:
            self._pieces.append("\n")
            return
        self._put_line()

    def _put_line(self) -> None:
        text = self._taken()
        if text:
            self._number += 1
            self._sink.text(BlockKind.LINE, self._part, self._number, text)
            if len(self._ruby) > 40:
                self._readings()

    def _taken(self) -> str:
        text = _SPACE.sub(" ", "".join(self._pieces)).strip()
        self._pieces = []
        if not text.isascii():
            text = text.translate(_UNSEEN)
        return resolved(text) if "\\" in text or "%" in text or "&#" in text else text

    def _table_begins(self) -> None:
        self._line()
        self._table_number += 1
        if len(self._tables) < 100:
            if self._tables:
                self._tables[-1].before, self._pieces = self._pieces, []
            self._tables.append(_Table(self._table_number))

    def _table_ends(self) -> None:
        self._row_ends()
        self._put_line()
        self._tables.pop()
        if self._tables:
            self._pieces, self._tables[-1].before = self._tables[-1].before, []

    def _row_begins(self) -> None:
        self._row_ends()
        self._put_line()
        self._tables[-1].cells = []

    def _row_ends(self) -> None:
        self._cell_ends()
        table = self._tables[-1]
        if table.cells is not None:
            table.row += 1
            self._sink.row(join(self._part, f"table {table.number}"), table.row, enumerate(table.cells, 1))
            table.cells = None

    def _cell_begins(self) -> None:
        self._cell_ends()
        self._put_line()  # what stands between two cells is in none
        table = self._tables[-1]
        table.cells = table.cells or []
        table.open = True

    def _cell_ends(self) -> None:
        table = self._tables[-1]
        if table.open and table.cells is not None:
            table.cells.append(self._taken())
        table.open = False


@dataclass
class _Table:
    """A table that is open: its number in the page, rows so far, and the cells of the row that is open."""

    number: int
    row: int = 0
    cells: list[str] | None = None
    open: bool = False
    """Whether a cell is open."""
    before: list[str] = field(default_factory=list)
    """Text of the open cell before a table inside it."""
