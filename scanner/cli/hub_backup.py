"""``sekisho hub backup`` and ``restore``."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common, passphrases
from scanner.cli.backup import told
from scanner.messages import t


@click.command("backup", help=t("help.hub_backup"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.backup_output"))
@click.option("--keys", metavar=t("meta.file"), help=t("option.backup_keys"))
@passphrases.option
@common.home_of_subcommand
@click.pass_obj
def backup(home: str | None, output: str, keys: str | None, files: tuple[str, ...]) -> int:
    """Copy a hub, and its keys apart from it."""
    from scanner.cli.hub import opened
    from scanner.hub.copying import make

    asked = passphrases.Passphrases(files)
    made = make(
        opened(home),
        Path(output).absolute(),
        Path(keys).absolute() if keys else None,
        lambda: asked.asked(t("backup.new_passphrase"), t("people.once_more")),
    )
    click.echo(t("backup.made", path=Path(output).absolute(), files=made.files, entries=f"{made.entries:,}"))
    click.echo(t("backup.keys_made", path=Path(keys).absolute()) if keys else t("backup.keys_left"))
    return told(made.found)


@click.command("restore", help=t("help.hub_restore"))
@click.argument("file", metavar=t("meta.file"))
@click.option("--keys", metavar=t("meta.file"), help=t("option.restore_keys"))
@click.option("--database", metavar=t("meta.url"), help=t("option.hub_database"))
@passphrases.option
@common.home_of_subcommand
@click.pass_obj
def restore(home: str | None, file: str, keys: str | None, database: str | None, files: tuple[str, ...]) -> int:
    """Make a hub of its copy."""
    from scanner.hub.copying import restore as again

    state = common.the_home(home)
    asked = passphrases.Passphrases(files)
    keys_file = Path(keys) if keys else None
    made = again(Path(file), state, keys_file, lambda: asked.asked(t("backup.passphrase")), database)
    click.echo(t("backup.restored", path=state.path, files=made.files, entries=f"{made.entries:,}"))
    return told(made.found)
