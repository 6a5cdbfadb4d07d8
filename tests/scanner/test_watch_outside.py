"""The watch as whole processes, and what it tells to whom."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.watched import Watched
from scanner.cli.watch import say
from scanner.inventory import ledger
from scanner.inventory.journal import Told
from scanner.watch.lock import Lock, Taken, said
from tests.conftest import lacking

# one watch a state folder


def test_second_watch_is_refused_and_a_dead_one_blocks_nobody(tmp_path: Path) -> None:
    first = Lock(tmp_path)
    with pytest.raises(Taken) as taken:
        Lock(tmp_path)
    assert taken.value.pid == os.getpid()
    first.say(trouble="disk_full", since=1.0)
    assert said(tmp_path)["trouble"] == "disk_full"
    first.release()
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from scanner.watch.lock import Lock\n"
            "lock = Lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)",
            tmp_path,
        ],
        stdout=subprocess.PIPE,
    )
    assert held.stdout is not None
    assert held.stdout.readline().strip() == b"held"
    with pytest.raises(Taken) as taken:
        Lock(tmp_path)
    assert taken.value.pid == held.pid
    held.kill()
    held.wait()
    held.stdout.close()
    Lock(tmp_path).release()


# what the foreground prints


@pytest.mark.parametrize(
    ("told", "text", "error"),
    [
        (Told(1, 0, "alert", "F03-OUTSIDE", b"/x/a\n\x1b[31m\xff"), r"F03-OUTSIDE  /x/a\x0a\x1b[31m\xff", False),
        (Told(1, 0, "pause", "reduced:busy:1000", b""), "smaller share", False),
        (Told(1, 0, "pause", "paused:quiet_hours:1000", b""), "quiet hours", False),
        (Told(1, 0, "pause", "reduced:battery:0", b""), "until it is over", False),
        (Told(1, 0, "pause", "full::0", b""), "normally", False),
        (Told(1, 0, "lost", "overflow", b"/x"), "events were lost", False),
        (Told(1, 0, "lost", "watch_limit", b"/x"), "limit of watches", False),
        (Told(1, 0, "lost", "deaf", b""), "afresh", False),
        (Told(1, 0, "clock", "-3600", b""), "-3600 s", False),
        (Told(1, 0, "aside", "worker_died", b"/x"), "set aside", False),
        (Told(1, 0, "undelivered", "refused", b""), "did not take it", False),
        (Told(1, 0, "trouble", "disk_full", b""), "is full", True),
        (Told(1, 0, "trouble_over", "disk_full", b""), "again", True),
    ],
)
def test_everything_that_is_told_has_its_words(
    told: Told, text: str, error: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    for language in ("ja", "en"):
        monkeypatch.setenv("SEKISHO_LANG", language)
        say(told)
        out, err = capsys.readouterr()
        line = err if error else out
        assert (out if error else err) == ""
        assert line.count("\n") == 1
        assert line[:-1].isprintable()
    assert text in line


def test_log_of_the_system_gets_no_path(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    say(Told(1, 0, "alert", "F03-OUTSIDE", b"/x/list"))
    assert "/x" not in capsys.readouterr().out


# with its processes


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path / os.fsdecode(b"of\xff"))
    yield made
    made.stop()


@pytest.mark.posix("names of any bytes")
def test_foreground_prints_alerts_and_nothing_of_the_watch_outlives_it(office: Watched) -> None:
    """One run for much: names that are no text everywhere, alerts as they come, and a supervisor that is killed."""
    command = [sys.executable, "-m", "scanner.cli.main", "watch", "-p", "policy.toml", "--home", str(office.home)]
    office.process = subprocess.Popen(command, cwd=office.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines: list[str] = []
    stream = office.process.stdout
    assert stream is not None
    reader = threading.Thread(target=lambda: lines.extend(line.decode() for line in stream), daemon=True)
    reader.start()
    office.wait(lambda: office.part("watcher") > 0 and office.quiet())
    name = os.fsencode(office.outside) + b"/\xff\xfe\x1b.txt"
    with open(name, "wb") as file:
        file.write("氏名 山田 太郎 個人番号 123456789018".encode())
    office.wait(lambda: any("F03-OUTSIDE" in line for line in lines))
    told = [line for line in lines if "F03-OUTSIDE" in line]
    assert len(told) == 1
    assert r"\xff\xfe\x1b.txt" in told[0]
    assert "123456789018" not in "".join(lines)
    assert office.known() == {name}
    below = descendants(office.pid)
    assert len(below) >= 2
    os.kill(office.pid, signal.SIGKILL)
    office.process.wait(10)
    office.wait(lambda: not any(alive(p) for p in below), 10)
    reader.join(10)
    stream.close()


def descendants(process: int) -> list[int]:
    """Numbers of all processes below one."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *descendants(int(child))]
    return found


def alive(process: int) -> bool:
    """Whether it is more than an entry that nobody has collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_watch_on_a_disk_that_fills_up_lives_and_goes_on(office: Watched) -> None:
    """A real small disk under the state folder: filled, waited on, freed."""
    office.home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", office.home], capture_output=True, check=False
    )
    if mounted.returncode:
        lacking("right to mount")
    try:
        office.start()
        processes = {office.pid, office.part("watcher")}
        filler = office.home / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                pass
        for number in range(300):
            (office.inside / f"{number}-{'x' * 200}.txt").write_bytes(b"%d" % number)
        office.wait(lambda: said(office.home).get("trouble") == "disk_full", 90)
        time.sleep(2)  # time in which the watcher cannot write what it sees
        assert {office.pid, office.part("watcher")} == processes, "nobody died of it"
        filler.unlink()
        office.wait(lambda: office.quiet() and office.known() == office.disk(), 120)
        assert office.part("watcher") in processes
        db = sqlite3.connect(office.home / "inventory.db")

        def kinds() -> list[str]:
            return [k for (k,) in db.execute("select kind from ledger where kind like 'agent_%' order by seq")]

        # the gap is entered by the supervisor, which may look a little later than the worker
        office.wait(lambda: kinds() == ["agent_on", "agent_off", "agent_on"], 60)
        assert list(ledger.verify(db)) == []
        db.close()
    finally:
        office.stop()
        subprocess.run(["umount", "-l", office.home], check=True)
