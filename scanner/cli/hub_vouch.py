"""``sekisho hub vouch``: prepare, sign, publish. Two officers say which key is which terminal's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli import common, hub_signing
from scanner.cli.hub_signing import Papers
from scanner.messages import t
from scanner.printable import printable

if TYPE_CHECKING:
    from scanner.fleet.vouching import Voucher


@click.group("vouch", help=t("help.hub_vouch"))
def command() -> None:
    """Vouchers."""


@command.command("prepare", help=t("help.hub_vouch_prepare"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.output"))
@common.home_of_subcommand
@click.pass_obj
def prepare(home: str | None, output: str) -> None:
    """All terminals that are let in."""
    from scanner.cli.hub import opened
    from scanner.fleet.vouching import write
    from scanner.hub.parcels import prepare as made

    found = made(opened(home))
    common.put(Path(output), write(found).encode())
    _list(found)


def _list(found: list[Voucher]) -> None:
    """What is vouched for, to be compared with what the terminals show themselves."""
    from scanner.fleet.vouching import shown

    for one in found:
        click.echo(
            printable(t("hub.voucher", name=one.name, id=one.terminal, key=shown(one.key), until=str(one.until)))
        )


def _vouchers() -> Papers[Voucher]:
    from scanner.fleet.vouching import write
    from scanner.hub import parcels

    return Papers(parcels.read, write, parcels.sign, lambda voucher: voucher.signatures, _list)


hub_signing.add(command, t("help.hub_vouch_sign"), _vouchers)


@command.command("publish", help=t("help.hub_vouch_publish"))
@click.argument("file")
@common.home_of_subcommand
@click.pass_obj
def publish(home: str | None, file: str) -> None:
    """From now on terminals know each other."""
    from scanner.cli.hub import opened
    from scanner.hub.parcels import publish as hand_over
    from scanner.hub.parcels import read

    click.echo(t("hub.vouched", count=hand_over(opened(home), read(Path(file)))))
