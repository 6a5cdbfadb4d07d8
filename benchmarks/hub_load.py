"""``python -m benchmarks.hub_load``: many terminals that speak the real protocol (signatures, frames, digests) to a hub over TLS.

    python -m benchmarks.hub_load [--terminals 1000] [--rounds 2] [--threads 16] [--database postgresql://…]

A terminal is its key and its counters, so that thousands fit into one process; what it sends is a batch of 20 files with findings and a point
each, as a day of changes is. Told are the time of acceptance (one call with its answer, a new TLS connection each), the first wave of
enrolments, how long the hub takes to enter what it has, and the CPU of hub and generator beside each other.
"""

from __future__ import annotations

import argparse
import os
import queue
import resource
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from benchmarks.hub.world import Hub
from scanner.agent import client
from scanner.agent.errors import Later, Unreachable
from scanner.fleet import envelope, frame, keys, token
from scanner.hub import standing
from scanner.hub.fold import applied
from scanner.inventory.reader import Reader
from scanner.tlog.note import public_of

FILES = 20
_MOMENT = "2026-11-30T00:00:00Z"


class Simulated:
    """A terminal without an inventory."""

    def __init__(self, number: int, hub: Hub, address: client.Address) -> None:
        self._seed = secrets.token_bytes(32)
        self._name = f"PC-{number:06}"
        self._hub, self._address = hub.desk.vkey, address
        self._call = self._number = 0
        self._id, self._digest = "", bytes(32)

    def enrol(self, given: token.Token) -> None:
        """Be taken in."""
        said = {
            "token": given.id,
            "secret": given.secret,
            "name": self._name,
            "key": public_of(self._seed).hex(),
            "record": "",
            "version": "load",
        }
        proof = keys.sign(self._seed, token.DOMAIN, orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hex()
        answer = client.post(self._address, "/v1/enrol", orjson.dumps({"said": said, "proof": proof}))
        self._id = str(answer["terminal"])

    def send(self) -> None:
        """A batch."""
        first = self._number * FILES
        said = {
            "v": 1,
            "terminal": self._id,
            "number": self._number + 1,
            "since": self._number,
            "before": self._digest.hex(),
            "made": _MOMENT,
            "rows": _rows(first),
        }
        packed = frame.pack(self._seed, orjson.dumps(said))
        self._call += 1
        client.post(
            self._address,
            "/v1/batch",
            packed,
            envelope.headers(self._seed, self._hub, "/v1/batch", self._id, self._call, packed),
        )
        self._number, self._digest = self._number + 1, frame.digest(packed)


def _rows(first: int) -> dict[str, list[dict[str, object]]]:
    numbers = range(first, first + FILES)
    none = dict.fromkeys(("reason", "contract", "rule", "consent", "gone"))
    return {
        "contents": [
            {
                "id": n,
                "rule_set": "r/balanced",
                "media_type": "text/csv",
                "reason": None,
                "read": 1,
                "persons_min": 1,
                "persons_max": 9,
            }
            | {"examined": _MOMENT, "rows": 9, "modulus": 1}
            for n in numbers
        ],
        "findings": [
            {
                "id": n,
                "content_id": n,
                "entity": "PERSON",
                "count": 9,
                "score": 0.9,
                "check": None,
                "shape": "漢字2+漢字2",
                "category": "",
                "about": "person",
            }
            for n in numbers
        ],
        "files": [
            {
                "id": n,
                "path": f"▒▒▒▒.csv [{n:016x}]",
                "size": 900,
                "mtime_ns": 1,
                "rule_set": "r",
                "content_id": n,
                "outcome": "examined",
            }
            | {"verdict": "outside", "ground": "fixed", "first_seen": _MOMENT}
            | none
            for n in numbers
        ],
        "points": [
            {
                "id": n,
                "code": "F03-OUTSIDE",
                "file_id": n,
                "state": "open",
                "opened": _MOMENT,
                "closed": None,
                "family": "",
                "working": None,
            }
            | {
                "closed_why": None,
                "subject": "",
                "contract": "",
                "contracts": [],
                "stage": "new",
                "due": "2027-01-01",
                "depth": "",
                "gap": "",
            }
            for n in numbers
        ],
    }


def all_do(act: Callable[[Simulated], None], fleet: list[Simulated], threads: int) -> tuple[list[float], int]:
    """Seconds of every call that was taken, and how many were told to come later."""
    waiting: queue.SimpleQueue[Simulated] = queue.SimpleQueue()
    for one in fleet:
        waiting.put(one)
    took: list[float] = []
    later = [0]

    def work() -> None:
        while True:
            try:
                one = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            try:
                act(one)
            except (Later, Unreachable):
                later[0] += 1
                time.sleep(0.2)
                waiting.put(one)
            else:
                took.append(time.monotonic() - began)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return took, later[0]


def _cpu(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _told(name: str, took: list[float], later: int, seconds: float) -> None:
    parts = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
    print(
        f"{name}: {len(took)} in {seconds:.1f} s ({len(took) / seconds:.0f}/s), p50 {parts[49] * 1000:.0f} ms, p95 {parts[94] * 1000:.0f} ms,"
        f" p99 {parts[98] * 1000:.0f} ms, told to come later {later}",
        flush=True,
    )


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--terminals", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--database", default="")
    parser.add_argument(
        "--direct", action="store_true", help="no TLS, no threads: CPU of the hub alone, whatever else the machine does"
    )
    told = parser.parse_args()
    if told.direct:
        _direct(told.terminals, told.rounds, told.database)
        return
    with tempfile.TemporaryDirectory(prefix="sekisho-load") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        hub = Hub(Path(folder) / "hub", database=told.database)
        child = subprocess.Popen([sys.executable, "-m", "benchmarks.hub_chaos", "serve", str(hub.home.path), str(port)])
        try:
            _run(hub, client.Address(f"https://127.0.0.1:{port}", hub.desk.pin), told, child.pid)
        finally:
            child.terminate()
            child.wait()
            hub.desk.database.close()


def _direct(count: int, rounds: int, database: str) -> None:
    """CPU a call and a batch that is entered."""
    with tempfile.TemporaryDirectory(prefix="sekisho-load") as folder:
        hub = Hub(Path(folder) / "hub", database=database)
        spent = [0.0]

        def post(
            address: client.Address, path: str, body: bytes, headers: dict[str, str] | None = None
        ) -> dict[str, object]:
            began = time.process_time()
            try:
                return hub.answers.answer(path, headers or {}, body)
            finally:
                spent[0] += time.process_time() - began

        client.post = post
        given = token.read(hub.token(count))
        fleet = [Simulated(n, hub, client.Address("https://hub.example.jp")) for n in range(count)]
        print(f"{count} terminals, direct, {'PostgreSQL' if database else 'SQLite'}")
        for name, act in (("enrolment", lambda one: one.enrol(given)), *[("batch", Simulated.send)] * rounds):
            spent[0] = 0.0
            for one in fleet:
                act(one)
            print(f"  {name}: {spent[0] / count * 1000:.1f} ms of CPU each", flush=True)
            began = time.process_time()
            done = hub.fold()
            if done:
                print(
                    f"  entered: {(time.process_time() - began) / done * 1000:.1f} ms of CPU a batch of {FILES} files",
                    flush=True,
                )
        began = time.process_time()
        standing.whole(hub.desk)
        print(
            f"  hub status: {(time.process_time() - began) * 1000:.0f} ms; inventory {hub.home.database.stat().st_size / 1e6:.0f} MB"
        )
        hub.desk.database.close()


def _run(hub: Hub, address: client.Address, told: argparse.Namespace, pid: int) -> None:
    given = token.read(hub.token(told.terminals))
    fleet = [Simulated(n, hub, address) for n in range(told.terminals)]
    print(
        f"{told.terminals} terminals, {told.threads} threads, {'PostgreSQL' if told.database else 'SQLite'}, {os.cpu_count()} cores shared"
    )
    began = time.monotonic()
    _told("enrolments", *all_do(lambda one: one.enrol(given), fleet, told.threads), time.monotonic() - began)
    for number in range(told.rounds):
        began, hubs, mine = time.monotonic(), _cpu(pid), resource.getrusage(resource.RUSAGE_SELF)
        took, later = all_do(Simulated.send, fleet, told.threads)
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
        _told(f"round {number + 1}", took, later, seconds)
        generator = after.ru_utime + after.ru_stime - mine.ru_utime - mine.ru_stime
        print(f"  CPU: hub {_cpu(pid) - hubs:.1f} s, generator {generator:.1f} s")
    began = time.monotonic()
    while sum(_applied(hub).values()) < told.terminals * told.rounds and time.monotonic() - began < 3_600:
        time.sleep(1.0)
    size = hub.home.database.stat().st_size
    print(
        f"entered {told.terminals * told.rounds * FILES:,} files {time.monotonic() - began:.0f} s after the last batch; inventory {size / 1e6:.0f} MB"
    )


def _applied(hub: Hub) -> dict[str, int]:
    reader = Reader(hub.home.database)
    try:
        reader.db.row_factory = None
        return applied(reader.db)
    finally:
        reader.close()


if __name__ == "__main__":
    main()
