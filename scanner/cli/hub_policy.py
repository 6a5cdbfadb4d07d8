"""``sekisho hub policy``: prepare, sign, publish. Two officers sign; the hub only hands over."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common, passphrases
from scanner.messages import t


@click.group("policy", help=t("help.hub_policy"))
def command() -> None:
    """A policy for many terminals."""


@command.command("prepare", help=t("help.hub_prepare"))
@click.argument("policy")
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.output"))
def prepare(policy: str, output: str) -> None:
    """Cut a policy into pieces."""
    from scanner.fleet.pieces import write
    from scanner.hub.publishing import prepare as cut

    found = cut(Path(policy))
    common.put(Path(output), write(found).encode())
    for piece in found:
        click.echo(t("hub.piece", contract=piece.contract or "—", terminals=", ".join(piece.terminals)))


@command.command("sign", help=t("help.hub_sign"))
@click.argument("file")
@click.option("--by", required=True, metavar=t("meta.number"), help=t("option.hub_by"))
@passphrases.option
@common.policy_option
@common.home_of_subcommand
@click.pass_obj
def sign(home: str | None, file: str, by: str, files: tuple[str, ...], policy_path: str | None) -> None:
    """Sign the pieces with a person's key."""
    from scanner.cli.people import needed
    from scanner.fleet.pieces import write
    from scanner.hub.publishing import read
    from scanner.hub.publishing import sign as signed

    state, rules = needed(policy_path, home)
    made = signed(read(Path(file)), state, rules, by, passphrases.Passphrases(files))
    common.put(Path(file), write(made).encode())
    click.echo(t("hub.signed", by=", ".join(number for number, _ in made[0].signatures)))


@command.command("publish", help=t("help.hub_publish"))
@click.argument("file")
@common.home_of_subcommand
@click.pass_obj
def publish(home: str | None, file: str) -> None:
    """Hand the pieces to the terminals."""
    from scanner.cli.hub import opened
    from scanner.hub.publishing import publish as hand_over
    from scanner.hub.publishing import read

    click.echo(t("hub.published", version=hand_over(opened(home), read(Path(file)))))
