"""One reading process serves many files: none of them may pay for another."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import py7zr

from scanner.extract.viewing import Extractor
from scanner.model import Reason, ref_of

_DECODER = 16_000_000
"""Bytes that a decoder of 7z holds, at least."""


def test_decoders_of_damaged_archives_do_not_fill_the_memory_of_the_files_after_them(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        archive.writestr(random.Random(1).randbytes(3_000), "a.bin")
    damaged = bytearray(buffer.getvalue())
    damaged[40] ^= 0xFF
    path = tmp_path / "a.7z"
    path.write_bytes(damaged)
    with Extractor() as extractor:
        reasons = set()
        for _ in range(1_500_000_000 // _DECODER):
            batches, reading = extractor.read(ref_of(bytes(path)))
            list(batches)
            reasons.add(reading.reason)
    assert reasons == {Reason.CORRUPT}


def test_a_nested_ppmd_stream_is_declared_since_a_damaged_one_ends_the_process(tmp_path: Path) -> None:
    buffer, outer = io.BytesIO(), io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", filters=[{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}]) as archive:
        archive.writestr("鈴木一郎 " * 500, "a.txt")
    damaged = bytearray(buffer.getvalue())
    damaged[40] ^= 0xFF
    with zipfile.ZipFile(outer, "w") as packed:
        packed.writestr("a.7z", damaged)
        packed.writestr("b.txt", "佐藤花子")
    path = tmp_path / "a.zip"
    path.write_bytes(outer.getvalue())
    with Extractor() as extractor:
        batches, reading = extractor.read(ref_of(bytes(path)))
        text = "".join(block.text for batch in batches for block in batch)
    assert "佐藤花子" in text
    assert [reason for reason, _ in reading.partial] == [Reason.UNSUPPORTED]
