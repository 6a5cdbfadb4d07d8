"""The officer's forms: numbers equal to the database, no planted value in any of them, opened by LibreOffice."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from scanner.demo.office import Planted
from scanner.inventory.reader import Reader
from scanner.report import deadlines
from scanner.report.forms import cited, registers
from scanner.report.forms.interface import Context, wareki, wareki_moment
from scanner.report.forms.registry import FORMS, REPORTS
from scanner.report.paper.kinds import Letter
from tests.conftest import Sekisho
from tests.scanner.history import build
from tests.scanner.test_libreoffice import convert
from tests.scanner.world import World, text

NUMBERED = list(FORMS)
MORE: dict[str, tuple[object, ...]] = {
    "9c": ("--accept-gaps", "保護管理責任者", "--because", "別紙"),
    "9d": ("--draft",),
    "11a": ("--suspicion",),
    "11b": ("--from", 1),
    "11c": ("--from", 1),
}
"""What some forms must be told."""


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
    return build(tmp_path_factory.mktemp("history"), office, command)


def _form(sekisho: Sekisho, history: Path, name: str, style: str, *more: object) -> Path:
    out = history / f"{name}-{len(more)}.{style.partition('-')[0]}"
    policy = history / "office" / "policy.toml"
    more = (*more, *MORE.get(name, ()))
    done = sekisho("report", name, "--home", history / "home", "-p", policy, "--format", style, "-o", out, *more)
    assert done.code == 0, done.err
    return out


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def _named(path: Path) -> list[dict[str, str]]:
    """The lines of the table by their headings."""
    rows = _rows(path)
    start = next(n for n, row in enumerate(rows) if len(row) > 2)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :] if len(row) == len(rows[start])]


def test_numbers_equal_the_database(sekisho: Sekisho, history: Path) -> None:
    db = sqlite3.connect(history / "home" / "inventory.db")
    holdings = _rows(_form(sekisho, history, "1", "csv"))
    head = holdings[4]
    row = dict(zip(head, holdings[5], strict=True))
    kept = db.execute("select rows, persons_min, persons_max, declared_count from originals").fetchone()
    assert (row["台帳番号"], row["本人数(申告)"], row["受領元"]) == ("R-1", str(kept[3]), "市民課")
    assert row["本人数(検出)"] == str(kept[1])
    assert row["特定個人情報"] == "有"
    happened = {
        "F07-EXPIRED",
        "F06-OVERDUE",
        "F07-WEBROOT",
        "F16-OVERDUE",
        "F18-NOT-RECEIVED",
        "F12-UNREGISTERED-PARTY",
        "F07-ONE-CHECKER",
    }
    assert happened <= {r[0] for r in db.execute("select code from points where state = 'open'")}
    points = _rows(_form(sekisho, history, "18", "csv"))
    assert len(points) - 10 == db.execute("select count(*) from points").fetchone()[0]
    copies = _rows(_form(sekisho, history, "7b", "csv"))
    located = db.execute(
        "select count(*) from copies c join files f on f.content_id = c.content_id where f.gone is null"
    ).fetchone()[0]
    assert sum(len(row) > 1 for row in copies[5:]) == located
    assert (
        sum("照合不一致・要確認" in r[-1] for r in copies[5:-1])
        == db.execute(
            "select count(distinct file_id) from points where state = 'open' and code glob 'F0[678]*'"
        ).fetchone()[0]
    )
    places = _named(_form(sekisho, history, "4", "csv"))
    inside = db.execute(
        "select count(*) from files f where gone is null and verdict = 'in_place' and exists (select 1 from findings n where n.content_id = f.content_id)"
    ).fetchone()[0]
    assert [int(r["個人情報のあるファイル"]) for r in places if r["場所番号"] == "store-1"] == [inside]
    record = _named(_form(sekisho, history, "2", "csv"))
    assert [r["記録の別"] for r in record if r["行為"] == "受領"] == ["申告"]


@pytest.mark.parametrize("name", NUMBERED)
def test_no_value_and_no_file_name_in_any_form(
    sekisho: Sekisho, history: Path, planted: list[Planted], name: str
) -> None:
    values = {p.value for p in planted} | {p.value.replace(" ", "") for p in planted} | {"調査対象者.", "写し.xlsx"}
    text = _form(sekisho, history, name, "html").read_bytes().decode("utf-8")
    assert not [v for v in values if v in text]
    clear = _form(sekisho, history, name, "html", "--clear-names").read_text(encoding="utf-8")
    assert ("調査対象者.xlsx" in clear) == (name in ("1", "2", "3", "7b", "9c", "10R"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "style"), [*((n, "xlsx") for n in NUMBERED), *((n, "docx") for n in ("1", "9c", "10R", "11b", "19"))]
)
def test_forms_open_in_libreoffice(sekisho: Sekisho, history: Path, tmp_path: Path, name: str, style: str) -> None:
    """Every cell of the form's csv stands in the pages that LibreOffice makes of it, and nothing planted does."""
    import pypdfium2

    made = _form(sekisho, history, name, style)
    table = _rows(_form(sekisho, history, name, "csv"))
    pdf = pypdfium2.PdfDocument(convert(made, "pdf", tmp_path / "pdf"))
    text = _squeezed("".join(page.get_textpage().get_text_range() for page in pdf))
    assert f"帳票{name}" in text
    assert "通し番号" in text
    start = next(i for i, row in enumerate(table) if len(row) > 2)
    figures = {cell for row in table[start + 1 :] if len(row) > 2 for cell in row if cell.isdigit()}
    missing = [f for f in figures if f not in text]
    assert len(missing) <= {"2": 1, "3": 2}.get(name, 0), missing  # the record has grown by the form itself
    paper = FORMS[name].paper
    as_items = (
        isinstance(paper, Letter) and paper.item is not None
    )  # then the names of the items stand for those of the columns
    labels = (
        {_squeezed(row[1]) for row in table[start + 1 :] if len(row) > 2}
        if as_items
        else set(map(_squeezed, table[start]))
    )
    assert not [c for c in labels if c not in text]


