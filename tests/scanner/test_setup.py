"""The setup of the package: what it enters, what an upgrade leaves, and that a failed one leaves everything as it was."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from scanner import __version__
from scanner.inventory.home import Home
from scanner.service import setup, tree
from scanner.service.interface import Change, Seen, ServiceError, Spec
from scanner.service.setup import Setup
from scanner.watch import eventlog
from tests.conftest import Sekisho


class Machine:
    """A registry in memory."""

    def __init__(self) -> None:
        self.folders = [r"C:\Windows"]
        self.entry: dict[str, str | int] = {}
        self.at_start: list[Path] = []

    def search_path(self) -> list[str]:
        return list(self.folders)

    def set_search_path(self, folders: list[str]) -> None:
        self.folders = folders

    def program(self) -> dict[str, str | int]:
        return self.entry

    def set_program(self, values: dict[str, str | int]) -> None:
        self.entry = values

    def delete_at_start(self, path: Path) -> None:
        self.at_start.append(path)


class Manager:
    """A service that is there or not, runs or not; ``stuck``: it does not stop."""

    def __init__(self) -> None:
        self.spec: Spec | None = None
        self.running = self.stuck = False
        self.said: list[str] = []

    def install(self, spec: Spec) -> list[Change]:
        before, self.spec, self.running = self.spec, spec, True
        return [Change("unchanged" if before == spec else "installed")]

    def uninstall(self) -> list[Change]:
        before, self.spec, self.running = self.spec, None, False
        return [Change("removed" if before else "none")]

    def status(self) -> Seen:
        return Seen(self.spec is not None, self.running, "")

    def stop(self) -> bool:
        if self.stuck:
            raise ServiceError("does_not_stop")
        self.said.append("stop")
        ran, self.running = self.running, False
        return ran

    def start(self) -> None:
        self.said.append("start")
        self.running = True


def package(folder: Path, version: str, **more: str) -> Path:
    """A package as the build makes one, small."""
    files = {"sekisho.exe": version, f"runtime/Lib/site-packages/sekisho-{version}.dist-info/METADATA": "", **more}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    sums = [f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in files.items()]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


class Desk:
    """One machine with a place for the program and a state folder."""

    def __init__(self, tmp_path: Path) -> None:
        self.tmp, self.machine, self.manager = tmp_path, Machine(), Manager()
        self.target, self.home = tmp_path / "Program Files" / "Sekisho", Home(tmp_path / "ProgramData" / "Sekisho")

    def wanted(self, source: Path, policy: Path | None = None) -> Setup:
        return Setup(source, self.target, self.home, policy)

    def install(self, source: Path, policy: Path | None = None) -> list[str]:
        return [c.what for c in setup.install(self.wanted(source, policy), self.machine, self.manager)]

    def uninstall(self, *, purge: bool = False) -> list[str]:
        wanted = self.wanted(self.target)
        return [c.what for c in setup.uninstall(wanted, self.machine, self.manager, purge=purge)]

    def names(self) -> set[str]:
        return {p.relative_to(self.target).as_posix() for p in self.target.rglob("*") if p.is_file()}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(eventlog, "register", lambda: False)  # the machine's own log is left alone
    monkeypatch.setattr(eventlog, "unregister", lambda: False)
    return Desk(tmp_path)


def test_first_setup_and_the_same_again(desk: Desk, tmp_path: Path) -> None:
    source = package(tmp_path / "zip", __version__)
    policy = tmp_path / "policy.toml"
    policy.write_text("[watch]\n", encoding="utf-8")
    assert {"folder", "placed", "policy", "installed", "on_path", "listed"} == set(desk.install(source, policy))
    assert (desk.home.path / "policy.toml").read_bytes() == policy.read_bytes()
    assert desk.machine.folders == [r"C:\Windows", str(desk.target)]
    assert str(desk.target) in str(desk.machine.entry["QuietUninstallString"])
    assert desk.manager.running
    assert desk.manager.spec is not None
    assert str(desk.target) in desk.manager.spec.command[0]
    desk.manager.said.clear()
    assert desk.install(source, policy) == ["unchanged"]
    assert desk.manager.said == []
    assert desk.machine.folders.count(str(desk.target)) == 1


def test_upgrade_leaves_nothing_of_the_older_one(desk: Desk, tmp_path: Path) -> None:
    desk.install(package(tmp_path / "old", "0.0.9", **{"runtime/Lib/gone.py": "x"}))
    (desk.home.path / "inventory.db").write_text("kept", encoding="utf-8")
    desk.manager.said.clear()
    told = desk.install(package(tmp_path / "new", __version__))
    assert "upgraded" in told
    assert desk.manager.said == ["stop"]
    assert desk.manager.running
    assert "runtime/Lib/gone.py" not in desk.names()
    assert setup.version_of(desk.target) == __version__
    assert (desk.home.path / "inventory.db").exists()
    assert [p.name for p in desk.target.parent.iterdir()] == ["Sekisho"]


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_setup_again_mends_what_is_not_whole(harm: str, desk: Desk, tmp_path: Path) -> None:
    source = package(tmp_path / "zip", __version__)
    desk.install(source)
    if harm == "gone":
        (desk.target / "sekisho.exe").unlink()
    else:
        (desk.target / "sekisho.exe").write_text("", encoding="utf-8")
    assert "upgraded" in desk.install(source)
    assert (desk.target / "sekisho.exe").read_text(encoding="utf-8") == __version__


FAULTS = ["damaged", "no_sums", "no_room", "stuck", "in_use", "no_place"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("running", [True, False])
def test_failed_upgrade_leaves_everything_as_it_was(
    fault: str, running: bool, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.install(package(tmp_path / "old", "0.0.9", **{"runtime/a.py": "a", "runtime/b/c.py": "c"}))
    before, desk.manager.running = desk.names(), running
    new = package(tmp_path / "new", __version__)
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        blocked = {"in_use": self == desk.target or self.name == "c.py", "no_place": self.name.endswith(".new")}
        if blocked.get(fault, False) and not str(self).count(".old-"):
            raise PermissionError(13, "in use")
        return rename(self, target)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(Path, "rename", refused)
    if fault == "damaged":
        (new / "sekisho.exe").write_text("cut", encoding="utf-8")
    if fault == "no_sums":
        (new / "SHA256SUMS").unlink()
    if fault == "no_room":
        monkeypatch.setattr(tree, "_copied", full)
    desk.manager.stuck = fault == "stuck"
    with pytest.raises(ServiceError):
        desk.install(new)
    assert desk.names() == before
    assert setup.version_of(desk.target) == "0.0.9"
    assert desk.manager.running is running
    assert [p.name for p in desk.target.parent.iterdir()] == ["Sekisho"]


def test_program_that_runs_is_moved_and_goes_at_the_next_start(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.install(package(tmp_path / "old", "0.0.9"))
    rename, unlink = Path.rename, Path.unlink

    def no_folder(self: Path, target: Path) -> Path:
        if self == desk.target:
            raise PermissionError(13, "a file in it is open")
        return rename(self, target)

    def no_program(self: Path, missing_ok: bool = False) -> None:
        if self.name == "sekisho.exe":
            raise PermissionError(13, "it runs")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "rename", no_folder)
    monkeypatch.setattr(Path, "unlink", no_program)
    told = desk.install(package(tmp_path / "new", __version__))
    assert "waits_for_start" in told
    assert setup.version_of(desk.target) == __version__
    assert [p.name for p in desk.machine.at_start if p.suffix == ".exe"] == ["sekisho.exe"]
    assert not any(desk.target in p.parents for p in desk.machine.at_start)


@pytest.mark.parametrize("purge", [False, True])
def test_taken_away(purge: bool, desk: Desk, tmp_path: Path) -> None:
    desk.install(package(tmp_path / "zip", __version__))
    (desk.home.path / "inventory.db").touch()
    told = desk.uninstall(purge=purge)
    assert {"removed", "off_path", "program_gone"} <= set(told)
    assert not desk.target.exists()
    assert desk.machine.folders == [r"C:\Windows"]
    assert desk.machine.entry == {}
    assert desk.manager.spec is None
    assert desk.home.path.exists() is not purge
    assert desk.uninstall() == ["none"]


def test_folder_of_another_program_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    desk.target.mkdir(parents=True)
    (desk.target / "other.exe").touch()
    with pytest.raises(ServiceError, match="not_ours"):
        desk.install(package(tmp_path / "zip", __version__))
    assert [p.name for p in desk.target.iterdir()] == ["other.exe"]


@pytest.mark.parametrize("name", ["../elsewhere.exe", "/etc/elsewhere", "runtime/../../x", ""])
def test_sums_that_leave_the_package_are_damaged(name: str, tmp_path: Path) -> None:
    folder = package(tmp_path / "zip", __version__)
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write(f"{'0' * 64}  {name}\n")
    with pytest.raises(ServiceError, match="package_damaged"):
        tree.bring(folder, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_what_the_sums_do_not_name_is_not_brought(tmp_path: Path) -> None:
    folder = package(tmp_path / "zip", __version__)
    (folder / "added.dll").touch()
    tree.bring(folder, tmp_path / "target")
    assert not (tmp_path / "target" / "added.dll").exists()


def test_setup_is_of_the_package_only(sekisho: Sekisho) -> None:
    shown = sekisho("setup", "--silent")
    assert shown.code == 2
    assert "service install --system" in shown.err
