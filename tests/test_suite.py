"""The suite keeps its own rules: nothing is skipped in silence, the quick run is most of it, and one clock tells the time."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.moments import VARIABLE

TELLS_TIME = {
    "time": {"time", "time_ns", "sleep", "localtime", "gmtime", "strftime"},
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
}
OWN_CLOCKS = {
    "scanner/clock.py": "the clock itself",
    "scanner/watch/": "asks how long this machine slept and whether its clock was set: two clocks are compared",
    "scanner/inventory/journal.py": "shared by the processes of the watch, in the time of the machine",
    "scanner/inventory/wal.py": "waits for another process",
    "scanner/sources/inotify.py": "compares stamps of the file system with the time of the machine",
    "scanner/sandbox/confine.py": "a thread of a child that looks for its parent every second",
}
HARD_DAYS = [
    "2028-02-29T12:00:00+09:00",
    "2026-12-31T22:00:00+09:00",
    "2027-03-31T22:00:00+09:00",
    "2027-04-01T08:30:00+09:00",  # 23:30 UTC: a new financial year in Japan, the old one in UTC
]


def _sources(*folders: str) -> list[Path]:
    return sorted(p for f in folders for p in (ROOT / f).rglob("*.py"))


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _own_time(path: Path) -> set[str]:
    """Where a module asks the system for the time: calls, and functions handed on or imported by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            holder = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            if node.attr in TELLS_TIME.get(holder, ()):
                found.add(f"{_named(path)}:{node.lineno} {holder}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found |= {f"{_named(path)}:{node.lineno} time.{a.name}" for a in node.names if a.name in TELLS_TIME["time"]}
    return found


def test_one_clock_tells_the_time() -> None:
    by_module = {p: _own_time(p) for p in _sources("scanner")}
    assert {
        place
        for path, places in by_module.items()
        for place in places
        if not _named(path).startswith(tuple(OWN_CLOCKS))
    } == set()
    used = {_named(path) for path, places in by_module.items() if places}
    assert [name for name in OWN_CLOCKS if not any(u.startswith(name) for u in used)] == [], "no longer needed here"


def test_no_variable_moves_the_clock_of_the_program() -> None:
    """Times of the record are evidence: only a test, in its own process, puts another clock in place."""
    for path in _sources("scanner", "detectors"):
        text = path.read_text(encoding="utf-8")
        assert VARIABLE not in text
        assert not re.search(r"\bclock\.source\b|import source\b", text), _named(path)
    assert "import os" not in (ROOT / "scanner/clock.py").read_text(encoding="utf-8")


def test_nothing_is_skipped_by_the_way() -> None:
    """``lacking`` in conftest is the one place that skips; what Windows cannot do is named by the marker ``posix``."""
    found = []
    for path in _sources("tests"):
        if path in (ROOT / "tests/conftest.py", Path(__file__)):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\bskip\(|skipif\(|importorskip|\bxfail\b", line):
                found.append(f"{_named(path)}:{number}")
    assert found == []


def test_no_test_leans_on_a_folder_outside() -> None:
    for path in _sources("tests", "benchmarks"):
        if path != Path(__file__):
            assert not re.search(r"ROOT\.parent|\.\./shared", path.read_text(encoding="utf-8")), _named(path)


def _pytest(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=ROOT, env={**plain, **(env or {})}, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_four_fifths_of_the_tests_are_in_the_quick_run() -> None:
    done = _pytest("--collect-only", "-m", "not slow")
    counts = re.search(r"(\d+)/(\d+) tests collected", done.stdout)
    assert counts is not None, done.stdout[-500:]
    assert int(counts[1]) >= 0.8 * int(counts[2])


@pytest.mark.slow
@pytest.mark.parametrize("moment", HARD_DAYS)
def test_the_day_on_which_it_is_run_does_not_matter(moment: str) -> None:
    done = _pytest("-m", "calendar", "-n", "0", env={VARIABLE: moment})
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\b[1-9]\d* passed", done.stdout)
