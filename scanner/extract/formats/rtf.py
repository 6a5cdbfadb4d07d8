"""RTF: a tokenizer of its own that follows fonts to their code page, so that CP932 escapes come out right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.extract.interface import Sink, Source, join
from scanner.model import BlockKind

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SKIPPED = frozenset(
    b"colortbl stylesheet pict themedata colorschememapping latentstyles datastore generator listtable listoverridetable rsidtbl xmlnstbl mmathPr filetbl "
    b"panose falt fontemb objdata blipuid bliptag datafield ftnsep ftnsepc aftnsep aftnsepc pgptbl wgrffmtfilter shppict_ nonshppict".split()
)
_STORIES = frozenset(
    b"header headerl headerr headerf footer footerl footerr footerf footnote annotation atnauthor shptxt".split()
)
_INFO = frozenset(
    b"author operator title subject company manager keywords comment doccomm staticval atnid revtbl docvar ffdeftext ffl "
    b"ffhelptext ffstattext ffentrymcr xe sv".split()
)
"""Groups of one short text."""
_ENTERED = frozenset(
    b"shpinst shptxt annotation atnauthor shppict bkmkstart fldinst picprop formfield userprops".split()
)
"""Optional destinations that hold text or lead to it."""
_CHARSETS = {
    0: "cp1252",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "cp950",
    204: "cp1251",
    238: "cp1250",
    161: "cp1253",
    162: "cp1254",
    2: "cp1252",
}
_SYMBOLS = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}


def extract(source: Source, sink: Sink) -> None:
    """Put all paragraphs, table rows as rows."""
    source.file.seek(0)
    _Reader(source.part, sink).read(source.file.read(sink.limits.part_bytes))


def _tokens(data: bytes) -> Iterator[re.Match[bytes]]:
    """All tokens; what ``\\bin`` announces is no text and is passed over."""
    at = 0
    while at < len(data):
        for match in _TOKEN.finditer(data, at):
            if match[1] == b"bin" and match[2]:
                at = match.end() + max(0, int(match[2]))
                break
            yield match
        else:
            return


def _joined(text: str) -> str:
    """Characters beyond the first plane come in halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Reader:
    def __init__(self, part: str, sink: Sink) -> None:
        self._part, self._sink = part, sink
        self._fonts: dict[int, str] = {}
        self._default = "cp932"
        self._out: list[str] = []
        self._raw = bytearray()
        self._row: list[str] = []
        self._rows = self._number = 0

    def read(self, data: bytes) -> None:
        """Walk all tokens. A group is (destination, font, characters to skip after \\u)."""
        stack: list[tuple[str, int, int]] = []
        place, font, skip = "", 0, 1
        star = False
        pending = 0
        in_fonts = defining = 0
        for match in _tokens(data):
            word, number, hexa, symbol, brace, text = match.groups()
            if brace == b"{":
                self._flush(font)
                if len(stack) < 10_000:
                    stack.append((place, font, skip))
                star = False
            elif brace == b"}":
                self._flush(font)
                if place.startswith("info:") or (
                    (stack and stack[-1][0] != place and place in ("footnote", "annotation", "shptxt", "atnauthor"))
                    or place.startswith(("header", "footer"))
                ):
                    self._paragraph(place)
                if stack:
                    place, font, skip = stack.pop()
                if in_fonts and len(stack) < in_fonts:
                    in_fonts = 0
            elif word is not None:
                value = int(number) if number else None
                if word == b"u" and value is not None:
                    self._flush(font)
                    self._add(place, chr(value & 0xFFFF))
                    pending = skip
                elif word == b"uc":
                    skip = value if value is not None else 1
                elif word == b"f" and value is not None:
                    self._flush(font)
                    font = value
                    defining = value
                elif word == b"deff" and value is not None:
                    font = value
                elif word == b"fcharset" and value is not None and in_fonts:
                    self._fonts[defining] = _CHARSETS.get(value, "cp1252")
                elif word == b"ansicpg" and value is not None:
                    self._default = (
                        "cp932"
                        if value in (932, 0)
                        else f"cp{value}"
                        if value in (1250, 1251, 1252, 936, 949, 950)
                        else "cp932"
                    )
                elif word == b"fonttbl":
                    place, in_fonts = "skip", len(stack)
                elif word in _SKIPPED or (star and word not in _STORIES and word not in _INFO and word not in _ENTERED):
                    place = "skip"
                elif word in _STORIES:
                    self._flush(font)
                    place = word.decode() if place != "skip" else place
                elif word in _INFO:
                    place = "info:" + word.decode()
                elif word in (b"par", b"line", b"sect", b"page"):
                    self._flush(font)
                    if place != "skip":
                        self._paragraph(place)
                elif word == b"cell":
                    self._flush(font)
                    self._row.append(_joined("".join(self._out)))
                    self._out = []
                elif word == b"row":
                    self._rows += 1
                    self._sink.row(join(self._part, "table"), self._rows, enumerate(self._row, 1))
                    self._row = []
                elif word == b"tab":
                    self._add(place, "\t")
                star = False
            elif hexa is not None:
                if pending:
                    pending -= 1
                elif place != "skip":
                    self._raw += bytes([int(hexa, 16)])
            elif symbol is not None:
                star = symbol == b"*"
                if symbol in _SYMBOLS:
                    self._flush(font)
                    self._add(place, _SYMBOLS[symbol])
            elif text is not None and place != "skip":
                if pending:
                    text, pending = text[pending:], max(0, pending - len(text))
                self._raw += text
        self._flush(font)
        self._paragraph("")

    def _add(self, place: str, text: str) -> None:
        if place != "skip":
            self._out.append(text)

    def _flush(self, font: int) -> None:
        if self._raw:
            codec = self._fonts.get(font, self._default)
            text = bytes(self._raw).decode(codec, "replace")
            if (
                codec != "cp932"
                and "\ufffd" not in (alternative := bytes(self._raw).decode("cp932", "replace"))
                and any(b > 127 for b in self._raw)
            ):
                text = alternative  # Japanese offices: a Latin font label on CP932 bytes is the rule, not the exception
            self._out.append(text)
            self._raw.clear()

    def _paragraph(self, place: str) -> None:
        text = "".join(self._out)
        self._out = []
        if self._row and not text.strip():
            return
        self._number += 1
        self._sink.text(BlockKind.PARAGRAPH, join(self._part, place), self._number, _joined(text))
