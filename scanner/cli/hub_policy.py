"""``sekisho hub policy``: prepare, sign, publish. Two officers sign; the hub only hands over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import common, hub_signing
from scanner.cli.hub_signing import Papers
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.fleet.pieces import Piece


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


def _pieces() -> Papers[Piece]:
    from scanner.fleet.pieces import write
    from scanner.hub import publishing

    return Papers(
        publishing.read,
        write,
        publishing.sign,
        lambda piece: (number for number, _ in piece.signatures),
        lambda _: None,
    )


hub_signing.add(command, t("help.hub_sign"), _pieces)


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
