"""The process that enters what terminals sent into the hub's inventory, below the one that answers them: acceptance waits for no entering.

It ends with the hub that started it. A second one, of a hub that was killed and started again, does no harm: what a batch says is entered in one
transaction with how far the inventory is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from scanner import clock, processes
from scanner.errors import SekishoError
from scanner.hub import desk as desks
from scanner.hub import silence
from scanner.hub.desk import Desk
from scanner.hub.fold import step
from scanner.inventory.home import Home
from scanner.inventory.store import Store

EVERY = 1.0
"""Seconds between two looks for batches to enter."""
SEALED = 600.0
"""Seconds between two commitments of the hub's own record while it serves."""
HEARD = 60.0
"""Seconds between two looks at when each terminal was heard."""
_PATIENCE = 60.0
_NICE = 5
"""Below the answering, and above what is nobody's haste: on a busy machine the inventory is to follow all the same."""
Told = Callable[[str], None]


class Entering:
    """The loop. ``told`` takes what keeps it from working, each kind once until it works again; the batches are safe and wait."""

    def __init__(self, home: Home, told: Told) -> None:
        self._home = home
        self._told = told
        self.over = threading.Event()

    def run(self) -> None:
        """Until ``over`` is set."""
        trouble = ""
        while not self.over.is_set():
            try:
                self._work()
                trouble = ""
            except Exception as error:  # an edge: told once, and it goes on
                if kind(error) != trouble:
                    trouble = kind(error)
                    tell(self._told, trouble)
                self.over.wait(EVERY)

    def _work(self) -> None:
        """Until the end, or something is wrong: also a database that does not answer yet."""
        desk = desks.opened(self._home)
        with closing(desk.database), Store(desk.home.database, only_notes=True) as store:
            self._enter(desk, store)

    def _enter(self, desk: Desk, store: Store) -> None:
        """The record is sealed at the end, and every ``SEALED`` seconds."""
        sealed, heard = clock.monotonic(), 0.0
        while not self.over.wait(EVERY):
            moment = clock.monotonic()
            step(desk, store, heard=moment - heard > HEARD)
            heard = moment if moment - heard > HEARD else heard
            silence.judge(desk)
            if clock.monotonic() - sealed > SEALED:
                store.seal()
                sealed = clock.monotonic()


class Enterer:
    """Keeps the process alive while the hub serves."""

    def __init__(self, home: Home, told: Told) -> None:
        self._command = [sys.executable, "-m", "scanner.hub.enterer", str(os.getpid()), str(home.path)]
        self._told = told
        self._over = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._keeping = threading.Thread(target=self._keep, name="entering", daemon=True)

    def start(self) -> None:
        """Start it, and another one whenever it ends."""
        self._keeping.start()

    def stop(self) -> None:
        """Have it finish what it is entering, and seal the record."""
        self._over.set()
        if self._child is not None:
            self._child.terminate()
        self._keeping.join(timeout=_PATIENCE)
        if self._child is not None:
            self._child.kill()

    def _keep(self) -> None:
        while not self._over.is_set():
            try:
                child = subprocess.Popen(
                    self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, creationflags=processes.QUIET
                )
                processes.end_with_us(child)
            except OSError as error:
                tell(self._told, kind(error))
                self._over.wait(EVERY)
                continue
            self._child = child
            if self._over.is_set():  # it was stopped meanwhile
                child.terminate()
            with child:
                for line in child.stdout or ():
                    _said(self._told, line.decode("utf-8", "replace").rstrip())
            if not self._over.wait(EVERY):
                tell(self._told, "hub.entering_ended")


def kind(error: Exception) -> str:
    """What an error is, without what it quotes."""
    if not isinstance(error, SekishoError):
        return f"hub.internal {type(error).__name__}"
    return " ".join(filter(None, (f"{error.section}.{error.code}", str(error.details.get("kind", "")))))


def tell(told: Told, text: str) -> None:
    """With the moment."""
    _said(told, f"{clock.stamp()} {text}")


def _said(told: Told, text: str) -> None:
    with suppress(OSError):  # nobody reads what it says: no reason to stop
        told(text)


def main() -> None:
    """Entry point of the process: the number of the hub's process, and its folder."""
    parent = int(sys.argv[1])
    processes.end_with(parent)
    if sys.platform != "win32":
        os.nice(_NICE)
    entering = Entering(Home(Path(sys.argv[2])), lambda text: print(text, flush=True))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: entering.over.set())
    threading.Thread(target=_until_alone, args=(parent, entering.over), daemon=True).start()
    entering.run()


def _until_alone(parent: int, over: threading.Event) -> None:
    while processes.lives(parent) and not over.wait(EVERY):
        pass
    over.set()


if __name__ == "__main__":
    main()
