"""vcf and ics: lines unfolded, quoted-printable and base64 values decoded in their stated character set, parameters read."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from scanner.extract import charsets, encoding
from scanner.extract.carried import Carried
from scanner.extract.escapes import resolved
from scanner.extract.interface import Sink, Source, join
from scanner.extract.telling import telling
from scanner.model import BlockKind, Reason

_LABELS = {
    "N": "氏名",
    "FN": "氏名",
    "NICKNAME": "氏名",
    "SORT-STRING": "フリガナ",
    "SORT-AS": "フリガナ",
    "X-PHONETIC-FIRST-NAME": "フリガナ",
    "X-PHONETIC-LAST-NAME": "フリガナ",
    "SOUND": "フリガナ",
    "TEL": "電話",
    "EMAIL": "メール",
    "ADR": "住所",
    "LABEL": "住所",
    "BDAY": "生年月日",
    "ORG": "会社",
    "ORGANIZER": "担当者",
    "ATTENDEE": "参加者",
    "CN": "氏名",
}
_NO_VALUE = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", "UID"})
_BINARY = frozenset({"PHOTO", "LOGO", "ATTACH", "IMAGE", "SOUND"})
_PARAMETER = re.compile(r';([\w-]{1,40})=("[^"]*"?|[^;]*)')
_TOLD = frozenset({"CN", "SORT-AS", "LABEL", "DELEGATED-TO", "DELEGATED-FROM", "SENT-BY", "MEMBER", "EMAIL"})


def extract(source: Source, sink: Sink) -> None:
    """Put every property as a line with a label that the detectors know, and what it carries as a member."""
    guessed = encoding.detect(source.file)
    raw = source.file.read(sink.limits.part_bytes)
    if guessed.startswith(("utf-16", "utf-32")):
        raw, guessed = encoding.decode(raw, guessed).encode(), "utf-8"
    for number, line in enumerate(_unfolded(raw), 1):
        colon = _colon(line)
        if colon < 0:
            sink.text(BlockKind.LINE, source.part, number, resolved(charsets.by_codec(line, guessed)))
            continue
        head = charsets.by_codec(line[:colon], guessed)
        name = head.partition(";")[0].rpartition(".")[2].upper().strip()
        parameters = {key.upper(): value.strip('"') for key, value in _PARAMETER.findall(head)}
        for key, value in parameters.items():
            if key in _TOLD or telling(value):
                label = _LABELS.get(key, key)
                sink.text(BlockKind.LINE, source.part, number, f"{label}: {resolved(value)}")
        if name in _NO_VALUE and not telling(charsets.by_codec(line[colon + 1 :], guessed)):
            continue
        flags = head.upper()
        value = line[colon + 1 :]
        if "QUOTED-PRINTABLE" in flags:
            value = quopri.decodestring(value)
        elif _packed(flags):
            data = _unpacked(value)
            if data is not None and (name in _BINARY or name == "KEY" or b"\0" in data):
                _member(name, parameters, data, source, sink)
                continue
            value = value if data is None else data
        text = charsets.by_codec(value, charsets.codec(parameters.get("CHARSET", "")) or guessed)
        if ";base64," in text:
            carried = Carried(source, sink)
            carried.inside(text)
            for inner in carried.found:
                sink.text(BlockKind.LINE, source.part, number, inner)
            continue
        text = re.sub(r"\\([,;nN\\])", lambda m: "\n" if m[1] in "nN" else m[1], text)
        text = " ".join(p for p in text.split(";") if p) if name in ("N", "ADR", "ORG") else text
        sink.text(BlockKind.LINE, source.part, number, f"{_LABELS.get(name, name)}: {resolved(text)}")


def _unfolded(raw: bytes) -> Iterator[bytes]:
    """Whole properties: a line that begins with a blank goes on, and so does quoted-printable that ends with ``=``."""
    held: list[bytes] = []
    soft = False
    for line in raw.splitlines():
        if held and (soft or line[:1] in (b" ", b"\t")):
            held.append(line if soft else line[1:])
        else:
            if held:
                yield b"".join(held)
            held = [line]
        quoted = b"QUOTED-PRINTABLE" in held[0].partition(b":")[0].upper()
        soft = quoted and held[-1].endswith(b"=")
        if soft:
            held[-1] = held[-1][:-1]
    if held:
        yield b"".join(held)


def _colon(line: bytes) -> int:
    """Where the value begins: the first colon outside quotes, or the first where they do not close."""
    at = 0
    for number, part in enumerate(line.split(b'"')):
        if number % 2 == 0 and b":" in part:
            return at + part.index(b":")
        at += len(part) + 1
    return line.find(b":")


def _packed(flags: str) -> bool:
    return any(o in ("ENCODING=B", "ENCODING=BASE64", "BASE64") for o in re.split("[;:]", flags))


def _unpacked(value: bytes) -> bytes | None:
    letters = re.sub(rb"\s+", b"", value.rpartition(b":")[2]).rstrip(b"=")
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _member(name: str, parameters: dict[str, str], data: bytes, source: Source, sink: Sink) -> None:
    title = parameters.get("FILENAME") or parameters.get("X-FILENAME") or name.lower()
    if not Carried(source, sink).member(title, data) and name != "KEY" and data:
        sink.missed(Reason.UNSUPPORTED, join(source.part, "attachment"))
