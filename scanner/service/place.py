"""Where the program is, and which manager a service of it belongs to on this system."""

from __future__ import annotations

import sys
from pathlib import Path

from detectors.resources import config_dir
from scanner.inventory.home import Home, machine_folders
from scanner.service.either import Either
from scanner.service.interface import Manager, Scope, Spec
from scanner.service.scm import of_this_machine
from scanner.service.systemd import UNIT, Systemd
from scanner.service.tasks import Tasks

LAUNCHER = "sekisho.exe"


def package() -> Path | None:
    """The folder of the package for Windows that this program runs from; ``None`` where it was installed in another way."""
    folder = Path(sys.prefix).parent
    return folder if sys.platform == "win32" and (folder / LAUNCHER).is_file() else None


def program(launcher: Path | None = None, *, window: bool = True) -> tuple[str, ...]:
    """The command line that starts this program, whatever it was started by, or that of the package whose ``launcher`` is named.
    Without ``window`` no console opens for it."""
    folder = package() if launcher is None else launcher.parent
    if folder is not None and window:
        return (str(folder / LAUNCHER),)
    python = Path(sys.executable) if launcher is None else launcher.parent / "runtime" / "python.exe"
    if sys.platform == "win32" and not window and (python.with_name("pythonw.exe")).is_file():
        python = python.with_name("pythonw.exe")
    return (str(python), "-m", "scanner.cli.main")


def manager(scope: Scope, *, task: bool = False) -> Manager:
    """The manager for ``scope``; on Windows with ``task`` Task Scheduler for the machine too, which users have anyway."""
    templates = config_dir() / "service"
    if sys.platform == "win32":
        tasks = Tasks(scope, (templates / "sekisho-task.xml").read_text(encoding="utf-8"))
        if scope is Scope.USER:
            return tasks
        service = of_this_machine()
        return Either(tasks, service) if task else Either(service, tasks)
    return Systemd(scope, (templates / UNIT).read_text(encoding="utf-8"))


def home_of(scope: Scope, home: Home, given: bool) -> Home:
    """The state folder of a service: that of the machine for all users, unless one was ``given``."""
    return Home(machine_folders()[0]) if scope is Scope.SYSTEM and not given else home


def spec(scope: Scope, home: Home, policy: Path | None, *, task: bool = False, launcher: Path | None = None) -> Spec:
    """The service as it shall be. On Windows it writes a log of its own; systemd keeps what it prints."""
    chosen = ["-p", str(policy.resolve())] if policy else []
    at = ["--home", str(home.path)]
    if sys.platform != "win32":
        return Spec(scope, (*program(launcher), "watch", *chosen, *at), home.path, home.logs)
    by_manager = scope is Scope.SYSTEM and not task
    mark = ["--manager"] if by_manager else []
    return Spec(
        scope, (*program(launcher, window=by_manager), "service", "run", *mark, *chosen, *at), home.path, home.logs
    )
