"""Readings and circles that Word writes by EQ fields: the line that a person reads holds what stands under them. All is invented."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.demo import formats
from scanner.extract.formats import eqfield
from tests.scanner.test_text_kinds import looked

RUBY = r' EQ \* jc2 \* "Font:ＭＳ 明朝" \* hps10 \o\ad(\s\up 9(たかなし),高梨)'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def rewritten(package: bytes, parts: dict[str, str]) -> bytes:
    """A package with other contents of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name) or old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (RUBY + "美穂", "高梨美穂"),
        (r"氏名 EQ \o(\s\up 5(たか),高) EQ \o(\s\up 5(なし),梨)", "氏名高梨"),
        (r" EQ \o\ac(○,印)", "印"),
        (r" eq \o \al ( \s \do 4 ( a ) ; b )", "b "),
        ("EQ と書いてある", "EQ と書いてある"),
        (r"EQ \f(1,2)", r"EQ \f(1,2)"),
    ],
)
def test_what_stands_under_a_reading_is_in_the_line(text: str, shown: str) -> None:
    assert eqfield.shown(text)[0] == shown


@given(st.text('EQ \\*"o(),;s up9あ', max_size=60))
def test_any_text_is_followed(text: str) -> None:
    shown, readings = eqfield.shown(text)
    assert len(shown) <= len(text)
    assert all(reading in text for reading in readings)


@pytest.mark.parametrize("pieces", [1, 3])
def test_documents_show_it(pieces: int) -> None:
    step = -(-len(RUBY) // pieces)
    codes = "".join(
        f'<w:r><w:instrText xml:space="preserve">{RUBY[at : at + step]}</w:instrText></w:r>'
        for at in range(0, len(RUBY), step)
    )
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    line = f"<w:p><w:r><w:t>氏名 </w:t></w:r>{begin}{codes}{end}<w:r><w:t>美穂</w:t></w:r></w:p>"
    body = f"<w:document {W}><w:body>{line}<w:p>{begin}<w:r><w:instrText>AUTHOR 高梨</w:instrText></w:r></w:p></w:body></w:document>"
    text, _ = looked(rewritten(formats.docx(["x"]), {"word/document.xml": body}), "a.docx")
    assert "氏名 高梨美穂" in text
    assert "たかなし" in text
    assert "AUTHOR 高梨" in text


def test_rich_text_shows_it() -> None:
    code = RUBY.replace("\\", "\\\\")
    body = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in code)
    rich = (
        "{\\rtf1\\ansi\\ansicpg932 {\\field{\\*\\fldinst{"
        + body
        + "}}{\\fldrslt {}}}"
        + "".join(f"\\u{ord(c)}?" for c in "美穂")
        + "\\par}"
    )
    text, _ = looked(rich.encode(), "a.rtf")
    assert "高梨美穂" in text
    assert "たかなし" in text
