"""``python -m benchmarks.hub_office``: a hub, its console and five terminals that watch, as real processes, each terminal in network and name spaces of
its own where the system allows it; an original is received on the first, a copy comes to the third: how long from the copy's last byte until
the console's page of points shows it. Afterwards two officers close the point in the console, and the terminal has it closed.

    python -m benchmarks.hub_office [--terminals 5] [--copies 3]
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from scanner import clock
from scanner.inventory.home import Home
from scanner.inventory.reader import Reader
from tests.scanner.officers_hub import POLICY
from tests.scanner.world import table

BRIDGE, NET, PORT = "sekisho-b", "10.213.7", 8790
PATIENCE = 300.0
PHRASES = {"W-1": "あおい海と白い砂浜", "W-2": "しずかな森の朝ごはん"}
PLACES = """
[[contract.place]]
id = "s"
kind = "storage"
host = "PC-*"
path = "{folder}/PC-1/store"
consent = "承諾-1"
"""


class Spaces:
    """Network namespaces on one bridge; none where they cannot be made, then terminals differ by their names alone."""

    def __init__(self, count: int) -> None:
        self.names = [f"sekisho-{number}" for number in range(1, count + 1)]
        self.made = os.geteuid() == 0 and shutil.which("ip") is not None and self._make()
        self.host = f"{NET}.1" if self.made else "127.0.0.1"

    def _make(self) -> bool:
        self.remove()
        steps = [f"link add {BRIDGE} type bridge", f"addr add {NET}.1/24 dev {BRIDGE}", f"link set {BRIDGE} up"]
        for number, name in enumerate(self.names, 2):
            steps += [
                f"netns add {name}",
                f"link add sekisho-v{number} type veth peer name eth0 netns {name}",
                f"link set sekisho-v{number} master {BRIDGE} up",
                f"-n {name} addr add {NET}.{number}/24 dev eth0",
                f"-n {name} link set eth0 up",
                f"-n {name} link set lo up",
            ]
        if all(_quiet(["ip", *step.split()]) for step in steps):
            return True
        self.remove()
        return False

    def remove(self) -> None:
        """Leave nothing behind."""
        for name in self.names:
            _quiet(["ip", "netns", "del", name])
        _quiet(["ip", "link", "del", BRIDGE])

    def inside(self, number: int, words: Sequence[object]) -> list[str]:
        """A command of terminal ``number``, which knows itself by the name ``PC-n``."""
        named = ["unshare", "--uts", "sh", "-c", f'hostname PC-{number} && exec "$@"', "sh", *map(str, words)]
        if os.geteuid() != 0:
            return list(map(str, words))
        return ["ip", "netns", "exec", self.names[number - 1], *named] if self.made else named


def _quiet(words: list[str]) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


class Office:
    """Folders and processes of one run."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        self.spaces = Spaces(count)
        self.hub = folder / "hub"
        self.policy = folder / "policy.toml"
        self.children: list[subprocess.Popen[bytes]] = []
        for number in range(1, count + 1):
            for name in ("store", "work", "home"):
                (folder / f"PC-{number}" / name).mkdir(parents=True)
        text = POLICY.replace(
            "starts = 2020-01-01\n", 'starts = 2020-01-01\nitems = ["PERSON"]\n' + PLACES.format(folder=folder)
        )
        self.policy.write_text(text, encoding="utf-8")
        self.signs: dict[str, list[str]] = {}
        for worker, phrase in PHRASES.items():
            file = folder / f"{worker}.phrase"
            file.write_text(phrase + "\n", encoding="utf-8")
            file.chmod(0o600)
            self.signs[worker] = ["--passphrase-file", str(file)]

    def home(self, number: int) -> Path:
        """State folder of a terminal."""
        return self.folder / f"PC-{number}" / "home"

    def sekisho(self, *words: object, number: int = 0) -> str:
        """A command at the hub, or on a terminal."""
        command = [str(Path(sys.executable).with_name("sekisho")), *map(str, words)]
        command = self.spaces.inside(number, command) if number else command
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 3):
            sys.exit(f"{' '.join(map(str, words[:4]))}: {done.returncode} {done.stderr}")
        return done.stdout

    def start(self, *words: object, number: int = 0) -> None:
        """A process that stays."""
        command = [str(Path(sys.executable).with_name("sekisho")), *map(str, words)]
        command = self.spaces.inside(number, command) if number else command
        log = (self.folder / f"process-{len(self.children)}.log").open("wb")
        self.children.append(subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True))

    def begin(self) -> None:
        """The hub and its officers, the terminals, what each knows."""
        hub, policy = ("--home", self.hub), ("-p", self.policy)
        both = [*self.signs["W-1"], *self.signs["W-2"]]
        self.sekisho("people", "begin", "W-1", "W-2", *both, *hub, *policy)
        self.sekisho("hub", "init", "--host", self.spaces.host, "--officers", self.hub, *hub)
        pieces, vouchers, code = (self.folder / name for name in ("pieces.json", "vouchers.json", "code.txt"))
        self.sekisho("hub", "policy", "prepare", self.policy, "-o", pieces)
        for worker in PHRASES:
            self.sekisho("hub", "policy", "sign", pieces, "--by", worker, *self.signs[worker], *hub, *policy)
        self.sekisho("hub", "policy", "publish", pieces, *hub)
        self.start("hub", "serve", "--listen", f"{self.spaces.host}:{PORT}", *hub)
        code.write_text(self.sekisho("hub", "token", "--count", self.count, "--approve", *hub), encoding="utf-8")
        until(lambda: self._answers(), "the hub answers")
        for number in range(1, self.count + 1):
            mine = ("--home", self.home(number))
            self.sekisho(
                "agent", "enrol", f"https://{self.spaces.host}:{PORT}", "--token-file", code, *mine, number=number
            )
            self.sekisho("agent", "send", *mine, number=number)
        self.sekisho("hub", "vouch", "prepare", "-o", vouchers, *hub)
        for worker in PHRASES:
            self.sekisho("hub", "vouch", "sign", vouchers, "--by", worker, *self.signs[worker], *hub, *policy)
        self.sekisho("hub", "vouch", "publish", vouchers, *hub)

    def _answers(self) -> bool:
        import socket

        with socket.socket() as one:
            one.settimeout(1)
            return one.connect_ex((self.spaces.host, PORT)) == 0

    def received(self) -> None:
        """The first terminal receives an original; the others hear of it."""
        original = self.folder / "PC-1" / "store" / "list.xlsx"
        original.write_bytes(table(12, 91))
        mine = ("--home", self.home(1), "-p", self.home(1) / "policy.toml")
        self.sekisho("receive", original, "--contract", "A", *mine, number=1)
        for number in range(1, self.count + 1):
            self.sekisho("agent", "send", "--home", self.home(number), number=number)
            if number > 1:
                assert self.rows(self.home(number), "select 1 from originals"), f"PC-{number} has no original"

    def watch(self) -> None:
        """Every terminal watches its folders; returns when all have walked them."""
        for number in range(1, self.count + 1):
            roots = [self.folder / f"PC-{number}" / name for name in ("store", "work")]
            mine = ("--home", self.home(number), "-p", self.home(number) / "policy.toml")
            self.start("watch", *roots, *mine, number=number)
        walked = "select 1 from roots where walked is not null and host = ''"
        for number in range(1, self.count + 1):
            until(lambda n=number: self.rows(self.home(n), walked), f"PC-{number} has walked")  # type: ignore[misc]

    def rows(self, home: Path, statement: str) -> list[tuple[object, ...]]:
        """Rows of an inventory."""
        if not (home / "inventory.db").exists():
            return []
        reader = Reader(home / "inventory.db")
        try:
            return [tuple(row) for row in reader.rows(statement)]
        finally:
            reader.close()

    def end(self) -> None:
        """Stop what was started, and take the spaces down."""
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        self.spaces.remove()


