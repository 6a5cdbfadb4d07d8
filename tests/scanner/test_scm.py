"""The service control manager of Windows, by a manager that answers as it is documented to (``winsvc.h``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner.service.interface import Scope, ServiceError, Spec
from scanner.service.scm import DESCRIPTION, NAME, RESTARTS, Scm

WATCH = Spec(Scope.SYSTEM, (r"C:\Program Files\Sekisho\sekisho.exe", "service", "run"), Path("s"), Path("l"))
OTHER = Spec(Scope.SYSTEM, (*WATCH.command, "-p", "方針.toml"), Path("s"), Path("l"))


class Refusal(Exception):
    def __init__(self, winerror: int) -> None:
        super().__init__(winerror)
        self.winerror = winerror


class Machine:
    """``win32service`` of a machine with at most one service. ``lacks``: levels of configuration that it does not know;
    ``late``: so many starts that the service does not answer in time."""

    def __init__(
        self, *, lacks: tuple[int, ...] = (), administrator: bool = True, starts: bool = True, late: int = 0
    ) -> None:
        self.service: dict[str, Any] | None = None
        self.options: dict[int, Any] = {}
        self.lacks, self.administrator, self.starts, self.late = lacks, administrator, starts, late
        self.state, self.open = 1, 0

    def _handle(self, name: str) -> str:
        self.open += 1
        return name

    def OpenSCManager(self, _m: None, _d: None, rights: int) -> str:  # the names are those of Windows
        if rights != 1 and not self.administrator:
            raise Refusal(5)
        return self._handle("manager")

    def OpenService(self, _: str, name: str, rights: int) -> str:
        assert name == NAME
        if self.service is None:
            raise Refusal(1060)
        if rights == 0xF01FF and not self.administrator:
            raise Refusal(5)
        return self._handle("service")

    def CloseServiceHandle(self, _: str) -> None:
        self.open -= 1

    def CreateService(self, *given: Any) -> str:
        self.service = {"start": given[5], "command": given[7], "account": "LocalSystem"}
        return self._handle("service")

    def QueryServiceConfig(self, _: str) -> tuple[Any, ...]:
        assert self.service is not None
        return 0x10, self.service["start"], 1, self.service["command"], "", 0, None, self.service["account"], "d"

    def ChangeServiceConfig(self, _: str, *given: Any) -> None:
        self.service = {"start": given[1], "command": given[3], "account": given[7]}

    def QueryServiceConfig2(self, _: str, level: int) -> Any:
        if level in self.lacks:
            raise Refusal(124)
        return self.options.get(level)

    def ChangeServiceConfig2(self, _: str, level: int, value: Any) -> None:
        if level in self.lacks:
            raise Refusal(124)
        self.options[level] = value

    def QueryServiceStatus(self, _: str) -> tuple[int, int]:
        return 0x10, self.state

    def StartService(self, _: str, __: None) -> None:
        if self.state == 4:
            raise Refusal(1056)
        if self.late:
            self.late -= 1
            raise Refusal(1053)
        self.state = 4 if self.starts else 1

    def ControlService(self, _: str, control: int) -> None:
        if self.state != 4:
            raise Refusal(1062)
        assert control == 1
        self.state = 1

    def DeleteService(self, _: str) -> None:
        self.service, self.options = None, {}


def scm(machine: Machine) -> Scm:
    return Scm(machine, Refusal, sleep=lambda _: None)


def whats(changes: list[Any]) -> list[str]:
    return [c.what for c in changes]


def test_life_of_the_service() -> None:
    machine = Machine()
    manager = scm(machine)
    assert not manager.status().installed
    assert whats(manager.uninstall()) == ["none"]
    assert whats(manager.install(WATCH)) == ["installed", "set", "set", "set", "set", "started"]
    assert machine.options[1] == DESCRIPTION
    assert [wait for _, wait in machine.options[2]["Actions"]] == list(RESTARTS)
    assert machine.options[3] is True
    assert machine.options[4] is True
    assert manager.status().running
    assert manager.status().command == r'"C:\Program Files\Sekisho\sekisho.exe" service run'
    assert whats(manager.install(WATCH)) == ["unchanged"]
    changes = manager.install(OTHER)
    assert whats(changes) == ["changed", "restarted"]
    assert changes[0].name == "command"
    assert manager.stop()
    assert not manager.stop()
    manager.start()
    assert manager.status().running
    assert whats(manager.uninstall()) == ["removed"]
    assert machine.state == 1
    assert machine.open == 0


def test_start_type_that_somebody_has_changed_is_set_back() -> None:
    machine = Machine()
    scm(machine).install(WATCH)
    assert machine.service is not None
    machine.service["start"] = 4
    machine.options[3] = False
    changes = scm(machine).install(WATCH)
    assert [(c.what, c.name) for c in changes] == [("changed", "start"), ("set", "delayed_start"), ("restarted", "")]


def test_what_an_older_system_does_not_know_is_told_and_stops_nothing() -> None:
    machine = Machine(lacks=(3, 4))
    assert whats(scm(machine).install(WATCH)).count("not_supported") == 2
    assert whats(scm(machine).install(WATCH)) == ["not_supported", "not_supported", "unchanged"]
    assert scm(machine).status().running


@pytest.mark.parametrize("act", ["install", "stop", "start", "uninstall"])
def test_users_without_rights_are_told_so(act: str) -> None:
    machine = Machine()
    scm(machine).install(WATCH)
    machine.administrator = False
    with pytest.raises(ServiceError) as refused:
        getattr(scm(machine), act)(*([WATCH] if act == "install" else []))
    assert refused.value.code == "needs_admin"
    assert machine.open == 0
    assert scm(machine).status().running


def test_service_that_does_not_start_is_told() -> None:
    with pytest.raises(ServiceError) as refused:
        scm(Machine(starts=False)).install(WATCH)
    assert refused.value.code == "does_not_start"


@pytest.mark.parametrize(("late", "runs"), [(1, True), (2, True), (3, False)])
def test_service_that_answers_late_is_started_again(late: int, runs: bool) -> None:
    machine, waited = Machine(late=late), list[float]()
    scm = Scm(machine, Refusal, waited.append)
    if runs:
        assert [c.what for c in scm.install(WATCH)][-1] == "started"
    else:
        with pytest.raises(ServiceError, match="does_not_start"):
            scm.install(WATCH)
    assert (scm.status().running, len(waited), machine.open) == (runs, min(late, 2), 0)


def test_start_of_what_is_not_there() -> None:
    with pytest.raises(ServiceError) as refused:
        scm(Machine()).start()
    assert refused.value.code == "absent"
