"""``sekisho purge``: old rows out of the inventory, shown first and removed on request."""

from __future__ import annotations

import click

from scanner.cli import common
from scanner.messages import t


@click.command("purge", help=t("help.purge"), epilog=t("epilog.purge"))
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(min=1),
    required=True,
    metavar=t("meta.days"),
    help=t("option.purge_days"),
)
@click.option("--yes", "really", is_flag=True, help=t("option.purge_yes"))
@common.home_option
def command(days: int, really: bool, home: str | None) -> None:
    """Count, or remove."""
    from scanner.acts.purge import purge
    from scanner.inventory.reader import Reader

    state = common.the_home(home)
    Reader(state.database).close()  # says what is wrong where there is no inventory
    day, counts = purge(state, days, really=really)
    for table, count in counts.items():
        click.echo(f"  {t(f'purge.{table}')}: {count:,}")
    done = "purge.nothing" if not any(counts.values()) else "purge.done" if really else "purge.would"
    click.echo(t(done, day=day.isoformat()))
