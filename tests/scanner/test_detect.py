"""From blocks to findings: places as ranges, shapes without values, persons as a range."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from scanner.custody.keys import Key
from scanner.demo.people import people
from scanner.detect import judge
from scanner.detect.assemble import Detection
from scanner.detect.judge import TimeUp
from scanner.detect.shape import shape
from scanner.detect.tally import MAX_PLACES, Places
from scanner.model import Block, BlockKind


def _row(number: int, *cells: str, part: str = "名簿") -> Block:
    return Block(BlockKind.ROW, part, number, cells=tuple(enumerate(cells, 1)))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("balanced")


def test_a_long_column_is_one_range(engine: Engine) -> None:
    detection = Detection(engine)
    detection.add(_row(1, "氏名", "電話番号"))
    for number in range(2, 9_002):
        detection.add(_row(number, "山田 太郎" if number % 2 else "佐藤 花子", f"03-1234-{number % 10_000:04d}"))
    detection.close()
    findings, fewest, most = detection.finish()
    where = {f.entity: f.where for f in findings}
    assert where["PHONE_NUMBER"] == ("名簿!B2:B9001",)
    assert where["PERSON"] == ("名簿!A2:A9001",)
    assert (fewest, most) == (2, 9_000)


def test_places_overflow_is_said() -> None:
    places = Places()
    for number in range(0, 4 * MAX_PLACES, 2):
        places.add(Block(BlockKind.LINE, "", number, "x"), 0)
    ranges = places.ranges()
    assert len(ranges) == MAX_PLACES + 1
    assert ranges[-1] == f"+{MAX_PLACES}"


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80))
def test_ranges_cover_exactly_what_was_added(rows: list[int]) -> None:
    places = Places()
    for row in rows:
        places.add(_row(row, "x", part=""), 3)
    covered: set[int] = set()
    for place in places.ranges():
        first, _, last = place.partition(":")
        covered |= set(range(int(first[1:]), int((last or first)[1:]) + 1))
    assert covered == set(rows)


@pytest.mark.parametrize(
    ("entity", "value", "form"),
    [
        ("PERSON", "山田 太郎", "漢字2+漢字2"),
        ("PERSON", "ﾔﾏﾀﾞ", "カナ3"),
        ("PHONE_NUMBER", "090-1234-5678", "0NN-NNNN-NNNN"),
        ("JP_MY_NUMBER", "1234 5678 9018", "NNNN NNNN NNNN"),
        ("EMAIL_ADDRESS", "a.b@example.jp", "英字1+英字1+英字7+英字2"),
    ],
)
def test_shapes(entity: str, value: str, form: str) -> None:
    assert shape(entity, value) == form


@given(st.text(min_size=1, max_size=60))
def test_shape_never_holds_the_value(value: str) -> None:
    form = shape("PERSON", value)
    assert all(c in "漢字かなカナ数字英文0123456789+…" or not c.isalnum() or c == "N" for c in form)


def test_surname_alone_is_the_person_named_in_full(engine: Engine) -> None:
    detection = Detection(engine)
    detection.add(Block(BlockKind.LINE, "", 1, "氏名:山田太郎"))
    detection.add(Block(BlockKind.LINE, "", 2, "担当者:山田様"))
    detection.close()
    assert detection.finish()[1] == 1


@pytest.mark.parametrize("ending", ["table", "tabs", "commas", "reading first"])
def test_a_name_and_its_reading_are_one_person(engine: Engine, ending: str) -> None:
    """Whatever the file is called: a table that is read as lines counts as one that is read as rows."""
    rows = [(p.name, p.kana, p.birth_western) for p in people(60)]
    detection = Detection(engine)
    if ending == "table":
        detection.add(_row(1, "氏名", "フリガナ", "生年月日"))
        for number, cells in enumerate(rows, 2):
            detection.add(_row(number, *cells))
    else:
        between = "," if ending == "commas" else "\t"
        for number, (name, kana, birth) in enumerate([("氏名", "フリガナ", "生年月日"), *rows], 1):
            cells = (kana, name, birth) if ending == "reading first" else (name, kana, birth)
            detection.add(Block(BlockKind.LINE, "", number, between.join(cells)))
    detection.close()
    _, fewest, most = detection.finish()
    assert fewest == len({(name, birth) for name, _, birth in rows})
    assert most <= len(rows) + 1


def test_rows_of_one_name_with_different_births_are_different_persons(engine: Engine) -> None:
    detection = Detection(engine)
    detection.add(_row(1, "氏名", "生年月日", "電話番号"))
    for number in range(2, 42):
        birth = (
            f"昭和{30 + number % 20}年{1 + number % 12}月{1 + number % 28}日"
            if number % 2
            else f"{1955 + number % 20}/{1 + number % 12}/{1 + number % 28}"
        )
        detection.add(_row(number, "山田 太郎", birth, "03-1234-5678"))
        detection.add(_row(number + 100, "山田 太郎", birth, "03-1234-9999"))
    detection.close()
    _, fewest, most = detection.finish()
    assert (fewest, most) == (40, 80)


def test_one_birth_in_two_calendars_is_one_person(engine: Engine) -> None:
    detection = Detection(engine)
    detection.add(_row(1, "氏名", "生年月日"))
    for number, birth in enumerate(("昭和50年4月1日", "1975/4/1", "S50.4.1", "1975-04-01"), 2):
        detection.add(_row(number, "山田 太郎", birth))
    detection.close()
    assert detection.finish()[1] == 1


@pytest.mark.parametrize(("fault", "reason"), [(MemoryError, "memory_limit"), (TimeUp, "time_limit")])
def test_what_runs_out_before_anything_is_looked_at_is_told(
    monkeypatch: pytest.MonkeyPatch, fault: type[BaseException], reason: str
) -> None:
    def runs_out(*_: object) -> None:
        raise fault

    monkeypatch.setattr(judge, "Detection", runs_out)
    monkeypatch.setattr(judge, "allow", lambda *_, **__: None)
    bench = object.__new__(judge.Bench)
    bench._engine, bench._keys, bench._house = None, [], Key("", b"")
    answer = bench._file({"cpu": 1, "memory": 1, "prints": False}, io.BytesIO())
    assert answer == {"found": {"unread": {reason: 1}}, "again": True}
