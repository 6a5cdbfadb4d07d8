"""What a person can see in a document is read, or it is told that it was not; decoration is neither."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scanner.demo import formats
from scanner.extract.formats import officeart, vba
from scanner.extract.interface import ExtractError, Source
from scanner.extract.viewing import Extractor
from scanner.model import Block, Reason, ref_of
from tests.scanner import drawn, shown
from tests.scanner.test_bombs import sink_of


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as made:
        yield made


def _read(extractor: Extractor, folder: Path, name: str, data: bytes) -> tuple[list[Block], list[tuple[Reason, str]]]:
    path = folder / name
    path.write_bytes(data)
    batches, reading = extractor.read(ref_of(bytes(path)))
    blocks = [block for batch in batches for block in batch]
    return blocks, [*reading.partial, *([(reading.reason, "")] if reading.reason else [])]


def _text(blocks: list[Block]) -> str:
    pieces = [piece for b in blocks for piece in (b.text, *(text for _, text in b.cells))]
    return unicodedata.normalize("NFKC", "\n".join(pieces))


@pytest.mark.parametrize("name", sorted(shown.READ))
def test_what_stands_in_an_odd_place_is_read(extractor: Extractor, tmp_path: Path, name: str) -> None:
    blocks, _ = _read(extractor, tmp_path, name, shown.READ[name])
    text = _text(blocks)
    assert shown.NAME in text
    assert shown.NUMBER in text or shown.NUMBER.replace("-", "") in text


@pytest.mark.parametrize("name", sorted(shown.TOLD))
def test_what_cannot_be_read_is_told(extractor: Extractor, tmp_path: Path, name: str) -> None:
    _, missed = _read(extractor, tmp_path, name, shown.TOLD[name])
    assert missed


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.docx", formats.docx(["会議は三階で行います。"])),
        ("plain.xlsx", formats.xlsx({"表": [["会議"], ["三階"]]})),
        ("plain.pptx", formats.pptx([["会議", "三階"]])),
        ("bullet.docx", shown.docx({"word/media/image1.png": drawn.picture(size=(40, 40))})),
        ("line.docx", shown.docx({"word/media/image1.png": drawn.picture(size=(900, 4))})),
        ("bullet.odt", shown.odt({"Pictures/1.gif": drawn.picture("GIF", (48, 48))})),
        ("thumbnail.docx", shown.docx({"docProps/thumbnail.jpeg": drawn.picture("JPEG")})),
    ],
)
def test_ordinary_documents_and_decoration_stay_examined(
    extractor: Extractor, tmp_path: Path, name: str, data: bytes
) -> None:
    assert _read(extractor, tmp_path, name, data)[1] == []


def test_a_picture_on_every_page_is_no_unread_one(extractor: Extractor, tmp_path: Path) -> None:
    relation = b'<Relationships><Relationship Id="r9" Type="t/image" Target="../media/image1.png"/></Relationships>'
    pages = {f"ppt/slides/_rels/slide{n}.xml.rels": relation for n in (7, 8, 9)}
    data = shown.pptx({"ppt/media/image1.png": drawn.picture(), **pages})
    assert _read(extractor, tmp_path, "a.pptx", data)[1] == []
    del pages["ppt/slides/_rels/slide9.xml.rels"]
    data = shown.pptx({"ppt/media/image1.png": drawn.picture(), **pages})
    assert [reason for reason, _ in _read(extractor, tmp_path, "b.pptx", data)[1]] == [Reason.PICTURE]


@pytest.mark.parametrize("kind", [0xF01A, 0xF01D, 0xF01E])
def test_pictures_of_old_files_are_members(kind: int) -> None:
    data = {0xF01A: drawn.emf(shown.BOTH), 0xF01D: drawn.picture("JPEG"), 0xF01E: drawn.picture()}[kind]
    sink, _ = sink_of()
    stream = b"\x07" * 33 + shown.blip(data, kind) + b"\x01" * 50
    assert officeart.blips(stream, Source("a", io.BytesIO(stream), len(stream)), sink) == 1
    sink.flush()
    assert (Reason.PICTURE in {r for r, _ in sink.partial}) is (kind != 0xF01A)


def test_a_macro_is_unpacked() -> None:
    sink, _ = sink_of()
    line = "氏名 ".encode("cp932")
    assert vba.decompressed(shown.packed_vba(line * 900), 0, sink).startswith(line * 800)
    # a literal, then a copy of nine from one back: ten times the same letter
    assert (
        vba.decompressed(b"\x01" + bytes.fromhex("03b0") + b"\x02" + b"a" + bytes.fromhex("0600"), 0, sink) == b"a" * 10
    )
    for start in range(30):
        with suppress(ExtractError):
            vba.decompressed(bytes(range(1, 200)), start, sink)
