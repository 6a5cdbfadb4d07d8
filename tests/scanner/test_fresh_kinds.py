"""Kinds that a hunt with fresh files found half read: each is read now. All is invented."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.extract.escapes import resolved
from scanner.extract.viewing import Extractor
from scanner.model import Reason, ref_of
from tests.scanner.test_text_kinds import looked

NAME, PHONE = "高梨美穂", "090-4455-6677"
HEAD = b"From: a@example.jp\r\nTo: b@example.jp\r\nMIME-Version: 1.0\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "content:'" + "".join(f"\\{ord(c):x}" for c in NAME) + "'",
        "U&'" + "".join(f"\\{ord(c):04X}" for c in NAME) + "'",
        "".join(f"&amp;#{ord(c)};" for c in NAME),
        "".join(f"&amp;amp;#x{ord(c):x};" for c in NAME),
    ],
)
def test_characters_by_their_number_without_a_mark(text: str) -> None:
    assert NAME in resolved(text)


@pytest.mark.parametrize(
    "text", ["C:\\2024\\1001\\a", "\\1234\\5678", "\\00e9\\00e8", "a &amp; b", "&amp;amp;", "\\dead\\beef"]
)
def test_paths_and_codes_stay(text: str) -> None:
    assert resolved(text) == text


@given(st.text("\\0123456789abcdef &amp;#x", max_size=40))
def test_any_text_is_followed(text: str) -> None:
    assert isinstance(resolved(text), str)


def test_every_line_of_a_delivery_report_is_read() -> None:
    blocks = f"Final-Recipient: rfc822; b@example.jp\r\nDiagnostic-Code: smtp; 550 {PHONE}\r\n".encode()
    mail = (
        HEAD
        + b"Content-Type: multipart/report; boundary=q\r\n\r\n--q\r\nContent-Type: message/delivery-status\r\n\r\n"
        + blocks
        + b"\r\n--q--\r\n"
    )
    text, _ = looked(mail, "a.eml")
    assert PHONE in text
    assert text.count("Final-Recipient") == 1


def test_a_telephone_number_in_a_header_of_any_name_is_read() -> None:
    text, _ = looked(
        HEAD + f"X-Signature-Tel: {PHONE}\r\nReceived: from x by y; 03-1234-5678\r\n\r\nx".encode(), "a.eml"
    )
    assert PHONE in text
    assert "Received" not in text


@pytest.mark.parametrize("tail", [b"", b"!!", b"\r\n.\r\n"])
@pytest.mark.parametrize("cut", [1, 5, 7, 11])
def test_base64_may_be_cut_anywhere(cut: int, tail: bytes) -> None:
    letters = base64.b64encode(f"{NAME} {PHONE}".encode())
    body = b"\r\n \t".join(letters[at : at + cut] for at in range(0, len(letters), cut)) + tail
    mail = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    text, _ = looked(mail, "a.eml")
    assert f"{NAME} {PHONE}" in text


def test_names_of_empty_folders_are_read(tmp_path: Path) -> None:
    import py7zr

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"名簿/{NAME}/", "")
        archive.writestr("a/b.txt", "x")
    text, _ = looked(out.getvalue(), "a.zip")
    assert NAME in text
    (tmp_path / "m" / NAME).mkdir(parents=True)
    packed = io.BytesIO()
    with py7zr.SevenZipFile(packed, "w") as seven:
        seven.writeall(tmp_path / "m", "m")
    text, _ = looked(packed.getvalue(), "a.7z")
    assert NAME in text


def _lettered(font: str) -> bytes:
    """A page whose letters are set one by one in a font that the file does not hold."""
    letters = b" ".join(b"<" + c.encode("utf-16-be").hex().encode() + b"> Tj 30 0 Td" for c in NAME)
    content = b"BT /G 12 Tf 50 700 Td (page) Tj ET BT /F 12 Tf 50 600 Td " + letters + b" ET"
    inner = f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{font}/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/DW 1000>>"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R/G<</Type/Font/Subtype/Type1/BaseFont/Helvetica>> >> >> >>",
        b"<</Length %d>>\nstream\n" % len(content) + content + b"\nendstream",
        f"<</Type/Font/Subtype/Type0/BaseFont/{font}/Encoding/UniJIS-UTF16-H/DescendantFonts[{inner}]>>".encode(),
    ]
    out = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(bodies, 1))
    return out + b"trailer\n<</Size 6/Root 1 0 R>>\n%%EOF\n"


@pytest.mark.parametrize("font", ["HeiseiMin-W3", "MS-Gothic", "Ryumin-Light"])
def test_letters_one_by_one_without_their_font_are_read_or_told(tmp_path: Path, font: str) -> None:
    """In the confined process, which may open no font."""
    path = tmp_path / "a.pdf"
    path.write_bytes(_lettered(font))
    with Extractor() as extractor:
        batches, reading = extractor.read(ref_of(bytes(path)))
        text = "".join(block.text for batch in batches for block in batch).replace(" ", "")
    assert NAME in text or Reason.NO_TEXT in [reason for reason, _ in reading.partial]
