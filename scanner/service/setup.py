"""The setup of a package: its place, policy, service, search path and entry in the list of programs; and all of that back."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from scanner import __version__
from scanner.inventory.home import Home
from scanner.service import installing, place, tree
from scanner.service.interface import Change, Manager, Scope, ServiceError
from scanner.service.machine import Machine

POLICY = "policy.toml"


@dataclass(frozen=True, slots=True)
class Setup:
    """What shall be where. ``source`` is the folder of the package that runs, ``target`` the place of the program."""

    source: Path
    target: Path
    home: Home
    policy: Path | None = None
    """To be copied into the state folder; without one the policy that lies there stays."""
    task: bool = False


def default_target() -> Path:
    """``Program Files``, where only administrators may write."""
    return Path(os.environ.get("ProgramW6432") or os.environ.get("ProgramFiles") or r"C:\Program Files") / "Sekisho"


def install(wanted: Setup, machine: Machine, manager: Manager) -> list[Change]:
    """Set up, or upgrade over an older one with its service stopped meanwhile.

    Raises ``ServiceError`` or ``HomeError``; the older program is then back in its place and its service runs as before."""
    changes: list[Change] = []
    old: Path | None = None
    if wanted.source.resolve() != wanted.target.resolve():
        changes, old = _placed(wanted, manager)
    waiting = 0
    try:
        changes += _policy(wanted)
        launcher = wanted.target / place.LAUNCHER
        changes += installing.install(
            Scope.SYSTEM, wanted.home, None, task=wanted.task, manager=manager, program=launcher
        )
    finally:
        if old is not None:  # last, because the service need not wait for it
            waiting = tree.throw_away(old, machine)
    changes += [Change("waits_for_start", after=str(waiting))] if waiting else []
    return [*changes, *_entered(wanted, machine)]


def _placed(wanted: Setup, manager: Manager) -> tuple[list[Change], Path | None]:
    """The program at its place, and where one that was there lies now."""
    target, old = wanted.target, version_of(wanted.target)
    if target.exists() and not old and any(target.iterdir()):
        raise ServiceError("not_ours", detail=str(target))
    if tree.same(wanted.source, target):
        return [], None
    new = target.with_name(f"{target.name}.new")
    if new.exists():
        shutil.rmtree(new)  # of a setup that was cut short
    tree.bring(wanted.source, new)
    ran, aside = False, None
    try:
        ran = manager.stop()
        aside = tree.put_aside(target) if target.exists() else None
        new.rename(target)
    except (OSError, ServiceError) as error:
        if aside is not None:
            aside.rename(target)
        shutil.rmtree(new, ignore_errors=True)
        if ran:
            manager.start()
        if isinstance(error, ServiceError):
            raise
        raise ServiceError("refused", detail=f"{target}: {error.strerror or error}") from None
    told = Change("upgraded", before=old, after=__version__) if old else Change("placed", after=str(target))
    return [told], aside


def version_of(target: Path) -> str:
    """Version of the program at ``target``; empty where there is none."""
    found = sorted((target / "runtime" / "Lib" / "site-packages").glob("sekisho-*.dist-info"))
    return found[-1].name.removeprefix("sekisho-").removesuffix(".dist-info") if found else ""


def _policy(wanted: Setup) -> list[Change]:
    """The policy into the state folder, which is made for administrators only before anything is put there."""
    changes = installing.folders(wanted.home)
    if wanted.policy is None:
        return changes
    there = wanted.home.path / POLICY
    data = wanted.policy.read_bytes()
    if there.exists() and there.read_bytes() == data:
        return changes
    made = there.with_name(f".{POLICY}.new")
    made.write_bytes(data)
    made.replace(there)
    return [*changes, Change("policy", after=str(there))]


def _entered(wanted: Setup, machine: Machine) -> list[Change]:
    """Search path and list of programs."""
    launcher = wanted.target / place.LAUNCHER
    entry: dict[str, str | int] = {
        "DisplayName": "Sekisho (関所)",
        "DisplayVersion": __version__,
        "Publisher": "The Sekisho developers",
        "InstallLocation": str(wanted.target),
        "UninstallString": f'"{launcher}" setup --uninstall',
        "QuietUninstallString": f'"{launcher}" setup --uninstall --silent',
        "NoModify": 1,
        "NoRepair": 1,
    }
    changes = []
    try:
        folders = machine.search_path()
        if str(wanted.target) not in folders:
            machine.set_search_path([*folders, str(wanted.target)])
            changes.append(Change("on_path", after=str(wanted.target)))
        if machine.program() != entry:
            machine.set_program(entry)
            changes.append(Change("listed"))
    except PermissionError:
        raise ServiceError("needs_admin") from None
    return changes


def uninstall(wanted: Setup, machine: Machine, manager: Manager, *, purge: bool = False) -> list[Change]:
    """Take the service, the entries and the program away; with ``purge`` the state folder too. Raises ``ServiceError``."""
    changes = installing.uninstall(Scope.SYSTEM, wanted.home, purge=purge, manager=manager)
    changes = [c for c in changes if c.what != "none"]
    try:
        folders = machine.search_path()
        if str(wanted.target) in folders:
            machine.set_search_path([f for f in folders if f != str(wanted.target)])
            changes.append(Change("off_path", before=str(wanted.target)))
        if machine.program():
            machine.set_program({})
        if version_of(wanted.target):
            waiting = tree.throw_away(tree.put_aside(wanted.target), machine)
            changes.append(Change("program_gone", before=str(wanted.target)))
            changes += [Change("waits_for_start", after=str(waiting))] if waiting else []
    except PermissionError:
        raise ServiceError("needs_admin") from None
    except OSError as error:
        raise ServiceError("refused", detail=error.strerror or "") from None
    return changes or [Change("none")]


def exclusions(wanted: Setup) -> list[Path]:
    """What an antivirus program should not look at: files that change with every file of the users, and who opens each of those."""
    runtime = wanted.target / "runtime"
    return [
        *(wanted.home.path / name for name in ("inventory.db*", "journal.db*")),
        wanted.target / place.LAUNCHER,
        runtime / "python.exe",
    ]
