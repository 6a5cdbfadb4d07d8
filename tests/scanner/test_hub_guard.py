"""Whoever holds connections and asks for nothing is hung up on and counted, and honest terminals are answered meanwhile."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal
from scanner import clock
from scanner.agent import client, enrolling
from scanner.hub import enterer, guard, server, terminals
from tests.scanner.test_hub_served import serving


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(guard, "IDLE", 0.5)
    monkeypatch.setattr(guard, "HANDSHAKE", 0.5)
    monkeypatch.setattr(guard, "OF_ONE_ADDRESS", 6)
    monkeypatch.setattr(server, "WAITING_MOST", 2)
    monkeypatch.setattr(server, "_BODY_SECONDS", 0.7)
    for act in ("start", "stop"):
        monkeypatch.setattr(enterer.Enterer, act, lambda _: None)  # nothing is sent here
    made = Hub(tmp_path / "hub")
    yield made
    made.desk.database.close()


class Held:
    """Connections that stay open."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("https://").rpartition(":")
        self._at = (host, int(port))
        self._stack = ExitStack()
        self._context = ssl.create_default_context()
        self._context.check_hostname = False
        self._context.verify_mode = ssl.CERT_NONE

    def plain(self) -> socket.socket:
        """Without TLS."""
        return self._stack.enter_context(socket.create_connection(self._at, timeout=20))

    def secure(self, said: bytes = b"") -> ssl.SSLSocket:
        """With it; says a part of a request."""
        made = self._stack.enter_context(self._context.wrap_socket(self.plain()))
        if said:
            made.sendall(said)
        return made

    def close(self) -> None:
        """All of them."""
        self._stack.close()


@pytest.fixture
def url(hub: Hub) -> Iterator[str]:
    with serving(hub) as address:
        yield address


@pytest.fixture
def held(url: str) -> Iterator[Held]:
    made = Held(url)
    yield made
    made.close()


def over(one: socket.socket) -> bool:
    """The hub hangs up, after whatever it says."""
    try:
        while one.recv(4_096):
            pass
    except ConnectionError:
        pass
    return True


def counted(hub: Hub, why: str, least: int = 1) -> bool:
    for _ in range(100):
        if sum(count for found, _, count, _ in terminals.refusals(hub.desk.database) if found == why) >= least:
            return True
        clock.System().sleep(0.1)
    return False


def answered(hub: Hub, url: str, folder: Path) -> bool:
    terminal = Terminal(folder, folder.name)
    return enrolling.enrol(terminal.home, url, hub.token()).state == "approved"


BEGUN = b"POST /v1/batch HTTP/1.1\r\nhost: hub\r\n"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "idle"),
        (BEGUN, "idle"),
        (BEGUN + b"content-length: 900\r\n\r\nabc", "slow"),
    ],
)
def test_whoever_says_no_more_is_hung_up_on(
    hub: Hub, url: str, held: Held, tmp_path: Path, said: bytes, why: str
) -> None:
    silent = [held.secure(said) for _ in range(4)]  # more than are answered at once
    assert answered(hub, url, tmp_path / "PC-01")
    assert counted(hub, why, len(silent))
    assert all(map(over, silent))


def test_tls_that_nobody_agrees_on_ends(hub: Hub, url: str, held: Held, tmp_path: Path) -> None:
    silent = [held.plain() for _ in range(40)]
    silent[0].sendall(b"\x16\x03\x01")
    assert answered(hub, url, tmp_path / "PC-01")
    assert all(map(over, silent))


def test_one_address_has_so_many_places(hub: Hub, url: str, held: Held, tmp_path: Path) -> None:
    many = [held.secure() for _ in range(guard.OF_ONE_ADDRESS + 2)]
    assert counted(hub, "crowd", 2)
    assert all(map(over, many))
    assert answered(hub, url, tmp_path / "PC-01")


def test_a_connection_that_works_stays(hub: Hub, url: str) -> None:
    line = client.Line(client.Address(url, hub.desk.pin))
    for _ in range(4):
        assert line.exchange("/v1/none", b"", {})[0] == 404
        clock.System().sleep(0.3)
    first = line._connection
    assert line.exchange("/v1/none", b"", {})[0] == 404
    assert line._connection is first
    line.close()
