"""``sekisho exclusions``: what scans leave out, and agreements of two people on what lies in an agreed place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.agreed import ending, reason_option, signing_options, told, until_option
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.passphrases import Passphrases
from scanner.cli.people import needed
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.inventory.store import Store

ACT = "exclusion"


@click.group("exclusions", help=t("help.exclusions"), epilog=t("epilog.exclusions"))
def command() -> None:
    """Subcommands."""


@command.command("show", help=t("help.exclusions_show"))
@common.policy_option
@common.home_option
def show(policy_path: str | None, home: str | None) -> None:
    """What is left out now, by whom; and the agreements."""
    from scanner.inventory import coverage
    from scanner.inventory.people import agreements
    from scanner.report.exclusions import lines

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    reader = common.reading(state.database)
    for pattern in policy.scan.exclude if policy else ():
        click.echo(t("exclusions.in_policy", pattern=pattern))
    for one in agreements.load(reader.db, ACT):
        click.echo(t("exclusions.agreed", pattern=one.said["pattern"], **told(one)))
    left_out = coverage.excluded(reader.db)
    for line in lines(left_out, []):
        click.echo(line)
    if not left_out:
        click.echo(t("exclusions.none"))


@command.command("propose", help=t("help.exclusions_propose"))
@click.argument("pattern", metavar=t("meta.pattern"))
@until_option
@reason_option
@signing_options
def propose(
    pattern: str,
    until: date | None,
    reason: str,
    person: str,
    files: tuple[str, ...],
    policy_path: str | None,
    home: str | None,
) -> None:
    """The first of two signatures."""
    from scanner.acts import agreements
    from scanner.acts.bounds import a_year_after
    from scanner.policy.scanning import valid

    if not valid(pattern) or pattern.startswith("!"):
        raise Failure(t("exclusions.invalid_pattern", pattern=pattern), EXIT_USAGE)
    state, rules = needed(policy_path, home)

    def about(_: Store) -> dict[str, str]:
        return {"pattern": pattern}

    last = until or a_year_after(clock.today())
    made = agreements.propose(state, rules, ACT, about, reason, last, person, Passphrases(files))
    click.echo(t("exclusions.proposed", number=made.number, pattern=pattern, until=last))


@command.command("confirm", help=t("help.exclusions_confirm"))
@click.argument("number", type=int)
@signing_options
def confirm(number: int, person: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """The second signature."""
    from scanner.acts import agreements

    state, rules = needed(policy_path, home)
    for one in agreements.waiting(state, ACT, number):  # what is signed is shown before the passphrase is asked for
        click.echo(t("exclusions.agreed", pattern=one.said["pattern"], **told(one)))
    made = agreements.confirm(state, rules, ACT, number, person, Passphrases(files))
    click.echo(t("exclusions.confirmed", pattern=made.said["pattern"], until=made.until))


ending(command, ACT, "exclusions")
