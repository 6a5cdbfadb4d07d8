"""The process of a worker that takes part in one scan: ``python -m scanner.cluster.session FOLDER``, started by ``worker.py``.

Whatever the scan entrusts to it (keys of contracts, passwords, paths) is in the memory of this process and of its reader and
judge, and nowhere else: it ends with the scan, with the connection, and with the process that started it, and all of that is gone.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from scanner.cluster import link, messages, sealing
from scanner.cluster.certificates import COORDINATOR
from scanner.cluster.errors import ClusterError
from scanner.cluster.identity import Forged, Identity
from scanner.cluster.sealing import Seal
from scanner.cluster.tasks import Examiner, ready
from scanner.model import FileRef
from scanner.sandbox.confine import die_with_parent

HELLO, SETUP = b"hello", b"setup"
"""What workers and coordinator sign."""
CHANNEL = "sekisho_worker"
LOOKS = 0.5
"""Seconds after which a worker asks, woken or not, whether its scan still goes on."""


class Session:
    """One connection; what came through it is forgotten with it."""

    def __init__(self, db: Any, identity: Identity) -> None:
        self._db, self._identity = db, identity
        self._key = sealing.new_key()
        self._scan = b""
        self._seal: Seal | None = None
        self._examiner: Examiner | None = None
        self._leases: queue.SimpleQueue[tuple[int, list[FileRef]]] = queue.SimpleQueue()

    def serve(self) -> None:
        """Return when the scan has ended. Raises ``Forged`` where a message is not the coordinator's, ``psycopg.Error`` where the
        connection is lost."""
        self._db.execute(f"listen {CHANNEL}")
        self._db.execute("select cluster.hello(%s)", (self._identity.sign(HELLO, sealing.public(self._key)),))
        after = 0
        while True:
            going = self._db.execute("select cluster.scanning()").fetchone()[0]
            if self._scan and going != self._scan:
                return
            for number, body in self._db.execute("select * from cluster.receive(%s)", (after,)).fetchall():
                after = number
                self._take(number, bytes(body))
            for _ in self._db.notifies(timeout=LOOKS, stop_after=1):
                pass

    def _take(self, number: int, body: bytes) -> None:
        if self._seal is not None:
            self._leases.put((number, messages.loaded(messages.LEASE, self._seal.open(body, sealing.lease_of(number)))))
            return
        sealed = self._identity.verify(body, COORDINATOR, SETUP)
        setup = messages.loaded(messages.SETUP, sealing.open_with(self._key, sealed))
        self._scan, self._seal = setup.scan, Seal(setup.secret)
        self._examiner = Examiner(setup.settings)
        self._answer(number, messages.dumped(messages.READY, ready(setup.settings)))
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        assert self._examiner is not None
        try:
            while True:
                number, refs = self._leases.get()
                self._answer(number, messages.dumped(messages.ANSWER, self._examiner.work(refs)))
        finally:
            self._db.close()  # whatever ended it: the other thread must not wait for what does not come

    def _answer(self, number: int, data: bytes) -> None:
        assert self._seal is not None
        starts = range(0, max(1, len(data)), messages.PART)
        for part, start in enumerate(starts):
            last = part == len(starts) - 1
            body = self._seal.close(data[start : start + messages.PART], sealing.answer_to(number, part, last=last))
            self._db.execute("select cluster.answer(%s, %s, %s, %s)", (number, part, last, body))

    def stop(self) -> None:
        """End reader and judge."""
        if self._examiner is not None:
            self._examiner.stop()


def main() -> None:
    """Take part in one scan, and end. The exit status says whether the worker should try again at once (0)."""
    import psycopg

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the starting process's business
    die_with_parent()
    _no_core()
    identity = Identity.load(Path(sys.argv[1]))
    session = None
    code = 0
    try:
        with link.connect(identity) as db:
            session = Session(db, identity)
            session.serve()
    except (psycopg.Error, Forged, ClusterError):
        code = 1  # gone, or not to be believed: the process ends with what it holds, and the next one begins anew
    finally:
        if session is not None:
            session.stop()
        os._exit(code)  # a file that is being examined is not waited for


def _no_core() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would put keys on a disk


if __name__ == "__main__":
    main()
