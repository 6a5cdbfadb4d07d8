"""The package as an office would meet it, under Wine: ``try_it.py [ZIP] [--signed] [--short]``.

Unpacked beside no Python and no source of ours: version, sample office, scan, console, hub, watch; then set up, upgraded and taken away, with what each
must leave at the machine (not with ``--short``: some ten minutes). Prints what took how long and how much memory. Ends with 1 where anything is not as it must be.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / ".ci"))

import windows  # noqa: E402  # the runtime's prefix is made there
from signing import digest_holds  # noqa: E402

DRIVE = windows.DRIVE
PACKAGE, WORK, STATE = DRIVE / "package", DRIVE / "office", DRIVE / "ProgramData" / "Sekisho"
TARGET = DRIVE / "Program Files" / "Sekisho"
SECONDS = 1800.0
SOURCE_OF_EVENTS = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\Sekisho"
ROSTER = "氏名,電話番号,生年月日\n山田太郎,090-1234-5601,1980年1月1日\n鈴木花子,090-1234-5602,1981年2月3日\n佐藤一郎,090-1234-5603,1975年7月9日\n"

POLICY = """[watch]
roots = ["C:/office/置き場"]
[watch.budget]
cpu_percent = 100
pause_when_busy = false
"""


def free() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


CONSOLE, HUB = free(), free()
"""Ports of the servers that are tried."""


class Trial:
    """Runs programs of Windows and keeps what was not as it must be."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def must(self, holds: bool, what: str, told: str = "") -> None:
        """Note ``what`` where it does not hold."""
        print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
        if not holds:
            self.faults.append(what)
            print(told[-1500:], flush=True)

    def run(self, program: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run ``sekisho.exe`` of a folder in ``C:\\office``; its output. Through a pipe that is not read to its end: what Wine has
        started in the background holds it open."""
        began = time.monotonic()
        process = self.started(program, *arguments)
        lines: list[bytes] = []
        assert process.stdout is not None
        reader = threading.Thread(target=lines.extend, args=(iter(process.stdout.readline, b""),), daemon=True)
        reader.start()
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            code = 124
        reader.join(2.0)
        if not lines:
            reader.join(20.0)  # a busy machine: what was written is still on its way
        out = b"".join(lines).decode("utf-8", "replace").replace("\r\n", "\n")
        took = time.monotonic() - began
        self.must(code in codes, f"sekisho {' '.join(arguments)} → {code} ({took:.1f} s)", out)
        return out

    @staticmethod
    def started(program: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Start it."""
        WORK.mkdir(exist_ok=True)
        return subprocess.Popen(
            ["wine", str(program / "sekisho.exe"), *arguments],
            cwd=WORK,
            env={**windows.environment(), "SEKISHO_LANG": "en"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def until(holds: object, seconds: float = 300.0) -> bool:
    """Wait until a function says yes; whether it did."""
    assert callable(holds)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(1.0)
    return False


def try_it_out(trial: Trial) -> None:
    """From the unpacked folder, without any setup."""
    trial.must("sekisho, version" in trial.run(PACKAGE, "--version"), "the version is told")
    trial.run(PACKAGE, "--help")
    trial.run(PACKAGE, "demo", "見本")
    scan = ["scan", "--format", "jsonl", "-o", "told.jsonl", "--home", "home", "-p", "見本/policy.toml", "見本"]
    trial.run(PACKAGE, *scan, codes=(1,))
    lines = [json.loads(line) for line in (WORK / "told.jsonl").read_text(encoding="utf-8").splitlines()]
    points = sum(lines[-1]["points"].values()) if lines and lines[-1]["type"] == "summary" else 0
    trial.must(points > 0, f"the scan of the sample office raises points: {points}")
    trial.run(PACKAGE, "setup", "--silent", "--uninstall", codes=(2,))


def try_watch(trial: Trial) -> None:
    """In the foreground: a file that comes is seen."""
    folder = WORK / "置き場"
    folder.mkdir(exist_ok=True)
    (WORK / "watch.toml").write_text(POLICY, encoding="utf-8")
    process = trial.started(PACKAGE, "watch", "--home", "watched", "-p", "watch.toml")
    try:
        journal = WORK / "watched" / "inventory.db"
        trial.must(until(journal.exists), "the watch begins")
        time.sleep(5.0)
        (folder / "名簿.csv").write_text(ROSTER, encoding="utf-8")

        trial.must(until(lambda: "名簿.csv" in files(journal)), "a file that comes is seen by the watch")
    finally:
        windows.quietly("wineserver", "-k", check=False)
        process.wait(30)
        windows.quietly("wine", "cmd", "/c", "ver", check=False)


def try_console(trial: Trial) -> None:
    """The officers' pages are served, with the link for the first of them."""
    process = trial.started(PACKAGE, "console", "--home", "home", "-p", "見本/policy.toml", "--port", str(CONSOLE))
    try:
        trial.must(until(lambda: "<form" in page("")), "the console shows a page")
        trial.must("{" in page("static/console.css"), "and how it looks")
    finally:
        ended(process)


def try_hub(trial: Trial) -> None:
    """A terminal is taken in by a hub beside it and tells it what it has."""
    trial.run(PACKAGE, "hub", "init", "--host", "localhost", "--home", "hub")
    token = trial.run(PACKAGE, "hub", "token", "--approve", "--home", "hub").split()
    (WORK / "code.txt").write_text(token[-1] if token else "", encoding="utf-8")
    process = trial.started(PACKAGE, "hub", "serve", "--listen", f"127.0.0.1:{HUB}", "--home", "hub")
    try:
        trial.must(until(lambda: listens(HUB)), "the hub answers")
        trial.run(PACKAGE, "agent", "enrol", f"https://localhost:{HUB}", "--token-file", "code.txt", "--home", "home")
        trial.run(PACKAGE, "agent", "send", "--home", "home", "-p", "見本/policy.toml")
        told = trial.run(PACKAGE, "hub", "terminals", "list", "--home", "hub")
        trial.must("approved" in told, "it is listed and approved", told)
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a server as a power cut would."""
    os.killpg(process.pid, 9)
    process.wait(30)


def listens(port: int) -> bool:
    """Whether anything takes calls at a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def page(name: str) -> str:
    """A page of the console; empty where it does not answer."""
    with suppress(OSError), urllib.request.urlopen(f"http://localhost:{CONSOLE}/{name}", timeout=20) as answer:
        return str(answer.read().decode("utf-8", "replace"))
    return ""


def files(database: Path) -> str:
    """The files of an inventory. Read by another process: locks of Linux are not those of Wine, so as briefly as can be."""
    command = [sys.executable, "-c", _FILES, str(database)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


_FILES = """
import os, sqlite3, sys
sys.stdout.reconfigure(encoding='utf-8')
rows = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True).execute('select path from files').fetchall()
print(*(r[0].decode('utf-8', 'replace') if isinstance(r[0], bytes) else r[0] for r in rows), sep='\\n')
"""


def try_setup(trial: Trial) -> None:
    """Set up with its service, again over itself, taken away without and with the inventory."""
    policy = WORK / "policy.toml"
    policy.write_text(POLICY, encoding="utf-8")
    keep_wine_up()
    out = trial.run(PACKAGE, "setup", "-p", "policy.toml")
    trial.must(
        "SHA256SUMS" not in out and "inventory.db" in out,
        "setup tells what an antivirus program is to leave alone",
        out,
    )
    trial.must(
        (TARGET / "sekisho.exe").exists() and (STATE / "policy.toml").exists(), "program and policy are in place"
    )
    trial.must(until((STATE / "logs" / "watch.log").exists), "the service writes its log")
    trial.must(until((STATE / "canary" / "canary").exists), "the watch of the service watches itself")
    trial.must("The watch runs" in trial.run(TARGET, "service", "status", "--system"), "the service runs")
    roster = WORK / "置き場" / "service.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    trial.must(until(lambda: roster.name in files(STATE / "inventory.db")), "a file that comes is seen by the service")
    rest, busy = memory()
    print(f"     memory at rest: {rest:.0f} MB; with the worker: {busy:.0f} MB", flush=True)
    out = trial.run(PACKAGE, "setup", "-p", "policy.toml")
    trial.must("upgraded" not in out, "the same setup again brings nothing", out)
    with (PACKAGE / "SHA256SUMS").open("a", encoding="utf-8", newline="\n") as sums:
        sums.write(f"{hashlib.sha256(b'').hexdigest()}  newer.txt\n")
    (PACKAGE / "newer.txt").touch()
    trial.run(PACKAGE, "setup", "--silent")
    trial.must((TARGET / "newer.txt").exists(), "another package takes its place")
    out = trial.run(TARGET, "service", "status", "--system", codes=(0, 1))
    trial.must("The watch runs" in out or "The service runs" in out, "then the service runs", out)
    registry = lambda: (windows.PREFIX / "system.reg").read_text(encoding="utf-8", errors="replace")  # noqa: E731
    trial.run(TARGET, "setup", "--silent", "--uninstall")
    trial.must(not TARGET.exists(), "the program is gone", str(sorted(TARGET.rglob("*"))[:5]))
    trial.must((STATE / "inventory.db").exists(), "the inventory stays")
    windows.quietly("wineserver", "-k", check=False)
    left = [
        line
        for line in registry().splitlines()
        if "Sekisho" in line and "PendingFileRename" not in line and ".old-" not in line
    ]
    trial.must(not left, "nothing is left in the registry", "\n".join(left))
    trial.run(PACKAGE, "setup", "--silent", "--uninstall", "--purge")
    trial.must(not STATE.exists(), "with --purge the inventory goes too")


def keep_wine_up() -> None:
    """A program of a user that runs on: with the last one Wine ends its services too, until ``wineserver -k``."""
    null = subprocess.DEVNULL
    command = ["wine", str(PACKAGE / "runtime" / "python.exe"), "-c", "import time; time.sleep(3600)"]
    subprocess.Popen(command, env=windows.environment(), stdin=null, stdout=null, stderr=null, start_new_session=True)


def memory() -> tuple[float, float]:
    """(MB of the supervisor and the watcher at rest, MB with the worker that has just examined a file), by what Linux says: what
    several of them share is counted once (PSS). The worker ends after half a minute without work."""
    busy = _memory()
    until(lambda: not any(b"scanner.watch.worker" in command for command, _ in _processes()))
    return _memory(), busy


def _memory() -> float:
    return sum(size for _, size in _processes())


def _processes() -> list[tuple[bytes, float]]:
    """Command and MB of every process of the package; but for the one that keeps Wine up."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, StopIteration):  # it has ended meanwhile, or is another's
            rows = (folder / "smaps_rollup").read_text().splitlines()
            size = next(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
            found.append(((folder / "cmdline").read_bytes(), size / 1024))
    return [
        one
        for one in found
        if (b"runtime\\python.exe" in one[0] or b"sekisho.exe" in one[0]) and b"time.sleep" not in one[0]
    ]


def main() -> int:
    """Unpack, try, tell."""
    given = sys.argv[1:]
    archive = (
        Path(given[0])
        if given and not given[0].startswith("--")
        else next((ROOT / "build" / "windows").glob("sekisho-*-windows.zip"))
    )
    windows.setup()
    windows.quietly("wineserver", "-k", check=False)
    for key in (r"HKLM\SYSTEM\CurrentControlSet\Services\Sekisho", SOURCE_OF_EVENTS):  # a trial that came to no end
        windows.quietly("wine", "reg", "delete", key, "/f", check=False)
    windows.quietly("wineserver", "-k", check=False)
    for folder in (PACKAGE, WORK, STATE, TARGET):
        shutil.rmtree(folder, ignore_errors=True)
    began = time.monotonic()
    with zipfile.ZipFile(archive) as file:
        file.extractall(DRIVE)
    (DRIVE / archive.stem).rename(PACKAGE)
    trial = Trial()
    sums = subprocess.run(
        ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=PACKAGE, capture_output=True, text=True, check=False
    )
    trial.must(sums.returncode == 0, "the sums hold", sums.stdout)
    if "--signed" in given:
        trial.must(digest_holds(PACKAGE / "sekisho.exe"), "sekisho.exe is signed")
    windows.quietly("wine", "cmd", "/c", "ver", check=False)
    try:
        try_it_out(trial)
        try_console(trial)
        try_hub(trial)
        try_watch(trial)
        if "--short" not in given:
            try_setup(trial)
    finally:
        windows.quietly("wineserver", "-k", check=False)
        for folder in (PACKAGE, WORK, STATE, TARGET):
            shutil.rmtree(folder, ignore_errors=True)
    print(f"package: {len(trial.faults)} faults ({time.monotonic() - began:.0f} s)", *trial.faults, sep="\n  ")
    return 1 if trial.faults else 0


if __name__ == "__main__":
    sys.exit(main())
