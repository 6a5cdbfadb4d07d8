"""Outlook: single messages (msg) on olefile, and whole stores (pst, ost) through libpff."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

from scanner.extract.formats import ole as ole_files
from scanner.extract.interface import Encrypted, ExtractError, LimitReached, Sink, Source, Unsupported, join
from scanner.model import BlockKind, Reason
from scanner.places import named

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
            body = ole_files.stream(ole, entry, sink)
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
            sink.member(source.inner(name, io.BytesIO(data), len(data), "attachment"))
    if not sink.total_chars and not attachments:
        raise ExtractError("no readable property")


def extract_store(source: Source, sink: Sink) -> None:
    """Put every message of a store, folder by folder. Needs the extra ``[pst]``; without it the store is declared."""
    try:
        import pypff
    except ImportError:
        raise Unsupported("pst") from None
    source.file.seek(0)
    store = pypff.file()
    try:
        store.set_ascii_codepage("cp932")  # stores of the old kind are in the code page of their machine
        store.open_file_object(source.file)
        _folder(store.get_root_folder(), source.part, source, sink, 0)
    except OSError as error:
        if "encrypt" in str(error).lower():
            raise Encrypted("pst") from None
        raise ExtractError("pst") from None
    finally:
        store.close()


def _folder(folder: Any, where: str, source: Source, sink: Sink, depth: int, position: int = 1) -> None:
    if depth > 50:
        raise LimitReached("folders", Reason.DEPTH_LIMIT)
    here = join(where, named(folder.name or "", "folder", position)) if depth else where
    for number in range(folder.number_of_sub_messages):
        part = join(here, f"mail {number + 1}")
        try:
            _message(folder.get_sub_message(number), part, source, sink)
        except OSError:
            sink.missed(Reason.CORRUPT, part)
    for number in range(folder.number_of_sub_folders):
        _folder(folder.get_sub_folder(number), here, source, sink, depth + 1, number + 1)


def _message(message: Any, part: str, source: Source, sink: Sink) -> None:
    for label, value in (("From", message.sender_name), ("Subject", message.subject)):
        if value:
            sink.field(part, label, f"{label}: {value}" if label == "From" else value)
    for label, value in (("headers", message.transport_headers), ("body", message.plain_text_body)):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value or ""
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
            sink.text(BlockKind.LINE, join(part, label), number, line)
    if not message.plain_text_body and message.html_body:
        sink.member(source.inner("body.html", io.BytesIO(message.html_body), len(message.html_body)))
    for number in range(message.number_of_attachments):
        attachment = message.get_attachment(number)
        name = attachment.get_long_filename() if hasattr(attachment, "get_long_filename") else attachment.name
        data = attachment.read_buffer(min(attachment.size, sink.limits.part_bytes))
        sink.field(part, "attachment", name or "")
        mail = replace(source, part=part)
        sink.member(mail.inner(name or "attachment", io.BytesIO(data), len(data), "attachment", number + 1))
