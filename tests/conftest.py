"""Shared fixtures. Every test gets a state folder of its own; nothing touches the user's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner.demo.office import Planted, contents, write
from scanner.ruleset.current import number

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def needed(program: str) -> str:
    """Path of a program that a bare machine may lack: the test is skipped without it, and fails where the gate has said
    (``SEKISHO_ALL_TOOLS``) that everything is installed."""
    found = shutil.which(program)
    if found is None:
        lacking(program)
    return found or ""


def lacking(what: str) -> None:
    """Skip a test for which the machine lacks something; fail it where everything is said to be installed."""
    if os.environ.get("SEKISHO_ALL_TOOLS"):
        pytest.fail(f"{what} is not installed though SEKISHO_ALL_TOOLS is set")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def _rules_known(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The number of the rules, computed once for all programs that the tests start: half a second each otherwise."""
    folder = tmp_path_factory.mktemp("rules")
    number(folder)
    return next(iter(folder.iterdir()), None)


@pytest.fixture(autouse=True)
def _own_state(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, _rules_known: Path | None
) -> None:
    home = tmp_path_factory.mktemp("home")
    if _rules_known is not None:
        shutil.copy(_rules_known, home)
    monkeypatch.setenv("SEKISHO_HOME", str(home))
    monkeypatch.setenv("SEKISHO_LANG", "en")
    monkeypatch.delenv("SEKISHO_POLICY", raising=False)


@dataclass
class Result:
    """What a command gave."""

    code: int
    out: str
    err: str

    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    def files(self) -> dict[str, dict[str, Any]]:
        """File objects of a jsonl scan by the name of the file."""
        return {Path(o["path"]).name: o for o in self.lines() if o["type"] == "file"}

    def summary(self) -> dict[str, Any]:
        """The summary of a jsonl scan."""
        return self.lines()[-1]


Sekisho = Callable[..., Result]


@pytest.fixture(scope="session")
def command() -> list[str]:
    """The program as a user starts it, without depending on PATH."""
    return [sys.executable, "-m", "scanner.cli.main"]


@pytest.fixture
def sekisho(command: list[str]) -> Sekisho:
    """Run the program: ``sekisho("scan", path)``."""

    def run(
        *arguments: object, env: dict[str, str] | None = None, cwd: Path | None = None, stdin: str | None = None
    ) -> Result:
        done = subprocess.run(
            [*command, *map(os.fspath, map(_path_or_text, arguments))],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
            cwd=cwd,
            input=stdin,
            timeout=240,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return run


def _path_or_text(value: object) -> str | bytes | os.PathLike[str]:
    return value if isinstance(value, (str, bytes, os.PathLike)) else str(value)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office, written once; tests that change it copy it."""
    folder = tmp_path_factory.mktemp("office") / "office"
    write(folder)
    return folder


@pytest.fixture(scope="session")
def planted() -> list[Planted]:
    """Everything that lies in the sample office."""
    return contents()[1]
