"""``sekisho gate``: two different people look before something is sent, published or disposed of (第7③)."""

from __future__ import annotations

import os

import click

from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.cli.passphrases import Passphrases
from scanner.cli.passphrases import option as passphrase_option
from scanner.cli.people import needed
from scanner.messages import t


class _Gate(click.Group):
    """``sekisho gate FILE …`` is short for ``sekisho gate ask FILE …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["ask", *args]
        return super().parse_args(ctx, args)


@click.group("gate", cls=_Gate, help=t("help.gate"), epilog=t("epilog.gate"))
def command() -> None:
    """Subcommands."""


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
    from scanner.paths.system import is_file, real

    state, rules = needed(policy_path, home)
    policy = rules.policy
    known = [c for c in policy.contract if contract in ("", c.id)]
    if len(known) != 1:
        raise Failure(t("refused.which_contract", known=", ".join(c.id for c in policy.contract) or "—"), EXIT_USAGE)
    path = real(os.fsencode(file))  # one name for one file: stops are counted by it
    if not is_file(path):
        raise Failure(t("scan.no_such_path", path=file), EXIT_USAGE)
    if act != "dispose" and not recipient:
        raise Failure(t("gate.needs_recipient"), EXIT_USAGE)
    examined = gate.examine_file(state, path)
    entered = gate.ask(state, known[0], path, act, recipient, examined, digest=rules.digest)
    click.echo(t("gate.asked", number=entered.number))


@command.command("answer", help=t("help.gate_answer"))
@click.argument("number", type=int)
@click.option("--as", "worker", required=True, help=t("option.gate_as"))
@passphrase_option
@common.policy_option
@common.home_option
def answer(number: int, worker: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> int:
    """Asks; what was computed is never shown."""
    from scanner.acts import gate
    from scanner.inventory.store import Store

    state, rules = needed(policy_path, home)
    with Store(state.database, only_notes=True) as store:
        one = gate.load(store, number)
        asked = gate.turn(store, number)
    if one.state != "waiting":
        raise gate.GateError("not_waiting", number=number)
    click.echo(t("gate.under", policy=rules.digest[:16]))
    click.echo(t("gate.own_source"))
    given = {name: click.prompt(t(f"gate.question_{name}"), default="", show_default=False) for name in asked}
    result = gate.answer(state, rules, number, worker, Passphrases(files), given)
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

    state, rules = needed(policy_path, home)
    with Store(state.database, only_notes=True) as store:
        said = gate.shown(state, rules.policy, store, number)
        together = gate.together(store, number)
    click.echo(t(f"gate.now_{said}", number=number))
    if together:
        click.echo(t(f"gate.together_{together}"))
    return EXIT_OK if said == "released" else EXIT_POINTS
