"""``sekisho articles``: the nineteen articles as a table."""

from __future__ import annotations

import json

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS
from scanner.messages import t
from scanner.printable import in_json


@click.command("articles", help=t("help.articles"), epilog=t("epilog.articles"))
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.form_contract"))
@click.option("--format", "style", type=click.Choice(["text", "jsonl"]), default="text", help=t("option.format"))
@common.policy_option
@common.home_option
def command(contract: str, style: str, policy_path: str | None, home: str | None) -> int:
    """Settles the registers against the inventory, then shows where every article stands."""
    from scanner.acts.issuing import Order, context_of
    from scanner.cli.settling import settled
    from scanner.inventory.reader import Reader
    from scanner.report import articles

    state = common.the_home(home)
    Reader(state.database).close()
    _, policy, _ = settled(policy_path, state)
    reader = Reader(state.database)
    context = context_of(Order("19", contract=contract), state, reader, policy)
    table, (_, of_none) = articles.table(context), context.without_contract()
    for line in table:
        codes = t("list.separator").join(f"{code} {n}" for code, n in line.codes)
        if style == "jsonl":
            row = {
                "article": line.number,
                "title": line.title,
                "observed": line.observed,
                "declared": line.declared,
                "open": line.open,
                "late": line.late,
                "codes": dict(line.codes),
                "without_contract": line.unassigned,
                "checked": line.checked or None,
                "outside": line.outside,
                "forms": line.form.split(),
            }
            click.echo(in_json(json.dumps(row, ensure_ascii=False)))
        else:
            click.echo(t("articles.head", number=line.number, title=line.title, open=line.open, late=line.late))
            click.echo(
                t(
                    "articles.line",
                    observed=line.observed,
                    declared=line.declared,
                    outside=line.outside,
                    forms=line.form,
                )
            )
            if codes:
                click.echo(f"      {codes}")
    if style == "text" and of_none:
        click.echo(t("articles.no_contract", count=of_none))
    return EXIT_POINTS if any(line.open for line in table) else EXIT_OK
