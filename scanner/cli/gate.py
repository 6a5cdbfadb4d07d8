"""``sekisho gate``: two different people look before something is sent, published or disposed of (第7③)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.inventory.home import Home
    from scanner.policy.models import Policy


class _Gate(click.Group):
    """``sekisho gate FILE …`` is short for ``sekisho gate ask FILE …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["ask", *args]
        return super().parse_args(ctx, args)


@click.group("gate", cls=_Gate, help=t("help.gate"), epilog=t("epilog.gate"))
def command() -> None:
    """Subcommands."""


def _needed(policy_path: str | None, home: str | None) -> tuple[Home, Policy]:
    from scanner.inventory.reader import Reader

    state = common.the_home(home)
    Reader(state.database).close()
    found = common.find_policy(policy_path, state)
    if found is None:
        raise Failure(t("gate.needs_policy"), EXIT_USAGE)
    return state, common.load_policy(found)[0]


@command.command("ask", help=t("help.gate_ask"))
@click.argument("file", metavar=t("meta.file"))
@click.option("--to", "recipient", default="", help=t("option.gate_to"))
@click.option(
    "--act", type=click.Choice(["send", "publish", "dispose"]), default="send", show_default=True, help=t("option.act")
)
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.receive_contract"))
@common.policy_option
@common.home_option
def ask(file: str, recipient: str, act: str, contract: str, policy_path: str | None, home: str | None) -> None:
    """Enter an act."""
    from scanner.acts import gate

    state, policy = _needed(policy_path, home)
    known = [c for c in policy.contract if contract in ("", c.id)]
    if len(known) != 1:
        raise Failure(t("refused.which_contract", known=", ".join(c.id for c in policy.contract) or "—"), EXIT_USAGE)
    path = os.path.abspath(os.fsencode(file))
    if not os.path.isfile(path):
        raise Failure(t("scan.no_such_path", path=file), EXIT_USAGE)
    if act != "dispose" and not recipient:
        raise Failure(t("gate.needs_recipient"), EXIT_USAGE)
    entered = gate.ask(state, policy, known[0], path, act, recipient, gate.examine_file(state, path))
    click.echo(t("gate.asked", number=entered.number))


@command.command("enroll", help=t("help.gate_enroll"))
@click.argument("worker")
@click.password_option("--passphrase", prompt=t("gate.passphrase"), help=t("option.passphrase"))
@common.policy_option
@common.home_option
def enroll(worker: str, passphrase: str, policy_path: str | None, home: str | None) -> None:
    """A worker sets a passphrase."""
    from scanner.custody import checkers

    state, policy = _needed(policy_path, home)
    if not any(w.id == worker for c in policy.contract for w in c.worker):
        raise Failure(t("gate.no_worker", worker=worker), EXIT_USAGE)
    checkers.enroll(state.keys, worker, passphrase)
    click.echo(t("gate.enrolled", worker=worker))


@command.command("answer", help=t("help.gate_answer"))
@click.argument("number", type=int)
@click.option("--as", "worker", required=True, help=t("option.gate_as"))
@common.policy_option
@common.home_option
def answer(number: int, worker: str, policy_path: str | None, home: str | None) -> int:
    """Asks; what was computed is never shown."""
    from scanner.acts import gate
    from scanner.inventory.store import Store

    state, policy = _needed(policy_path, home)
    with Store(state.database, only_notes=True) as store:
        one = gate.load(store, number)
        asked = gate.turn(store, number)
    if one.state != "waiting":
        raise gate.GateError("not_waiting", number=number)
    click.echo(t("gate.own_source"))
    given = {name: click.prompt(t(f"gate.question_{name}"), default="", show_default=False) for name in asked}
    passphrase = click.prompt(t("gate.passphrase"), hide_input=True)
    result = gate.answer(state, policy, number, worker, passphrase, given)
    click.echo(t(f"gate.now_{result}", number=number))
    return EXIT_POINTS if result == "stopped" else EXIT_OK


@command.command("show", help=t("help.gate_show"))
@click.argument("number", type=int)
@common.policy_option
@common.home_option
def show(number: int, policy_path: str | None, home: str | None) -> int:
    """Whether an act is released, by the record."""
    from scanner.acts import gate
    from scanner.inventory.store import Store

    state, policy = _needed(policy_path, home)
    with Store(state.database, only_notes=True) as store:
        one = gate.load(store, number)
        good = gate.released(state, policy, store, number)
    said = "released" if good else "unproved" if one.state == "released" else one.state
    click.echo(t(f"gate.now_{said}", number=number))
    return EXIT_OK if good else EXIT_POINTS
