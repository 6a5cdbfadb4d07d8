"""``report all``, names of forms and files, formats by the ending, PDF."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli.days import DAY, MONTH, YEAR
from scanner.report.forms import names
from scanner.report.forms.registry import FORMS, REPORTS
from tests.conftest import Sekisho, needed
from tests.scanner.officer import Day

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("管理台帳", "1"), ("台帳", "1"), ("帳票１", "1"), ("様式第1号", "1"), ("保有個人情報等管理台帳", "1"), ("5A", "5a"), ("帳票10r", "10R"), ("返還", "10R"),
        ("残存", "9c"), ("ひ", ""), ("管理簿", ""), ("研修", ""), ("自己点検", "14c"), ("holdings", "1"), ("overview", "overview"), ("概況", "overview"),
        ("持出し 管理簿", "6"), ("作業場所保管場所届", "4"), ("全帳票", "all"), ("19", "19"),
    ],
)  # fmt: skip
def test_a_form_is_found_by_what_people_call_it(word: str, number: str) -> None:
    if number:
        assert names.resolve(word) == number
    else:
        with pytest.raises(names.NoSuchForm):
            names.resolve(word)


def test_every_number_name_and_alias_is_one_form() -> None:
    for number, spec in REPORTS.items():
        assert {names.resolve(name) for name in (*spec.names, f"{number} {spec.name}")} == {number}
        assert names.resolve(names.called(number).split()[-1]) == number
    assert set(FORMS) < set(REPORTS)


@given(st.sampled_from(sorted(spec.name for spec in REPORTS.values())), st.data())
def test_a_part_of_a_name_means_that_form_or_says_which_it_could_be(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    part = name[start : data.draw(st.integers(start + 2, len(name)))]
    found = []
    several = False
    try:
        found = [names.called(names.resolve(part))]
    except names.NoSuchForm as unknown:
        found, several = unknown.near, unknown.several
    meant = part.replace("・", "")
    if len(meant) > 1:
        assert found
        assert several == (len(found) > 1)
        assert several or meant in name.replace("・", "")


@given(st.sampled_from(sorted(FORMS)), st.text(max_size=200), st.dates(date(2019, 5, 1), date(2099, 12, 31)))
def test_any_contract_gives_a_name_that_every_system_takes(number: str, contract: str, day: date) -> None:
    name = names.file_name(number, contract, day, "xlsx")
    assert not set(name) & set('\\/:*?"<>|')
    assert all(c.isprintable() for c in name)
    assert len(name.encode("utf-16-le")) // 2 <= 255
    assert re.match(r"[0-9]{2}", name)
    assert name.endswith(".xlsx")
    again = names.unused(name, [name.upper(), names.unused(name, [name])])
    assert again.endswith("(3).xlsx")


def test_files_lie_in_the_order_of_the_forms() -> None:
    assert names.file_name("1", "R8-健康-103", TODAY, "xlsx") == "01_管理台帳_R8-健康-103_令和8年11月30日.xlsx"
    assert names.file_name("5a", "7/3:甲", TODAY, "docx") == "05a_管理体制届_7／3：甲_令和8年11月30日.docx"
    assert names.file_name("10R", "", TODAY, "pdf") == "10R_返還・引渡届_令和8年11月30日.pdf"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("handing")


@pytest.fixture
def day(sekisho: Sekisho, folder: Path) -> Day:
    def make(day: Day) -> None:
        assert day.run("receive", folder / "store/原本.xlsx", "--contract", "A").code == 0
        day.scan()

    return Day.kept(sekisho, folder, make)


def test_everything_that_applies_and_why_the_rest_does_not(day: Day) -> None:
    out = day.folder / "提出"
    done = day.run("--lang", "ja", "report", "all", "-o", out)
    assert done.code == 0, done.err
    files = sorted(p.name for p in out.iterdir())
    index = next(p for p in out.iterdir() if p.name.startswith("00_目次_A_"))
    page = index.read_text(encoding="utf-8")
    told = {re.match(r"0?([0-9]+[a-zR]?)_", name)[1] for name in files if not name.startswith("00")}  # type: ignore[index]
    left = {n for n in FORMS if f"<td>帳票{n} {FORMS[n].name}</td>" in page}
    assert told | left >= set(FORMS)
    assert {"1", "2", "3", "4", "5b", "14c", "19"} <= told
    assert {"10R", "11a", "11b", "11c", "6", "18"} <= left
    assert all(name in page for name in files if name != index.name)
    assert next(n for n in files if n.startswith("03")).endswith(".docx")
    entries = day.run("ledger", "show", "--kind", "report_made", "--format", "jsonl", policy=False).lines()
    assert {e["details"]["form"] for e in entries} == told
    assert day.run("--lang", "ja", "report", "all", "-o", out).code == 0  # beside what is there, not over it
    assert any(p.name.endswith("(2).xlsx") for p in out.iterdir())
    assert day.run("report", "all", "-o", day.folder / "policy.toml").code == 2
    assert day.run("report", "all", "-o", day.folder / "一式.zip").code == 0
    with zipfile.ZipFile(day.folder / "一式.zip") as package:
        assert sorted(package.namelist()) == sorted(files)


def test_the_ending_decides_and_a_wrong_one_is_refused(day: Day) -> None:
    for words, told in (
        (("report", "1", "-o", "x.txt"), ".docx"),
        (("report", "管理台帳", "-o", "x"), ".xlsx"),
        (("report", "1", "-o", "x.docx", "--format", "xlsx"), ".xlsx"),
        (("report", "overview", "-o", "x.xlsx"), ".html"),
        (("report", "overview", "--format", "pdf"), "html"),
        (("report", "14", "-o", "x.xlsx"), ".zip"),
        (("report", "all", "-o", "x.xlsx"), ".zip"),
        (("report", "3", "--month", "らいげつ"), "令和8年11月"),
        (("report", "管理簿"), "持出し管理簿"),
        (("report", "管理台張"), "管理台帳"),
    ):
        done = day.run("--lang", "ja", *words)
        assert done.code == 2, words
        assert told in done.err, words
    assert not [p for p in day.folder.iterdir() if p.name.startswith("x")]
    made = day.run("--lang", "ja", "report", "場所届", "--contract", "A")
    assert made.code == 0, made.err
    assert "04_作業場所・保管場所届_A_" in made.out
    assert made.out.strip().endswith(".docx")


@pytest.mark.slow
def test_pdf_needs_libreoffice_and_says_so(day: Day) -> None:
    import pypdfium2

    needed("soffice")
    out = day.folder / "04.pdf"
    done = day.run("report", "4", "-o", out)
    assert done.code == 0, done.err
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(io.BytesIO(out.read_bytes())))
    assert "作業場所" in text
    before = len(day.run("ledger", "show", "--format", "jsonl", policy=False).lines())
    without = day._sekisho("report", "4", "-o", out, "--home", day.home, env={"PATH": ""})
    assert without.code == 2
    assert "LibreOffice" in without.err
    assert len(day.run("ledger", "show", "--format", "jsonl", policy=False).lines()) == before


@given(
    st.dates(date(2019, 6, 1), date(2098, 12, 31)),
    st.sampled_from(
        [
            "{0:%Y-%m}",
            "{0.year}/{0.month}",
            "{0.year}年{0.month}月",
            "令和{1}年{0.month}月",
            "Ｒ{1}．{0.month}",
            "令和{1}年{0.month}月分",
        ]
    ),
)
def test_months_and_years_are_taken_as_people_write_them(day_: date, form: str) -> None:
    assert MONTH.convert(form.format(day_, day_.year - 2018), None, None) == day_.replace(day=1)
    for written in (f"{day_.year}", f"令和{day_.year - 2018}年度", f"{day_.year}年度", f"Ｒ{day_.year - 2018}"):
        assert YEAR.convert(written, None, None) == day_.year
    assert DAY.convert(f"令和{day_.year - 2018}年{day_.month}月{day_.day}日", None, None) == day_
