"""Values that are looked at by the hundreds are read as if each had been looked at by itself. All is invented."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.extract import values
from scanner.extract.dispatch import dispatch
from scanner.extract.interface import Sink, Source
from scanner.limits import limits
from tests.scanner.test_text_kinds import PERSON, looked

CARRYING = (
    "\\u9ad8\\u68a8 \\u7f8e\\u7a42",
    "%E9%AB%98%E6%A2%A8%E7%BE%8E%E7%A9%82",
    "&#39640;&#26792;",
    base64.b64encode(PERSON.encode()).decode(),
    "<b>高</b>梨",
    "begin 644 a.txt",
    "=?utf-8?B?6auY5qKo?=",
    "U+9AD8 U+68A8",
)
texts = st.one_of(st.sampled_from(CARRYING), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), texts)
keys = st.sampled_from(["氏名", "a", "b", "住所", "a.b", "c", "", "長" * 210])
trees = st.recursive(scalars, lambda t: st.lists(t, max_size=4) | st.dictionaries(keys, t, max_size=4), max_leaves=30)


def _sink() -> Sink:
    return Sink(limits(), lambda items: None, dispatch)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, max_size=8), st.integers(0, 600))
def test_a_column_is_read_as_its_values_are(some: list[str], before: int) -> None:
    column = ["済"] * before + some
    source = Source("x", io.BytesIO(), 0)
    alone = [values.value(text, source, _sink()) for text in column]
    together = dict(values.looked_at(column, source, _sink()))
    assert [together.get(at, [text]) for at, text in enumerate(column)] == alone


def _leaves(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in _leaves(value)]
    if isinstance(tree, list):
        return [leaf for value in tree for leaf in _leaves(value)]
    return [] if tree is None or isinstance(tree, bool) else [str(tree)]


@settings(max_examples=150, deadline=None)
@given(trees, st.booleans())
def test_every_value_of_a_json_is_read(tree: Any, listed: bool) -> None:
    if listed:
        tree = [{"番号": n, "値": tree} for n in range(3)]
    leaves = [leaf for leaf in _leaves(tree) if leaf.isalnum()]  # what nothing is written by
    text, _ = looked(json.dumps(tree, ensure_ascii=False).encode(), "x.json")
    assert all(text.count(leaf) >= leaves.count(leaf) for leaf in leaves)


@pytest.mark.parametrize("many", [1, 700])
@pytest.mark.parametrize(
    "tree", [{"b": {"c": 51}, "": {"b": {"c": 62}}}, {"a.b": 51, "a": {"b": 62}}, {"a": ["51"], "a.0": "62"}]
)
def test_paths_that_are_written_alike_keep_both_values(tree: dict[str, Any], many: int) -> None:
    text, _ = looked(json.dumps([tree] * many).encode(), "x.json")
    assert (text.count("51"), text.count("62")) == (many, many)


def test_rows_that_differ_keep_their_columns() -> None:
    rows: list[dict[str, Any]] = [{"氏名": f"標本{n}", "電話": [f"03-{n:04}", {"内線": n}]} for n in range(600)]
    rows[300] = {"別名": "高梨 美穂", "氏名": None, "電話": {"携帯": "090-4455-6677"}}
    text, _ = looked(json.dumps(rows, ensure_ascii=False).encode(), "x.json")
    assert "氏名\t0\t内線\t携帯\t別名" in text
    assert "090-4455-6677\t高梨 美穂" in text
    assert text.count("標本") == 599


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0b"])
def test_marks_inside_a_line_of_json_end_no_line(mark: str) -> None:
    lines = "\n".join(json.dumps({"氏名": f"高梨{mark}美穂", "n": n}, ensure_ascii=False) for n in range(3))
    text, _ = looked(lines.replace("\x0b", "\\u000b").encode(), "x.jsonl")
    assert text.startswith("氏名\tn")


@pytest.mark.parametrize("place", [0, 255, 256, 700, 999])
def test_one_text_in_another_encoding_costs_no_row(place: int) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table t (a text, b)")
        database.executemany("insert into t values (?, ?)", [(f"標本{n}", n) for n in range(1000)])
        raw = "高梨美穂".encode("cp932").hex()
        database.execute(f"update t set a = cast(x'{raw}' as text) where b = {place}")
        database.commit()
        text, missed = looked(bytes(database.serialize()), "x.db")
    assert (text.count("標本"), text.count("高梨美穂"), missed) == (999, 1, [])


def test_a_damaged_page_of_a_database_costs_no_row_before_it() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table t (a text, b)")
        database.executemany("insert into t values (?, ?)", [(f"標本{n:04}", "x" * 100) for n in range(1000)])
        database.commit()
        data = bytearray(database.serialize())
    damaged = next(at for at in range(0, len(data), 4096) if "標本0300".encode() in data[at : at + 4096])
    data[damaged : damaged + 8] = b"\xff" * 8
    text, missed = looked(bytes(data), "x.db")
    assert missed
    assert "標本0250" in text
