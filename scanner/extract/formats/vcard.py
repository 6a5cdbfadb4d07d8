"""vcf and ics: lines unfolded, quoted-printable and base64 values decoded in their stated character set."""

from __future__ import annotations

import base64
import binascii
import quopri
import re

from scanner.extract import encoding
from scanner.extract.charsets import NAMES
from scanner.extract.interface import Sink, Source
from scanner.model import BlockKind

_LABELS = {
    "N": "氏名",
    "FN": "氏名",
    "SORT-STRING": "フリガナ",
    "X-PHONETIC-FIRST-NAME": "フリガナ",
    "X-PHONETIC-LAST-NAME": "フリガナ",
    "SOUND": "フリガナ",
    "TEL": "電話",
    "EMAIL": "メール",
    "ADR": "住所",
    "BDAY": "生年月日",
    "ORG": "会社",
    "ORGANIZER": "担当者",
    "ATTENDEE": "参加者",
}


def extract(source: Source, sink: Sink) -> None:
    """Put every property as a line with a label that the detectors know."""
    source.file.seek(0)
    raw = source.file.read(sink.limits.part_bytes)
    guessed = encoding.detect(source.file)
    raw = re.sub(rb"=\r?\n", b"", re.sub(rb"\r?\n[ \t]", b"", raw))
    for number, line in enumerate(raw.splitlines(), 1):
        head, mark, value = line.partition(b":")
        if not mark:
            sink.text(BlockKind.LINE, source.part, number, encoding.decode(line, guessed))
            continue
        options = head.decode("ascii", "replace").upper().split(";", 50)
        charset = next((o.partition("=")[2].lower() for o in options if o.startswith("CHARSET=")), "")
        if any("QUOTED-PRINTABLE" in o for o in options):
            value = quopri.decodestring(value)
        elif any(o in ("ENCODING=B", "ENCODING=BASE64", "BASE64") for o in options) and not options[0].startswith(
            ("PHOTO", "LOGO", "KEY")
        ):
            try:
                value = base64.b64decode(value)
            except (binascii.Error, ValueError):
                pass  # not base64 after all: shown as it stands
        elif options[0].startswith(("PHOTO", "LOGO", "KEY")):
            continue
        text = _text(value, NAMES.get(charset, charset), guessed)
        name = options[0].rpartition(".")[2]
        text = re.sub(r"\\([,;nN\\])", lambda m: "\n" if m[1] in "nN" else m[1], text)
        text = " ".join(p for p in text.split(";") if p) if name in ("N", "ADR", "ORG") else text
        sink.text(
            BlockKind.LINE,
            source.part,
            number,
            f"{_LABELS.get(name, name)}: {text}" if name not in ("BEGIN", "END", "VERSION") else "",
        )


def _text(value: bytes, charset: str, guessed: str) -> str:
    if charset:
        try:
            return encoding.decode(value, charset) if charset == "iso2022_jp" else value.decode(charset)
        except (UnicodeDecodeError, LookupError):
            pass  # labels lie: the whole file tells better
    return encoding.decode(value, guessed)
