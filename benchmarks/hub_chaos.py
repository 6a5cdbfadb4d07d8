"""``python -m benchmarks.hub_chaos``: a hub, its database and terminals as real processes, to which happens what happens to such; afterwards the hub
is what the terminals are, and every record verifies.

    python -m benchmarks.hub_chaos [--kills 200] [--terminals 5] [--seed 1] [--postgresql]

Hub, database, terminals and the process that enters are killed (SIGKILL) at random moments; the network refuses, swallows and cuts; every clock is wrong
by up to two days, by other days after each start; the disk of hub, database or a terminal is full for seconds; hub and terminals are put
back to older copies; batches come again and in any order. A terminal that the hub stopped is looked at by a person, who ends it and has it enrolled anew;
that may happen only where it, or the hub, was put back.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from benchmarks.hub import disks, proxy
from benchmarks.hub.compared import compare
from benchmarks.hub.database import Postgres
from benchmarks.hub.processes import STOPPED
from benchmarks.hub.world import Hub, Terminal, free_port
from scanner import clock
from scanner.agent import enrolling, link
from scanner.agent.errors import AgentError, Later, Refused
from scanner.hub import copying, terminals
from scanner.hub.errors import HubError
from scanner.inventory import ledger
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader

PATIENCE = 120.0
SKEW = 2 * 86_400.0
PHRASE = "purple 12 lanterns at the gate"
_LOOKED_AT = ("conflict", "stopped", "revoked", "unknown", "fork", "rollback")
"""Refusals of a terminal that is not what it was for the hub, or that the hub, put back, does not know."""
_HUB, _DATABASE = "hub", "database"


class World:
    """The processes of one run."""

    def __init__(self, folder: Path, count: int, seed: int, *, postgresql: bool = False, haste: float = 1.0) -> None:
        """``haste``: below 1 the pauses between two accidents are shorter."""
        self.random, self.haste, self.folder = random.Random(seed), haste, folder
        self.names = [f"PC-{n:02}" for n in range(count)]
        folder.mkdir(exist_ok=True)
        self.disks = {name: disks.Disk(folder / name) for name in (_HUB, *self.names)}
        self.instance = self._database(folder) if postgresql else None
        self.port = free_port()
        self.proxy = proxy.Proxy(self.port, seed)
        self.hub = Hub(folder / _HUB / "home", database=self.instance.address if self.instance else "")
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.full: dict[str, int] = {}
        self.put_back: set[str] = set()
        self.happened: Counter[str] = Counter()
        self.token = self.hub.token()
        self.start(_HUB)
        for name in self.names:
            Terminal(folder / name / "home", name)
            self.enrol(name)
            self.start(name)

    def _database(self, folder: Path) -> Postgres:
        self.disks[_DATABASE] = disks.Disk(folder / _DATABASE, 300)
        return Postgres(folder / _DATABASE)

    # what goes on

    def start(self, name: str) -> None:
        """A child, or another one in its place, with a clock of its own."""
        self.children[name] = subprocess.Popen(self._command(name))

    def _command(self, name: str) -> list[str]:
        skew = self.random.choice([0.0, self.random.uniform(-SKEW, SKEW)])
        rest = [str(self.port)] if name == _HUB else [name, str(self.random.randrange(1 << 30))]
        what = "serve" if name == _HUB else "live"
        home = str(self.folder / name / "home")
        return [
            *(sys.executable, "-m", "benchmarks.hub.processes", what, home),
            *(str(skew), str(self.full.get(name, 0)), *rest),
        ]

    def kill(self, name: str) -> None:
        """As a machine that loses its current."""
        self.children[name].kill()
        self.children[name].wait()

    def enrol(self, name: str) -> None:
        """A person has a terminal taken in."""
        terminal = Terminal(self.folder / name / "home", name)
        who = ledger.who
        ledger.who = lambda: (name, "taro")
        try:
            self.patiently(
                lambda: enrolling.enrol(terminal.home, f"https://127.0.0.1:{self.proxy.port}", self.token), "token"
            )
        finally:
            ledger.who = who

    def patiently(self, act: Callable[[], object], *passing: str) -> None:
        """Until the hub answers. ``passing``: refusals that go by."""
        for _ in range(int(PATIENCE * 5)):
            try:
                act()
            except Later:
                pass
            except Refused as refused:
                if refused.what in _LOOKED_AT:
                    raise  # a person looks at it, where that may be
                if refused.what not in passing:
                    raise SystemExit(
                        f"the hub refuses: {refused.what}; {terminals.tokens(self.hub.desk.database)}"
                    ) from None
            except AgentError as error:
                if error.code not in ("unreachable", "no_answer"):
                    raise
            else:
                return
            time.sleep(0.2)
        raise SystemExit("the hub does not answer")

    def look(self) -> None:
        """Whoever ended by itself: a hub or a database without room begins again, a terminal that was stopped is enrolled anew."""
        for name, child in list(self.children.items()):
            code = child.poll()
            if code is None:
                continue
            if code == STOPPED and name in self.put_back:
                self.happened["looked at and enrolled anew"] += 1
                self.anew(name)
            elif name == _HUB and self.instance:
                self.happened["starts of the hub without its database"] += 1
            elif name not in self.full:
                raise SystemExit(f"{name} ended by itself with {code}")
            self.start(name)
        if self.instance and self.instance.ended:
            self.instance.start()

    def anew(self, name: str) -> None:
        """A person ends a terminal at the hub, and has it enrolled once more."""
        home = Home(self.folder / name / "home")
        mine = _link(home)
        with self.hub.desk.database.reading() as work:
            known = terminals.all_of(work, "id = ?", (mine.terminal,)) if mine else []
        if known:
            terminals.decide(self.hub.desk.database, (known[0].id,), terminals.REVOKED)
        if mine is not None and mine.state != "left":
            enrolling.leave(home)
        self.proxy.become(proxy.OPEN)
        if self.children[_HUB].poll() is not None:
            self.start(_HUB)
        self.enrol(name)
        self.put_back.discard(name)

    # accidents

    def round(self) -> None:
        """One of them."""
        self.pause(0.3, 2.5)
        self.look()
        acts = [self.killed] * 6 + [self.network] * 2 + [self.room] * 2 + [self.older_hub, self.older_terminal]
        self.random.choice(acts)()

    def pause(self, least: float, most: float) -> None:
        """Let them work."""
        time.sleep(self.random.uniform(least, most) * self.haste)

    def killed(self) -> None:
        """Somebody."""
        name = self.random.choice([_HUB, "entering", *([_DATABASE] * 2 if self.instance else []), *self.names])
        self.happened[f"kills of {'a terminal' if name in self.names else name}"] += 1
        if name == _DATABASE and self.instance:
            self.instance.kill(self.random)
        elif name == "entering":
            with suppress(psutil.NoSuchProcess):
                for child in psutil.Process(self.children[_HUB].pid).children():
                    child.kill()
        else:
            self.kill(name)
            self.start(name)

    def network(self) -> None:
        """Nothing passes for a while, or not all of it."""
        mood = self.random.choice(proxy.MOODS[1:])
        self.happened[f"network {mood}"] += 1
        self.proxy.become(mood)
        self.pause(1.0, 5.0)
        self.proxy.become(proxy.OPEN)

    def room(self) -> None:
        """A disk is full for a while; whoever is on it may be killed then too."""
        name = self.random.choice([_HUB, *([_DATABASE] if self.instance else []), *self.names])
        if self.disks[name].mounted:
            self.full[name] = 0
            self.disks[name].fill(self.random.choice([0, 8_192, 120_000, 1_000_000]))
        elif name == _DATABASE:
            return
        else:
            self.full[name] = max(p.stat().st_size for p in (self.folder / name).rglob("*") if p.is_file()) + 40_000
            self.kill(name)
            self.start(name)
        self.happened[f"full disk of {'a terminal' if name in self.names else name}"] += 1
        self.pause(2.0, 6.0)
        self.disks[name].clear()
        limited = self.full[name]
        self.look()
        del self.full[name]
        if limited:
            self.kill(name)
            self.start(name)

    def older_hub(self) -> None:
        """A copy of the hub is made while it serves, or the hub is put back to the one that was made before."""
        file, keys = self.folder / "hub.zip", self.folder / "hub.keys"
        if not file.exists() or self.random.random() < 0.5:
            for old in (file, keys):
                old.unlink(missing_ok=True)
            while not self.copied_to(file, keys):
                self.look()
                time.sleep(0.2)
            self.copied = {name: _link(Home(self.folder / name / "home")) for name in self.names}
            self.happened["copies of the hub"] += 1
            return
        self.kill(_HUB)
        self.pause(0.5, 0.6)  # what enters ends with it
        self.hub.desk.database.close()
        shutil.rmtree(self.folder / _HUB / "home")
        address = self.instance.emptied() if self.instance else None
        copying.restore(file, Home(self.folder / _HUB / "home"), keys, lambda: PHRASE, address)
        self.hub.again()
        # one that was enrolled, or put back, since then is another one for this hub
        self.put_back |= {n for n in self.names if _of(_link(Home(self.folder / n / "home"))) != _of(self.copied[n])}
        self.start(_HUB)
        self.happened["older hubs restored"] += 1

    def copied_to(self, file: Path, keys: Path) -> bool:
        """Whether the database was there for it."""
        try:
            copying.make(self.hub.desk, file, keys, lambda: PHRASE)
        except HubError:
            for one in (file, keys):
                one.unlink(missing_ok=True)
            return False
        return True

    def older_terminal(self) -> None:
        """The same of a terminal."""
        name = self.random.choice(self.names)
        copy = self.folder / f"{name}.copy"
        self.kill(name)
        if copy.exists() and self.random.random() < 0.6:
            shutil.rmtree(self.folder / name / "home")
            shutil.move(copy, self.folder / name / "home")
            self.put_back.add(name)
            self.happened["older terminals restored"] += 1
        else:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.folder / name / "home", copy)
        self.start(name)

    # the end

    def end(self) -> tuple[int, int]:
        """Everybody is stopped, says what is left to a hub that stands, and the two are compared. Returns (batches, their bytes)."""
        for name in self.names:
            if self.children[name].poll() is None:
                self.kill(name)
        self.look_after_all()
        for name in self.names:
            self.send_all(name)
        self.children[_HUB].terminate()
        self.children[_HUB].wait()
        self.hub.again()
        self.hub.fold()
        return compare(self.hub, [Terminal(self.folder / n / "home", n) for n in self.names])

    def look_after_all(self) -> None:
        """Hub and database stand, whatever stood in their way."""
        if self.children[_HUB].poll() is not None:
            self.start(_HUB)
        if self.instance and self.instance.ended:
            self.instance.start()

    def send_all(self, name: str) -> None:
        """What is left; one that the hub stopped is looked at first, where that may be."""
        terminal = Terminal(self.folder / name / "home", name)
        try:
            self.patiently(terminal.send)
        except AgentError:
            if name not in self.put_back:
                raise  # the hub stopped one that was not put back
            self.happened["looked at and enrolled anew"] += 1
            self.anew(name)
            self.patiently(terminal.send)

    def close(self) -> None:
        """End every process."""
        for child in self.children.values():
            child.kill()
            child.wait()
        self.proxy.close()
        self.hub.desk.database.close()
        if self.instance:
            self.instance.stop()
        for disk in self.disks.values():
            disk.close()

    @property
    def kills(self) -> int:
        """So far."""
        return sum(count for what, count in self.happened.items() if what.startswith("kills"))


def _link(home: Home) -> link.Link | None:
    reader = Reader(home.database)
    try:
        reader.db.row_factory = None
        return link.read(reader.db)
    finally:
        reader.close()


def _of(one: link.Link | None) -> str:
    return one.terminal if one else ""


def run(folder: Path, told: argparse.Namespace) -> None:
    """A whole run; raises whatever does not hold."""
    began = time.monotonic()
    world = World(folder, told.terminals, told.seed, postgresql=told.postgresql)
    try:
        while world.kills < told.kills:
            world.round()
        batches, size = world.end()
    finally:
        world.close()
    mounted = "mounted" if world.disks[_HUB].mounted else "by a limit of files"
    print(
        f"seed {told.seed}, {'PostgreSQL' if told.postgresql else 'SQLite'}, {told.terminals} terminals, disks {mounted}:"
    )
    for what, count in sorted(world.happened.items()):
        print(f"  {what}: {count}")
    print(
        f"{world.kills} kills, {batches} batches ({size:,} bytes), {time.monotonic() - began:.0f} s:"
        " hub = terminals, nothing twice, every chain and every record verifies"
    )


def main() -> None:
    """Run it and tell how it went."""
    clock.source = clock.System()  # what it shares with tests has set their calendar
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--terminals", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    told = parser.parse_args()
    disks.in_a_namespace("benchmarks.hub_chaos")
    os.environ["SEKISHO_LANG"] = "en"
    folder = Path(tempfile.mkdtemp(prefix="sekisho-chaos"))
    folder.chmod(0o711)  # the account of the database passes through
    try:
        run(folder, told)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
