"""``sekisho watch``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common, correcting
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t, t_or
from scanner.model import display

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.inventory.journal import Told
    from scanner.watch.supervisor import Supervisor


@click.command("watch", help=t("help.watch"), epilog=t("epilog.watch"))
@click.argument("paths", nargs=-1, metavar=t("meta.paths_optional"))
@common.policy_option
@common.home_option
def command(paths: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """Watch folders until stopped."""
    state = common.the_home(home)
    supervisor, roots, missing = made(state, paths, common.find_policy(policy_path, state), say)
    for path in missing:
        click.echo(t("watch.unreachable", path=path), err=True)
    for root in roots:
        click.echo(t("watch.root", path=root))
    click.echo(t("watch.begins", home=state.path))
    supervisor.run()
    click.echo(t("watch.ends"))


def made(
    state: Home, paths: tuple[str, ...], found: Path | None, hear: Callable[[Told], None]
) -> tuple[Supervisor, list[str], list[str]]:
    """The watch of a state folder, with the names of the folders that it watches and of those that are not there now.

    Raises ``Failure`` where there is nothing to watch or another watch has the folder, ``PolicyError`` as loading does."""
    from scanner.inventory.home import prepare
    from scanner.plugins import check
    from scanner.watch.lock import Taken
    from scanner.watch.supervisor import Supervisor, roots_of

    policy = common.load_policy(found)[0] if found else None
    base = found.resolve().parent if found and not paths else Path.cwd()
    places = [p.path for c in policy.contract for p in c.place if p.path] if policy else []
    roots = roots_of(policy.watch.roots if policy else (), places, paths, base)
    missing = [display(r) for r in roots if not os.path.isdir(r)]
    if missing and paths:
        raise Failure(t("scan.no_such_path", path=missing[0]), EXIT_USAGE)
    roots = [r for r in roots if os.path.isdir(r)]
    if not roots:
        raise Failure(t("watch.nothing"), EXIT_USAGE)
    prepare(state)
    check()
    correcting.resume(state, policy)
    watch = policy.watch if policy else None
    try:
        supervisor = Supervisor(
            state,
            roots,
            str(found.resolve()) if found else "",
            watch.depth if watch else "balanced",
            watch.walk_minutes if watch else 60,
            hear=hear,
            syslog=bool(watch and watch.alerts.syslog),
        )
    except Taken as taken:
        raise Failure(t("watch.taken", home=state.path, pid=taken.pid or "?"), EXIT_USAGE) from None
    return supervisor, [display(r) for r in roots], missing


def say(told: Told) -> None:
    """Print what happened: alerts, pauses, losses; troubles on standard error. Printable characters only."""
    click.echo(line(told), err=told.kind in ("trouble", "trouble_over"))


def line(told: Told) -> str:
    """What happened, with its time of day."""
    return f"{clock.time_of_day(told.at, seconds=True)}  {text(told)}"


def text(told: Told) -> str:
    """What happened, in words."""
    path = display(told.path)
    if told.kind == "alert":
        # the system's log of a service is read by others than this user: the path stays in our own
        return told.code if "JOURNAL_STREAM" in os.environ else f"{told.code}  {path}"
    if told.kind == "pause":
        kind, why, until = told.code.split(":")
        return mode(kind, why, float(until))
    return t_or(f"watch.{told.kind}_{told.code}", "") or t(f"watch.{told.kind}", code=told.code, path=path)


def mode(kind: str, why: str, until: float) -> str:
    """How the watch works now, in words."""
    if kind == "full":
        return t("watch.mode_full")
    end = clock.time_of_day(until) if until else t("watch.until_over")
    return t(f"watch.mode_{kind}", why=t(f"watch.why_{why}"), until=end)
