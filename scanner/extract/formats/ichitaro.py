"""Ichitaro documents: version 8 and later on olefile, versions 5 and 6 (jaw, jbw) as CP932 runs."""

from __future__ import annotations

import re

from scanner.extract.formats import ole as ole_files
from scanner.extract.interface import Sink, Source
from scanner.model import BlockKind

_RUN = re.compile(
    "[\t\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u2030-\u205e\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{1,}"
)
_CP932_RUN = re.compile(rb"(?:[\x20-\x7e]|[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\xa1-\xdf]){4,}")
_HEAD = re.compile(rb"(?:Ssmg|Text)V\.[0-9]{2}")
"""How the stream begins: names of its own format."""
_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龥]")


def extract(source: Source, sink: Sink) -> None:
    """The stream DocumentText holds UTF-16BE units between control words."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        data = ole_files.stream(ole, "DocumentText", sink)
    data = _HEAD.sub(b"", data[:64]) + data[64:]
    text = data[: len(data) // 2 * 2].decode("utf-16-be", "replace")
    for number, line in enumerate(re.split(r"[\r\n\x1c]", text), 1):
        sink.text(BlockKind.PARAGRAPH, source.part, number, "".join(_RUN.findall(line)))


def extract_old(source: Source, sink: Sink) -> None:
    """Runs of CP932 text between binary records. No description of the format is known; runs without any Japanese
    character or a number of some length are names of fonts and printers and are left out."""
    source.file.seek(0)
    number = 0
    for run in _CP932_RUN.finditer(source.file.read(sink.limits.part_bytes)):
        text = run.group().decode("cp932", "replace").strip()
        if _JAPANESE.search(text) or re.search(r"[0-9]{4}|@", text):
            number += 1
            sink.text(BlockKind.PARAGRAPH, source.part, number, text)
