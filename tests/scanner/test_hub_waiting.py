"""A hub waits for its database and says so; wrong settings alone end it. And who is met without being a terminal is counted and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.hub.world import Hub, Terminal, connected
from scanner import clock
from scanner.cli.hub import command
from scanner.hub import desk as desks
from scanner.hub import silence, terminals, waiting
from scanner.hub.errors import HubError, Refusal
from scanner.inventory.errors import InventoryError
from scanner.inventory.home import Home
from scanner.inventory.store import Store
from tests.scanner import postgres
from tests.scanner.officers_hub import rows, talked

POLICY = """
[[host]]
id = "PC-01"
[[host]]
id = "fs1.office.example.jp"
[[contract]]
id = "A"
title = "甲"
starts = 2020-01-01
place = [
  { id = "p1", kind = "work", path = "/srv/A", host = "PC-09" },
  { id = "p2", kind = "work", path = "/srv/A", host = "PC-*" },
  { id = "p3", kind = "storage", unc = "//fs1/itaku" },
  { id = "p4", kind = "storage", unc = "//nas2/itaku" },
]
"""


class Slept:
    """A clock that does not wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.mark.parametrize(
    ("states", "ends"),
    [
        (["down", "down", "starting", "starting", "down", "down", "down", "down"], False),
        (["down", "up", "up", "starting", "up", "up"], False),  # it had no connection to spare
        (["wrong"], True),
        (["down", "up", "up", "up", "up"], True),
    ],
)
def test_it_waits_as_long_as_waiting_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, states: list[str], ends: bool
) -> None:
    hub = Hub(tmp_path / "hub")
    left, slept, told = list(states), Slept(), []

    def opened(home: Home) -> desks.Desk:
        if left:
            raise HubError("database", path="PostgreSQL", kind="OperationalError")
        return hub.desk

    monkeypatch.setattr(desks, "opened", opened)
    monkeypatch.setattr(waiting, "state", lambda home: left.pop(0))
    monkeypatch.setattr(clock, "System", lambda: slept)
    if ends:
        with pytest.raises(HubError):
            waiting.opened(hub.home, lambda why, seconds: told.append(why))
    else:
        assert waiting.opened(hub.home, lambda why, seconds: told.append(why)) is hub.desk
        assert len(told) == len(slept.seconds) == len(states)
    assert all(0 < seconds <= waiting.LONGEST * 1.25 for seconds in slept.seconds)
    hub.desk.database.close()


@pytest.mark.parametrize(("code", "waits"), [("disk_full", True), ("database_busy", True), ("database_damaged", False)])
def test_what_passes_of_the_inventory_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, waits: bool
) -> None:
    hub = Hub(tmp_path / "hub")
    left, told = [InventoryError(code, hub.home.database)] * 3, []

    def opened(home: Home) -> desks.Desk:
        if left:
            raise left.pop()
        return hub.desk

    monkeypatch.setattr(desks, "opened", opened)
    monkeypatch.setattr(clock, "System", Slept)
    if waits:
        assert waiting.opened(hub.home, lambda why, seconds: told.append(why)) is hub.desk
        assert len(told) == 3
    else:
        with pytest.raises(InventoryError):
            waiting.opened(hub.home, lambda why, seconds: told.append(why))
    hub.desk.database.close()


def test_a_folder_that_is_no_hub_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="no_hub"):
        waiting.opened(Home(tmp_path), lambda why, seconds: pytest.fail(why))


def test_status_says_whether_terminals_are_answered(tmp_path: Path) -> None:
    hub = Hub(tmp_path / "hub")
    hub.desk.database.close()

    def asked() -> tuple[bool, bool]:
        done = CliRunner().invoke(command, ["--home", str(hub.home.path), "status", "--format", "json"])
        found = json.loads(done.output)
        return found["ready"], found["serving"] is not None

    assert asked() == (False, False)
    with waiting.said(hub.home):
        assert asked() == (True, True)
        waiting.keep(hub.home, waiting.DOWN)
        assert asked() == (False, True)
    assert asked() == (False, False)


@pytest.mark.slow
@pytest.mark.posix("setpriv")
def test_a_server_that_is_not_up_and_settings_that_are_wrong(tmp_path: Path) -> None:
    server = postgres.server(tmp_path)
    try:
        address = postgres.new_database(server, "hub")
        hub = Hub(tmp_path / "hub", database=address)
        hub.desk.database.close()
        assert waiting.state(hub.home) == waiting.UP
        server.kill()
        assert waiting.state(hub.home) == waiting.DOWN
        done = CliRunner().invoke(command, ["--home", str(hub.home.path), "status", "--format", "json"])
        assert json.loads(done.output)["why"] == "database_down"
        told: list[str] = []

        def comes(why: str, seconds: float) -> None:
            told.append(why)
            if len(told) == 1:
                server.start()

        waiting.opened(hub.home, comes).database.close()
        assert told == ["down"]
        settings = hub.home.path / desks.SETTINGS
        wrong = settings.read_text("utf-8").replace("hub@/hub?", "nobody@/hub?")
        settings.write_text(wrong, encoding="utf-8")
        with pytest.raises(HubError, match="database"):
            waiting.opened(hub.home, lambda why, seconds: told.append(why))
        assert told[1:] == ["up"] * (len(told) - 1)
    finally:
        server.stop()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub(tmp_path / "hub")
    with connected(made):
        yield made
    made.desk.database.close()


def test_who_calls_without_being_enrolled_is_counted_by_address(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminals, "ADDRESSES_MOST", 3)
    for last in (1, 2, 2, 3, 4, 5, 1):
        with pytest.raises(Refusal):
            hub.answers.answer("/v1/hello", {}, b"{}", f"192.0.2.{last}")
    told = {(name, count) for _, name, count, _ in terminals.refusals(hub.desk.database)}
    assert told == {("192.0.2.1", 2), ("192.0.2.2", 2), ("192.0.2.3", 1), ("", 2)}


def test_the_hub_raises_machines_that_no_register_knows(hub: Hub, tmp_path: Path) -> None:
    for name in ("PC-01", "PC-02"):
        one = Terminal(tmp_path / name, name)
        one.enrol(hub.token())
        one.change(4)
        talked(hub, one)
    (hub.home.path / "policy.toml").write_text(POLICY, encoding="utf-8")
    with Store(hub.home.database, only_notes=True) as store, store.transaction() as db:
        moment = clock.stamp()
        one_row = {"code": "x", "product": "p", "at": moment, "action": "send", "host": "pc-77.office.example.jp"}
        rest = {"who": "", "medium": "", "serial": "", "path": "", "file_id": None, "entered": moment}
        row = {**one_row, **rest}
        marks = ", ".join("?" * len(row))
        db.execute(f"insert into outside ({', '.join(row)}) values ({marks})", tuple(row.values()))
    silence.judge(hub.desk)
    found = rows(
        hub.home,
        "select json_extract(working, '$.host'), json_extract(working, '$.files') > 0, json_extract(working, '$.met_in')"
        " from points where code = 'F10-UNKNOWN-HOST' and state = 'open' order by 1",
    )
    assert found == [
        ("nas2", 0, '["share"]'),
        ("pc-02", 1, '["terminal"]'),
        ("pc-09", 0, '["place"]'),
        ("pc-77", 0, '["journal"]'),
    ]
