"""Shared fixtures. Every test gets a state folder of its own; nothing touches the user's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, Phase, settings

from scanner import clock
from scanner.demo.office import Planted, contents, write
from scanner.ruleset.current import number
from tests import databases, moments
from tests.needs import NEEDS

ROOT = Path(__file__).resolve().parent.parent
REAL_TIME = ("test_watch", "test_hub_chaos", "test_hub_office")
"""Modules whose names begin so run programs of their own, by the clock of the machine."""

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "faults", settings.get_profile("suite"), phases=[Phase.explicit, Phase.generate], derandomize=True
)
settings.load_profile("suite")  # how busy the machine is must not decide a test


databases.watch()
CALENDAR = clock.source = moments.from_environment()
"""One for the whole run, put in place before any other module is read: some of them count their days from today."""
os.environ[moments.VARIABLE] = moments.spelled(CALENDAR.start.isoformat(), since=CALENDAR.since)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test may be skipped for what a bare machine lacks (``lacking``), and only outside the quick part. Any other skip would be
    a test that nobody runs and everybody believes in. (What a platform cannot do is skipped there.)"""
    report = yield
    if report.skipped and sys.platform == "linux" and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not reason.startswith(LACKING) or item.get_closest_marker("slow") is None:
            report.outcome, report.longrepr = "failed", f"this skip is a defect: {reason}"
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On Windows, what is marked ``posix`` is passed by, with the call that it needs as the reason; what is marked ``windows`` is
    collected there alone."""
    if sys.platform != "win32":
        there = [item for item in items if item.get_closest_marker("windows") is not None]
        if there:
            config.hook.pytest_deselected(items=there)
            items[:] = [item for item in items if item not in there]
        return
    for item in items:
        marker = item.get_closest_marker("posix")
        if marker is not None:
            item.add_marker(pytest.mark.skip(reason=f"posix: {marker.args[0]}"))


LACKING = "Skipped: needs "


def needed(program: str) -> str:
    """Path of a program that a bare machine may lack: the test is skipped without it, and fails where the gate has said
    (``SEKISHO_ALL_TOOLS``) that everything is installed."""
    assert program in NEEDS
    found = shutil.which(program)
    if found is None:
        lacking(program)
    return found


def lacking(what: str, detail: str = "") -> NoReturn:
    """Skip a test for which the machine lacks something of ``tests/needs.py``; fail it where the gate has promised it by an environment
    variable (``SEKISHO_ALL_TOOLS`` programs, ``SEKISHO_MAY_MOUNT`` and ``SEKISHO_MAY_NET`` rights)."""
    promise = NEEDS[what].promise
    if os.environ.get(promise):
        pytest.fail(f"lacks {what} though {promise} is set: {detail}")
    pytest.skip(f"needs {what}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The last lines of a run: what was skipped, as this machine lacks it."""
    reasons = [str(r.longrepr[2]) for r in terminalreporter.stats.get("skipped", []) if isinstance(r.longrepr, tuple)]
    lacked = Counter(reason.removeprefix(LACKING) for reason in reasons if reason.startswith(LACKING))
    for what, count in sorted(lacked.items()):
        terminalreporter.write_line(f"skipped for want of {what}: {count} (make needs)")


@pytest.fixture(scope="session")
def _rules_known(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The number of the rules, computed once for all programs that the tests start: half a second each otherwise."""
    folder = tmp_path_factory.mktemp("rules")
    number(folder)
    return next(iter(folder.iterdir()), None)


@pytest.fixture(autouse=True)
def _own_state(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    _rules_known: Path | None,
) -> None:
    home = tmp_path_factory.mktemp("home")
    if _rules_known is not None:
        shutil.copy(_rules_known, home)
    monkeypatch.setenv("SEKISHO_HOME", str(home))
    monkeypatch.setenv("SEKISHO_LANG", "en")
    monkeypatch.delenv("SEKISHO_POLICY", raising=False)
    real = request.path.name.startswith(REAL_TIME)
    monkeypatch.setattr(clock, "source", clock.System() if real else CALENDAR)
    if real:
        monkeypatch.delenv(moments.VARIABLE, raising=False)


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
    """The program as a user starts it, without depending on PATH, and with the calendar of the test."""
    return [sys.executable, str(ROOT / "tests/run_cli.py")]


@pytest.fixture
def sekisho(command: list[str]) -> Sekisho:
    """Run the program: ``sekisho("scan", path)``."""

    def run(
        *arguments: object, env: dict[str, str] | None = None, cwd: Path | None = None, stdin: str | None = None
    ) -> Result:
        done = subprocess.run(
            [*command, *(os.fspath(_path_or_text(a)) for a in arguments)],
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
