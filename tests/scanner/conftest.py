"""Fixtures that several tests of the officer's work share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Sekisho
from tests.scanner.officer import Day


@pytest.fixture
def day(sekisho: Sekisho, tmp_path: Path) -> Day:
    made = Day(sekisho, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    assert made.run("receive", tmp_path / "store/原本.xlsx", "--contract", "A", "--count", 12).code == 0
    return made
