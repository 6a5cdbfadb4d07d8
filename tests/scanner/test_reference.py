"""The pages of the commands are those of the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanner.cli.main import COMMANDS
from scanner.cli.reference import _roff
from tests.conftest import ROOT


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_command_is_on_the_page_and_in_the_manual(language: str, tmp_path: Path) -> None:
    for name, mark in (("commands.md", "## sekisho {}"), ("sekisho.1", ".SS sekisho {}")):
        made = [sys.executable, "-m", "scanner.cli.reference", language, str(tmp_path / name)]
        subprocess.run(made, cwd=ROOT, check=True)
        lines = (tmp_path / name).read_text(encoding="utf-8").split("\n")
        assert {mark.format(command) for command in COMMANDS} <= set(lines)
        assert language != "ja" or "TEXT" not in " ".join(lines)


@pytest.mark.parametrize(
    ("text", "made"),
    [("--home", "\\-\\-home"), (".TH", "\\&.TH"), ("'a", "\\&'a"), ("C:\\a", "C:\\ea"), ("a\n.b", "a\n\\&.b")],
)
def test_no_text_becomes_a_request_of_roff(text: str, made: str) -> None:
    assert _roff(text) == made
