"""The check of the whole record, which takes minutes where it is long: one at a time, beside the pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from scanner import clock
from scanner.errors import SekishoError
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.record import check


@dataclass(slots=True)
class Check:
    """One check: who began it when, and what came out."""

    by: str
    begun: str
    ended: str = ""
    entries: int = 0
    rows: int = 0
    found: list[check.Found] = field(default_factory=list)
    failed: str = ""
    """Code of what kept it from its end."""


_checks: dict[str, Check] = {}
_one = threading.Lock()


def state(home: Home) -> Check | None:
    """The last check of this process."""
    return _checks.get(str(home.path))


def begin(home: Home, by: str) -> None:
    """Begin one, unless one is running."""
    with _one:
        last = state(home)
        if last is not None and not last.ended:
            return
        _checks[str(home.path)] = mine = Check(by, clock.stamp())
    threading.Thread(target=_run, args=(home, mine), name="sekisho-check", daemon=True).start()


def _run(home: Home, mine: Check) -> None:
    try:
        with Reader(home.database) as reader:
            report = check.verify(reader.db, home.keys)
        mine.entries, mine.rows, mine.found = report.entries, report.rows, list(report.found[:50])
    except SekishoError as error:
        mine.failed = error.code
    except Exception as error:  # told on the page; a thread has nobody who would hear it
        from scanner.console.faults import log_fault

        log_fault(error)
        mine.failed = "internal"
    finally:
        mine.ended = clock.stamp()
