"""A worker: starts a process for each scan (``session.py``), and another one when it has ended, whatever it ended of."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scanner import clock
from scanner.cluster import link
from scanner.cluster.errors import ClusterError
from scanner.cluster.identity import Identity

_WAITED_FOR = frozenset({"no_server", "in_use"})
"""What may be otherwise in a moment: a server that starts, a session of ours that the server has not yet given up."""


def run(folder: Path, waits: Callable[[ClusterError], None]) -> None:
    """Serve until this process is ended. ``waits`` is told once why nothing goes on. Raises ``ClusterError`` where only people
    can mend it."""
    _reach(Identity.load(folder), waits)
    while True:
        _session(folder)
        clock.sleep(1.0)


def _reach(identity: Identity, waits: Callable[[ClusterError], None]) -> None:
    said = ""
    while True:
        try:
            link.connect(identity).close()
            return
        except ClusterError as error:
            if error.code not in _WAITED_FOR:
                raise
            if error.code != said:
                said = error.code
                waits(error)
            clock.sleep(1.0)


def _session(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "scanner.cluster.session", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a library that quotes what it was given must not reach a terminal or a log
        start_new_session=True,  # Ctrl-C on the terminal reaches it through us
    )
    try:
        process.wait()
    finally:
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
