"""A network that fails: a TCP proxy between terminals and hub that may refuse, swallow, or cut what passes through it."""

from __future__ import annotations

import random
import socket
import threading
from contextlib import suppress

OPEN, REFUSING, MUTE, CUTTING = "open", "refusing", "mute", "cutting"
MOODS = (OPEN, REFUSING, MUTE, CUTTING)
_PART = 16_384


class Proxy:
    """Listens on a port of its own and passes on to another one of this machine, as its ``mood`` is."""

    def __init__(self, to: int, seed: int) -> None:
        self.mood = OPEN
        self._to = to
        self._random = random.Random(seed)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._over = False
        self._held: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Pass nothing on any more."""
        self._over = True
        self._listening.close()
        self._hang_up()

    def become(self, mood: str) -> None:
        """Another mood; what hung in the old one is cut."""
        self.mood = mood
        self._hang_up()

    def _hang_up(self) -> None:
        held, self._held = self._held, []
        for one in held:
            _end(one)

    def _run(self) -> None:
        while not self._over:
            try:
                came, _ = self._listening.accept()
            except OSError:
                return
            if self.mood == REFUSING:
                came.close()
            elif self.mood == MUTE:
                self._held.append(came)
            else:
                self._connect(came)

    def _connect(self, came: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self._to), timeout=5)
        except OSError:
            came.close()
            return
        there.settimeout(None)
        self._held += [came, there]
        most = self._random.randrange(200, 9_000) if self.mood == CUTTING else 1 << 62
        for one, other in ((came, there), (there, came)):
            threading.Thread(target=_pass, args=(one, other, most), daemon=True).start()


def _pass(one: socket.socket, other: socket.socket, most: int) -> None:
    with suppress(OSError):
        while most > 0:
            part = one.recv(min(_PART, most))
            if not part:
                break
            other.sendall(part)
            most -= len(part)
    _end(one)
    _end(other)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
