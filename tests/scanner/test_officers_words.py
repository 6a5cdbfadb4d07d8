"""What the pages enter in the record is told in words: every page, every register, everything that was done, in both languages."""

from __future__ import annotations

import re

import pytest

from scanner import messages
from scanner.console.roles import PAGES
from scanner.policy.registers.sheets import sheets
from scanner.report.details import told
from tests.conftest import ROOT

SOURCE = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "scanner/console").rglob("*.py")))


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_detail_has_words(language: str) -> None:
    done = set(re.findall(r'what="(\w+)"', SOURCE)) | set(re.findall(r'why="(\w+)"|refused\("(\w+)"\)', SOURCE)[0])
    keys = set(re.findall(r'visit\.about(?:\[| \|= \{)"(\w+)"', SOURCE))
    assert len(done) > 5
    assert len(keys) > 5
    with messages.speaking(language):
        named = [f"{key}={value}" for key, values in (("page", PAGES), ("what", done - {""})) for value in values]
        for one in named:
            key, _, value = one.partition("=")
            (text,) = told({key: value})
            assert messages.t_or(f"detail_value.{value}", "") or messages.t_or(f"console.page_{value}", ""), one
            assert text.partition("=")[2], one
        for key in keys:
            assert messages.t_or(f"detail.{key}", ""), key
        assert [next(told({"register": s.name})).partition("=")[2] for s in sheets()] == [s.title for s in sheets()]
