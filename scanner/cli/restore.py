"""``sekisho restore``: a state folder made of its copy."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common, passphrases
from scanner.cli.backup import told
from scanner.messages import t


@click.command("restore", help=t("help.restore"), epilog=t("epilog.restore"))
@click.argument("file", metavar=t("meta.file"))
@click.option("--keys", metavar=t("meta.file"), help=t("option.restore_keys"))
@passphrases.option
@common.home_option
def command(file: str, keys: str | None, files: tuple[str, ...], home: str | None) -> int:
    """Make the state folder again."""
    from scanner.acts.restoring import restore

    state = common.the_home(home)
    asked = passphrases.Passphrases(files)
    made = restore(Path(file), state, Path(keys) if keys else None, lambda: asked.asked(t("backup.passphrase")))
    click.echo(t("backup.restored", path=state.path, files=made.files, entries=f"{made.entries:,}"))
    if made.rebased:
        click.echo(t("backup.rebased", count=made.rebased, path=state.path / "policy.toml"))
    return told(made.found)
