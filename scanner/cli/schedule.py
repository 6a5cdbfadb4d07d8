"""``sekisho schedule``: scans at fixed hours without the watch; what was missed is told and made up for."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common, scan
from scanner.cli.main import EXIT_GAPS, EXIT_INTERNAL, EXIT_INTERRUPTED, EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.errors import SekishoError
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.service.recorded import Stand
    from scanner.service.schedule import Schedule


@click.group("schedule", help=t("help.schedule"), epilog=t("epilog.schedule"))
def command() -> None:
    """Subcommands."""


def _days(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    from scanner.service.schedule import DAYS, weekdays

    try:
        return weekdays(value) if value else DAYS
    except ValueError:
        raise click.BadParameter(t("schedule.bad_days")) from None


@command.command("set", help=t("help.schedule_set"))
@click.argument("paths", nargs=-1, required=True, metavar=t("meta.paths"))
@click.option("--at", required=True, metavar=t("meta.time"), help=t("option.schedule_at"))
@click.option("--days", default="", metavar=t("meta.weekdays"), callback=_days, help=t("option.schedule_days"))
@click.option(
    "--depth",
    type=click.Choice(["quick", "balanced", "thorough"]),
    default="balanced",
    show_default=True,
    help=t("option.depth"),
)
@click.option("--window", default="", metavar=t("meta.hours"), callback=scan.window_of, help=t("option.window"))
@click.option("--max-rate", type=click.FloatRange(0), default=0.0, metavar="MB", help=t("option.max_rate"))
@click.option("--exclude", multiple=True, metavar=t("meta.pattern"), help=t("option.exclude"))
@common.policy_option
@common.home_option
def set_(
    paths: tuple[str, ...], at: str, days: tuple[str, ...], depth: str, window: str, max_rate: float, exclude: tuple[str, ...],
    policy_path: str | None, home: str | None,
) -> None:  # fmt: skip
    """Write the schedule."""
    import re

    from scanner.inventory.home import prepare
    from scanner.inventory.store import Store
    from scanner.service import recorded
    from scanner.service.schedule import NAME, Schedule, save

    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise Failure(t("schedule.bad_hour"), EXIT_USAGE)
    for path in paths:
        if not path.startswith(
            "smb://"
        ):  # a share is asked for by whoever scans: who sets the hours may have no right to it
            scan.here(path)
    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    if found is not None:
        common.load_policy(found)
    prepare(state)
    kept = tuple(p if p.startswith("smb://") else os.path.abspath(p) for p in paths)
    made = Schedule.model_validate({
        "paths": kept, "at": at, "days": days, "depth": depth, "window": window, "max_rate": max_rate,
        "exclude": scan.patterns(exclude), "policy": str(found.resolve()) if found else "", "begins": clock.local(),
    })  # fmt: skip
    with Store(state.database, only_notes=True) as store:
        recorded.tell_missed(store, recorded.lost(state))
        save(state.path, made)
        store.note(
            "schedule_set",
            hour=at,
            days=list(days),
            roots=len(kept),
            exclude=len(made.exclude),
            depth=depth,
            window=window,
            settings=recorded.coded(state, made),
        )
    click.echo(t("schedule.set", path=state.path / NAME, **_told(made)))


@command.command("show", help=t("help.schedule_show"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_option
def show(style: str, home: str | None) -> int:
    """The schedule, what it did, and what it missed; exit code 1 where a scan is due."""
    from scanner.service.recorded import iso

    stand = _stand(home)[0]
    made, now = stand.schedule, clock.local()
    if style == "json":
        plain = {
            **made.model_dump(mode="json"),
            "ran": iso(stand.history.ran),
            "missed": stand.history.missed,
            "due": iso(stand.due.hour),
            "next": iso(made.next(now)),
            "ahead": stand.ahead,
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        click.echo(t("schedule.is", **_told(made)))
        ran = t("schedule.ran", hour=_hour(stand.history.ran), next=_hour(made.next(now)), missed=stand.history.missed)
        click.echo(ran)
        if stand.due.hour is not None:
            click.echo(t("schedule.due", hour=_hour(stand.due.hour), missed=len(stand.due.missed)))
    return EXIT_POINTS if stand.due.hour is not None else EXIT_OK


@command.command("run", help=t("help.schedule_run"))
@common.home_option
def run(home: str | None) -> int:
    """What the timer calls: scan if an hour has passed without one; tell those that nobody can make up for."""
    from scanner.inventory.store import Store
    from scanner.service.recorded import iso, lost, tell_missed
    from scanner.service.schedule import ScheduleError

    try:
        stand, state = _stand(home)
    except ScheduleError:  # a file that is gone, unreadable or another one: its hours pass without a scan
        state = common.the_home(home)
        if state.database.exists():
            with Store(state.database, only_notes=True) as store:
                tell_missed(store, lost(state))
        raise
    made, open_ = stand.schedule, stand.due
    if open_.hour is None:
        click.echo(t("schedule.nothing_due", next=_hour(made.next(clock.local()))))
        return EXIT_OK
    if open_.missed:
        with Store(state.database, only_notes=True) as store:
            tell_missed(store, open_.missed)
        click.echo(
            t("schedule.missed", count=len(open_.missed), first=_hour(open_.missed[0]), last=_hour(open_.missed[-1])),
            err=True,
        )
    late = int((clock.local() - open_.hour).total_seconds() // 60)
    absent: list[str] = []
    code = EXIT_INTERNAL
    try:
        code = scan.start(
            made.paths, policy_path=made.policy or None, home=home, style="table", output=None, depth=made.depth,
            full=False, ocr=False, exclude=made.exclude, ignore_files=False, allow_gaps=False, passwords=None,
            max_rate=made.max_rate, window=made.window, quiet=True, absent=absent,
        )  # fmt: skip
    except (Failure, SekishoError) as error:
        code = error.exit_code
        raise
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
        raise
    finally:
        with Store(state.database, only_notes=True) as store:
            if code in (EXIT_OK, EXIT_POINTS, EXIT_GAPS):
                store.note("schedule_ran", hour=iso(open_.hour), late_minutes=late, absent=len(absent))
            else:  # it stays due, and the next call makes up for it
                again = stand.history.told is not None and stand.history.told >= open_.hour
                store.note("schedule_missed", count=0 if again else 1, hour=iso(open_.hour), code=code)
    return code


@command.command("install", help=t("help.schedule_install"))
@click.option(
    "--print", "only_print", type=click.Choice(["systemd", "windows", "cron"]), help=t("option.schedule_print")
)
@common.home_option
def install(only_print: str | None, home: str | None) -> None:
    """Have the system call it; where it cannot be asked, what to enter by hand."""
    from detectors.resources import config_dir
    from scanner.service import timers
    from scanner.service.place import program

    stand, state = _stand(home)
    made = stand.schedule
    call = (*program(window=False), "schedule", "run", "--home", str(Path(state.path).resolve()))
    xml = timers.task(made, call, (config_dir() / "service/sekisho-scan-task.xml").read_text(encoding="utf-8"))
    if only_print == "systemd":
        for name, text in timers.systemd(made, call).items():
            click.echo(f"# {name}\n{text}")
    elif only_print == "windows":
        click.echo(xml)
    elif only_print == "cron":
        click.echo(timers.crontab(made, call), nl=False)
    elif sys.platform == "win32":
        timers.install_task(xml)
        click.echo(t("schedule.installed", name=timers.TASK))
    elif timers.install_systemd(made, call):
        click.echo(t("schedule.installed", name=f"{timers.UNIT}.timer"))
    else:
        click.echo(t("schedule.by_hand"), err=True)
        click.echo(timers.crontab(made, call), nl=False)


@command.command("remove", help=t("help.schedule_remove"))
@common.home_option
def remove(home: str | None) -> None:
    """Timer and settings go; the record stays."""
    from scanner.inventory.store import Store
    from scanner.service import recorded, timers
    from scanner.service.schedule import NAME, ScheduleError

    state = common.the_home(home)
    if not (state.path / NAME).exists():
        raise ScheduleError("none")
    with Store(state.database, only_notes=True) as store:
        recorded.tell_missed(store, recorded.lost(state))
        gone = timers.remove()
        (state.path / NAME).unlink()
        store.note("schedule_set", hour="", days=[], roots=0)
    click.echo(t("schedule.removed", names=t("list.separator").join(gone) or "—"))


def _stand(home: str | None) -> tuple[Stand, Home]:
    """The schedule as the record has it; a clock that ran ahead is told."""
    from scanner.service import recorded
    from scanner.service.schedule import load

    state = common.the_home(home)
    stand = recorded.standing(load(state.path), state)
    if stand.ahead:
        click.echo(t("schedule.ahead", last=clock.shown(stand.ahead)), err=True)
    return stand, state


def _hour(moment: datetime | None) -> str:
    return clock.shown_at(moment.timestamp()) if moment is not None else "—"


def _told(made: Schedule) -> dict[str, object]:
    days = (
        t("schedule.every_day")
        if len(made.days) == 7
        else t("list.separator").join(t(f"schedule.{d}") for d in made.days)
    )
    return {
        "at": made.at, "days": days, "paths": t("list.separator").join(made.paths), "depth": made.depth,
        "window": made.window or "—", "rate": made.max_rate or "—", "policy": made.policy or "—",
    }  # fmt: skip
