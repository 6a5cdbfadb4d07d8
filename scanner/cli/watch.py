"""``sekisho watch``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.command("watch", help=t("help.watch"), epilog=t("epilog.watch"))
@click.argument("paths", nargs=-1, metavar=t("meta.paths_optional"))
@common.policy_option
@common.home_option
def command(paths: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """Watch folders until stopped."""
    from scanner.inventory.home import prepare
    from scanner.watch.supervisor import Supervisor, roots_of

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    base = found.resolve().parent if found and not paths else Path.cwd()
    places = [p.path for c in policy.contract for p in c.place if p.path] if policy else []
    roots = roots_of(policy.watch.roots if policy else (), places, paths, base)
    missing = [os.fsdecode(r) for r in roots if not os.path.isdir(r)]
    if missing and paths:
        raise Failure(t("scan.no_such_path", path=missing[0]), EXIT_USAGE)
    roots = [r for r in roots if os.path.isdir(r)]
    if not roots:
        raise Failure(t("watch.nothing"), EXIT_USAGE)
    for path in missing:
        click.echo(t("watch.unreachable", path=path), err=True)
    prepare(state)
    for root in roots:
        click.echo(t("watch.root", path=os.fsdecode(root)))
    click.echo(t("watch.begins", home=state.path))
    watch = policy.watch if policy else None
    Supervisor(
        state,
        roots,
        str(found.resolve()) if found else "",
        watch.depth if watch else "balanced",
        watch.walk_minutes if watch else 60,
    ).run()
    click.echo(t("watch.ends"))
