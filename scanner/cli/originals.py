"""``sekisho originals name|count|export|import``: what an original is called on paper; how many persons were stated; what was received here, for another machine with
the same key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.group("originals", help=t("help.originals"), epilog=t("epilog.originals"))
def command() -> None:
    """Originals."""


@command.command("export", help=t("help.originals_export"))
@click.argument("families", nargs=-1, metavar=t("meta.family"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.originals_output"))
@common.home_option
def export(families: tuple[str, ...], output: str, home: str | None) -> None:
    """Tokens of originals as a file."""
    from scanner.custody import sharing
    from scanner.inventory.store import Store

    path = Path(output)
    try:
        with Store(common.the_home(home).database, only_notes=True) as store:
            chosen = sharing.chosen(store.connection, tuple(f.upper() for f in families))
            with path.open("xb") as file:
                with (
                    store.transaction()
                ):  # before the tokens are in the file: the record never knows less than happened
                    for original in chosen:
                        store.note(
                            "originals_shared", contract=original.contract, family=original.family, rows=original.rows
                        )
                sharing.write(store.connection, chosen, file)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    click.echo(t("originals.exported", count=len(chosen), path=path.absolute()))


@command.command("import", help=t("help.originals_import"))
@click.argument("file", metavar=t("meta.file"))
@common.home_option
def take(file: str, home: str | None) -> None:
    """Originals of another machine."""
    from scanner.custody import keys, sharing
    from scanner.inventory.home import prepare
    from scanner.inventory.store import Store

    state = common.the_home(home)
    prepare(state)
    held = {k.contract: k.id for k in keys.all_keys(state.keys)}
    found = list(sharing.read(Path(file)))
    with Store(state.database, only_notes=True) as store, store.transaction() as db:
        numbers = sharing.take(db, found, held)
        for number in numbers:
            store.note("originals_taken", family=f"R-{number}")
    click.echo(t("originals.imported", count=len(numbers), known=len(found) - len(numbers)))


@command.command("name", help=t("help.originals_name"))
@click.argument("family", metavar=t("meta.family_name"))
@click.argument("name", metavar=t("meta.title"))
@common.home_option
def name(family: str, name: str, home: str | None) -> None:
    """What it is called on paper."""
    from scanner.acts import naming
    from scanner.inventory.store import Store

    with Store(common.the_home(home).database, only_notes=True) as store, store.transaction() as db:
        original = naming.rename(db, family, name)
        store.note("original_named", contract=original.contract, family=original.family)
    click.echo(t("originals.named", family=original.family, name=" ".join(name.split())))


@command.command("count", help=t("help.originals_count"))
@click.argument("family", metavar=t("meta.family_name"))
@click.argument("count", type=click.IntRange(0))
@common.policy_option
@common.home_option
def count(family: str, count: int, policy_path: str | None, home: str | None) -> None:
    """How many persons whoever gave it stated."""
    from scanner.acts import naming
    from scanner.cli.settling import settled
    from scanner.duties.receipts import differs
    from scanner.inventory.store import Store
    from scanner.report import wording

    state = common.the_home(home)
    with Store(state.database, only_notes=True) as store, store.transaction() as db:
        before = naming.recount(db, family, count)
        store.note(
            "count_corrected",
            contract=before.contract,
            family=before.family,
            before=before.declared_count,
            declared=count,
        )
    settled(policy_path, state)
    click.echo(t("originals.counted", family=before.family, count=f"{count:,}"))
    if differs(replace(before, declared_count=count)):
        found = wording.persons(before.persons_min, before.persons_max)
        click.echo(t("receive.count_differs", declared=f"{count:,}", found=found))
