"""``sekisho status``: the last scan and what is open, without loading anything heavy."""

from __future__ import annotations

import json

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS
from scanner.messages import t


@click.command("status", help=t("help.status"), epilog=t("epilog.status"))
@common.home_option
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help=t("option.format")
)
def command(home: str | None, style: str) -> int:
    """Show the state."""
    from scanner.inventory.reader import Reader

    state = common.the_home(home)
    reader = Reader(state.database)
    last = reader.rows("select * from runs order by id desc limit 1")
    open_points = {
        r["code"]: r["n"]
        for r in reader.rows("select code, count(*) as n from points where state = 'open' group by code")
    }
    files = reader.rows("select count(*) as n from files where gone is null")[0]["n"]
    gaps = reader.rows(
        "select count(*) as n from files where gone is null and reason is not null and reason <> 'empty'"
    )[0]["n"]
    if style == "json":
        shown = dict(last[0]) if last else None
        if shown:
            shown["reasons"] = json.loads(shown["reasons"] or "{}")
            shown["roots"] = json.loads(shown["roots"] or "[]")
        click.echo(
            json.dumps(
                {"home": str(state.path), "run": shown, "files": files, "gaps": gaps, "points": open_points},
                ensure_ascii=False,
            )
        )
    else:
        click.echo(t("status.home", path=state.path))
        if last:
            run = last[0]
            click.echo(t("status.last", id=run["id"], started=run["started"], state=t("overview.run_" + run["state"])))
        else:
            click.echo(t("status.never"))
        click.echo(t("status.files", files=files, gaps=gaps))
        click.echo(
            t(
                "status.points",
                count=sum(open_points.values()),
                codes=", ".join(f"{c} {n}" for c, n in sorted(open_points.items())) or "—",
            )
        )
    return EXIT_POINTS if open_points else EXIT_OK
