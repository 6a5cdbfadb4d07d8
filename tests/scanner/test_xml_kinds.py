"""XML as programs write it: document types, entities, html in drawings, packages of older programs. All is invented."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from scanner.model import Reason
from tests.scanner import shown
from tests.scanner.test_text_kinds import PERSON, looked

SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" '
    '[<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY title "御中">]>'
    f'<svg xmlns="&ns_svg;"><text>{PERSON}&title;&nbsp;</text></svg>'
).encode()
FORMULA = (
    '<!DOCTYPE math:math PUBLIC "-//OpenOffice.org//DTD Modified W3C MathML 1.01//EN" "math.dtd">'
    f'<math:math xmlns:math="http://www.w3.org/1998/Math/MathML"><math:mtext>{PERSON}</math:mtext><math:mi>&sigma;</math:mi></math:math>'
).encode()
VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><![if gte mso 9]><v:imagedata title="x"/><![endif]>'
    f"<v:textbox><div>会議<br>{PERSON}</div></v:textbox></v:shape></xml>"
).encode()


@pytest.mark.parametrize(
    ("name", "data"),
    {
        "drawing.odt": shown.odt({"Pictures/1.svg": SVG}),
        "formula.odt": shown.odt({"Object 1/content.xml": FORMULA}),
        "drawing.svg": SVG,
        "formula.mml": FORMULA,
        "slide.pptx": shown.pptx({"ppt/drawings/vmlDrawing1.vml": VML}),
        "sheet.xlsx": shown.xlsx({"xl/drawings/vmlDrawing1.vml": VML}),
    }.items(),
)
def test_read_wholly(name: str, data: bytes) -> None:
    text, reasons = looked(data, name)
    assert PERSON in text
    assert reasons == []


@pytest.mark.parametrize("media", ["writer", "calc", "impress", "draw"])
def test_packages_of_openoffice_1(media: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.sun.xml.{media}")
        archive.writestr(
            "content.xml",
            '<!DOCTYPE office:document-content PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "office.dtd">'
            '<office:document-content xmlns:office="http://openoffice.org/2000/office" xmlns:text="http://openoffice.org/2000/text">'
            f"<office:body><text:p>{PERSON}</text:p></office:body></office:document-content>",
        )
        archive.writestr("styles.xml", '<office:document-styles xmlns:office="http://openoffice.org/2000/office"/>')
    text, reasons = looked(out.getvalue(), "a.sxw")
    assert PERSON in text
    assert reasons == []


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "ha"><!ENTITY x "&a;&a;">',
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        f'<!ENTITY x "{"ha" * 200}">',
    ],
)
def test_entities_that_hold_more_than_a_short_text_are_refused(declared: str) -> None:
    part = f"<!DOCTYPE l [{declared}]><math><mtext>&x;</mtext></math>".encode()
    _, reasons = looked(shown.odt({"Object 1/content.xml": part}), "a.odt")
    assert reasons == [Reason.CORRUPT]


def test_short_entities_expand_within_bounds() -> None:
    part = f'<!DOCTYPE l [<!ENTITY x "{"御" * 190}">]><math><mtext>{"&x;" * 50_000}</mtext></math>'.encode()
    _, reasons = looked(shown.odt({"Object 1/content.xml": part}), "a.odt")
    assert reasons == [Reason.CORRUPT]


def test_an_entity_that_nobody_declares_stays_as_it_is_written() -> None:
    part = b"<!DOCTYPE l [<!ENTITY % p \"<!ENTITY x 'ha'>\">%p;]><math><mtext>a&x;b &alpha;</mtext></math>"
    text, reasons = looked(shown.odt({"Object 1/content.xml": part}), "a.odt")
    assert "&x;" in text
    assert "α" in text
    assert reasons == []


def test_pictures_in_flat_documents_may_lack_padding() -> None:
    head = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="t"'
    for padding in range(3):
        coded = base64.b64encode(SVG + b" " * padding).decode().rstrip("=")
        flat = f"<office:document {head}><office:body><text:p>会議<office:binary-data>{coded}</office:binary-data></text:p></office:body></office:document>"
        text, reasons = looked(flat.encode(), "a.fodt")
        assert PERSON in text
        assert reasons == []
