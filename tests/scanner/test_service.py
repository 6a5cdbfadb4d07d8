"""Services as the managers of systems see them: what is registered, what a second install changes, what is left behind."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.resources import config_dir
from scanner import private
from scanner.inventory.home import Home, prepare
from scanner.service import commands, installing, place, systemd, tasks
from scanner.service.either import Either
from scanner.service.interface import Change, Scope, ServiceError, Spec
from scanner.service.waiting import Waiting
from scanner.sources import descriptors
from tests.conftest import Sekisho, needed

UNIT = (config_dir() / "service" / "sekisho.service").read_text(encoding="utf-8")
TASK = (config_dir() / "service" / "sekisho-task.xml").read_text(encoding="utf-8")
ARGUMENTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


class Border:
    """The programs of a system that keeps what it is told: ``systemctl`` and ``schtasks``."""

    def __init__(self, *, there: bool = True) -> None:
        self.there, self.running, self.xml = there, False, ""
        self.asked: list[tuple[str, ...]] = []

    def run(self, program: str, *arguments: str) -> commands.Answer:
        self.asked.append((program, *arguments))
        if not self.there:
            return commands.ABSENT
        answer: commands.Answer = getattr(self, program)([a for a in arguments if a != "--user"])
        return answer

    def systemctl(self, arguments: list[str]) -> commands.Answer:
        verb = arguments[0]
        if verb == "is-active":
            return commands.Answer(0 if self.running else 3, "")
        if verb in ("start", "restart", "stop", "disable"):
            self.running = verb in ("start", "restart")
        return commands.Answer(0, "")

    def schtasks(self, arguments: list[str]) -> commands.Answer:
        verb = arguments[0]
        if verb == "/Create":
            path = Path(arguments[arguments.index("/XML") + 1])
            self.xml = path.read_text(encoding="utf-16")
            return commands.Answer(0, "")
        if not self.xml:
            return commands.Answer(1, "ERROR: The system cannot find the file specified.")
        if verb == "/Query":
            state = "267009" if self.running else "0"
            return commands.Answer(0, self.xml if "/XML" in arguments else f'"PC","\\Sekisho","N/A","{state}"')
        if verb == "/Delete":
            self.xml = ""
        self.running = verb == "/Run"
        return commands.Answer(0, "")


@pytest.fixture
def border(monkeypatch: pytest.MonkeyPatch) -> Border:
    made = Border()
    monkeypatch.setattr(commands, "run", made.run)
    return made


def spec(tmp_path: Path, *arguments: str, scope: Scope = Scope.SYSTEM) -> Spec:
    return Spec(scope, (sys.executable, "-m", "scanner.cli.main", *arguments), tmp_path / "state", tmp_path / "logs")


def managers(tmp_path: Path) -> dict[str, Any]:
    return {
        "systemd": systemd.Systemd(Scope.SYSTEM, UNIT, tmp_path / "units"),
        "tasks": tasks.Tasks(Scope.SYSTEM, TASK),
    }


@pytest.mark.parametrize("kind", ["systemd", "tasks"])
def test_life_of_a_service(kind: str, tmp_path: Path, border: Border) -> None:
    manager = managers(tmp_path)[kind]
    assert not manager.status().installed
    assert manager.uninstall() == [Change("none")]
    assert [c.what for c in manager.install(spec(tmp_path, "watch"))] == ["installed", "started"]
    assert manager.status().running
    assert manager.status().command.endswith("scanner.cli.main watch")
    assert [c.what for c in manager.install(spec(tmp_path, "watch"))] == ["unchanged"]
    changes = manager.install(spec(tmp_path, "watch", "-p", "方針 1.toml"))
    assert [c.what for c in changes] == ["changed", "restarted"]
    assert "方針 1.toml" in changes[0].after
    assert "方針" not in changes[0].before
    assert manager.stop()
    assert not manager.status().running
    assert not manager.stop()
    assert [c.what for c in manager.install(spec(tmp_path, "watch", "-p", "方針 1.toml"))][-1] == "started"
    assert [c.what for c in manager.uninstall()] == ["removed"]
    assert not manager.status().installed
    assert not border.running


def test_service_and_task_are_never_both_there(tmp_path: Path, border: Border) -> None:
    found = managers(tmp_path)
    one, two = found["systemd"], found["tasks"]
    watch = spec(tmp_path, "watch")
    assert Either(one, two).uninstall() == [Change("none")]
    assert [c.what for c in Either(one, two).install(watch)] == ["installed", "started"]
    assert [c.what for c in Either(two, one).install(watch)] == ["removed", "installed", "started"]
    assert not one.status().installed
    assert Either(one, two).status().installed
    assert Either(one, two).stop()
    Either(one, two).start()
    assert two.status().running
    assert [c.what for c in Either(one, two).uninstall()] == ["removed"]
    assert not two.status().installed


def test_a_scheduler_that_says_nothing_has_no_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def silent(program: str, verb: str, *_: str) -> commands.Answer:
        asked.append(verb)
        return commands.Answer(0 if verb == "/Query" else 1, "")

    monkeypatch.setattr(commands, "run", silent)
    manager = managers(tmp_path)["tasks"]
    assert not manager.status().installed
    assert [c.what for c in manager.uninstall()] == ["none"]
    assert set(asked) == {"/Query"}


def test_machine_without_a_manager(tmp_path: Path, border: Border) -> None:
    border.there = False
    found = managers(tmp_path)
    assert [c.what for c in found["systemd"].install(spec(tmp_path, "watch"))] == ["installed", "by_hand"]
    with pytest.raises(ServiceError) as refused:
        found["tasks"].install(spec(tmp_path, "watch"))
    assert refused.value.code == "no_tasks"


@given(st.lists(ARGUMENTS, max_size=4))
def test_any_argument_is_one_argument_of_the_unit(arguments: list[str]) -> None:
    written = systemd.unit(Spec(Scope.USER, ("/usr/bin/sekisho", *arguments), Path("/s"), Path("/l")), UNIT)
    line = systemd.settings(written)["ExecStart"]
    read = [a.replace("%%", "%").replace("$$", "$") for a in shlex.split(line)]
    assert read == ["/usr/bin/sekisho", *arguments]


@given(st.lists(ARGUMENTS, max_size=4))
def test_any_argument_is_one_argument_of_the_task(arguments: list[str]) -> None:
    text = tasks.document(
        Spec(Scope.USER, (r"C:\a & b\sekisho.exe", *arguments), Path("/s"), Path("/l")), TASK, "D\\名前"
    )
    found = tasks.settings(text)
    assert found["Actions/Exec/Command"] == r"C:\a & b\sekisho.exe"
    assert found["Actions/Exec/Arguments"] == subprocess.list2cmdline(arguments).strip()


@pytest.mark.slow
def test_units_are_what_systemd_takes(tmp_path: Path) -> None:
    verify = needed("systemd-analyze")
    for scope, home in ((Scope.SYSTEM, Path("/var/lib/sekisho")), (Scope.USER, tmp_path / "状態 %h")):
        made = Spec(scope, (sys.executable, "watch", "--home", str(home)), home, Path("/var/log/sekisho"))
        path = tmp_path / "sekisho.service"
        path.write_text(systemd.unit(made, UNIT), encoding="utf-8")
        done = subprocess.run([verify, "verify", str(path)], capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if "sekisho.service" in line]
        assert (done.returncode, told) == (0, [])


def test_state_of_the_machine_is_for_administrators_and_the_service_only() -> None:
    allowed = descriptors.effective(descriptors.parsed(private.wanted(None)))
    assert {g.sid for g in allowed} == {"S-1-5-18", "S-1-5-32-544"}
    of_user = descriptors.effective(descriptors.parsed(private.wanted("S-1-5-21-1-2-3-1001")))
    assert {g.sid for g in of_user} == {"S-1-5-18", "S-1-5-32-544", "S-1-5-21-1-2-3-1001"}
    assert not any(g.inherited for g in (*allowed, *of_user))


class Silent:
    """A manager that takes everything."""

    def install(self, _: Spec) -> list[Change]:
        return [Change("installed")]

    def uninstall(self) -> list[Change]:
        return [Change("removed")]


def test_folder_of_others_is_neither_shut_nor_deleted(tmp_path: Path) -> None:
    (tmp_path / "報告書.txt").write_text("他の人のもの", encoding="utf-8")
    home = Home(tmp_path)
    before = tmp_path.stat().st_mode
    with pytest.raises(ServiceError, match="not_ours"):
        installing.install(Scope.SYSTEM, home, None, manager=Silent())  # type: ignore[arg-type]
    with pytest.raises(ServiceError, match="not_ours"):
        installing.uninstall(Scope.SYSTEM, home, purge=True, manager=Silent())  # type: ignore[arg-type]
    assert tmp_path.stat().st_mode == before
    assert (tmp_path / "報告書.txt").exists()


@pytest.mark.parametrize("purge", [False, True])
def test_inventory_goes_only_when_it_is_told_to(purge: bool, tmp_path: Path) -> None:
    home = Home(tmp_path / "state")
    prepare(home)
    home.database.touch()
    changes = installing.uninstall(Scope.USER, home, purge=purge, manager=Silent())  # type: ignore[arg-type]
    assert home.database.exists() is not purge
    assert ("purged" in [c.what for c in changes]) is purge


def test_service_of_the_machine_from_the_command_line(
    tmp_path: Path, sekisho: Sekisho, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "state"
    home.mkdir()
    shown = sekisho("service", "uninstall", "--home", home, "--purge")
    assert shown.code == 2
    assert "--yes" in shown.err
    assert home.exists()


@pytest.mark.parametrize("given", [False, True])
def test_where_the_state_of_a_service_lies(given: bool, tmp_path: Path) -> None:
    home = place.home_of(Scope.SYSTEM, Home(tmp_path), given)
    assert (home.path == tmp_path) is given
    assert home.of_machine is not given
    assert (home.logs == home.path) is given


def test_answers_of_programs_are_read_in_any_encoding(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: Callable[[bytes], str] = commands._text
    assert read("<Task/>".encode("utf-16")) == "<Task/>"
    assert read("エラー: 見つかりません".encode("cp932")) == "エラー: 見つかりません"
    assert read("名前".encode()) == "名前"
    assert commands.run("no-such-program-here") == commands.ABSENT
    found = commands.run(sys.executable, "-c", "import sys; print('x'); sys.exit(3)")
    assert (found.code, found.word) == (3, "x")


class Told(Exception):
    pass


@pytest.mark.parametrize("misses", [0, 1, 3])
def test_service_waits_for_what_it_needs(misses: int) -> None:
    ran: list[bool] = []
    told: list[str] = []
    left = [misses]

    class Watch:
        def run(self) -> None:
            ran.append(True)

        def stop(self) -> None:
            pass

    def make() -> Watch:
        left[0] -= 1
        if left[0] >= 0:
            raise Told("no policy")
        return Watch()

    Waiting(make, str, told.append, 0.001).run()
    assert ran == [True]
    assert told == ["no policy"][:misses]


def test_service_that_waits_can_be_stopped_and_does_not_wait_for_what_never_passes() -> None:
    def make() -> None:
        waiting.stop()
        raise Told("no policy")

    waiting = Waiting(make, str, lambda _: None, 60.0)  # type: ignore[arg-type]
    waiting.run()
    with pytest.raises(Told):
        Waiting(make, lambda _: "", lambda _: None).run()  # type: ignore[arg-type]


def test_machine_run_of_the_service_begins_when_its_policy_comes(tmp_path: Path) -> None:
    home, watched = tmp_path / "state", tmp_path / "watched"
    watched.mkdir()
    home.mkdir()
    command = [sys.executable, "-m", "scanner.cli.main", "--lang", "en", "service", "run", "--home", str(home)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        log = home / "watch.log"
        assert eventually(lambda: log.exists() and "the watch waits" in log.read_text(encoding="utf-8"))
        (home / "policy.toml").write_text(f"[watch]\nroots = ['{watched}']\n", encoding="utf-8")
        assert eventually(lambda: "The watch has begun" in log.read_text(encoding="utf-8"))
    finally:
        process.terminate()
        process.wait(30)
    assert str(watched) in log.read_text(encoding="utf-8")


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.1)
    return False
