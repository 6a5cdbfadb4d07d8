"""Sensitivity labels and protection: read from files made by the published formats, set against what a contract wants."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.custody_office import rows
from scanner.demo import formats
from scanner.extract.dispatch import dispatch
from scanner.extract.formats.labels import Found
from scanner.extract.interface import ExtractError, Sink, Source
from scanner.extract.kinds import FORMATS
from scanner.labels import protection, told
from scanner.limits import limits
from scanner.policy.models import Policy
from tests.conftest import Sekisho
from tests.scanner import archives
from tests.scanner.compound import compound
from tests.scanner.world import World, table, text

LOW, HIGH, OTHER = (f"{n}1234567-89ab-4cde-8f01-23456789abcd" for n in "abc")
SITE = "{d1234567-89ab-4cde-8f01-23456789abcd}"
PLANTED = "山田花子の極秘"


def _info(*labels: tuple[str, str]) -> bytes:
    """LabelInfo ([MS-OFFCRYPTO] 2.6.4): (GUID, further attributes)."""
    body = "".join(
        f'<clbl:label id="{{{guid}}}" method="Privileged" siteId="{SITE}" contentBits="2" {more}/>'
        for guid, more in labels
    )
    space = "http://schemas.microsoft.com/office/2020/mipLabelMetadata"
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><clbl:labelList xmlns:clbl="{space}">{body}</clbl:labelList>'.encode()


def _custom(*labels: tuple[str, str]) -> bytes:
    """docProps/custom.xml as the labelling clients write it ([MS-OI29500] 2.1.31): (GUID, whether it is enabled)."""
    rows = [(f"MSIP_Label_{g}_Enabled", v) for g, v in labels] + [(f"MSIP_Label_{g}_Name", PLANTED) for g, _ in labels]
    body = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{n}" name="{name}"><vt:lpwstr>{value}</vt:lpwstr></property>'
        for n, (name, value) in enumerate(rows, 2)
    )
    main = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    return f'<Properties xmlns="{main}" xmlns:vt="{types}">{body}</Properties>'.encode()


def _with(package: bytes, parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
        for name, data in parts.items():
            after.writestr(name, data)
    return out.getvalue()


def _sets(*labels: tuple[str, str]) -> bytes:
    """A DocumentSummaryInformation stream whose second section users define ([MS-OLEPS])."""
    names = [f"MSIP_Label_{guid}_Enabled" for guid, _ in labels]
    book = b"".join(struct.pack("<II", n, len(name) + 1) + name.encode() + b"\0" for n, name in enumerate(names, 2))
    values = [struct.pack("<II", 0x1E, len(v) + 1) + v.encode() + b"\0" * (4 - len(v) % 4) for _, v in labels]
    parts = [(0, struct.pack("<I", len(names)) + book), (1, struct.pack("<IHH", 2, 932, 0)), *enumerate(values, 2)]
    at, table_, body = 8 + 8 * len(parts), b"", b""
    for key, part in parts:
        part += b"\0" * (-len(part) % 4)
        table_ += struct.pack("<II", key, at + len(body))
        body += part
    section = struct.pack("<II", 8 + len(table_) + len(body), len(parts)) + table_ + body
    empty = struct.pack("<II", 8, 0)
    head = struct.pack("<HHI16sI", 0xFFFE, 0, 0x20005, b"\0" * 16, 2)
    first = 28 + 2 * 20
    return (
        head
        + b"\0" * 16
        + struct.pack("<I", first)
        + b"\1" * 16
        + struct.pack("<I", first + len(empty))
        + empty
        + section
    )


def _pdf(keys: dict[str, str], xmp: bytes = b"") -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(formats.pdf([["本日は晴天なり"]]))) as document:
        for key, value in keys.items():
            document.docinfo[f"/{key}"] = value
        if xmp:
            document.Root.Metadata = pikepdf.Stream(
                document, xmp, {"/Type": pikepdf.Name.Metadata, "/Subtype": pikepdf.Name.XML}
            )
        document.save(out, fix_metadata_version=False)
    return out.getvalue()


def _notes(name: str, data: bytes) -> list[str]:
    sink = Sink(limits(), lambda items: None, dispatch)
    try:
        dispatch(Source(name, io.BytesIO(data), len(data)), sink)
    except ExtractError as error:
        sink.note(error.reason.value)
    return sink.notes


_ON, _OFF, _GONE = 'enabled="1" removed="0"', 'enabled="0"', 'enabled="1" removed="1"'
_BOOK = formats.xlsx({"名簿": [["氏名"], ["佐藤"]]})


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return out.getvalue()


_BINARY = _packed(archives.xlsb_parts(["氏名", "佐藤"], [], "名簿"))
_STALE = [(f"{n:08x}{LOW[8:]}", _OFF) for n in range(80)]
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/">'
    f"<pdfx:MSIP_Label_{LOW}_Enabled>true</pdfx:MSIP_Label_{LOW}_Enabled>"
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)
BEARING = {
    "info.xlsx": (_with(_BOOK, {"docMetadata/LabelInfo.xml": _info((HIGH, _ON), (LOW, _OFF), (OTHER, _GONE))}), [HIGH]),
    "info.docx": (_with(formats.docx(["本文"]), {"docMetadata/LabelInfo.xml": _info((LOW.upper(), _ON))}), [LOW]),
    "custom.xlsx": (_with(_BOOK, {"docProps/custom.xml": _custom((HIGH, "true"), (LOW, "false"))}), [HIGH]),
    "both.pptx": (  # a label that LabelInfo names is told by it alone
        _with(
            formats.pptx([["本文"]]),
            {
                "docMetadata/LabelInfo.xml": _info((HIGH, _GONE)),
                "docProps/custom.xml": _custom((HIGH, "true"), (LOW, "true")),
            },
        ),
        [LOW],
    ),
    "none.xlsx": (_BOOK, []),
    "cut.xlsx": (_with(_BOOK, {"docMetadata/LabelInfo.xml": _info((HIGH, _ON))[:-10]}), [HIGH]),
    "old.ole": (
        compound({"\x05DocumentSummaryInformation": _sets((HIGH, "true"), (LOW, "false")), "x": b"text"}),
        [HIGH],
    ),
    "info.ole": (compound({"LabelInfo": _info((LOW, _ON)), "x": b"text"}), [LOW]),
    "info.pdf": (_pdf({f"MSIP_Label_{HIGH}_Enabled": "true", f"MSIP_Label_{LOW}_Enabled": "false"}), [HIGH]),
    "xmp.pdf": (_pdf({}, _XMP.encode()), [LOW]),
    "xmp-utf16.pdf": (_pdf({}, ("\ufeff" + _XMP).encode("utf-16-le")), [LOW]),
    "xmp-far.pdf": (_pdf({}, b" " * 1_100_000 + _XMP.encode()), [LOW]),
    "xmp-comment.pdf": (_pdf({}, f'<x><!-- pdfx:MSIP_Label_{HIGH}_Enabled="true" --></x>'.encode()), []),
    "differing.pdf": (_pdf({f"MSIP_Label_{LOW}_Enabled": "false"}, _XMP.encode()), []),
    "many.xlsx": (_with(_BOOK, {"docMetadata/LabelInfo.xml": _info(*_STALE, (HIGH, _ON))}), [HIGH]),
    "many-custom.xlsx": (
        _with(_BOOK, {"docProps/custom.xml": _custom(*((g, "false") for g, _ in _STALE), (HIGH, "true"))}),
        [HIGH],
    ),
    "book.xlsb": (_with(_BINARY, {"docMetadata/LabelInfo.xml": _info((HIGH, _ON))}), [HIGH]),
}


@pytest.mark.parametrize("name", BEARING)
def test_labels_are_read_where_the_formats_keep_them(name: str) -> None:
    data, wanted = BEARING[name]
    notes = _notes(name, data)
    assert sorted(told(notes)) == sorted(wanted)
    assert not any(PLANTED in note for note in notes)  # what a label is called is free text of a file


def test_members_are_not_the_file() -> None:
    assert told(_notes("a.zip", formats.zip_cp932({"info.xlsx": BEARING["info.xlsx"][0]}))) == ()


def test_protection_is_told_apart() -> None:
    by_password = formats.encrypted(_BOOK, "himitsu")
    assert protection(_notes("a.xlsx", by_password)) == "password"
    managed = compound({
        "EncryptedPackage": b"\0" * 64,
        "\x06DataSpaces/DataSpaceInfo/DRMEncryptedDataSpace": b"\0" * 16,
        "\x06DataSpaces/TransformInfo/DRMEncryptedTransform/\x06Primary": b"\0" * 16,
        "\x06DataSpaces/LabelInfo": _info((HIGH, _ON)),
    })  # fmt: skip
    notes = _notes("b.docx", managed)
    assert (protection(notes), told(notes)) == ("rights-managed", (HIGH,)), notes
    assert protection(_notes("c.xlsx", _BOOK)) == ""


@given(st.lists(st.tuples(st.sampled_from((LOW, HIGH, OTHER)), st.booleans()), max_size=12))
def test_a_label_that_anything_calls_off_does_not_hold(said: list[tuple[str, bool]]) -> None:
    found = Found()
    for guid, holds in said:
        found.custom(f"MSIP_Label_{guid}_Enabled", str(holds))
    assert set(found.labels) == {g for g, _ in said} - {g for g, holds in said if not holds}


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_property_is_taken_or_passed_by(name: str, value: str) -> None:
    found = Found()
    found.custom(name, value)
    found.element("label", {"id": name, "enabled": value})
    assert all(len(guid) == 36 for guid in found.labels)


def test_a_policy_knows_its_labels() -> None:
    order = [{"id": "{" + LOW.upper() + "}", "name": "一般"}, {"id": HIGH, "name": "極秘"}]
    rules = Policy.model_validate({"labels": {"order": order, "label_required": {"A": "極秘"}}}).labels
    assert [rules.rank(n) for n in ("一般", LOW, "極秘", HIGH, OTHER)] == [0, 0, 1, 1, None]
    assert rules.named(OTHER) == OTHER
    for wrong in ({"order": [{"id": "1", "name": "x"}]}, {"order": order, "label_required": {"A": "秘"}}):
        with pytest.raises(ValueError, match="label"):
            Policy.model_validate({"labels": wrong})


def test_what_a_contract_wants_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path.resolve(), monkeypatch)
    world.policy["labels"] = {
        "order": [{"id": LOW, "name": "一般"}, {"id": HIGH, "name": "極秘"}],
        "label_required": {"A": "極秘"},
    }
    plain = table(8, 71)
    world.put("srv/A/none.xlsx", plain)
    world.put("srv/A/low.xlsx", _with(plain, {"docMetadata/LabelInfo.xml": _info((LOW, _ON))}))
    world.put("srv/A/high.xlsx", _with(plain, {"docMetadata/LabelInfo.xml": _info((HIGH, _ON))}))
    world.put("srv/B/none.xlsx", table(8, 72))
    assert world.scan() == {"F10-LABEL": 2}
    points = world.db().execute("select working from points where code = 'F10-LABEL' order by working").fetchall()
    assert sorted(json.loads(w)["labels"] for (w,) in points) == [[], ["一般"]]
    kept = world.db().execute("select labels from contents where labels <> '' order by labels").fetchall()
    assert kept == [(LOW,), (HIGH,)]
    world.put("srv/A/low.xlsx", _with(plain, {"docMetadata/LabelInfo.xml": _info((HIGH, _ON))}))
    (world.root / "srv/A/none.xlsx").unlink()
    assert world.scan() == {}


def test_every_format_that_can_bear_a_label_is_asked_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing of Visio, a binary workbook and an old document as well as a workbook; and each contract whose data it is."""
    world = World(tmp_path.resolve(), monkeypatch)
    world.policy["labels"] = {"order": [{"id": HIGH, "name": "極秘"}], "label_required": {"A": "極秘", "B": "極秘"}}
    people = "".join(f"<Text>氏名: {r[1]} 生年月日: {r[2]} 住所: {r[3]}</Text>" for r in rows(8, 71))
    space = "http://schemas.microsoft.com/office/visio/2012/main"
    page = f'<PageContents xmlns="{space}"><Shapes><Shape>{people}</Shape></Shapes></PageContents>'
    drawing = {
        "visio/document.xml": f'<VisioDocument xmlns="{space}"/>'.encode(),
        "visio/pages/page1.xml": page.encode(),
    }
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    world.put("srv/A/drawing.vsdx", _packed({"[Content_Types].xml": types, **drawing}))
    world.put("srv/A/list.csv", text(8, 71))
    assert world.scan() == {"F10-LABEL": 1}
    assert {f.name for f in FORMATS if f.labelled} == {
        "pdf",
        "docx",
        "xlsx",
        "xlsb",
        "pptx",
        "opc",
        "doc",
        "xls",
        "ppt",
    }


@pytest.mark.slow
def test_labels_on_the_command_line(sekisho: Sekisho, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(BEARING["custom.xlsx"][0])
    done = sekisho("scan", tmp_path / "a.xlsx", "--depth", "quick", "--format", "jsonl")
    told_ = done.files()["a.xlsx"]
    assert (told_["labels"], told_["protection"]) == ([HIGH], None)
    assert PLANTED not in done.out + done.err
