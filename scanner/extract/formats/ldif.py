"""LDIF (RFC 2849): address books of Thunderbird and directories. Values behind two colons are base64."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.extract import charsets, encoding
from scanner.extract.carried import Carried
from scanner.extract.escapes import resolved
from scanner.extract.inletters import legible, unpacked
from scanner.extract.interface import Sink, Source, join
from scanner.model import BlockKind, Reason

_LABELS = {
    "cn": "氏名",
    "displayname": "氏名",
    "telephonenumber": "電話",
    "homephone": "電話",
    "mobile": "電話",
    "facsimiletelephonenumber": "電話",
    "mail": "メール",
    "mozillasecondemail": "メール",
    "postaladdress": "住所",
    "homepostaladdress": "住所",
    "street": "住所",
    "o": "会社",
}
_VALUE = re.compile(r"([A-Za-z][\w;.-]{0,200})(::?)<?[ \t]*(.*)", re.DOTALL)
_SECRET = frozenset(
    {"userpassword", "usercertificate", "usersmimecertificate", "cacertificate", "objectguid", "objectsid"}
)
"""Values that tell no person, or no more than the entry does."""


def extract(source: Source, sink: Sink) -> None:
    """Put every value as a line under its attribute."""
    carried = Carried(source, sink)
    codec = encoding.detect(source.file)
    for number, line in enumerate(_unfolded(encoding.lines(source.file, codec)), 1):
        found = _VALUE.fullmatch(line)
        if found is None or line.startswith("#"):
            sink.text(BlockKind.LINE, source.part, number, resolved(line))
            continue
        name, text = found[1].partition(";")[0].lower(), found[3]
        if found[2] == "::":
            data = unpacked(text)
            if data is not None and legible(data):
                text = charsets.by_codec(data, "utf-8")
            elif data is not None:
                if name not in _SECRET and data and not carried.member(name, data):
                    sink.missed(Reason.UNSUPPORTED, join(source.part, "attachment"))
                continue
        sink.text(BlockKind.LINE, source.part, number, f"{_LABELS.get(name, found[1])}: {resolved(text)}")


def _unfolded(lines: Iterator[str]) -> Iterator[str]:
    held: list[str] = []
    for line in lines:
        if held and line[:1] == " ":
            held.append(line[1:])
            continue
        if held:
            yield "".join(held)
        held = [line]
    if held:
        yield "".join(held)
