"""``sekisho points``: the open points, one a line."""

from __future__ import annotations

import json

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS
from scanner.messages import t


@click.command("points", help=t("help.points"), epilog=t("epilog.points"))
@common.home_option
@click.option("--all", "every", is_flag=True, help=t("option.all_points"))
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    show_default=True,
    help=t("option.format"),
)
def command(home: str | None, every: bool, style: str) -> int:
    """List points."""
    from scanner.inventory.store import Reader
    from scanner.model import display
    from scanner.report import wording

    reader = Reader(common.the_home(home).database)
    rows = reader.rows(
        "select p.id, p.code, p.state, p.opened, p.closed, f.path from points p join files f on f.id = p.file_id"
        " where p.state = 'open' or ? order by p.state desc, p.opened, p.id",
        (every,),
    )
    for row in rows:
        path = display(row["path"])
        if style == "jsonl":
            click.echo(
                json.dumps(
                    {**{k: row[k] for k in ("id", "code", "state", "opened", "closed")}, "path": path},
                    ensure_ascii=False,
                )
            )
        else:
            click.echo(
                f"{row['id']:>6}  {row['code']:<12} {t('point_state.' + row['state'])}  {row['opened'][:10]}  {path}\n        {wording.point(row['code'])}"
            )
    if not rows and style == "text":
        click.echo(t("points.none"))
    return EXIT_POINTS if any(r["state"] == "open" for r in rows) else EXIT_OK
