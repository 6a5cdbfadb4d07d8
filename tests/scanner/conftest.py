"""Fixtures that several tests of the officer's work share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Sekisho
from tests.scanner.officer import Day

if TYPE_CHECKING:
    from tests.scanner.consoles import Officers


@pytest.fixture
def day(sekisho: Sekisho, tmp_path: Path) -> Day:
    made = Day(sekisho, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    assert made.run("receive", tmp_path / "store/原本.xlsx", "--contract", "A", "--count", 12).code == 0
    return made


@pytest.fixture(scope="session")
def _console_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.scanner.consoles import office

    return office(tmp_path_factory.mktemp("console") / "made")


@pytest.fixture
def officers(_console_office: Path, tmp_path: Path) -> Officers:
    """The officers' pages over an installation of two contracts."""
    from tests.scanner.consoles import Officers

    return Officers(_console_office, tmp_path)


@pytest.fixture(scope="session")
def hub_begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub of two officers and the terminal PC-01, which have heard everything of each other; to be copied."""
    from benchmarks.hub.world import Terminal, connected
    from tests.scanner.officers_hub import officers_hub, talked

    folder = tmp_path_factory.mktemp("begun")
    made = officers_hub(folder / "hub")
    with connected(made):
        one = Terminal(folder / "PC-01", "PC-01")
        one.enrol(made.token())
        one.change(30)
        talked(made, one)
    made.desk.database.close()
    return folder
