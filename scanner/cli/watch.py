"""``sekisho watch``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t, t_or
from scanner.model import display

if TYPE_CHECKING:
    from scanner.inventory.journal import Told


@click.command("watch", help=t("help.watch"), epilog=t("epilog.watch"))
@click.argument("paths", nargs=-1, metavar=t("meta.paths_optional"))
@common.policy_option
@common.home_option
def command(paths: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """Watch folders until stopped."""
    from scanner.inventory.home import prepare
    from scanner.watch.lock import Taken
    from scanner.watch.supervisor import Supervisor, roots_of

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
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
    for path in missing:
        click.echo(t("watch.unreachable", path=path), err=True)
    prepare(state)
    watch = policy.watch if policy else None
    try:
        supervisor = Supervisor(
            state,
            roots,
            str(found.resolve()) if found else "",
            watch.depth if watch else "balanced",
            watch.walk_minutes if watch else 60,
            hear=say,
            syslog=bool(watch and watch.alerts.syslog),
        )
    except Taken as taken:
        raise Failure(t("watch.taken", home=state.path, pid=taken.pid or "?"), EXIT_USAGE) from None
    for root in roots:
        click.echo(t("watch.root", path=display(root)))
    click.echo(t("watch.begins", home=state.path))
    supervisor.run()
    click.echo(t("watch.ends"))


def say(told: Told) -> None:
    """Print what happened: alerts, pauses, losses; troubles on standard error. Printable characters only."""
    moment = clock.time_of_day(told.at, seconds=True)
    click.echo(f"{moment}  {_text(told)}", err=told.kind in ("trouble", "trouble_over"))


def _text(told: Told) -> str:
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
