"""Database dumps have headers: columns of INSERT and COPY are judged like those of any table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.engine import Engine
from detectors.tables.inserts import statements


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("quick")


def _found(engine: Engine, text: str) -> set[tuple[str, str]]:
    return {(m.entity, text[m.start : m.end]) for m in engine.analyze(text).matches}


def test_columns_of_an_insert_head_its_rows(engine: Engine) -> None:
    text = (
        "INSERT INTO `users` (id, name, birthday, created) VALUES\n"
        "(1, '柚木 沙羅', '1994-10-27', '2026-01-02'),\n(2, '兵頭 丈', '1961-02-11', '2026-01-03');\n"
    )
    assert _found(engine, text) == {
        ("PERSON", "柚木 沙羅"),
        ("DATE_OF_BIRTH", "1994-10-27"),
        ("PERSON", "兵頭 丈"),
        ("DATE_OF_BIRTH", "1961-02-11"),
    }


def test_one_statement_a_row_is_one_table() -> None:
    row = "insert into staff(name, tel) values ('O''Neil', NULL);\n"
    _, tables = statements(row * 3)
    assert [len(table.rows) for table in tables] == [3]
    cell = tables[0].rows[1][0]
    assert (row * 3)[cell.start : cell.end] == "O''Neil"


def test_rows_of_a_copy_are_headed_too(engine: Engine) -> None:
    text = "COPY public.member (id, name, birth_date) FROM stdin;\n1\t柚木 沙羅\t1994-10-27\n2\t兵頭 丈\t1961-02-11\n\\.\n\nx\t1961-02-12\n"
    assert {value for entity, value in _found(engine, text) if entity == "DATE_OF_BIRTH"} == {
        "1994-10-27",
        "1961-02-11",
    }


def test_words_about_inserts_are_no_tables() -> None:
    for text in ("how to insert a row", "INSERT INTO t SELECT * FROM u", "insert into t (a) values (", "COPY t FROM x"):
        assert statements(text) == (text, [])


@given(st.text(alphabet="insertINO to(),'\\;valuesCOPY FRMdn.\t\n1山", max_size=200))
def test_any_text_keeps_its_length(text: str) -> None:
    filled, tables = statements("insert into t (a) values " + text)
    assert len(filled) == len(text) + len("insert into t (a) values ")
    assert all(cell.start <= cell.end for table in tables for cells in table.rows.values() for cell in cells)
