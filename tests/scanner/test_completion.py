"""Shells complete the commands."""

from __future__ import annotations

import pytest

from scanner.cli.completion import SHELLS
from tests.conftest import Sekisho


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_names_the_program(sekisho: Sekisho, shell: str) -> None:
    done = sekisho("completion", shell)
    assert done.code == 0, done.err
    assert "_SEKISHO_COMPLETE" in done.out


@pytest.mark.parametrize(("words", "at", "expected"), [("sekisho re", 1, "receive"), ("sekisho scan --oc", 2, "--ocr")])
def test_what_the_shell_asks_is_answered(sekisho: Sekisho, words: str, at: int, expected: str) -> None:
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(at), "_SEKISHO_COMPLETE": "bash_complete"}
    assert f"plain,{expected}" in sekisho(env=asked).out.split()
