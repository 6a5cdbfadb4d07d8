"""``sekisho completion``: what a shell needs to complete commands, options and their values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from scanner.messages import t

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", help=t("help.completion"), epilog=t("epilog.completion"))
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script."""
    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(context.find_root().command, {}, "sekisho", "_SEKISHO_COMPLETE").source())
