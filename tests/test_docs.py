"""The README's commands exist and do what it says; the house keeps its own rules."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from scanner.cli.main import COMMANDS
from tests.conftest import ROOT, Sekisho

READMES = [ROOT / "README.md", ROOT / "README.ja.md"]
TUTORIALS = [ROOT / "docs/tutorial.md", ROOT / "docs/tutorial.ja.md"]


def _commands(path: Path) -> list[str]:
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    return [
        line.strip() for block in blocks for line in block.splitlines() if line.strip() and not line.startswith("#")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("readme", [*READMES, TUTORIALS[0]], ids=lambda p: p.name)
def test_commands_of_readme_and_tutorial_work(readme: Path, sekisho: Sekisho, tmp_path: Path) -> None:
    commands = _commands(readme)
    assert readme in TUTORIALS or {"make demo", "make test"} <= set(commands)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for line in commands:
        words = shlex.split(line)
        if words[0] == "make":
            assert set(words[1:]) <= set(targets), line
        elif words[0] == "sekisho":
            assert words[1] in COMMANDS, line
            result = sekisho(*words[1:], cwd=tmp_path)
            assert result.code in (0, 1, 3), f"{line}: {result.err}"
        else:
            assert words[0] in ("pip",), line


def test_the_tutorial_is_the_same_in_both_languages() -> None:
    japanese, english = map(_commands, TUTORIALS)
    assert japanese == english


@pytest.mark.parametrize("readme", READMES, ids=lambda p: p.name)
def test_readme_names_every_command(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"sekisho {name}" in text


@pytest.mark.parametrize("page", sorted(p.name for p in ROOT.glob("*.md")))
def test_links_of_the_pages_outside_the_site_lead_somewhere(page: str) -> None:
    """Those of ``docs/`` are checked where the site is built (``make docs``)."""
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!\w+:)([^)#\s]+)", text)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_tests_that_are_named_are_there() -> None:
    named = {
        n for p in (ROOT / "docs").rglob("*.md") for n in re.findall(r"`(test_\w+)`", p.read_text(encoding="utf-8"))
    }
    there = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        there |= {path.stem, *re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)}
    assert named - there == set()


def test_modules_are_small() -> None:
    sizes = {
        p: len(p.read_text(encoding="utf-8").splitlines())
        for f in ("scanner", "detectors")
        for p in (ROOT / f).rglob("*.py")
    }
    assert {str(p): n for p, n in sizes.items() if n > 400} == {}


def test_version_is_said_once() -> None:
    import tomllib

    from scanner import __version__

    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
