"""What the commands about agreements of two people share: options, and an agreement in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.days import DAY
from scanner.cli.passphrases import Passphrases
from scanner.cli.passphrases import option as passphrase_option
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.inventory.people.agreements import Agreement

until_option = click.option("--until", type=DAY, metavar=t("meta.day"), help=t("option.until"))
reason_option = click.option("--reason", required=True, help=t("option.decision_reason"))


def signing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--by``, ``--passphrase-file``, ``--policy``, ``--home``."""
    by = click.option("--by", "person", required=True, help=t("option.signed_by"))
    return by(passphrase_option(common.policy_option(common.home_option(function))))


def told(one: Agreement) -> dict[str, object]:
    """Number, state, signers, last day and reason, for a sentence."""
    return {
        "number": one.number,
        "state": t(f"agreement.state_{one.state(clock.today())}"),
        "by": one.by,
        "second": one.second or "—",
        "until": one.until,
        "reason": one.reason,
    }


def ending(group: click.Group, act: str, section: str) -> None:
    """``end NUMBER`` of a group: one person ends an agreement of its kind. ``section``: where its messages stand."""

    @group.command("end", help=t(f"help.{section}_end"))
    @click.argument("number", type=int)
    @reason_option
    @signing_options
    def end(
        number: int, reason: str, person: str, files: tuple[str, ...], policy_path: str | None, home: str | None
    ) -> None:
        from scanner.acts import agreements
        from scanner.cli.people import needed

        state, rules = needed(policy_path, home)
        agreements.end(state, rules, act, number, reason, person, Passphrases(files))
        click.echo(t(f"{section}.ended", number=number))
