"""``sekisho backup``: a copy of the state folder."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common, passphrases
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t


@click.command("backup", help=t("help.backup"), epilog=t("epilog.backup"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.backup_output"))
@click.option("--keys", metavar=t("meta.file"), help=t("option.backup_keys"))
@passphrases.option
@common.policy_option
@common.home_option
def command(output: str, keys: str | None, files: tuple[str, ...], policy_path: str | None, home: str | None) -> int:
    """Copy the inventory, and the keys apart from it."""
    from scanner.acts.backup import make

    state = common.the_home(home)
    policy = common.find_policy(policy_path, state)
    if policy is not None and not policy.is_file():
        raise Failure(t("policy.none_found", path=policy), EXIT_USAGE)
    asked = passphrases.Passphrases(files)
    made = make(
        state,
        Path(output).absolute(),
        Path(keys).absolute() if keys else None,
        lambda: asked.asked(t("backup.new_passphrase"), t("people.once_more")),
        policy,
    )
    click.echo(t("backup.made", path=Path(output).absolute(), files=made.files, entries=f"{made.entries:,}"))
    click.echo(t("backup.keys_made", path=Path(keys).absolute()) if keys else t("backup.keys_left"))
    if not made.policy:
        click.echo(t("backup.no_policy"))
    return told(made.found)


def told(found: int) -> int:
    """What the verification of the record found, as exit code."""
    if not found:
        click.echo(t("backup.whole"))
        return EXIT_OK
    click.echo(t("backup.not_whole", count=found), err=True)
    return EXIT_POINTS
