"""Labels of encodings met in Japanese mail and pages, and texts that come with one."""

from __future__ import annotations

import codecs
import io

from scanner.extract import encoding
from scanner.extract.jis import EUC

_JIS = "iso2022_jp"
_LISTS = {
    "cp932": "x-sjis shift_jis shift-jis sjis windows-31j ms_kanji cp932 ms932 x-ms-cp932 csshiftjis shift_jisx0213 shift_jis-2004 windows-932",
    EUC: "euc-jp x-euc-jp eucjp x-euc eucjp-ms cseucpkdfmtjapanese eucjp-win cp51932 cp20932 euc_jp ujis",
    _JIS: "iso-2022-jp iso-2022-jp-ms cp50221 cp50220 cp50222 iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 csiso2022jp jis",
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode utf-8-mac",
    "ascii": "us-ascii ascii ansi_x3.4-1968 7bit",
    "utf-7": "utf-7 unicode-1-1-utf-7",
    "gb18030": "gb2312 gbk gb18030 x-gbk hz-gb-2312-x",
}
NAMES = {label: codec for codec, labels in _LISTS.items() for label in labels.split()}
"""Label → codec; ``iso2022_jp`` is our own decoder."""
CODEPAGES = {
    932: "cp932", 943: "cp932", 10001: "cp932", 20932: EUC, 51932: EUC, 50220: _JIS, 50221: _JIS, 50222: _JIS, 65000: "utf-7", 65001: "utf-8",
    1200: "utf-16-le", 1201: "utf-16-be", 936: "gb18030", 54936: "gb18030", 949: "cp949", 950: "cp950", 1250: "cp1250", 1251: "cp1251",
    1252: "cp1252", 28591: "latin-1", 20127: "ascii",
}  # fmt: skip
"""Code pages of Windows, as Outlook states them."""


def codec(label: str) -> str:
    """The codec of a label; empty where none is known by it."""
    label = label.strip().strip("\"'").lower()
    found = NAMES.get(label)
    if found is None and label:
        try:
            info = codecs.lookup(label)
        except (LookupError, ValueError):
            return ""
        found = info.name if getattr(info, "_is_text_encoding", True) else ""
    return found or ""


def decoded(data: bytes, label: str) -> str:
    """A text under its label, where that explains it; else in what it is written in."""
    return by_codec(data, codec(label))


def by_codec(data: bytes, name: str) -> str:
    """As ``decoded``, under the name of a codec or of none."""
    if name and not (name == "ascii" and not data.isascii()):
        return encoding.labelled(data, name)
    return encoding.decode(data, encoding.detect(io.BytesIO(data)))
