"""``sekisho service``: the watch as a service of the user: systemd on Linux, a scheduled task on Windows (untested)."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t

_UNIT = "sekisho.service"
_TASK = "Sekisho"


@click.group("service", help=t("help.service"), epilog=t("epilog.service"))
def command() -> None:
    """The watch as a service."""


def _unit_path() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "systemd" / "user" / _UNIT


def _watch_command(policy: Path | None, home: Path) -> list[str]:
    chosen = ["-p", str(policy.resolve())] if policy else []
    return [sys.executable, "-m", "scanner.cli.main", "watch", *chosen, "--home", str(home)]


def _systemctl(*arguments: str) -> subprocess.CompletedProcess[str] | None:
    program = shutil.which("systemctl")
    if program is None:
        return None
    return subprocess.run([program, "--user", *arguments], capture_output=True, text=True, check=False, timeout=30)


@command.command("install", help=t("help.service_install"))
@common.policy_option
@common.home_option
def install(policy_path: str | None, home: str | None) -> None:
    """Write and start the service."""
    from detectors.resources import config_dir

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    if found is not None:
        common.load_policy(found)
    line = _watch_command(found, state.path)
    if sys.platform == "win32":
        template = (config_dir() / "service" / "sekisho-task.xml").read_text(encoding="utf-8")
        text = template.format(program=escape(line[0]), arguments=escape(subprocess.list2cmdline(line[1:])))
        task = state.path / "sekisho-task.xml"
        task.write_text(text, encoding="utf-16")
        program = shutil.which("schtasks") or "schtasks.exe"
        done = subprocess.run([program, "/Create", "/TN", _TASK, "/XML", str(task), "/F"], check=False)
        if done.returncode:
            raise Failure(t("service.failed", detail=str(done.returncode)), EXIT_USAGE)
        click.echo(t("service.installed", path=task))
        return
    path = _unit_path()
    template = (config_dir() / "service" / _UNIT).read_text(encoding="utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template.replace("{command}", shlex.join(line)), encoding="utf-8")
    except OSError:
        raise Failure(t("scan.output_unwritable", path=path), EXIT_USAGE) from None
    click.echo(t("service.installed", path=path))
    for step in (("daemon-reload",), ("enable", "--now", _UNIT)):
        result = _systemctl(*step)
        if result is None or result.returncode:
            click.echo(t("service.by_hand", command=f"systemctl --user enable --now {_UNIT}"))
            return
    click.echo(t("service.started"))


@command.command("uninstall", help=t("help.service_uninstall"))
@common.home_option
def uninstall(home: str | None) -> None:
    """Stop and remove the service. The inventory stays."""
    if sys.platform == "win32":
        subprocess.run([shutil.which("schtasks") or "schtasks.exe", "/Delete", "/TN", _TASK, "/F"], check=False)
    path = _unit_path()
    if not path.exists():
        raise Failure(t("service.none"), EXIT_USAGE)
    _systemctl("disable", "--now", _UNIT)
    path.unlink()
    _systemctl("daemon-reload")
    click.echo(t("service.removed", path=path, home=common.the_home(home).path))


@command.command("status", help=t("help.service_status"))
@common.home_option
def status(home: str | None) -> int:
    """Whether it is installed and runs."""
    from scanner.watch.state import read

    path = _unit_path()
    click.echo(t("service.installed", path=path) if path.exists() else t("service.none"))
    found = read(common.the_home(home).path)
    click.echo(t("service.running") if found and found.running else t("service.not_running"))
    return EXIT_OK if found and found.running else EXIT_POINTS
