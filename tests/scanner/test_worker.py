"""One reading process serves many files: none of them may pay for another."""

from __future__ import annotations

import io
import random
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
