"""Connections that hold a place and ask for nothing: who is slow, who comes a hundred times, who begins TLS and says no more. None of them is known
by a signature, so each costs the hub only what is bounded here; it hangs up and counts them.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

HANDSHAKE = 10.0
"""Seconds for TLS to be agreed on."""
IDLE = 30.0
"""Seconds in which a connection asks for something, wholly, or is ended."""
OF_ONE_ADDRESS = 64
"""Connections of one address: a quarter of all. Terminals behind one address take turns: a conversation is tenths of a second."""
_TOLD = 1.0
_FILES = 65_536


class Guard:
    """What the connections of one server share.

    Args:
        most: connections beyond which the server says that it has too much to do.
        refused: takes (why, how many); called in a thread.
    """

    def __init__(self, most: int, refused: Callable[[str, int], None]) -> None:
        self._most = most
        self._refused = refused
        self._here: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def come(self, address: str) -> bool:
        """Whether there is a place for one more connection of an address."""
        if self._here[address] >= OF_ONE_ADDRESS:
            self.count("crowd")
            return False
        if self._here.total() >= self._most:
            self.count("full")  # uvicorn tells it so
        self._here[address] += 1
        return True

    def gone(self, address: str) -> None:
        """It is over."""
        self._here[address] -= 1
        if not self._here[address]:
            del self._here[address]

    def count(self, why: str) -> None:
        """Counted together, once a second: whoever comes a thousand times makes no thousand changes of the tables."""
        if not self._counts:
            asyncio.get_running_loop().call_later(_TOLD, self._tell)
        self._counts[why] += 1

    def _tell(self) -> None:
        counts, self._counts = self._counts, Counter()
        for why, number in counts.items():
            asyncio.get_running_loop().run_in_executor(None, self._refused, why, number)


def protocol(guard: Guard) -> Any:
    """uvicorn's HTTP over connections that ``guard`` knows."""
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Guarded(H11Protocol):
        _address = ""
        _seen: Any = None
        _look: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            address = self.client[0] if self.client else ""
            if not guard.come(address):
                transport.abort()
                return
            self._address = address
            self._look = self.loop.call_later(IDLE, self._moved)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self._look is not None:
                self._look.cancel()
                self._look = None
                guard.gone(self._address)

        def _moved(self) -> None:
            """Whether a request came since the last look, or one is being answered."""
            answering = self.cycle is not None and not self.cycle.response_complete
            if answering or self.cycle is not self._seen:
                self._seen = self.cycle
                self._look = self.loop.call_later(IDLE, self._moved)
                return
            guard.count("idle")
            self.transport.abort()

    return Guarded


class Loop(asyncio.SelectorEventLoop):
    """The loop of a server, in which TLS is agreed on soon or not at all."""

    async def create_server(self, *words: Any, **named: Any) -> asyncio.Server:
        """As the loop's own."""
        if named.get("ssl") is not None:
            named["ssl_handshake_timeout"] = HANDSHAKE
        return await super().create_server(*words, **named)


def many_files() -> None:
    """As many open files as the system lets us have: connections whose TLS is not agreed on yet are some too."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = min(hard, _FILES) if hard != resource.RLIM_INFINITY else _FILES
        if soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
