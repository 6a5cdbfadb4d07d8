"""``python -m benchmarks.hub_chaos``: a hub and terminals as real processes that are killed (SIGKILL) at random moments, a hub that is restored from
older copies, batches that come twice; afterwards the hub is what the terminals are, and every record verifies.

    python -m benchmarks.hub_chaos [--kills 200] [--terminals 5] [--seed 1] [--database postgresql://…]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hub.world import Hub, Terminal, known
from scanner.agent import enrolling
from scanner.agent.errors import AgentError
from scanner.hub import desk as desks
from scanner.hub.server import Server
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from scanner.inventory.record import check

PATIENCE = 60.0


def serve(folder: str, port: int) -> None:
    """A child: the hub, until it is killed."""
    Server(desks.opened(Home(Path(folder))), "127.0.0.1", port, print).run()


def live(folder: str, name: str, seed: int) -> None:
    """A child: a terminal that changes and speaks, until it is killed."""
    terminal = Terminal(Path(folder), name, seed)
    while True:
        terminal.change(random.randrange(1, 6))
        try:
            terminal.send()
        except AgentError as error:
            if error.code not in ("unreachable", "no_answer", "refused"):
                sys.exit(f"{name}: {error.code}")


class World:
    """The processes of one run."""

    def __init__(self, folder: Path, count: int, seed: int, database: str) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.hub = Hub(folder / "hub", database=database)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.names = [f"PC-{n:02}" for n in range(count)]
        self.kills = self.copies = 0
        self.start("hub")
        token = self.hub.token()
        for name in self.names:
            terminal = Terminal(folder / name, name)
            self.patiently(lambda t=terminal, n=name: self.enrol(t, n, token))
            self.start(name)

    def enrol(self, terminal: Terminal, name: str, token: str) -> None:
        from scanner.inventory import ledger

        ledger.who = lambda: (name, "taro")
        enrolling.enrol(terminal.home, f"https://127.0.0.1:{self.port}", token)

    def patiently(self, act) -> None:  # type: ignore[no-untyped-def]
        """Until the hub answers."""
        for _ in range(int(PATIENCE * 5)):
            try:
                act()
            except AgentError as error:
                if error.code not in ("unreachable", "no_answer"):
                    raise
                time.sleep(0.2)
            else:
                return
        raise SystemExit("the hub does not answer")

    def start(self, name: str) -> None:
        """A child, or another one in its place."""
        what = (
            ["serve", str(self.folder / "hub"), str(self.port)]
            if name == "hub"
            else ["live", str(self.folder / name), name, str(self.random.randrange(1 << 30))]
        )
        self.children[name] = subprocess.Popen([sys.executable, "-m", "benchmarks.hub_chaos", *what])

    def kill(self, name: str) -> None:
        """As a machine that loses its current."""
        child = self.children[name]
        if child.poll() is not None:
            raise SystemExit(f"{name} ended by itself with {child.returncode}")
        child.kill()
        child.wait()
        self.kills += 1

    def round(self) -> None:
        """One accident."""
        time.sleep(self.random.uniform(0.5, 4.0))  # a start takes about a second
        name = self.random.choice(["hub", "hub", *self.names])
        self.kill(name)
        if name == "hub" and not self.hub.desk.database.postgres and self.random.random() < 0.5:
            self.copy_or_restore()
        self.start(name)

    def copy_or_restore(self) -> None:
        """A copy of the hub's folder is made, or the hub is put back to the one that was made before."""
        copy = self.folder / "copy"
        if copy.exists() and self.random.random() < 0.5:
            shutil.rmtree(self.folder / "hub")
            shutil.move(copy, self.folder / "hub")
            self.copies += 1
            return
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / "hub", copy)

    def end(self) -> None:
        """Everybody is stopped, says what is left to a hub that stands, and the two are compared."""
        for name, child in self.children.items():
            if name != "hub":
                child.kill()
                child.wait()
        for name in self.names:
            terminal = Terminal(self.folder / name, name)
            self.patiently(terminal.send)
        self.children["hub"].kill()
        self.children["hub"].wait()
        self.hub.again()
        self.hub.fold()
        for name in self.names:
            self.compare(Terminal(self.folder / name, name))
        self.verified(self.hub.home)

    def compare(self, terminal: Terminal) -> None:
        """What the terminal has there, the hub has, once."""
        there = {p: f for p, f in terminal.told().items() if f[0] == "there"}
        here = {p: f for p, f in known(self.hub, terminal.name).items() if f[0] == "there"}
        assert here == there, terminal.name
        assert self.hub.of(terminal.name).record_state == "", terminal.name
        self.verified(terminal.home)

    def verified(self, home: Home) -> None:
        reader = Reader(home.database)
        found = check.verify(reader.db, home.keys).found
        reader.close()
        assert not found, (home.path, found[:3])


def main() -> None:
    """Run it and tell how it went."""
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
        return
    if sys.argv[1:2] == ["live"]:
        live(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--terminals", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="")
    told = parser.parse_args()
    os.environ["SEKISHO_LANG"] = "en"
    with tempfile.TemporaryDirectory(prefix="sekisho-chaos") as folder:
        began = time.monotonic()
        world = World(Path(folder), told.terminals, told.seed, told.database)
        try:
            while world.kills < told.kills:
                world.round()
            world.end()
        finally:
            for child in world.children.values():
                child.kill()
        with world.hub.desk.database.transaction() as work:
            ((batches, size),) = work.all("select count(*), coalesce(sum(length(frame)), 0) from batches")
        print(
            f"seed {told.seed}: {world.kills} kills, {world.copies} older copies restored, {told.terminals} terminals, {batches} batches ({size:,} bytes),"
            f" {time.monotonic() - began:.0f} s: hub = terminals, every record verifies"
        )


if __name__ == "__main__":
    main()
