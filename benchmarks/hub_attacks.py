"""``python -m benchmarks.hub_attacks``: what strangers and liars do to a hub that serves, while an honest terminal goes on.

    python -m benchmarks.hub_attacks [--seconds 60] [--seed 1]

From addresses of the loopback: connections that say nothing, TLS that is never agreed on, requests and bodies that never end, bodies that are too large, bombs, and
batches of an enrolled terminal that are cut, flipped and made up (fuzzed from true ones). Told are what the hub counted, how long the honest terminal's
conversations took meanwhile, and whether the hub ended with what both terminals are.
"""

from __future__ import annotations

import argparse
import os
import random
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import orjson

from benchmarks.hub.world import Hub, Terminal, free_port
from scanner.agent import client, enrolling, link
from scanner.agent.errors import AgentError, Refused
from scanner.fleet import envelope, frame, keys
from scanner.hub import terminals
from scanner.inventory import ledger

_PLACES = 40
"""Connections that each kind of attack holds, each kind from an address of its own."""


class Attack:
    """Threads that do one thing until the end."""

    def __init__(self, port: int, seed: int) -> None:
        self.port, self.random, self.over = port, random.Random(seed), threading.Event()
        self.tried: Counter[str] = Counter()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE
        self._threads: list[threading.Thread] = []

    def go(self, name: str, act: Callable[[], None]) -> None:
        """Again and again."""

        def work() -> None:
            while not self.over.is_set():
                with suppress(OSError, AgentError):
                    act()
                self.tried[name] += 1
                self.over.wait(0.05)

        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    def end(self) -> None:
        """Enough."""
        self.over.set()
        for one in self._threads:
            one.join(40)

    def hold(self, address: str, said: bytes | None) -> None:
        """Connections from an address of the loopback, until the hub hangs up on them. ``said``: begins a request; ``None``: no TLS."""
        with ExitStack() as stack:
            held = []
            for _ in range(_PLACES):
                plain = stack.enter_context(
                    socket.create_connection(("127.0.0.1", self.port), 20, source_address=(address, 0))
                )
                one = plain if said is None else stack.enter_context(self._context.wrap_socket(plain))
                if said:
                    one.sendall(said)
                held.append(one)
            for one in held:
                while not self.over.is_set() and one.recv(4_096):
                    pass


class Liar:
    """Has the key of an enrolled terminal."""

    def __init__(self, terminal: Terminal, address: client.Address, seed: int) -> None:
        from scanner.inventory.store import Store

        self.random, self.address = random.Random(seed), address
        with Store(terminal.home.database, only_notes=True) as store:
            mine = link.needed(store.connection)
            self.frames = [bytes(f) for (f,) in store.connection.execute("select frame from hub_outbox")]
        self.seed, self.id, self.hub = link.seed(terminal.home.database), mine.terminal, mine.hub
        self.number = 1 << 40
        self.answers: Counter[str] = Counter()

    def lie(self) -> None:
        """A batch out of a true one."""
        body = self._made()
        if self.random.random() < 0.8:
            packed = zlib.compress(body)
            body = keys.sign(self.seed, "hub batch", packed) + packed
        self.number += 1
        headers = envelope.headers(self.seed, self.hub, "/v1/batch", self.id, self.number, body)
        try:
            client.post(self.address, "/v1/batch", body, headers)
            self.answers["taken"] += 1
        except Refused as refused:
            self.answers[refused.what] += 1

    def _made(self) -> bytes:
        pick = self.random
        whole = frame.unpack(pick.choice(self.frames))
        kind = pick.randrange(5)
        if kind == 0:
            return bytes(frame.UNPACKED_MOST + 1)  # small when packed
        if kind == 1:
            return whole[: pick.randrange(len(whole))]
        if kind == 2:
            found = bytearray(whole)
            for _ in range(pick.randrange(1, 8)):
                found[pick.randrange(len(found))] = pick.randrange(256)
            return bytes(found)
        said = orjson.loads(whole)
        _bent(said, pick)
        return orjson.dumps(said)


def _bent(said: Any, pick: random.Random) -> None:
    """Something in it is something else."""
    inner = said
    while True:
        key = pick.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        if not isinstance(inner[key], dict | list) or not inner[key] or pick.random() < 0.2:
            inner[key] = pick.choice([None, -1, 1 << 62, "", "\0", "x" * 9_000, [], {}, [[]], True, 1.5, "2026-99-99"])
            return
        inner = inner[key]


def main() -> None:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    os.environ["SEKISHO_LANG"] = "en"
    with tempfile.TemporaryDirectory(prefix="sekisho-attacks") as folder:
        hub, port = Hub(Path(folder) / "hub"), free_port()
        command = [sys.executable, "-m", "benchmarks.hub.processes", "serve", str(hub.home.path), "0", "0", str(port)]
        child = subprocess.Popen(command)
        try:
            _run(hub, port, Path(folder), words, child)
        finally:
            child.terminate()
            child.wait()
            hub.desk.database.close()


def _run(hub: Hub, port: int, folder: Path, words: argparse.Namespace, child: subprocess.Popen[bytes]) -> None:
    address = client.Address(f"https://127.0.0.1:{port}", hub.desk.pin)
    fleet = [Terminal(folder / name, name) for name in ("PC-01", "PC-02")]
    token = hub.token()
    for one in fleet:
        _enrolled(one, address.url, token)
        one.change(20)
        one.send()
    attack, liar = Attack(port, words.seed), Liar(fleet[1], address, words.seed)
    begun = b"POST /v1/batch HTTP/1.1\r\nhost: hub\r\n"
    attack.go("silent TLS", lambda: attack.hold("127.0.0.2", b""))
    attack.go("no TLS", lambda: attack.hold("127.0.0.3", None))
    attack.go("endless headers", lambda: attack.hold("127.0.0.4", begun))
    attack.go("endless bodies", lambda: attack.hold("127.0.0.5", begun + b"content-length: 99999\r\n\r\nabc"))
    attack.go("more connections", lambda: attack.hold("127.0.0.5", b""))
    attack.go("too large", lambda: _posted(address, bytes(frame.FRAME_MOST + 1)))
    attack.go("nonsense", lambda: _posted(address, attack.random.randbytes(900)))
    attack.go("lies", liar.lie)
    took: list[float] = []
    end, failed = time.monotonic() + words.seconds, Counter[str]()
    while time.monotonic() < end:
        fleet[0].change(2)
        began = time.monotonic()
        try:
            fleet[0].send()
            took.append(time.monotonic() - began)
        except AgentError as error:
            failed[error.code] += 1
        time.sleep(0.2)
    attack.end()
    assert child.poll() is None, "the hub ended"
    parts = statistics.quantiles(took, n=20)
    print(f"{words.seconds:.0f} s of {dict(attack.tried)}")
    print(
        f"the honest terminal: {len(took)} conversations, p50 {parts[9]:.2f} s, p95 {parts[18]:.2f} s, failed {dict(failed)}"
    )
    print(f"the liar was answered {dict(liar.answers)}")
    print(f"counted: {Counter({why: n for why, _, n, _ in terminals.refusals(hub.desk.database)})}")


def _enrolled(one: Terminal, url: str, token: str) -> None:
    who, ledger.who = ledger.who, lambda: (one.name, "taro")
    try:
        for _ in range(300):
            try:
                enrolling.enrol(one.home, url, token)
                return
            except AgentError as error:
                if error.code != "unreachable":
                    raise
                time.sleep(0.2)
    finally:
        ledger.who = who


def _posted(address: client.Address, body: bytes) -> None:
    client.post(address, "/v1/batch", body)


if __name__ == "__main__":
    main()
