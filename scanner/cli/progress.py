"""The progress line of a scan on a terminal: files of how many, bytes, rate, rest, and the file at hand where it is slow."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanner import clock
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.model import FileRef, Outcome

_SLOW_SECONDS = 3.0


class Counter:
    """Counts the files below the roots beside the scan; only names are looked at."""

    def __init__(self, roots: tuple[bytes, ...]) -> None:
        self.files = 0
        self.done = False
        self._stop = False
        self._roots = [r for r in roots if not r.startswith(b"smb://")]
        self._whole = len(self._roots) == len(roots)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        for root in self._roots:
            if os.path.isfile(root):
                self.files += 1
            for _, _, names in os.walk(root):
                self.files += len(names)
                if self._stop:
                    return
        self.done = self._whole

    def stop(self) -> None:
        """No longer needed."""
        self._stop = True


class Line:
    """What the scan tells the person in front of it."""

    def __init__(self, roots: tuple[bytes, ...]) -> None:
        self._total = Counter(roots)
        self._files = self._bytes = 0
        self._began = clock.monotonic()
        self._at: tuple[str, float] = ("", self._began)

    def begins(self, ref: FileRef) -> None:
        """A file is taken up."""
        self._at = (ref.name, clock.monotonic())

    def ends(self, outcome: Outcome) -> None:
        """A file is done."""
        self._files += 1
        self._bytes += outcome.ref.size
        self._at = (outcome.ref.name, clock.monotonic())

    def text(self) -> str:
        """The line as it stands."""
        now = clock.monotonic()
        rate = self._files / max(0.001, now - self._began)
        name, since = self._at
        name = name if len(name) < 40 else name[:37] + "…"
        slow = t("scan.progress_slow", seconds=f"{now - since:.0f}") if now - since > _SLOW_SECONDS else ""
        total = f"{self._total.files:,}" + ("" if self._total.done else "+")
        left = (self._total.files - self._files) / rate if self._total.done and rate and self._files > 20 else 0.0
        rest = t("scan.progress_rest", rest=_span(left)) if left > 0 else ""
        return (
            t(
                "scan.progress",
                files=f"{self._files:,}",
                total=total,
                size=f"{self._bytes / 1e6:,.1f}",
                rate=f"{rate:,.0f}",
                name=name,
            )
            + rest
            + slow
        )

    def close(self) -> None:
        """The scan is over."""
        self._total.stop()


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextlib.contextmanager
def shown(roots: tuple[bytes, ...], *, quiet: bool) -> Iterator[Line | None]:
    """The line on standard error; ``None`` and silent where that is no terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    line = Line(roots)
    stop = threading.Event()
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(t("scan.progress_start"), total=None)

        def refresh() -> None:
            while not stop.wait(0.3):
                bar.update(task, description=line.text())

        beat = threading.Thread(target=refresh, daemon=True)
        beat.start()
        try:
            yield line
        finally:
            stop.set()
            beat.join(timeout=2)
            line.close()
