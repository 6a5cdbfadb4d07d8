"""What stands where the usual ways of a format do not lead: patterns and masks of PDF, headers of tar for all members, the password
that Excel tries by itself. Read, or told."""

from __future__ import annotations

import base64
import io
import tarfile
import zipfile
from pathlib import Path

import msoffcrypto
import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from scanner.extract.formats.pdfobjects import _GLYPH
from scanner.model import Reason
from tests.scanner.test_text_kinds import looked


def pdf(where: str, *, side: int = 300, nested: bool = False) -> bytes:
    """A page whose picture is in a pattern or in a mask."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(600, 800))
    picture = document.make_stream(b"\x80" * side * side)
    shape = {"Width": side, "Height": side, "BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceGray}
    for key, value in {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, **shape}.items():
        picture[f"/{key}"] = value

    def form(inner: pikepdf.Object, **more: object) -> pikepdf.Object:
        made = document.make_stream(b"q 500 0 0 500 0 0 cm /I Do Q")
        made["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=inner))
        made["/BBox"] = [0, 0, 600, 800]
        for key, value in more.items():
            made[f"/{key}"] = value
        return made

    held = form(picture, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form) if nested else picture
    if where == "pattern":
        drawn = form(held, Type=pikepdf.Name.Pattern, PatternType=1, PaintType=1, TilingType=1, XStep=600, YStep=800)
        page["/Resources"] = pikepdf.Dictionary(Pattern=pikepdf.Dictionary(P=drawn))
        page["/Contents"] = document.make_stream(b"/Pattern cs /P scn 0 0 600 800 re f")
    else:
        mask = form(held, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        state = pikepdf.Dictionary(SMask=pikepdf.Dictionary(S=pikepdf.Name.Luminosity, G=mask))
        page["/Resources"] = pikepdf.Dictionary(ExtGState=pikepdf.Dictionary(G=state))
        page["/Contents"] = document.make_stream(b"/G gs 0 g 0 0 600 800 re f")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("where", ["pattern", "mask"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_picture_in_a_pattern_or_mask_is_told(where: str, nested: bool) -> None:
    assert Reason.PICTURE in looked(pdf(where, nested=nested), "a.pdf")[1]


@pytest.mark.parametrize("where", ["pattern", "mask"])
def test_a_texture_is_decoration(where: str) -> None:
    assert Reason.PICTURE not in looked(pdf(where, side=8), "a.pdf")[1]


@pytest.mark.parametrize("name", ["A", "a", "uni3042", "u1F600", "comma", "zero", "afii10017"])
def test_names_of_letters(name: str) -> None:
    assert _GLYPH.fullmatch(name)


@pytest.mark.parametrize("name", ["cid100", "glyph12", "char65", "index7", "g12", "A12", "item3"])
def test_numbers_under_a_word_are_no_letters(name: str) -> None:
    assert not _GLYPH.fullmatch(name)


@pytest.mark.parametrize("ending", ["a.tar", "a.tar.gz"])
def test_a_header_for_all_members_is_no_damage(ending: str) -> None:
    """As ``git archive`` writes it."""
    out = io.BytesIO()
    said = {"comment": "高梨美穂の控え"}
    mode = "w:gz" if ending.endswith("gz") else "w:"
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT, pax_headers=said) as archive:  # type: ignore[call-overload]
        for number in range(3):
            member = tarfile.TarInfo(f"{number}.txt")
            member.size = 5
            archive.addfile(member, io.BytesIO(b"hello"))
    text, missed = looked(out.getvalue(), ending)
    assert missed == []
    assert "高梨美穂の控え" in text
    assert text.count("hello") == 3


def test_a_workbook_that_excel_opens_unasked_is_read() -> None:
    book, plain, sealed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "高梨美穂"
    book.save(plain)
    plain.seek(0)
    OOXMLFile(plain).encrypt("VelvetSweatshop", sealed)
    assert msoffcrypto.OfficeFile(sealed).is_encrypted()
    assert "高梨美穂" in looked(sealed.getvalue(), "a.xlsx")[0]


@given(
    width=st.integers(1, 76),
    words=st.text("高梨美穂0123456789- ", min_size=4, max_size=60),
    style=st.sampled_from("| |- > >+".split()),
)
def test_letters_of_yaml_may_stand_in_lines_of_any_length(width: int, words: str, style: str) -> None:
    letters = base64.b64encode(f"印{words}了".encode()).decode()
    block = "".join(f"    {letters[at : at + width]}\n" for at in range(0, len(letters), width))
    text, _ = looked(f"a: !!binary {style}\n{block}b: 1\nc: {{d: !!binary {letters}, e: 2}}\n".encode(), "a.yaml")
    assert text.count(f"印{words}了") == 2
    assert "b: 1" in text


def _as_packed(name: str, way: str) -> str:
    return {
        "\\": name.replace("/", "\\"),
        "/": "/" + name,
        "./": "./" + name,
        "upper": name.upper(),
        "lower": name.lower(),
    }[way]


@pytest.mark.parametrize("way", ["\\", "/", "./", "upper", "lower"])
@pytest.mark.parametrize("extension", ["docx", "xlsx"])
def test_parts_may_be_named_as_a_packer_likes(extension: str, way: str, tmp_path: Path) -> None:
    import docx

    path = tmp_path / f"plain.{extension}"
    if extension == "docx":
        document = docx.Document()
        document.add_paragraph("高梨美穂")
        document.save(str(path))
    else:
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["氏名", "高梨美穂"])
        book.save(path)
    data = io.BytesIO()
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(data, "w") as packed:
        for info in plain.infolist():
            member = zipfile.ZipInfo()
            member.filename = _as_packed(info.filename, way)
            packed.writestr(member, plain.read(info))
    before, _ = looked(path.read_bytes(), path.name)
    after, _ = looked(data.getvalue(), path.name)
    assert "高梨美穂" in after
    assert sorted(after.split("\n")) == sorted(before.split("\n"))
