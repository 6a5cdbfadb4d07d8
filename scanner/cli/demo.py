"""``sekisho demo DIR``: writes the sample office."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.command("demo", help=t("help.demo"), epilog=t("epilog.demo"))
@click.argument("folder", metavar=t("meta.dir"))
def command(folder: str) -> None:
    """Write a sample office of invented persons."""
    from scanner.demo.office import write

    target = Path(folder)
    if target.exists() and any(target.iterdir()):
        raise Failure(t("demo.not_empty", path=target), EXIT_USAGE)
    try:
        count = write(target)
    except OSError:
        raise Failure(t("scan.output_unwritable", path=target), EXIT_USAGE) from None
    click.echo(t("demo.written", path=target, count=count))
    click.echo(t("demo.next", path=target))
