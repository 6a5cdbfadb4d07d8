"""The hub over TLS, as a terminal meets it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.hub.world import Hub, Terminal, known
from scanner import clock
from scanner.agent import client, enrolling
from scanner.agent.errors import AgentError, Later
from scanner.fleet.frame import FRAME_MOST
from scanner.hub import server, terminals
from scanner.hub.server import Server
from tests.conftest import Sekisho


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """The address of a hub that answers."""
    told: list[str] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        running = Server(hub.desk, "127.0.0.1", 0, told.append)
        thread = threading.Thread(target=running.run, args=(listening,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.uvicorn.should_exit = True
            thread.join(30)
    assert told == []


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub(tmp_path_factory.mktemp("hub") / "hub")
    with made.desk.database:
        yield made


@pytest.fixture(scope="module")
def url(hub: Hub) -> Iterator[str]:
    with serving(hub) as address:
        yield address


def _until(what: object) -> None:
    for _ in range(200):
        if what():  # type: ignore[operator]
            return
        clock.System().sleep(0.1)
    pytest.fail("it did not come")


@pytest.mark.slow
def test_a_terminal_enrols_sends_and_is_seen(hub: Hub, url: str, tmp_path: Path, sekisho: Sekisho) -> None:
    terminal = Terminal(tmp_path / "t", "PC-01")
    (tmp_path / "code").write_text(hub.token(automatic=False), encoding="utf-8")
    result = sekisho("agent", "enrol", url, "--token-file", tmp_path / "code", "--home", terminal.home.path)
    assert result.code == 0, result.err
    terminal.change()
    assert sekisho("agent", "send", "--home", terminal.home.path).code == 3  # waits for a person
    assert sekisho("hub", "terminals", "approve", "--all", "--home", hub.home.path).code == 0
    result = sekisho("agent", "send", "--home", terminal.home.path)
    assert result.code == 0, result.err
    with hub.desk.database.transaction() as work:
        (name,) = [t.name for t in terminals.all_of(work)]
    _until(lambda: known(hub, name))
    assert "F03-OUTSIDE" in sekisho("points", "--home", hub.home.path).out
    assert sekisho("hub", "status", "--home", hub.home.path).code == 0
    assert "sekisho-hub/" in sekisho("ledger", "verify", "--home", terminal.home.path).out


def test_a_foreign_certificate_hears_nothing(hub: Hub, url: str, tmp_path: Path) -> None:
    other = Hub(tmp_path / "other")
    terminal = Terminal(tmp_path / "t", "PC-02")
    with other.desk.database, pytest.raises(AgentError, match="foreign_certificate"):
        enrolling.enrol(terminal.home, url, other.token())
    assert [t.name for t in _all(hub) if t.name == "PC-02"] == []


def test_no_older_tls(url: str) -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    host, _, port = url.removeprefix("https://").rpartition(":")
    with socket.create_connection((host, int(port))) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain)


def test_what_is_too_large_is_not_read(hub: Hub, url: str) -> None:
    address = client.Address(url, hub.desk.pin)
    with pytest.raises(AgentError) as refused:
        client.post(address, "/v1/batch", bytes(FRAME_MOST + 1))
    assert getattr(refused.value, "what", refused.value.code) in (
        "oversize",
        "unreachable",
    )  # or it hung up before all was sent


def test_a_busy_hub_says_when_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "WAITING_MOST", 0)
    busy = Hub(tmp_path / "busy")
    with busy.desk.database, serving(busy) as address, pytest.raises(Later) as later:
        client.post(client.Address(address, busy.desk.pin), "/v1/hello", b"{}")
    assert later.value.seconds >= server.LATER[0]


def _all(hub: Hub) -> list[terminals.Terminal]:
    with hub.desk.database.transaction() as work:
        return terminals.all_of(work)