def until(what: Callable[[], object], about: str, patience: float = PATIENCE) -> float:
    """Seconds until something is so."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if what():
            return time.monotonic() - began
        time.sleep(0.2)
    sys.exit(f"it did not come: {about}")


def browser(office: Office) -> Callable[[str], Any]:
    """The console over the hub, with both officers signed in."""
    from scanner.console import starting
    from scanner.console.site import Site
    from tests.scanner.consoles import Officers

    pages = Officers.__new__(Officers)
    clock.source = clock.System()  # what the tests import moves it
    pages.folder, pages.home = office.hub, Home(office.hub)
    starting.ready(Site(pages.home, office.hub / "policy.toml"), starting.LOCAL)
    return lambda worker: pages.person("officer", "*", worker)


def closed(office: Office, first: Any, second: Any, point: int) -> float:
    """Two officers close a point in the console; seconds until the terminal has it closed."""
    day = (clock.today() + timedelta(days=30)).isoformat()
    wish = {"action": "accept", "reason": "写しを確認した", "until": day, "passphrase": PHRASES["W-1"]}
    told = first.post(f"/points/{point}/end", wish)
    assert told.status_code == 302, re.sub(r"<[^>]*>|\s+", " ", told.content.decode())[:600]
    page = second.get(f"/points/{point}").content.decode()
    found = re.search(r'name="proposal" value="(\d+)"', page)
    assert found, "nothing waits for the second officer"
    second.post(f"/points/{point}/approve", {"proposal": found[1], "passphrase": PHRASES["W-2"]})
    time.sleep(2)  # the hub looks for decisions once a second
    office.sekisho("agent", "send", "--home", office.home(3), number=3)
    return until(
        lambda: office.rows(office.home(3), "select 1 from points where closed_why = 'accepted'"), "it is closed there"
    )


def main() -> None:
    """Run it."""
    clock.source = clock.System()  # what it shares with tests has set their calendar
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--terminals", type=int, default=5)
    arguments.add_argument("--copies", type=int, default=3)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        office = Office(Path(name), asked.terminals)
        try:
            print(f"network namespaces: {'yes' if office.spaces.made else 'no'}", flush=True)
            office.begin()
            office.received()
            office.watch()
            people = browser(office)
            officer = people("W-1")
            for number in range(asked.copies):
                before = len(office.rows(office.hub, "select 1 from points where code = 'F07-UNDECLARED'"))
                (office.folder / "PC-3" / "work" / f"写し{number}.xlsx").write_bytes(table(12, 91))

                def shown(before: int = before) -> bool:
                    page = officer.get("/points?contract=*&code=F07-UNDECLARED").content.decode()
                    return (
                        "PC-3" in page
                        and len(office.rows(office.hub, "select 1 from points where code = 'F07-UNDECLARED'")) > before
                    )

                print(f"copy {number + 1}: on the console after {until(shown, 'the point'):.1f} s", flush=True)
            point = office.rows(
                office.hub, "select min(id) from points where code = 'F07-UNDECLARED' and state = 'open'"
            )[0][0]
            closed(office, officer, people("W-2"), int(str(point)))
            print("closed by two officers in the console, and on the terminal", flush=True)
        finally:
            office.end()


if __name__ == "__main__":
    main()
