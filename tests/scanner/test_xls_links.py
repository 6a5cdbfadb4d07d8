"""Excel 97 keeps cells of the workbooks that a sheet refers to, and names: they are read where they begin. All is invented."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scanner import old_office
from tests.scanner.test_text_kinds import looked


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def letters(text: str, count: str = "<H") -> bytes:
    narrow = text.isascii()
    return struct.pack(count, len(text)) + flagged(text, narrow=narrow)


def flagged(text: str, *, narrow: bool) -> bytes:
    return bytes([not narrow]) + text.encode("latin-1" if narrow else "utf-16-le")


def book(path: str, *sheets: str) -> bytes:
    return record(0x1AE, struct.pack("<H", len(sheets)) + letters(path) + b"".join(map(letters, sheets)))


def cells(row: int, first: int, values: list[str | float | None]) -> bytes:
    body = struct.pack("<BBH", first + len(values) - 1, first, row)
    for value in values:
        if value is None:
            body += bytes(9)
        elif isinstance(value, str):
            body += b"\x02" + letters(value)
        else:
            body += b"\x01" + struct.pack("<d", value)
    return record(0x5A, body)


def name(title: str, formula: bytes) -> bytes:
    return record(
        0x18, struct.pack("<HBBHHHI", 0, 0, len(title), len(formula), 0, 0, 0) + flagged(title, narrow=False) + formula
    )


def test_copies_of_other_workbooks_are_read_with_their_rows() -> None:
    more = book("\x01C\x03共有\x03児童名簿.xls", "三年一組") + record(0x59, struct.pack("<HH", 1, 0))
    more += cells(4, 1, ["鈴木一郎", None, "090-3141-5926", 9031415926.0])
    text, reasons = looked(old_office.xls([["会議"]], more=more), "a.xls")
    assert "鈴木一郎\t090-3141-5926\t9031415926" in text
    assert "児童名簿.xls" in text
    assert "三年一組" in text
    assert reasons == []


@pytest.mark.parametrize("title", ["鈴木一郎", "担当_090-3141-5926"])
def test_names_and_literals(title: str) -> None:
    literal = b"\x17\x08\x00suzuki@x" + b"\x17\x04\x01" + "佐藤花子".encode("utf-16-le")
    text, _ = looked(old_office.xls([["会議"]], more=name(title, literal)), "a.xls")
    for wanted in ("suzuki@x", "佐藤花子", *(["鈴木一郎"] if title == "鈴木一郎" else [])):
        assert wanted in text


def test_titles_and_labels_of_charts() -> None:
    chart = record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0x0DBB, 0x07CC, 0, 6))
    chart += record(0x100D, b"\0\0" + letters("図1", "<B"))
    chart += record(0x204, struct.pack("<HHH", 0, 0, 0) + letters("林")) + record(
        0x204, bytes(6) + letters("090-3141-5926")
    )
    text, reasons = looked(old_office.xls([["会議"]], end=chart + record(0x0A, b"")), "a.xls")
    assert {"図1", "林", "090-3141-5926"} <= set(text.splitlines())
    assert reasons == []


def test_letters_of_one_byte_are_no_kanji() -> None:
    more = book("imhotep.xls", "Prix diesel - Volume", "Def Produit") + name("Hypo", b"\x17\x10\x00dernier courrier")
    text, _ = looked(old_office.xls([["会議"]], more=more), "a.xls")
    assert not any("\u4e00" <= c <= "\u9fff" for c in text.replace("会議", "").replace("名簿", ""))


@given(st.sampled_from([0x18, 0x23, 0x59, 0x5A, 0x1AE]), st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_cost_nothing_else(kind: int, body: bytes) -> None:
    text, reasons = looked(old_office.xls([["鈴木一郎"]], more=record(kind, body)), "a.xls")
    assert "鈴木一郎" in text
    assert reasons == []
