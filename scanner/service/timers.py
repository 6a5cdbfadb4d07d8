"""The schedule as a timer of systemd, a task of Windows, or lines for a crontab; each calls ``sekisho schedule run``, which knows by
the record whether anything is due, so that a call too many does nothing."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from scanner.service import commands
from scanner.service.interface import ServiceError
from scanner.service.schedule import DAYS, Schedule
from scanner.service.systemd import quoted

UNIT, TASK = "sekisho-scan", "Sekisho scan"
_LONG = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))


def systemd(schedule: Schedule, command: tuple[str, ...]) -> dict[str, str]:
    """Name → text of the two units. ``Persistent``: an hour that passed while the machine was off is made up for."""
    days = (
        ""
        if len(set(schedule.days)) == len(DAYS)
        else ",".join(day.title() for day in DAYS if day in schedule.days) + " "
    )
    service = f"[Unit]\nDescription=Sekisho: scheduled scan\n\n[Service]\nType=oneshot\nNice=19\nIOSchedulingClass=idle\nExecStart={' '.join(map(quoted, command))}\nSuccessExitStatus=1 3\n"
    timer = f"[Unit]\nDescription=Sekisho: schedule of scans\n\n[Timer]\nOnCalendar={days}*-*-* {schedule.at}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    return {f"{UNIT}.service": service, f"{UNIT}.timer": timer}


def crontab(schedule: Schedule, command: tuple[str, ...]) -> str:
    """Two lines: at the hour, and after a start of the machine, to make up for what was missed."""
    hour, minute = (int(part) for part in schedule.at.split(":"))
    days = (
        "*" if len(set(schedule.days)) == len(DAYS) else ",".join(str((DAYS.index(d) + 1) % 7) for d in schedule.days)
    )
    line = shlex.join(command).replace("%", "\\%")  # cron ends a command at it
    return f"{minute} {hour} * * {days} {line}\n@reboot {line}\n"


def task(schedule: Schedule, command: tuple[str, ...], template: str) -> str:
    """The XML of the task (schema 1.2): at the hour, and as soon as it can be after one that was missed."""
    days = "".join(f"<{_LONG[day]} />" for day in DAYS if day in schedule.days)
    start = f"{schedule.begins.date().isoformat()}T{schedule.at}:00"
    program, *arguments = command
    return template.format(
        start=start, days=days, program=escape(program), arguments=escape(subprocess.list2cmdline(arguments))
    )


def folder() -> Path:
    """Where systemd looks for units of the user."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "systemd" / "user"


def install_systemd(schedule: Schedule, command: tuple[str, ...], where: Path | None = None) -> bool:
    """Write the units and start the timer; false where no systemd of the user answers, and nothing is left then. Raises
    ``ServiceError``."""
    target = where or folder()
    if not commands.run("systemctl", "--user", "show-environment").done:
        return False
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in systemd(schedule, command).items():
            (target / name).write_bytes(text.encode("utf-8"))
    except OSError as error:
        raise ServiceError("refused", detail=f"{target}: {error.strerror}") from None
    for step in (("daemon-reload",), ("enable", "--now", f"{UNIT}.timer")):
        answer = commands.run("systemctl", "--user", *step)
        if not answer.done:
            raise ServiceError("refused", detail=answer.word)
    return True


def install_task(text: str) -> None:
    """Register the task. Raises ``ServiceError``."""
    descriptor, name = tempfile.mkstemp(suffix=".xml")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-16") as file:
            file.write(text)
        answer = commands.run("schtasks", "/Create", "/TN", TASK, "/XML", name, "/F")
    finally:
        Path(name).unlink(missing_ok=True)
    if not answer.done:
        raise ServiceError("no_tasks" if answer == commands.ABSENT else "refused", detail=answer.word)


def remove(where: Path | None = None) -> list[str]:
    """Take timer and task away; names of what was there."""
    target, gone = where or folder(), []
    if (target / f"{UNIT}.timer").exists():
        commands.run("systemctl", "--user", "disable", "--now", f"{UNIT}.timer")
        for name in (f"{UNIT}.timer", f"{UNIT}.service"):
            (target / name).unlink(missing_ok=True)
        commands.run("systemctl", "--user", "daemon-reload")
        gone.append(f"{UNIT}.timer")
    if os.name == "nt" and commands.run("schtasks", "/Delete", "/TN", TASK, "/F").done:
        gone.append(TASK)
    return gone
