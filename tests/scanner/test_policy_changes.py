"""What of a policy differs from another: every field of it, by its value; and what is a comment of its file."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.acts.workbooks import changes, comments, said, written
from scanner.policy import registers
from scanner.policy.models import Policy
from scanner.policy.registers import TAKEN
from scanner.policy.registers.sheets import sheets
from tests.conftest import Sekisho
from tests.scanner.test_registers import FULL


def _settings() -> list[tuple[str, str, Any]]:
    """(table, key, another value) of every yes and no and every number that is no register."""
    found: list[tuple[str, str, Any]] = []
    for name, value in FULL.model_dump().items():
        if name not in TAKEN and isinstance(value, dict):
            for key, now in value.items():
                if isinstance(now, (bool, int)):
                    found.append((name, key, not now if isinstance(now, bool) else now + 1))
    return found


@pytest.mark.parametrize(("table", "key", "value"), _settings())
def test_every_setting_that_differs_is_told(table: str, key: str, value: Any) -> None:
    other = FULL.model_copy(update={table: getattr(FULL, table).model_copy(update={key: value})})
    (change,) = changes(FULL, other)
    assert change.id == table
    assert change.fields == ((f"{table}.{key}", said(getattr(getattr(FULL, table), key)), said(value)),)
    assert changes(other, other) == []


def test_yes_no_and_nothing_said_are_three_things() -> None:
    """In every column that can say them."""
    for sheet in sheets():
        for column in (c for c in sheet.columns if c.kind is bool):
            for one, other in permutations((True, False, None), 2):
                assert said(one) != said(other), (sheet.name, column.key)
    hosts = [Policy.model_validate({"host": [{"id": "PC-1", "encrypted": e}]}) for e in (True, False, None)]
    for before, after in permutations(hosts, 2):
        (change,) = changes(before, after)
        assert len(change.fields) == 1
    (added,) = changes(Policy(), Policy.model_validate({"host": [{"id": "PC-1", "encrypted": False}]}))
    assert added.kind == "added"
    assert "いいえ" in {after for _, _, after in added.fields}


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.text("#\"'\\\n ", max_size=12))
def test_no_text_of_a_register_is_taken_for_a_comment(title: str, marks: str) -> None:
    policy = Policy.model_validate({"contract": [{"id": "A", "title": f"{marks}{title}{marks}"}]})
    text = written(policy)
    assert not comments(text)
    for place in (
        f"# {marks.split(chr(10))[0]}\n{text}",
        f"{text}\n# by hand",
        text.replace("]]\n", "]] # by hand\n", 1),
    ):
        assert comments(place)


@pytest.mark.slow
def test_a_workbook_whose_registers_are_no_policy_together_is_not_written(sekisho: Sekisho, tmp_path: Path) -> None:
    place = {"id": "s", "kind": "storage", "path": "same"}
    policy = Policy.model_validate({"contract": [{"id": c, "title": c, "place": [place]} for c in ("A", "B")]})
    registers.export(policy, tmp_path / "book.xlsx")
    made = tmp_path / "policy.toml"
    made.write_text("", encoding="utf-8")
    done = sekisho("policy", "import", tmp_path / "book.xlsx", "-o", made, "--force")
    assert done.code == 2
    assert "A / s" in done.err
    assert made.read_bytes() == b""
    assert not made.with_name("policy.toml.bak").exists()
