"""The processes of a chaos run, each until it is killed: ``python -m benchmarks.hub.processes serve|live …``.

A terminal says why where it ends by itself (``STOPPED``): a person has to look at it, as the hub found that it is not what it was.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.hub.world import Terminal
from scanner import clock
from scanner.agent import client, link
from scanner.agent.errors import AgentError, Later, Refused, Unreachable
from scanner.errors import StoreFault
from scanner.fleet import envelope
from scanner.hub import waiting
from scanner.hub.server import Server
from scanner.inventory.home import Home
from scanner.inventory.store import Store

STOPPED = 7
_DISK = ("disk_full", "disk_fault", "home_not_writable", "database_busy")
_LOOKED_AT = ("is_stopped", "is_revoked", "differs_rollback", "differs_fork", "record_fork", "record_rollback")


class Skewed(clock.System):
    """A clock that is wrong."""

    def __init__(self, seconds: float) -> None:
        self._by = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by


def limited(most: int) -> None:
    """No file becomes larger than so many bytes: a full disk where none can be mounted. 0: no limit."""
    if most:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def serve(folder: Path, port: int) -> None:
    """The hub."""
    Server(
        waiting.opened(Home(folder), lambda why, seconds: print(f"waits {why}", file=sys.stderr)),
        "127.0.0.1",
        port,
        lambda text: print(text, file=sys.stderr),
    ).run()


def live(folder: Path, name: str, seed: int) -> None:
    """A terminal that changes and speaks, and at times says again what it said, in any order."""
    terminal, pick = None, random.Random(seed)
    while True:
        try:
            terminal = terminal or Terminal(folder, name, seed)
            terminal.change(pick.randrange(1, 6))
            if pick.random() < 0.2:
                _again(terminal, pick)
            terminal.send()
        except (Unreachable, Later):
            time.sleep(0.1)
        except Refused as refused:
            if refused.what in ("conflict", "stopped", "revoked", "unknown", "fork", "rollback"):
                print(f"{name}: {refused.what}", file=sys.stderr)
                sys.exit(STOPPED)
        except AgentError as error:
            if error.code in _LOOKED_AT:
                print(f"{name}: {error.code}", file=sys.stderr)
                sys.exit(STOPPED)
            raise
        except StoreFault as error:
            if error.code not in _DISK:
                raise
            time.sleep(0.3)


def _again(terminal: Terminal, pick: random.Random) -> None:
    """Some of the frames that are kept, twice, in any order; one of the calls is the very same."""
    with Store(terminal.home.database, only_notes=True) as store:
        mine = link.needed(store.connection)
        frames = [
            bytes(f)
            for (f,) in store.connection.execute(
                "select frame from hub_outbox where frame is not null order by number desc limit 6"
            )
        ]
        pick.shuffle(frames)
        address, seed = client.Address(mine.url, mine.pin, mine.ca), link.seed(terminal.home.database)

        def number() -> int:
            with store.transaction() as db:
                return link.next_call(db)

        calls = [(one, number()) for one in frames[:3] * 2]
        for one, numbered in [*calls, *calls[-1:]]:
            headers = envelope.headers(seed, mine.hub, "/v1/batch", mine.terminal, numbered, one)
            try:
                client.post(address, "/v1/batch", one, headers)
            except Refused as refused:
                if refused.what not in ("gap", "replay"):
                    raise


def main() -> None:
    """A child: what, folder, clock (seconds), limit of a file (bytes), and what it takes."""
    what, folder, skew, most, *rest = sys.argv[1:]
    clock.source = Skewed(float(skew))
    limited(int(most))
    if what == "serve":
        serve(Path(folder), int(rest[0]))
    else:
        live(Path(folder), rest[0], int(rest[1]))


if __name__ == "__main__":
    main()
