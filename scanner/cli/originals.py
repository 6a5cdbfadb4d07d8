"""``sekisho originals export|import``: what was received here, for another machine with the same key."""

from __future__ import annotations

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

    state = common.the_home(home)
    if Path(output).exists():
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE)
    try:
        with Store(state.database, only_notes=True) as store:
            chosen = sharing.write(store.connection, tuple(f.upper() for f in families), Path(output))
            for original in chosen:
                store.note("originals_shared", contract=original.contract, family=original.family, rows=original.rows)
    except sharing.SharingError as error:
        raise Failure(t(f"originals.{error.code}", **error.details), EXIT_USAGE) from None
    except OSError:
        raise Failure(t("scan.output_unwritable", path=output), EXIT_USAGE) from None
    click.echo(t("originals.exported", count=len(chosen), path=Path(output).absolute()))


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
    try:
        found = list(sharing.read(Path(file)))
        with Store(state.database, only_notes=True) as store:
            db = store.connection
            db.execute("begin immediate")
            numbers = sharing.take(db, found, held)
            for number in numbers:
                store.note("originals_taken", family=f"R-{number}")
            db.execute("commit")
    except sharing.SharingError as error:
        raise Failure(t(f"originals.{error.code}", **error.details), EXIT_USAGE) from None
    click.echo(t("originals.imported", count=len(numbers), known=len(found) - len(numbers)))
