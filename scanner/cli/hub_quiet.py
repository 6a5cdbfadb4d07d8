"""``sekisho hub quiet``: when terminals do not call by themselves."""

from __future__ import annotations

from datetime import timedelta

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.command("quiet", help=t("help.hub_quiet"))
@click.argument("names", nargs=-1, metavar=t("meta.name"))
@click.option("--all", "everyone", is_flag=True, help=t("option.hub_everyone"))
@click.option("--from", "begins", default="", metavar=t("meta.moment"), help=t("option.hub_quiet_from"))
@click.option("--hours", type=click.FloatRange(0, 12, min_open=True), required=True, help=t("option.hub_quiet_hours"))
@common.home_of_subcommand
@click.pass_obj
def quiet(home: str | None, names: tuple[str, ...], everyone: bool, begins: str, hours: float) -> None:
    """Times of quiet."""
    from scanner.cli.hub import opened
    from scanner.hub.handing import quieten
    from scanner.inventory.reader import Reader

    if bool(names) == everyone:
        raise Failure(t("hub.whom"), EXIT_USAGE)
    desk = opened(home)
    Reader(desk.home.database).close()  # from now on people's time zone is that of its policy
    try:
        start = clock.moment_given(begins) if begins else clock.now()
    except (ValueError, OverflowError):
        raise Failure(t("hub.bad_moment", value=begins), EXIT_USAGE) from None
    times = [clock.stamp_at(m.timestamp()) for m in (start, start + timedelta(hours=hours))]
    count = quieten(desk.database, ("*",) if everyone else names, *times)
    click.echo(t("hub.quiet", count=count, begins=clock.shown(times[0]), ends=clock.shown(times[1])))
