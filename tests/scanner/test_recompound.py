"""A stream in a compound file of ours: other readers find it whole, at every size at which its tables grow. All is invented."""

from __future__ import annotations

import io
import random
import struct

import olefile
import pytest

from scanner.extract.dispatch import dispatch
from scanner.extract.formats import recompound, xls
from scanner.extract.interface import Sink, Source
from scanner.limits import limits
from scanner.model import Reason
from tests.scanner import old_office
from tests.scanner.test_text_kinds import looked


@pytest.mark.parametrize("size", [0, 1, 4_095, 4_096, 4_097, 65_000, 7_100_000, 7_200_000, 16_000_000])
def test_other_readers_find_it_whole(size: int) -> None:
    stream = random.Random(size).randbytes(size)
    with olefile.OleFileIO(io.BytesIO(recompound.compound("Workbook", stream))) as ole:
        found = ole.openstream("Workbook").read()
        assert not ole.parsing_issues
    assert found == stream.ljust(4_096, b"\0")


def test_the_second_reader_opens_it() -> None:
    with olefile.OleFileIO(io.BytesIO(old_office.xls([["鈴木一郎", "090-3141-5926"]]))) as ole:
        stream = ole.openstream("Workbook").read()
    found: list[str] = []
    sink = Sink(limits(), lambda items: found.extend(str(item[3]) for item in items), dispatch)
    xls._second_try(stream, Source("a.xls", io.BytesIO(), 0), sink)
    sink.flush()
    assert "鈴木一郎" in "".join(found)
    assert [reason for reason, _ in sink.partial] == [Reason.CORRUPT]


@pytest.mark.parametrize("first", [0, 1, 2, 5])
def test_chains_that_run_in_a_circle_end(first: int) -> None:
    data = bytearray(old_office.xls([["鈴木一郎", "090-3141-5926"]] * 40))
    (table,) = struct.unpack_from("<I", data, 76)
    for number in range(first, 128):  # every sector is followed by the one before it
        struct.pack_into("<I", data, 512 * (table + 1) + 4 * number, max(0, number - 1))
    _, reasons = looked(bytes(data), "a.xls")
    assert Reason.TIME_LIMIT not in reasons
    assert Reason.MEMORY_LIMIT not in reasons


def test_a_stream_that_says_it_is_larger_than_its_file_is_read() -> None:
    data = bytearray(old_office.msg("件名", "佐藤花子", "鈴木一郎 090-3141-5926" * 300))
    at = data.index("__substg1.0_1000001F".encode("utf-16-le"))
    struct.pack_into("<I", data, at + 120, 1_935_763_044)
    text, reasons = looked(bytes(data), "a.msg")
    assert "佐藤花子" in text
    assert "鈴木一郎 090-3141-5926" in text
    assert Reason.RATIO_LIMIT not in reasons
