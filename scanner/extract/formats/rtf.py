"""RTF: a tokenizer of its own that follows fonts to their code page, so that CP932 escapes come out right."""

from __future__ import annotations

import binascii
import io
import re
import struct
from collections.abc import Iterator

from scanner.extract import charsets
from scanner.extract.formats import clear, eqfield, loose, officeart, ole
from scanner.extract.interface import Sink, Source, Truncated, join
from scanner.model import BlockKind

_DIGITS = re.compile("(?:[0-9a-fA-F]{2}){16,}")
_NOT_HEXADECIMAL = re.compile(rb"[^0-9A-Fa-f]+")
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_SKIPPED = frozenset(
    b"colortbl stylesheet themedata colorschememapping latentstyles generator rsidtbl xmlnstbl mmathPr "
    b"panose falt fontemb blipuid bliptag fchars lchars ftnsep ftnsepc aftnsep aftnsepc pgptbl wgrffmtfilter nonshppict".split()
)
"""Groups of appearance and numbers."""
_OTHER = frozenset(b"listtable listoverridetable filetbl datafield datastore ud background".split())
"""Groups, like all that are optional and not known, of which what may tell a person is put."""
_STORIES = frozenset(
    b"header headerl headerr headerf footer footerl footerr footerf footnote annotation atnauthor shptxt dptxbxtext".split()
)
_INFO = frozenset(
    b"author operator title subject company manager keywords comment doccomm staticval atnid revtbl docvar ffdeftext ffl "
    b"ffhelptext ffstattext ffentrymcr xe sv".split()
)
"""Groups of one short text."""
_ENTERED = frozenset(
    b"shpinst shptxt do annotation atnauthor shppict bkmkstart fldinst picprop formfield userprops".split()
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
_TRAILS = frozenset((b"{", b"}", b"\\"))
_LEAD = re.compile(rb"[\x81-\x9f\xe0-\xfc]\Z")
_BINARY = {b"pict": "pict", b"objdata": "objdata"}
"""Groups of hexadecimal digits: a picture, an object."""
_SYMBOLS = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}


def extract(source: Source, sink: Sink) -> None:
    """Put all paragraphs, table rows as rows."""
    source.file.seek(0)
    data = source.file.read(sink.limits.part_bytes)
    if not _Reader(source, sink).read(data):
        raise Truncated("group is open")


def _tokens(data: bytes) -> Iterator[re.Match[bytes]]:
    """All tokens; what ``\\bin`` announces is no text and follows its own token."""
    at = 0
    while at < len(data):
        for match in _TOKEN.finditer(data, at):
            if match[1] == b"bin" and match[2]:
                yield match
                at = match.end() + max(0, int(match[2]))
                break
            yield match
        else:
            return


