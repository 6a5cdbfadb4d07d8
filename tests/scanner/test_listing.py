"""A file once, with all its points: grouping, order, filters and exports of ``sekisho points``."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from scanner import clock, messages
from scanner.duties.registry import ALL_CODES
from scanner.report import wording
from scanner.report.listing import book, filters, table, urgency
from scanner.report.listing.subjects import Point, Subject
from tests.conftest import Sekisho
from tests.scanner.officer import Day
from tests.scanner.world import table as persons_of

TODAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the day happened; made once, nothing in it is changed."""
    return tmp_path_factory.mktemp("day")


@pytest.fixture
def day(sekisho: Sekisho, folder: Path) -> Day:
    """An original with a copy in a published folder of no place (three points about one file) and a file of its own."""

    def make(day: Day) -> None:
        assert day.run("receive", folder / "store/原本.xlsx", "--contract", "A").code == 0
        web = folder / "elsewhere/public_html"
        web.mkdir()
        (web / "一覧.xlsx").write_bytes((folder / "store/原本.xlsx").read_bytes())
        (folder / "elsewhere/別の名簿.xlsx").write_bytes(persons_of(5, 17))
        day.scan()

    return Day.kept(sekisho, folder, make)


def test_a_file_stands_once_with_all_its_points(day: Day) -> None:
    apart = day.run("points", "--format", "jsonl", policy=False).lines()
    subjects = day.run("points", "--format", "jsonl", "--by", "file", policy=False).lines()
    names = [s["path"] or s["subject"] for s in subjects]
    assert len(names) == len(set(names)) == len({p["path"] or p["subject"] for p in apart})
    assert sorted(p["id"] for s in subjects for p in s["points"]) == sorted(p["id"] for p in apart)
    first = subjects[0]
    assert first["path"].endswith("一覧.xlsx")
    assert {p["code"] for p in first["points"]} >= {"F07-WEBROOT", "F03-OUTSIDE", "F07-UNDECLARED"}
    assert (first["first"], first["level"], first["persons"]["max"]) == ("F07-WEBROOT", "now", 12)
    shown = day.run("--lang", "ja", "points", policy=False).out
    assert shown.count("一覧.xlsx") == 1
    assert "まずすること: 直ちに責任者に伝え" in shown


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--code", "F07-WEBROOT"), {"一覧.xlsx"}),
        (("--code", "公開領域", "--code", "f07-undeclared"), {"一覧.xlsx"}),
        (("--code", "第３"), {"一覧.xlsx", "別の名簿.xlsx"}),
        (("--place", "場所外"), {"一覧.xlsx", "別の名簿.xlsx"}),
        (("--place", "{folder}/elsewhere/public_html"), {"一覧.xlsx"}),
        (("--place", "{relative}/elsewhere/../elsewhere/public_html/"), {"一覧.xlsx"}),
        (("--place", "{folder}/home"), set()),
        (("--contract", "A", "--code", "F07"), {"一覧.xlsx"}),
        (("--code", "F03", "--older-than", "1"), set()),
        (("--late",), set()),
    ],
)
def test_filters(day: Day, words: tuple[str, ...], left: set[str]) -> None:
    asked = [w.format(folder=day.folder, relative=os.path.relpath(day.folder)) for w in words]
    done = day.run("--lang", "ja", "points", "--by", "file", "--format", "jsonl", *asked)
    assert {Path(s["path"]).name for s in done.lines() if s["path"]} == left
    assert done.code == (1 if left else 0)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--code", "F99"), "F03-OUTSIDE"),
        (("--code", "場所そと"), "場所外"),
        (("--contract", "AA"), "A"),
        (("--place", "stoer"), "store"),
        (("--place", "./stoer/sub"), "store"),
        (("--place", "/no/such/folder"), "store"),
        (("review", "12345", "--by", "W-1"), "要確認 12345 はありません"),
        (("correct", "1", "--by", "W-1", "--due", "令和8年1月5日"), "過ぎています"),
        (("-o", "x.pdf"), ".xlsx"),
        (("-o", "x.csv", "--format", "xlsx"), ".csv"),
        (("--format", "xlsx"), "-o"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(day: Day, words: tuple[str, ...], told: str) -> None:
    done = day.run("--lang", "ja", "points", *words, policy=words[0].startswith("-"))
    assert done.code == 2
    assert told in done.err


def test_articles_and_reports_refuse_a_contract_that_nobody_knows(day: Day, tmp_path: Path) -> None:
    for words in (("articles",), ("report", "1", "-o", tmp_path / "1.xlsx")):
        done = day.run("--lang", "ja", *words, "--contract", "zz")
        assert (done.code, "「zz」は方針ファイルにありません" in done.err) == (2, True)
        done = day.run("--lang", "ja", *words, "--contract", "zz", policy=False)
        assert (done.code, "-p" in done.err) == (2, True)


def test_exports_hold_the_same_list(day: Day) -> None:
    subjects = day.run("points", "--format", "jsonl", "--by", "file", policy=False).lines()
    for ending in ("csv", "xlsx"):
        assert day.run("--lang", "ja", "points", "-o", day.folder / f"list.{ending}", policy=False).code == 1
    lines = list(csv.reader(io.StringIO((day.folder / "list.csv").read_text(encoding="utf-8-sig"))))
    sheet = load_workbook(day.folder / "list.xlsx").active
    assert sheet is not None
    cells = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
    for head, *body in (lines, cells):
        assert head[:2] == ["急ぎ", "ファイル・対象"]
        assert [row[1] for row in body] == [s["path"] or s["subject"] for s in subjects]
        assert [str(row[6] or "") for row in body if row[4]] == [
            str(s["persons"]["max"]) for s in subjects if s["path"]
        ]
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.paperSize == 9


def test_every_kind_of_point_says_what_to_do_first() -> None:
    for language in messages.LANGUAGES:
        messages.choose(language)
        try:
            assert [c for c in ALL_CODES if urgency.todo(c) == wording.point(c)] == []
        finally:
            messages.choose(None)


_POINTS = st.builds(
    Point,
    id=st.integers(1, 999),
    code=st.sampled_from(ALL_CODES),
    state=st.just("open"),
    stage=st.sampled_from(["new", "review", "correcting", "proposed"]),
    due=st.one_of(st.just(""), st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat)),
    opened=st.dates(date(2026, 1, 1), TODAY).map(clock.begin_of),
    declared=st.booleans(),
)
_SUBJECTS = st.builds(
    Subject,
    path=st.text(max_size=90),
    name=st.text(min_size=1, max_size=20),
    host=st.sampled_from(["", "PC-2"]),
    contracts=st.lists(st.sampled_from(["A", "B"]), unique=True).map(tuple),
    families=st.just(("R-1",)),
    place=st.sampled_from(["", "A/store", "B/store"]),
    verdict=st.just("outside"),
    ground=st.just("fixed"),
    fewest=st.integers(0, 9),
    most=st.integers(9, 10**6),
    kinds=st.dictionaries(
        st.tuples(st.just("person"), st.sampled_from(["PERSON", "JP_ADDRESS"])), st.integers(1, 10**6)
    ),
    where=st.just(()),
    points=st.lists(_POINTS, min_size=1, max_size=6).map(tuple),
)


