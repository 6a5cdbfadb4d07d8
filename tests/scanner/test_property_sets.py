"""Property sets of compound files: in the code page that they name, with counts that lie. All is invented."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.extract.formats.properties import STREAMS, strings
from tests.scanner.compound import compound
from tests.scanner.test_text_kinds import looked

SUMMARY, DOCUMENT = STREAMS


def value(kind: int, body: bytes) -> bytes:
    return struct.pack("<I", kind) + body


def narrow(text: str, codec: str = "cp932") -> bytes:
    raw = text.encode(codec) + b"\0"
    return struct.pack("<I", len(raw)) + raw


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text) + 1) + text.encode("utf-16-le") + b"\0\0"


def section(values: dict[int, bytes]) -> bytes:
    head, body = b"", b""
    for key, packed in values.items():
        head += struct.pack("<II", key, 8 + 8 * len(values) + len(body))
        body += packed + bytes(-len(packed) % 4)
    return struct.pack("<II", 8 + len(head) + len(body), len(values)) + head + body


def property_set(*sections: bytes) -> bytes:
    at, places = 28 + 20 * len(sections), b""
    for one in sections:
        places += bytes(16) + struct.pack("<I", at)
        at += len(one)
    return struct.pack("<HHI16sI", 0xFFFE, 0, 0, b"", len(sections)) + places + b"".join(sections)


@pytest.mark.parametrize(
    ("page", "codec"), [(932, "cp932"), (65001, "utf-8"), (1251, "cp1251"), (1252, "cp1252"), (950, "cp950")]
)
def test_author_in_the_code_page_of_the_set(page: int, codec: str) -> None:
    author = {"cp1251": "Кудрицкая Анна", "cp1252": "Kempé Günther", "cp950": "李世仁主任"}.get(codec, "鈴木一郎")
    data = property_set(section({1: value(2, struct.pack("<H", page)), 4: value(0x1E, narrow(author, codec))}))
    assert dict(strings(data, SUMMARY)) == {"author": author}


def test_what_users_define_and_vectors() -> None:
    names = struct.pack("<I", 2) + struct.pack("<I", 2) + narrow("担当者") + struct.pack("<I", 3) + narrow("_PID_GUID")
    users = section(
        {
            0: names,
            1: value(2, struct.pack("<H", 932)),
            2: value(0x1F, wide("佐藤花子")),
            3: value(0x1E, narrow("{0}")),
        }
    )
    standard = section(
        {1: value(2, struct.pack("<H", 932)), 15: value(0x101E, struct.pack("<I", 2) + narrow("甲") + narrow("乙"))}
    )
    data = property_set(standard, users)
    assert list(strings(data, DOCUMENT)) == [("company", "甲"), ("company", "乙"), ("担当者", "佐藤花子")]


@pytest.mark.parametrize("kind", [0x101E, 0x101F, 0x100C, 0x1003, 0x1041])
def test_a_vector_of_thousands_of_millions_ends_with_the_bytes(kind: int) -> None:
    lying = property_set(section({4: value(0x1E, narrow("鈴木一郎")), 3: value(kind, b"\xff\xff\xff\xff" + bytes(64))}))
    text, _ = looked(compound({SUMMARY: lying, "WordDocument": bytes(512)}), "a.doc")
    assert "鈴木一郎" in text


@given(st.binary(max_size=200), st.sampled_from(STREAMS))
@settings(max_examples=300, deadline=None)
def test_any_bytes_end(data: bytes, stream: str) -> None:
    list(strings(property_set(data)[:-1] + data, stream))
