"""An entruster's own templates: one workbook and one document made by hand, with forty fields, in place of our paper."""

from __future__ import annotations

import html
import io
import zipfile
from pathlib import Path

import pytest

from scanner.policy.letters import Letterhead
from scanner.policy.models import Policy
from scanner.report.forms.interface import Form
from scanner.report.paper import parties, templates, writing
from scanner.report.paper.stamp import Stamp

POLICY = Policy.model_validate(
    {
        "contractor": {
            "name": "株式会社見本",
            "postal_code": "100-0000",
            "address": "見本県見本市",
            "representative_title": "代表取締役",
            "representative": "見本 代表",
            "department": "業務部",
            "contact": "係",
            "telephone": "00-0000-0000",
            "email": "office@example.jp",
        },
        "contract": [
            {"id": "K-1", "title": "集計業務", "addressee": "見本市長　様", "responsible": {"name": "責任者"}}
        ],
    }
)
STAMP = Stamp(31, "令和8年11月30日 10:00", "スキャン 2", "0.1.0 / abc", "0" * 16, "法", "令和8年11月30日")
FORM = Form(
    "9c",
    "残存確認結果書",
    tuple(f"欄{n}" for n in range(12)),
    [tuple(f"{row}の{n}" for n in range(12)) for row in range(3)],
    ["備考の一"],
    [(f"事項{n}", f"内容{n}") for n in range(8)],
)
OURS = Letterhead(POLICY.contractor, "見本市長　様", POLICY.documents)
PARTIES = parties.of(OURS, POLICY.contract, "見集第7号")
SCALARS = templates.fields(FORM, STAMP, PARTIES)


def test_there_are_forty_fields() -> None:
    rows = [f"row.{name}" for name in FORM.columns]
    facts = [f"fact.{label}" for label, _ in FORM.facts]
    assert len({*SCALARS, *rows, *facts}) >= 40
    assert all(SCALARS.values())


def test_a_workbook_of_forty_fields(tmp_path: Path) -> None:
    from openpyxl import Workbook, load_workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["○○市 様式第9号"])
    for name in (*SCALARS, *(f"fact.{label}" for label, _ in FORM.facts)):
        sheet.append([name, f"〔{{{{ {name} }}}}〕"])
    sheet.append([f"{{{{ row.{name} }}}}" for name in FORM.columns])
    sheet.append(["以上"])
    book.save(tmp_path / "9c.xlsx")
    made = writing.written(FORM, STAMP, PARTIES, "xlsx", tmp_path)  # the office's own folder holds it
    cells = [[c.value for c in row] for row in load_workbook(io.BytesIO(made)).active]
    told = {row[0]: row[1] for row in cells}
    assert {name: told[name] for name in SCALARS} == {name: f"〔{value}〕" for name, value in SCALARS.items()}
    assert all(told[f"fact.{label}"] == f"〔{value}〕" for label, value in FORM.facts)
    assert [tuple(row) for row in cells[-4:-1]] == FORM.rows
    assert cells[-1][0] == "以上"


def test_a_document_of_forty_fields(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("○○市 様式第9号")
    for name in SCALARS:
        document.add_paragraph(f"{name}=〔{{{{ {name} }}}}〕")
    for label, _ in FORM.facts:
        document.add_paragraph(f"{label}=〔{{{{ fact['{label}'] }}}}〕")
    table = document.add_table(3, len(FORM.columns))
    table.cell(0, 0).text, table.cell(2, 0).text = "{%tr for row in rows %}", "{%tr endfor %}"
    for at, name in enumerate(FORM.columns):
        table.cell(1, at).text = f"{{{{ row['{name}'] }}}}"
    document.save(str(tmp_path / "own.docx"))
    made = Document(io.BytesIO(writing.written(FORM, STAMP, PARTIES, "docx", tmp_path / "none", tmp_path / "own.docx")))
    said = {p.text.partition("=")[0]: p.text.partition("=")[2] for p in made.paragraphs}
    assert {name: said[name] for name in SCALARS} == {name: f"〔{value}〕" for name, value in SCALARS.items()}
    assert all(said[label] == f"〔{value}〕" for label, value in FORM.facts)
    assert [tuple(c.text for c in row.cells) for row in made.tables[0].rows] == FORM.rows


@pytest.mark.parametrize("style", ["xlsx", "docx"])
def test_our_paper_stands_where_there_is_no_template(tmp_path: Path, style: str) -> None:
    made = writing.written(FORM, STAMP, PARTIES, style, tmp_path)
    archive = zipfile.ZipFile(io.BytesIO(made))
    whole = "".join(archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml"))
    whole = html.unescape(whole)
    assert "見集第7号" in whole
    assert "代表取締役" in whole
    assert "游明朝" in whole
    assert "Calibri" not in whole
    assert '"Cambria"' not in whole  # Cambria Math is the font of formulas, of which there are none