@given(st.lists(_SUBJECTS, max_size=5), st.sampled_from(["A", ""]), st.integers(0, 400), st.booleans())
def test_a_filter_keeps_what_holds_and_loses_no_point_of_it(
    every: list[Subject], contract: str, older: int, late: bool
) -> None:
    kept = filters.Filter(contract=contract, older=older, late=late).apply(every, TODAY)
    wanted = [
        s
        for s in every
        if (not contract or contract in s.contracts)
        and min(clock.day_of(p.opened) for p in s.points) <= TODAY - timedelta(days=older)
        and (not late or any(p.due and date.fromisoformat(p.due) < TODAY for p in s.points))
    ]
    assert kept == wanted
    only = filters.Filter(codes=frozenset({"F03-OUTSIDE"})).apply(every, TODAY)
    assert all(p.code == "F03-OUTSIDE" for s in only for p in s.points)


@given(st.lists(_SUBJECTS, max_size=3))
def test_any_list_can_be_written(every: list[Subject]) -> None:
    sheet = load_workbook(io.BytesIO(book.workbook(every, TODAY, "list"))).active
    assert sheet is not None
    assert sheet.max_row == len(every) + 2
    assert not any(c.data_type == "f" for row in sheet.iter_rows() for c in row)
    lines = list(csv.reader(io.StringIO(table.comma_separated(every, TODAY).decode("utf-8-sig"), newline="")))
    assert len(lines) == len(every) + 1
    assert all(json.dumps(table.plain(s, TODAY)) for s in every)


@given(st.sampled_from(ALL_CODES))
def test_what_is_late_says_so_before_all_else(code: str) -> None:
    assert urgency.level(code, late=True) == urgency.LEVELS[0] == "late"
    assert urgency.level(code) in urgency.LEVELS[1:]
