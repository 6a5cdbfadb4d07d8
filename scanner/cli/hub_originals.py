"""``sekisho hub originals``: list, owner. Where terminals say different things of one original."""

from __future__ import annotations

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS
from scanner.messages import t
from scanner.printable import printable


@click.group("originals", help=t("help.hub_originals"))
def command() -> None:
    """Originals of several terminals."""


@command.command("list", help=t("help.hub_originals_list"))
@common.home_of_subcommand
@click.pass_obj
def listed(home: str | None) -> int:
    """Differences."""
    from scanner.cli.hub import opened
    from scanner.hub.owning import claims

    reader = common.reading(opened(home).home.database)
    found = claims(reader.db)
    reader.close()
    for one in found:
        said = {name: "—" if value in (None, "") else value for name, value in one.said.items()}
        mark = t("hub.claim_speaks") if one.speaks else ""
        click.echo(printable(t("hub.claim", family=one.family, terminal=one.terminal, mark=mark, **said)))
    if not found:
        click.echo(t("hub.no_claims"))
    return EXIT_POINTS if found else EXIT_OK


@command.command("owner", help=t("help.hub_originals_owner"))
@click.argument("family", metavar=t("meta.family_name"))
@click.argument("name")
@common.home_of_subcommand
@click.pass_obj
def owner(home: str | None, family: str, name: str) -> None:
    """Whose word stands."""
    from scanner.cli.hub import opened
    from scanner.hub.owning import choose
    from scanner.inventory.store import Store

    with Store(opened(home).home.database, only_notes=True) as store:
        choose(store, family, name)
    click.echo(t("hub.owner", family=family, name=name))
