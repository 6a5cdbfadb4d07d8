"""Uuencoded files in texts: every byte comes back, whatever the letters look like. All is invented."""

from __future__ import annotations

import binascii
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.extract import carried
from scanner.extract.formats import text
from scanner.extract.interface import Sink, Source
from scanner.limits import limits

_LOOKS = ["&#12354;", "%E3%81%82%E3%81%84", "\\u3042\\u3044", "+MEIwRA-", "=E3=81=82", "$B", "&AMP;", "\\\\"]


def members(data: bytes, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    got: list[bytes] = []

    def member(_: carried.Carried, __: str, body: bytes) -> bool:
        got.append(body)
        return True

    with monkeypatch.context() as patched:
        patched.setattr(carried.Carried, "member", member)
        text.extract(Source("a.txt", io.BytesIO(data), len(data)), Sink(limits(), lambda _: None, lambda *_: None))
    return got


def encoded(body: bytes) -> bytes:
    lines = [binascii.b2a_uu(body[at : at + 45], backtick=True) for at in range(0, len(body), 45)]
    return b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\n"


def holding(look: str) -> bytes:
    """Bytes whose letters hold ``look``, as far as uuencode has its letters."""
    line = ("M" + (look * 60)[:60]).upper().encode()
    return binascii.a2b_uu(line)


@pytest.mark.parametrize("look", _LOOKS)
def test_letters_that_look_like_characters_by_number(look: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = holding(look)
    assert members("御中 &#12354;\n".encode() + encoded(body) + b"%E3%81%82\n", monkeypatch) == [body]


@given(body=st.binary(min_size=1, max_size=3_000))
@example(body=b"\x00\x00\x00/F1")  # its letters hold +T8Q, which alone would be UTF-7
@settings(max_examples=60, deadline=None)
def test_any_bytes_come_back(body: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert members(encoded(body), patch) == [body]
