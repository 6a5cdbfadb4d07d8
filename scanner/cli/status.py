"""``sekisho status``: the last scan and what is open, without loading anything heavy."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS
from scanner.messages import t, t_or

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.inventory.reader import Reader
    from scanner.watch.state import State


@click.command("status", help=t("help.status"), epilog=t("epilog.status"))
@common.home_option
@click.option("--mine", is_flag=True, help=t("option.mine"))
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help=t("option.format")
)
def command(home: str | None, mine: bool, style: str) -> int:
    """Show the state."""
    from scanner.inventory import coverage
    from scanner.watch.state import read

    state = common.the_home(home)
    reader = common.reading(state.database)
    if mine:
        _mine(reader, state)
        return EXIT_OK
    watch = read(state.path)
    last = reader.rows("select * from runs where state <> 'watch' order by id desc limit 1")
    open_points = {
        r["code"]: r["n"]
        for r in reader.rows("select code, count(*) as n from points where state = 'open' group by code")
    }
    seen = coverage.of(reader.db)
    if style == "json":
        shown = dict(last[0]) if last else None
        if shown:
            shown["reasons"] = json.loads(shown["reasons"] or "{}")
            shown["roots"] = json.loads(shown["roots"] or "[]")
        click.echo(
            json.dumps(
                {
                    "home": str(state.path),
                    "run": shown,
                    "files": seen.files,
                    "gaps": seen.gaps,
                    "coverage": {
                        **seen.counts,
                        "reasons": {code: tried._asdict() for code, tried in seen.reasons.items()},
                    },
                    "points": open_points,
                    "watch": dataclasses.asdict(watch) if watch else None,
                },
                ensure_ascii=False,
            )
        )
    else:
        click.echo(t("status.home", path=state.path))
        if last:
            run = last[0]
            click.echo(
                t(
                    "status.last",
                    id=run["id"],
                    started=clock.shown(run["started"]),
                    state=t("overview.run_" + run["state"]),
                )
            )
        else:
            click.echo(t("status.never"))
        if watch is not None:
            _watch(watch)
        click.echo(t("status.files", files=seen.files, gaps=seen.gaps))
        click.echo(
            t(
                "status.points",
                count=sum(open_points.values()),
                codes=", ".join(f"{c} {n}" for c, n in sorted(open_points.items())) or "—",
            )
        )
    return EXIT_POINTS if open_points else EXIT_OK


def _watch(watch: State) -> None:
    """The watch in a line, and another for each thing that is not as it should be."""
    word = t("status.watch_runs") if watch.running else t("status.watch_off")
    walked = _moment(watch.last_walk) if watch.last_walk else "—"
    click.echo(t("status.watch", state=word, waiting=watch.dirty, walks=watch.walks, walked=walked))
    if watch.trouble:
        code, since = watch.trouble
        click.echo(t(f"status.watch_{code}", since=_moment(since)))
    if watch.pause:
        from scanner.cli.watch import mode

        kind, why, since, until = watch.pause
        click.echo(t("status.watch_mode", mode=mode(kind, why, until), since=_moment(since)))
    if watch.policy_error:
        click.echo(t("status.watch_policy"))
    if watch.worker_error:
        click.echo(t("status.watch_sandbox", code=watch.worker_error))
    if watch.unwatched:
        click.echo(t("status.watch_limit", count=watch.unwatched))
    for path, tries, why, until in watch.aside:
        click.echo(t("status.watch_aside", path=path, tries=tries, why=why, until=_moment(until)))
    for channel, tries, why, since, again in watch.undelivered:
        name = channel.partition(":")[0]
        told = {"channel": name, "tries": tries, "why": t_or(f"watch.undelivered_{why}", why)}
        click.echo(t("status.watch_undelivered", **told, since=_moment(since), again=_moment(again)))


def _moment(at: float) -> str:
    return clock.shown_at(at)


def _mine(reader: Reader, state: Home) -> None:
    """What this terminal keeps of the person at it: what was seen, when, and what was told to whom."""
    import getpass
    import socket

    rows = reader.rows(
        "select * from (select * from ledger where host = ? and account = ? and details like '%\"path\":%' order by seq desc limit 50)"
        " order by seq",
        (socket.gethostname(), getpass.getuser()),
    )
    click.echo(t("status.mine_head"))
    for row in rows:
        details = json.loads(row["details"])
        click.echo(f"  {clock.shown(row['at'])}  {t('ledger_kind.' + row['kind'])}  {details['path']}")
    if not rows:
        click.echo("  " + t("ledger.none"))
    from scanner.inventory import log as logs

    told = 0
    for path in logs.all_of(state.log):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            told += '"event": "alert"' in line
    click.echo(t("status.mine_told", count=told))
    click.echo(t("status.mine_not"))