def _squeezed(text: str) -> str:
    """Without spaces and line ends, as letters break differently in every program."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def test_every_form_is_an_entry_of_the_record(sekisho: Sekisho, history: Path) -> None:
    made = _form(sekisho, history, "1", "csv")
    entries = sekisho(
        "ledger", "show", "--home", history / "home", "--kind", "report_made", "--format", "jsonl"
    ).lines()
    assert entries[-1]["details"]["form"] == "1"
    assert f"通し番号 {entries[-1]['seq']}" in made.read_text(encoding="utf-8-sig")
    assert json.dumps(entries, ensure_ascii=False).count("調査対象者") == 0
    assert sekisho("ledger", "verify", "--home", history / "home").code == 0


def test_lines_about_points_name_their_entries(sekisho: Sekisho, history: Path) -> None:
    rows = _rows(_form(sekisho, history, "18", "csv"))
    head = next(i for i, row in enumerate(rows) if "記録番号" in row)
    at = rows[head].index("記録番号")
    told = {int(r[0]): [int(n) for n in r[at].split("、") if n] for r in rows[head + 1 :] if len(r) == len(rows[head])}
    entries = sekisho("ledger", "show", "--home", history / "home", "--format", "jsonl").lines()
    by_point: dict[int, list[int]] = {}
    for entry in entries:
        if entry["kind"] in cited.POINTS and "point" in entry["details"]:
            by_point.setdefault(entry["details"]["point"], []).append(entry["seq"])
    assert told == by_point
    assert told


@pytest.mark.parametrize("style", ["xlsx", "docx"])
@pytest.mark.parametrize("number", ["1", "4"])
def test_a_form_is_the_same_whenever_it_is_packed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, style: str, number: str
) -> None:
    import time

    from scanner.report.forms.interface import Form
    from scanner.report.paper.parties import Parties
    from scanner.report.paper.stamp import Stamp
    from scanner.report.paper.writing import written

    form, stamp = Form(number, "作業場所", ("番号", "場所"), [(1, "庫"), (2, "机")]), Stamp(3, "m", "s", "v", "p")
    made = [written(form, stamp, Parties(), style, tmp_path)]
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    made.append(written(form, stamp, Parties(), style, tmp_path))
    assert made[0] == made[1]


def test_cp932_for_old_excel(sekisho: Sekisho, history: Path) -> None:
    text = _form(sekisho, history, "7b", "csv-cp932").read_bytes().decode("cp932")
    assert "複写照合表" in text
    assert "〓" in text


@pytest.mark.slow
def test_forms_that_cannot_be_made_are_told(sekisho: Sekisho, tmp_path: Path) -> None:
    unknown = sekisho("report", "7z", "--home", tmp_path)
    assert unknown.code == 2
    assert all(
        f in sekisho("report", "99", "--home", tmp_path).err
        for spec in REPORTS.values()
        for f in (spec.number, spec.alias)
    )
    assert sekisho("report", "1", "--home", tmp_path).code == 2


def test_templates_of_an_entruster(sekisho: Sekisho, history: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook, load_workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["○○市 様式第3号 {{ title }}"])
    sheet.append(["{{ serial }} {{ made }} {{ scope }} {{ version }}"])
    sheet.append(["区分", "件"])
    sheet.append(["{{ row.台帳番号 }}", "{{ row.本人数(検出) }}"])
    sheet.append(["以上"])
    book.save(tmp_path / "own.xlsx")
    made = _form(sekisho, history, "1", "xlsx", "--template", tmp_path / "own.xlsx")
    cells = [[c.value for c in row] for row in load_workbook(made).active]
    assert cells[0][0] == "○○市 様式第3号 保有個人情報等管理台帳"
    assert cells[3] == ["R-1", "12"]
    assert cells[-1][0] == "以上"
    common = (
        "report",
        "1",
        "--home",
        history / "home",
        "-p",
        history / "office/policy.toml",
        "-o",
        tmp_path / "x.xlsx",
    )
    for change, words in (
        (("A2", "{{ made }}"), "serial"),
        (("A1", "{{ serial }} {{ 住所録 }}"), "住所録"),
        (("B4", "{{ row.昼食 }}"), "昼食"),
    ):
        sheet[change[0]] = change[1]
        book.save(tmp_path / "bad.xlsx")
        told = sekisho(*common, "--template", tmp_path / "bad.xlsx")
        assert told.code == 2
        assert words in told.err
        sheet["A1"], sheet["A2"] = "{{ title }}", "{{ serial }} {{ made }} {{ scope }} {{ version }}"
        sheet["B4"] = "{{ row.本人数(検出) }}"
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    assert sekisho(*common, "--template", tmp_path / "no.xlsx").code == 2
    (history / "home/forms").mkdir()
    shutil.copy(tmp_path / "own.xlsx", history / "home/forms/1.xlsx")
    assert load_workbook(_form(sekisho, history, "1", "xlsx", "--contract", "2026-017")).active["A6"].value == "以上"
    shutil.rmtree(history / "home/forms")


def test_forms_need_what_they_are_about(sekisho: Sekisho, history: Path) -> None:
    common = ("--home", history / "home", "-p", history / "office/policy.toml")
    assert "--suspicion" in sekisho("report", "11a", *common).err
    assert sekisho("report", "11a", *common, "--from", 99999).code == 2
    assert sekisho("report", "11a", *common, "--from", 1, "--incident", "無").code == 2
    assert sekisho("report", "9c", *common, "--accept-gaps", "誰か").code == 2
    assert sekisho("report", "9c", *common, "--contract", "9999").code == 2
    assert sekisho("report", "9c", *common, "--family", "R-99").code == 2
    assert sekisho("report", "9c", "--home", history / "home").code == 2  # no policy, no contract


@pytest.mark.parametrize(
    ("known", "wrongful", "due"),
    [
        (date(2025, 12, 1), False, date(2026, 1, 5)),  # the vector of the rule: day 30 is 30 December
        (date(2026, 11, 2), False, date(2026, 12, 1)),
        (date(2026, 4, 4), False, date(2026, 5, 7)),  # 3 May is a Sunday within the holidays
        (date(2025, 12, 1), True, date(2026, 1, 29)),
    ],
)
def test_clocks_of_the_commission(known: date, wrongful: bool, due: date) -> None:
    clock = deadlines.clock(known, wrongful=wrongful)
    assert clock.final_due == due
    assert (clock.first_from - known).days == 2
    assert (clock.first_until - known).days == 4


@pytest.mark.slow
def test_a_form_for_one_entruster_says_nothing_of_another(sekisho: Sekisho, tmp_path: Path) -> None:
    from tests.scanner.world import table

    rules = "".join(
        f'[[contract]]\nid="{c}"\ntitle="{t}"\nentruster="{t}市"\n[[contract.place]]\nid="s{c}"\nkind="storage"\npath="{c}"\n'
        for c, t in (("K-1", "甲"), ("K-2", "乙"))
    )
    (tmp_path / "p.toml").write_text(rules, encoding="utf-8")
    common = ("--home", tmp_path / "h", "-p", tmp_path / "p.toml")
    for contract, seed in (("K-1", 301), ("K-2", 302)):
        (tmp_path / contract).mkdir()
        (tmp_path / contract / "名簿.xlsx").write_bytes(table(8, seed))
        assert sekisho("receive", tmp_path / contract / "名簿.xlsx", "--contract", contract, *common).code == 0
    shutil.copy(tmp_path / "K-2/名簿.xlsx", tmp_path / "K-1/写し.xlsx")
    sekisho("scan", tmp_path / "K-1", tmp_path / "K-2", "--depth", "quick", *common)
    for name in FORMS:
        if name in ("9c", "11a", "11b", "11c"):
            continue
        done = sekisho("report", name, "--contract", "K-1", "--draft", "-o", tmp_path / "x.csv", *common)
        assert done.code == 0, done.err
        text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
        assert not [w for w in ("K-2", "乙", "R-2", "sK-2") if w in text], name


@pytest.mark.parametrize("contract", ["", "A"])
def test_what_lies_outside_and_belongs_to_no_contract_is_not_told_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: str
) -> None:
    world = World(tmp_path.resolve(), monkeypatch)
    world.put("desk/名簿.csv", text(12, 5))
    world.scan()
    facts = dict(
        registers.places(Context(Reader(world.home.database), world.rules, world.day, b"", contract=contract)).facts
    )
    told = facts["登録した場所の外にある個人情報のあるファイル"]
    assert told == ("この契約のものと分かるものはありません" if contract else "1 件(帳票18の第3の欄)")
    assert facts["契約の特定なし(未了)"] == 1
