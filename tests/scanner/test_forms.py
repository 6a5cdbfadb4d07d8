"""The officer's forms: numbers equal to the database, no planted value in any of them, opened by LibreOffice."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from scanner.cli.report import ALIASES, FORMS
from scanner.demo.office import Planted
from scanner.report.forms.interface import wareki, wareki_moment
from tests.conftest import Sekisho
from tests.scanner.test_libreoffice import convert

NUMBERED = [f for f in FORMS if f != "overview"]


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 23), "令和8年11月23日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (None, ""),
    ],
)
def test_japanese_years(day: date | None, shown: str) -> None:
    assert wareki(day) == shown


def test_moments_are_local_time() -> None:
    assert wareki_moment("2026-11-23T15:30:00Z") == "令和8年11月24日 00:30"


@pytest.fixture(scope="module")
def history(office: Path, tmp_path_factory: pytest.TempPathFactory, command: list[str]) -> Path:
    """The sample office with something that happened in it: received, copied, scanned twice."""
    import subprocess

    folder = tmp_path_factory.mktemp("history")
    place = folder / "office"
    shutil.copytree(office, place)
    arguments = ["--home", str(folder / "home"), "-p", str(place / "policy.toml")]

    def run(*words: object) -> None:
        done = subprocess.run([*command, *map(str, words), *arguments], capture_output=True, check=False)
        assert done.returncode in (0, 1, 3), done.stderr

    original = place / "承諾済み保管庫" / "調査対象者.xlsx"
    run("receive", original, "--contract", "2026-017", "--count", 12, "--from", "市民課")
    run("scan", place, "--depth", "quick")
    shutil.copy(original, place / "業務資料" / "写し.xlsx")
    run("scan", place, "--depth", "quick")
    return folder


def _form(sekisho: Sekisho, history: Path, name: str, style: str, *more: object) -> Path:
    out = history / f"{name}-{len(more)}.{style.partition('-')[0]}"
    policy = history / "office" / "policy.toml"
    done = sekisho("report", name, "--home", history / "home", "-p", policy, "--format", style, "-o", out, *more)
    assert done.code == 0, done.err
    return out


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_numbers_equal_the_database(sekisho: Sekisho, history: Path) -> None:
    db = sqlite3.connect(history / "home" / "inventory.db")
    holdings = _rows(_form(sekisho, history, "1", "csv"))
    head = holdings[4]
    row = dict(zip(head, holdings[5], strict=True))
    kept = db.execute("select rows, persons_min, persons_max, declared_count from originals").fetchone()
    assert (row["台帳番号"], row["本人数(申告)"], row["受領元"]) == ("R-1", str(kept[3]), "市民課")
    assert row["本人数(検出)"] == str(kept[1])
    assert row["特定個人情報"] == "有"
    points = _rows(_form(sekisho, history, "18", "csv"))
    assert len(points) - 6 == db.execute("select count(*) from points").fetchone()[0]
    copies = _rows(_form(sekisho, history, "7b", "csv"))
    located = db.execute(
        "select count(*) from copies c join files f on f.content_id = c.content_id where f.gone is null"
    ).fetchone()[0]
    assert len(copies) - 6 == located
    assert (
        sum("照合不一致・要確認" in r[-1] for r in copies[5:-1])
        == db.execute(
            "select count(distinct file_id) from points where state = 'open' and code glob 'F0[678]*'"
        ).fetchone()[0]
    )
    places = _rows(_form(sekisho, history, "4", "csv"))
    inside = db.execute(
        "select count(*) from files f where gone is null and verdict = 'in_place' and exists (select 1 from findings n where n.content_id = f.content_id)"
    ).fetchone()[0]
    assert [int(r[10]) for r in places[5:] if r[2] == "store-1"] == [inside]
    record = _rows(_form(sekisho, history, "2", "csv"))
    assert ["受領", "申告"] == [next(r for r in record if len(r) > 4 and r[4] == "受領")[i] for i in (4, -1)]


@pytest.mark.parametrize("name", NUMBERED)
def test_no_value_and_no_file_name_in_any_form(
    sekisho: Sekisho, history: Path, planted: list[Planted], name: str
) -> None:
    values = {p.value for p in planted} | {p.value.replace(" ", "") for p in planted} | {"調査対象者.", "写し.xlsx"}
    for style in ("html", "csv"):
        text = _form(sekisho, history, name, style).read_bytes().decode("utf-8")
        assert not [v for v in values if v in text], style
    clear = _form(sekisho, history, name, "html", "--clear-names").read_text(encoding="utf-8")
    assert ("調査対象者.xlsx" in clear) == (name in ("1", "2", "7b"))


@pytest.mark.parametrize("name", NUMBERED)
def test_workbooks_open_in_libreoffice(sekisho: Sekisho, history: Path, tmp_path: Path, name: str) -> None:
    made = _form(sekisho, history, name, "xlsx")
    pdf = convert(made, "pdf", tmp_path / "pdf")
    import pypdfium2

    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert f"帳票{name}" in text.replace(" ", "")
    assert "通し番号" in text


def test_every_form_is_an_entry_of_the_record(sekisho: Sekisho, history: Path) -> None:
    made = _form(sekisho, history, "1", "csv")
    entries = sekisho(
        "ledger", "show", "--home", history / "home", "--kind", "report_made", "--format", "jsonl"
    ).lines()
    assert entries[-1]["details"]["form"] == "1"
    assert f"通し番号 {entries[-1]['seq']}" in made.read_text(encoding="utf-8-sig")
    assert json.dumps(entries, ensure_ascii=False).count("調査対象者") == 0
    assert sekisho("ledger", "verify", "--home", history / "home").code == 0


def test_cp932_for_old_excel(sekisho: Sekisho, history: Path) -> None:
    text = _form(sekisho, history, "7b", "csv-cp932").read_bytes().decode("cp932")
    assert "複写照合表" in text
    assert "〓" in text


def test_forms_that_cannot_be_made_are_told(sekisho: Sekisho, tmp_path: Path) -> None:
    unknown = sekisho("report", "7z", "--home", tmp_path)
    assert unknown.code == 2
    assert all(f in sekisho("report", "99", "--home", tmp_path).err for f in (*FORMS, *ALIASES))
    assert sekisho("report", "1", "--home", tmp_path).code == 2
