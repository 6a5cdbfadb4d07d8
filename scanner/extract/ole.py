"""Compound files that are neither Word, Excel nor PowerPoint: Ichitaro documents and Outlook messages."""

from __future__ import annotations

import io
import re

from scanner.extract.interface import ExtractError, Sink, Source, join
from scanner.model import BlockKind

_RUN = re.compile(
    "[\t\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u2030-\u205e\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{1,}"
)


def extract_jtd(source: Source, sink: Sink) -> None:
    """Ichitaro 8 and later: the stream DocumentText holds UTF-16BE units between control words."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        data = ole.openstream("DocumentText").read()
    text = data[: len(data) // 2 * 2].decode("utf-16-be", "replace")
    for number, line in enumerate(re.split(r"[\r\n\x1c]", text), 1):
        sink.text(BlockKind.PARAGRAPH, source.part, number, "".join(run for run in _RUN.findall(line)))


_TEXT_PROPERTIES = {
    "0037": "Subject",
    "0C1A": "From",
    "0C1F": "From",
    "0E04": "To",
    "0E03": "Cc",
    "0E02": "Bcc",
    "1000": "body",
    "0042": "From",
    "007D": "headers",
    "5D01": "From",
    "39FE": "address",
    "3001": "name",
    "3003": "address",
    "3A08": "phone",
    "3A1C": "phone",
    "3A02": "phone",
    "3A09": "phone",
    "3A11": "name",
    "3A06": "name",
    "3A16": "company",
    "3A15": "address",
}


def extract_msg(source: Source, sink: Sink) -> None:
    """Outlook messages: text properties (UTF-16 or the ANSI code page, which is CP932 here), attachments."""
    import olefile

    with olefile.OleFileIO(source.file) as ole:
        attachments: dict[str, dict[str, bytes]] = {}
        for entry in ole.listdir():
            leaf = re.fullmatch(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})", entry[-1], re.IGNORECASE)
            if not leaf:
                continue
            tag, kind = leaf[1].upper(), leaf[2].upper()
            body = ole.openstream(entry).read()
            holder = next((e for e in entry[:-1] if e.startswith("__attach")), "")
            if holder:
                attachments.setdefault("/".join(entry[:-1]), {})[tag + kind] = body
            elif tag in _TEXT_PROPERTIES and kind in ("001F", "001E"):
                text = body.decode("utf-16-le", "replace") if kind == "001F" else body.decode("cp932", "replace")
                label = _TEXT_PROPERTIES[tag]
                if label in ("body", "headers"):
                    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
                        sink.text(BlockKind.LINE, join(source.part, label), number, line)
                else:
                    sink.field(source.part, label, f"{label}: {text}" if label != "Subject" else text)
    for parts in attachments.values():
        name = next(
            (
                parts[k].decode("utf-16-le" if k.endswith("F") else "cp932", "replace").strip("\x00")
                for k in ("3707001F", "3704001F", "3707001E", "3704001E")
                if k in parts
            ),
            "attachment",
        )
        data = parts.get("37010102")
        sink.field(source.part, "attachment", name)
        if data:
            sink.member(source.inner(name, io.BytesIO(data), len(data)))
    if not sink.total_chars and not attachments:
        raise ExtractError("no readable property")
