"""A medium that stops answering and comes back: a file system in user space whose server is stopped (SIGSTOP)."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner import patience
from scanner.extract import reader
from scanner.inventory.home import Home, prepare
from scanner.limits import Limits
from scanner.model import Outcome, Reason
from scanner.policy.verdict import Judge
from scanner.scan import ahead
from scanner.scan.local import Options, scan
from tests.conftest import lacking, needed

pytestmark = pytest.mark.slow


class Medium:
    """A mounted folder whose server can be stopped and continued."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "medium"
        self._below = folder / "below"
        self.root.mkdir()
        self._below.mkdir()
        for n in range(6):
            (self._below / f"{n}.txt").write_text(f"担当 山田太郎 電話 03-1234-567{n}\n", encoding="utf-8")
        self._server = subprocess.Popen(
            [needed("bindfs"), "-f", "--no-allow-other", str(self._below), str(self.root)], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while not os.path.ismount(self.root):
            if self._server.poll() is not None or time.monotonic() > deadline:
                lacking("mounts in user space")
            time.sleep(0.05)

    def stop(self) -> None:
        self._server.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._server.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.go_on()
        subprocess.run(["umount", "-l", str(self.root)], check=False, stderr=subprocess.DEVNULL)
        self._server.kill()
        self._server.wait()


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[Medium]:
    made = Medium(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_medium_that_stops_answering_costs_its_files_and_not_the_scan(
    tmp_path: Path, medium: Medium, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """Files that cannot be opened in time are told with the reason; when it answers again they are read the next time."""
    monkeypatch.setattr(patience, "SECONDS", 1.0)
    monkeypatch.setattr(reader, "limits", lambda: Limits(seconds=3))
    home = Home(tmp_path / "home")
    prepare(home)
    seen: list[Outcome] = []

    def observe(outcome: Outcome) -> None:
        seen.append(outcome)
        if len(seen) == 2:
            medium.stop()

    options = Options((os.fsencode(medium.root),), depth="quick", jobs=jobs)
    summary = scan(options, home, Judge(None), observe)
    medium.go_on()
    assert summary.walked == 6
    assert set(summary.reasons) <= {"time_limit", "unreadable"}
    assert sum(summary.reasons.values()) >= 2
    assert all(o.contents.reason in (None, Reason.TIME_LIMIT, Reason.UNREADABLE) for o in seen)
    again = scan(Options((os.fsencode(medium.root),), depth="quick", full=True), home, Judge(None), lambda _: None)
    assert again.counts == {"examined": 6}


def test_a_walk_of_a_medium_that_does_not_answer_ends_and_says_nothing_is_gone(
    tmp_path: Path, medium: Medium, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    options = Options((os.fsencode(medium.root),), depth="quick")
    assert scan(options, home, Judge(None), lambda _: None).counts == {"examined": 6}
    monkeypatch.setattr(ahead, "STALL_SECONDS", 1.0)
    monkeypatch.setattr(patience, "SECONDS", 1.0)
    medium.stop()
    try:
        summary = scan(options, home, Judge(None), lambda _: None)
    finally:
        medium.go_on()
    assert summary.reasons == {"time_limit": 1}
    assert summary.gone == 0
    assert not summary.interrupted


def test_a_scan_of_a_medium_that_does_not_answer_can_be_ended(
    tmp_path: Path, medium: Medium, command: list[str]
) -> None:
    medium.stop()
    words = ["--lang", "en", "scan", "--home", str(tmp_path / "home"), "--format", "json", str(medium.root)]
    program = subprocess.Popen([*command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        try:
            program.wait(timeout=40)
        except subprocess.TimeoutExpired:
            program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=20)
    finally:
        medium.go_on()
        program.kill()
    assert program.returncode in (3, 130)
    assert program.returncode == 130 or b"does not answer" in err
    assert b"Traceback" not in err
