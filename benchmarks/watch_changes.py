"""``python -m benchmarks.watch_changes [--files 500]``: what the watch knows after bursts, renames, removed folders, a watcher that
did not get to read, and (``--drive X: --behind FOLDER --wish FILE``) a drive that is taken away and comes back. On Windows and
elsewhere. Whoever can take the drive away waits for FILE, does what it says (``gone``, ``back``) and removes it.

After each the inventory is compared with the disk: what is missing, and what it has and is not there. Exit code 1 where any is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.watched import POLICY, Watched

Act = Callable[[], object]


class Office(Watched):
    """A watched folder, and perhaps a drive, compared with the inventory."""

    def __init__(self, folder: Path, drive: str) -> None:
        self.drive = Path(drive + "\\") if drive else None
        roots = '["in", "out"]' if not drive else f'["in", "out", "{drive}/"]'
        super().__init__(folder, POLICY.replace('["in", "out"]', roots))

    def files(self) -> set[bytes]:
        """Files that there are, on the drive too where it is there."""
        there = {os.fsencode(p) for p in self.drive.rglob("*") if p.is_file()} if self.drive else set[bytes]()
        return self.disk() | there

    def compare(self, seconds: float, kept: frozenset[bytes] = frozenset()) -> tuple[int, int, float]:
        """(missing, ghosts, seconds) once inventory and disk agree and nothing waits, or when time is over. ``kept``: files that
        cannot be reached and must stay known."""
        began = time.monotonic()
        while True:
            known, disk = self.known(), self.files() | kept
            took = time.monotonic() - began
            if (self.quiet() and known == disk) or took > seconds:
                return len(disk - known), len(known - disk), took
            time.sleep(0.5)


@contextmanager
def asleep(number: int) -> Iterator[None]:
    """A process that does not get to work. Who watches over it may have put another one in its place by the end."""
    process = psutil.Process(number)
    process.suspend()
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):
            process.resume()


def granted(wish: Path, text: str) -> None:
    """Ask for the drive to go or to come back, and wait until it is so."""
    wish.write_text(text, encoding="ascii")
    until = time.monotonic() + 60
    while wish.exists():
        if time.monotonic() > until:
            raise TimeoutError(f"nobody has done: {text}")
        time.sleep(0.2)


def acts(office: Office, size: int, *, wine: bool) -> dict[str, Act]:
    """Name → what happens to the folder. ``wine``: renamed folders are left alone afterwards, because Wine tells what happens in
    them under their former names."""
    out = office.outside

    def burst() -> None:
        for number in range(size):
            (out / f"{number}.txt").write_bytes(b"%d" % number)

    def renames() -> None:
        for turn in range(5):
            for number in range(size // 10):
                (out / f"{number}{'x' * turn}.txt").rename(out / f"{number}{'x' * (turn + 1)}.txt")

    def folders() -> None:
        for number in range(max(4, size // 50)):
            inner = out / ("捨てる" if number % 2 else "束") / f"{number}" / "中"
            inner.mkdir(parents=True)
            for name in range(10):
                (inner / f"{name}.txt").write_bytes(b"%d" % name)

    def moved() -> None:
        (out / "束").rename(out / "別の束")
        for number in () if wine else range(0, max(4, size // 50), 4):
            (out / "別の束" / f"{number}").rename(out / "別の束" / f"改{number}")

    def unread() -> None:
        with asleep(office.part("watcher")):
            for number in range(size):
                (out / f"長い名前のファイルで一時領域を満たす{number}.txt").write_bytes(b"%d" % number)
            time.sleep(2)

    def removed() -> None:
        for folder in ("捨てる",) if wine else ("捨てる", "別の束"):
            shutil.rmtree(out / folder)
        for number in range(0, size, 3):
            (out / f"長い名前のファイルで一時領域を満たす{number}.txt").unlink()

    return {
        f"burst of {size:,} files": burst,
        f"{size // 2:,} renames of {size // 10:,} files": renames,
        f"{size // 50:,} new folders with files": folders,
        "folders renamed": moved,
        f"watcher asleep during {size:,} files": unread,
        "folders and files removed": removed,
    }


GONE = "drive taken away"


def drive_acts(behind: Path, wish: Path) -> dict[str, Act]:
    """The same of a drive that goes and comes back; ``behind``: the folder that it shows."""

    def back() -> None:
        (behind / "残る").rename(behind / "名を変えた")
        (behind / "新.txt").write_bytes(b"new")
        (behind / "消.txt").unlink()
        granted(wish, "back")

    return {GONE: lambda: granted(wish, "gone"), "drive back with other files": back}


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="The watch: what it knows after changes of every kind.")
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--drive", default="", help="letter of a drive (X:) that is taken away and given back; Windows")
    parser.add_argument("--behind", type=Path, help="the folder that the drive shows")
    parser.add_argument("--wish", type=Path, help="where it is asked for")
    parser.add_argument("--wine", action="store_true", help="leave renamed folders alone")
    parser.add_argument("--seconds", type=float, default=600, help="longest wait after each change")
    arguments = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        if arguments.drive:
            (arguments.behind / "残る").mkdir(parents=True)
            for file in ("残る/1.txt", "残る/2.txt", "消.txt"):
                (arguments.behind / file).write_bytes(file.encode())
        office = Office(Path(name) / "office", arguments.drive)
        office.start(arguments.seconds)
        try:
            office.compare(arguments.seconds)
            todo = acts(office, arguments.files, wine=arguments.wine)
            if arguments.drive:
                todo |= drive_acts(arguments.behind, arguments.wish)
            for label, act in todo.items():
                drive = os.fsencode(office.drive) if office.drive else b"\0"
                kept = (
                    frozenset(k for k in office.known() if k.startswith(drive)) if label == GONE else frozenset[bytes]()
                )
                act()
                missing, ghosts, seconds = office.compare(arguments.seconds, kept)
                wrong += missing + ghosts
                print(f"{label:<40} missing {missing}, ghosts {ghosts}, after {seconds:.0f} s", flush=True)
        finally:
            office.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
