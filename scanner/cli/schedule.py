"""``sekisho schedule``: scans at fixed hours without the watch; what was missed is told and made up for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.cli import common, scan
from scanner.cli.main import EXIT_GAPS, EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.inventory.store import Store
    from scanner.service.schedule import Due, Schedule

_DAYS = {**{d: d for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, **dict(zip("月火水木金土日", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True))}  # fmt: skip


@click.group("schedule", help=t("help.schedule"), epilog=t("epilog.schedule"))
def command() -> None:
    """Subcommands."""


def _days(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    words = (
        [w for w in value.replace("、", ",").split(",") if w.strip()] if value else list(dict.fromkeys(_DAYS.values()))
    )
    days = [_DAYS.get(w.strip().lower()[:3] if w.strip().isascii() else w.strip()[:1]) for w in words]
    if None in days:
        raise click.BadParameter(t("schedule.bad_days"))
    return tuple(dict.fromkeys(d for d in days if d))


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
    from scanner.service.schedule import NAME, Schedule, save

    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", at):
        raise Failure(t("schedule.bad_hour"), EXIT_USAGE)
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
        _tell_lost(store, state)
        save(state.path, made)
        store.note(
            "schedule_set",
            hour=at,
            days=list(days),
            roots=len(kept),
            exclude=len(made.exclude),
            depth=depth,
            window=window,
        )
    click.echo(t("schedule.set", path=state.path / NAME, **_told(made)))


@command.command("show", help=t("help.schedule_show"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_option
def show(style: str, home: str | None) -> int:
    """The schedule, what it did, and what it missed; exit code 1 where a scan is due."""
    from scanner.service.schedule import load

    state = common.the_home(home)
    made = _as_set(load(state.path), state)
    ran, _, missed = _record(state)
    now = clock.local()
    open_ = _due(made, state)
    upcoming = made.next(now)
    if style == "json":
        plain = {
            **made.model_dump(mode="json"),
            "ran": _iso(ran),
            "missed": missed,
            "due": _iso(open_.hour),
            "next": _iso(upcoming),
        }
        click.echo(json.dumps(plain, ensure_ascii=False))
    else:
        click.echo(t("schedule.is", **_told(made)))
        click.echo(t("schedule.ran", hour=_hour(ran), next=_hour(upcoming), missed=missed))
        if open_.hour is not None:
            click.echo(t("schedule.due", hour=_hour(open_.hour), missed=len(open_.missed)))
    return EXIT_POINTS if open_.hour is not None else EXIT_OK


@command.command("run", help=t("help.schedule_run"))
@common.home_option
def run(home: str | None) -> int:
    """What the timer calls: scan if an hour has passed without one; tell those that nobody can make up for."""
    from scanner.inventory.store import Store
    from scanner.service.schedule import load

    state = common.the_home(home)
    made = _as_set(load(state.path), state)
    open_ = _due(made, state)
    if open_.hour is None:
        click.echo(t("schedule.nothing_due", next=_hour(made.next(clock.local()))))
        return EXIT_OK
    if open_.missed:
        with Store(state.database, only_notes=True) as store:
            _tell_missed(store, open_.missed)
        click.echo(
            t("schedule.missed", count=len(open_.missed), first=_hour(open_.missed[0]), last=_hour(open_.missed[-1])),
            err=True,
        )
    late = int((clock.local() - open_.hour).total_seconds() // 60)
    code = scan.start(
        made.paths, policy_path=made.policy or None, home=home, style="table", output=None, depth=made.depth, full=False,
        ocr=False, exclude=made.exclude, ignore_files=False, allow_gaps=False, passwords=None, max_rate=made.max_rate,
        window=made.window, quiet=True,
    )  # fmt: skip
    with Store(state.database, only_notes=True) as store:
        if code in (EXIT_OK, EXIT_POINTS, EXIT_GAPS):
            store.note("schedule_ran", hour=_iso(open_.hour), late_minutes=late)
        else:  # it stays due, and the next call makes up for it
            store.note("schedule_missed", count=1, hour=_iso(open_.hour), code=code)
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
    from scanner.service.schedule import load

    state = common.the_home(home)
    made = _as_set(load(state.path), state)
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
    from scanner.service import timers
    from scanner.service.schedule import NAME, ScheduleError

    state = common.the_home(home)
    if not (state.path / NAME).exists():
        raise ScheduleError("none")
    with Store(state.database, only_notes=True) as store:
        _tell_lost(store, state)
        gone = timers.remove()
        (state.path / NAME).unlink()
        store.note("schedule_set", hour="", days=[], roots=0)
    click.echo(t("schedule.removed", names=t("list.separator").join(gone) or "—"))


def _record(state: Home) -> tuple[datetime | None, datetime | None, int]:
    """(last hour that was scanned, last one told as missed, how many were missed) by the record."""

    reader = common.reading(state.database)
    ran = told = None
    missed = 0
    for row in reader.rows(
        "select kind, details from ledger where kind in ('schedule_ran', 'schedule_missed') order by seq"
    ):
        details = json.loads(row["details"])
        hour = datetime.fromisoformat(details["hour"])
        if row["kind"] == "schedule_ran":
            ran = max(ran or hour, hour)
        else:
            told, missed = max(told or hour, hour), missed + int(details["count"])
    reader.close()
    return ran, told, missed


def _last_set(state: Home) -> dict[str, Any]:
    """Hour, days and beginning of the schedule in force, as the record has them; empty where it has none."""
    from scanner.inventory.scheduled import in_force

    reader = common.reading(state.database)
    found = in_force(reader)
    reader.close()
    return found._asdict() if found is not None else {}


def _as_set(made: Schedule, state: Home) -> Schedule:
    """When it is due is told by the record: who edits the file makes no hour disappear."""
    return made.model_copy(update=_last_set(state))


def _tell_lost(store: Store, state: Home) -> None:
    """Before a schedule gives way to another, or to none: the hours that it leaves without a scan. What its file says, or whether
    it can be read, does not matter."""
    from scanner.service.schedule import Schedule

    told = _last_set(state)
    if told:
        open_ = _due(Schedule.model_validate({"paths": ("-",), **told}), state)
        _tell_missed(store, [*open_.missed, *filter(None, (open_.hour,))])


def _tell_missed(store: Store, hours: Sequence[datetime]) -> None:
    if hours:
        first, last = _iso(hours[0]), _iso(hours[-1])
        store.note("schedule_missed", count=len(hours), first=first, last=last, hour=last)


def _due(made: Schedule, state: Home) -> Due:
    from scanner.service.schedule import due

    ran, told, _ = _record(state)
    return due(made, ran, told, clock.local())


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment is not None else ""


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