def _joined(text: str) -> str:
    """Characters beyond the first plane come in halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _hexadecimal(text: bytes) -> bytes:
    digits = _NOT_HEXADECIMAL.sub(b"", text)
    return digits[: len(digits) // 2 * 2]


def _object(data: bytes) -> tuple[str, bytes]:
    """(name, contents) of an OLE 1 object (MS-OLEDS 2.2.5): a packed file, or what its application wrote."""
    at = 8
    names: list[bytes] = []
    try:
        for _ in range(3):
            length = struct.unpack_from("<I", data, at)[0]
            names.append(data[at + 4 : at + 4 + length].rstrip(b"\0"))
            at += 4 + length
        size = struct.unpack_from("<I", data, at)[0]
    except struct.error:
        return "object", data
    native = data[at + 4 : at + 4 + size]
    if names[0].lower() == b"package":
        name, native = ole.native(struct.pack("<I", len(native)) + native)
        return name or "object", native
    return "object", native


class _Reader:
    def __init__(self, source: Source, sink: Sink) -> None:
        self._part, self._source, self._sink = source.part, source, sink
        self._binary: list[bytes] = []
        self._raw_binary = b""
        self._objects = 0
        self._fonts: dict[int, str] = {}
        self._default = "cp932"
        self._out: list[str] = []
        self._raw = bytearray()
        self._row: list[str] = []
        self._rows = self._number = 0
        self._values = loose.Values(join(source.part, "other"), sink)
        self._held: list[tuple[str, list[str]]] = []
        """A group that does not belong to the line it stands in, and the text of the line before it."""

    def read(self, data: bytes) -> bool:
        """Walk all tokens; whether every group was closed. A group is (destination, font, characters to skip after \\u)."""
        stack: list[tuple[str, int, int]] = []
        place, font, skip = "", 0, 1
        star = False
        pending = 0
        in_fonts = defining = 0
        for match in _tokens(data):
            word, number, hexa, symbol, brace, text = match.groups()
            if (brace or symbol in _TRAILS) and self._lead(font):
                self._raw += brace or symbol  # the second byte of a character, written as it is
            elif brace == b"{":
                self._flush(font)
                if len(stack) < 10_000:
                    stack.append((place, font, skip))
                star = False
            elif brace == b"}":
                self._flush(font)
                if place.startswith("info:"):
                    self._paragraph(place)
                elif self._held and self._held[-1][0] == place and (not stack or stack[-1][0] != place):
                    self._group_ends()
                if place in ("pict", "objdata") and (not stack or stack[-1][0] != place):
                    self._embedded(place)
                if stack:
                    place, font, skip = stack.pop()
                if in_fonts and len(stack) < in_fonts:
                    in_fonts = 0
            elif word is not None:
                value = int(number) if number else None
                if word in _BINARY and place != "skip":
                    self._flush(font)
                    place = _BINARY[word]
                elif place in ("pict", "objdata"):
                    if word == b"bin" and value:
                        self._raw_binary = data[match.end() : match.end() + value]
                    elif star or word == b"picprop":
                        place = "skip"
                elif word == b"u" and value is not None:
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
                elif word in _SKIPPED:
                    place = "skip"
                elif word in _OTHER or (star and word not in _STORIES and word not in _INFO and word not in _ENTERED):
                    if place not in ("skip", "other"):
                        self._flush(font)
                        place = self._aside("other")
                elif word in _STORIES:
                    self._flush(font)
                    if place != "skip" and word.decode() != place:
                        place = self._aside(word.decode())
                elif word in _INFO:
                    place = "info:" + word.decode()
                elif word in (b"par", b"line", b"sect", b"page"):
                    self._flush(font)
                    if place == "other":
                        self._out.append("\n")
                    elif place != "skip":
                        self._paragraph(place)
                elif word == b"cell" and place != "other":
                    self._flush(font)
                    self._row.append(self._line())
                    self._out = []
                elif word == b"row" and place != "other":
                    self._rows += 1
                    self._sink.row(join(self._part, "table"), self._rows, enumerate(self._row, 1))
                    self._row = []
                elif word == b"tab":
                    self._add(place, "\t")
                star = False
            elif place in ("pict", "objdata"):
                if text is not None:
                    self._binary.append(text)
                elif symbol is not None:
                    star = symbol == b"*"
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
        while self._held:
            self._group_ends()
        if self._row:  # the table was cut in its last row
            self._row.append(self._line())
            self._out = []
            self._sink.row(join(self._part, "table"), self._rows + 1, enumerate(self._row, 1))
            self._row = []
        self._paragraph("")
        return not stack

    def _aside(self, place: str) -> str:
        """What follows does not belong to the line that it stands in: a note, a box, a group that is not known."""
        self._held.append((place, self._out))
        self._out = []
        return place

    def _group_ends(self) -> None:
        """What stood aside is over; the line goes on."""
        place, before = self._held.pop()
        if place == "other":
            self._other(self._line())
        else:
            self._paragraph(place)
        self._out = before

    def _other(self, text: str) -> None:
        if _DIGITS.fullmatch(text.strip()):
            clear.texts(binascii.unhexlify(text.strip()), join(self._part, "other"), self._sink, noisy=True)
            return
        for line in text.split("\n"):
            self._values.other(line)

    def _embedded(self, place: str) -> None:
        """A picture or an object as a member of its own."""
        body = self._raw_binary or binascii.unhexlify(_hexadecimal(b"".join(self._binary)))
        self._binary, self._raw_binary = [], b""
        self._objects += 1
        if place == "objdata":
            at = body.find(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
            name, body = ("object", body[at:]) if at >= 0 else _object(body)
        else:
            name = "picture"
            if body[:4] in (b"\x01\0\x09\0", b"\x02\0\x09\0"):
                name = "picture.wmf"
            elif body[:4] == b"\x28\0\0\0":
                body = officeart.with_header(body)
        if body:
            kind = "object" if place == "objdata" else "picture"
            self._sink.member(self._source.inner(name, io.BytesIO(body), len(body), kind, self._objects))

    def _lead(self, font: int) -> bool:
        """Whether the last byte is the first of two of a character in CP932."""
        if not self._raw or not _LEAD.search(self._raw) or self._fonts.get(font, self._default) != "cp932":
            return False
        try:
            self._raw.decode("cp932")
        except UnicodeDecodeError as error:
            return error.end == len(self._raw) and error.reason == "incomplete multibyte sequence"
        return False

    def _add(self, place: str, text: str) -> None:
        if place != "skip":
            self._out.append(text)

    def _flush(self, font: int) -> None:
        if self._raw:
            raw, codec = bytes(self._raw), self._fonts.get(font, self._default)
            if codec in (
                "cp932",
                "cp1252",
            ):  # Japanese offices: a Latin font on CP932 bytes is the rule; some write UTF-8
                text = charsets.by_codec(raw, codec)
            else:
                text = raw.decode(codec, "replace")
                if "\ufffd" not in (alternative := raw.decode("cp932", "replace")) and not raw.isascii():
                    text = alternative
            self._out.append(text)
            self._raw.clear()

    def _line(self) -> str:
        """What was collected, as it is shown."""
        text, readings = eqfield.shown(_joined("".join(self._out)))
        for reading in readings:
            self._sink.field(self._part, "reading", reading)
        return text

    def _paragraph(self, place: str) -> None:
        text = self._line()
        self._out = []
        if self._row and not text.strip():
            return
        self._number += 1
        self._sink.text(BlockKind.PARAGRAPH, join(self._part, place), self._number, text)
