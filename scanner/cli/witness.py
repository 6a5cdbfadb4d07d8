"""``sekisho witness``: init, add, list, sign, head, serve. For the public body; it needs no inventory."""

from __future__ import annotations

from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import printable


@click.group("witness", help=t("help.witness"), epilog=t("epilog.witness"))
def command() -> None:
    """A witness of records."""


@command.command("init", help=t("help.witness_init"))
@click.argument("folder")
@click.option("--name", required=True, metavar=t("meta.name"), help=t("option.witness_name"))
def init(folder: str, name: str) -> None:
    """Make a witness."""
    from scanner.acts.witness import begin

    click.echo(begin(Path(folder), name).vkey)


@command.command("add", help=t("help.witness_add"))
@click.argument("folder")
@click.argument("vkey")
def add(folder: str, vkey: str) -> None:
    """Watch over a record."""
    from scanner.acts.witness import Desk

    click.echo(t("witness.added", name=printable(Desk(Path(folder)).add(vkey))))


@command.command("list", help=t("help.witness_list"))
@click.argument("folder")
def listed(folder: str) -> None:
    """What was signed."""
    from scanner.acts.witness import Desk

    desk = Desk(Path(folder))
    click.echo(desk.vkey)
    for origin, size, at in desk.logs():
        click.echo(f"{printable(origin)}  {size:,}  {at}".rstrip())


@command.command("sign", help=t("help.witness_sign"))
@click.argument("folder")
@click.argument("request")
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.output"))
def sign(folder: str, request: str, output: str | None) -> int:
    """Answer a request that came as a file."""
    from scanner.acts.witness import Desk
    from scanner.tlog.note import NoteError
    from scanner.tlog.witness import Refused

    try:
        text = Path(request).read_text("utf-8")
        line = Desk(Path(folder)).answer(text)
    except Refused as error:
        click.echo(t(f"witness.refused_{error.what}", size=f"{error.seen:,}"), err=True)
        return EXIT_POINTS
    except (NoteError, OSError, UnicodeDecodeError):
        raise Failure(t("witness.no_request", path=printable(request)), EXIT_USAGE) from None
    try:
        common.exactly(line, output)
    except OSError:
        raise Failure(t("ledger.cannot_write", path=printable(output or "-")), EXIT_USAGE) from None
    return EXIT_OK


@command.command("head", help=t("help.witness_head"))
@click.argument("folder")
@click.argument("name")
def head(folder: str, name: str) -> None:
    """The head of a record that was signed last."""
    from scanner.acts.witness import Desk

    common.exactly(Desk(Path(folder)).head(name))


@command.command("serve", help=t("help.witness_serve"))
@click.argument("folder")
@click.option("--listen", default="127.0.0.1:8788", metavar=t("meta.listen"), help=t("option.witness_listen"))
def serve(folder: str, listen: str) -> None:
    """Answer requests over HTTP until it is stopped."""
    from scanner.acts.witness import Desk, server

    host, _, port = listen.rpartition(":")
    if not port.isdecimal():
        raise Failure(t("witness.bad_address", value=listen), EXIT_USAGE)
    with server(Desk(Path(folder)), host.strip("[]"), int(port), lambda status: click.echo(status, err=True)) as made:
        click.echo(t("witness.serving", address=f"{host}:{made.server_port}"))
        made.serve_forever()
