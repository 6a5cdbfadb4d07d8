"""``sekisho baseline``: accept the open points of today for a stated time; then see what is new, worse, gone."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.agreed import ending, reason_option, signing_options, told, until_option
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.cli.passphrases import Passphrases
from scanner.cli.people import needed
from scanner.messages import t
from scanner.printable import in_json

if TYPE_CHECKING:
    from scanner.inventory.baseline import Held
    from scanner.inventory.people.agreements import Agreement

ACT = "baseline"
_SHOWN = 20


@click.group("baseline", help=t("help.baseline"), epilog=t("epilog.baseline"))
def command() -> None:
    """Subcommands."""


@command.command("propose", help=t("help.baseline_propose"))
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.baseline_contract"))
@click.option("--folder", default="", metavar=t("meta.dir"), help=t("option.baseline_folder"))
@click.option("--name", default="", metavar=t("meta.name"), help=t("option.baseline_name"))
@until_option
@reason_option
@signing_options
def propose(
    contract: str,
    folder: str,
    name: str,
    until: date | None,
    reason: str,
    person: str,
    files: tuple[str, ...],
    policy_path: str | None,
    home: str | None,
) -> None:
    """The first of two signatures."""
    from scanner.acts import baselines
    from scanner.acts.bounds import a_year_after
    from scanner.inventory.baseline import by_code
    from scanner.paths.system import absolute, real

    state, rules = needed(policy_path, home)
    common.named_contract(contract, policy_path, state)
    below = real(absolute(os.fsencode(folder))) if folder else b""
    last = until or a_year_after(clock.today())
    made, held = baselines.propose(state, rules, (contract, below), name, reason, last, person, Passphrases(files))
    click.echo(t("baseline.proposed", number=made.number, count=len(held), codes=_codes(by_code(held)), until=last))


@command.command("confirm", help=t("help.baseline_confirm"))
@click.argument("number", type=int)
@signing_options
def confirm(number: int, person: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """The second signature."""
    from scanner.acts import agreements, baselines
    from scanner.inventory import baseline

    state, rules = needed(policy_path, home)
    for one in agreements.waiting(state, ACT, number):  # what is signed is shown before the passphrase is asked for
        click.echo(_agreed(one, baseline.rows(common.reading(state.database).db, number)))
    made = baselines.confirm(state, rules, number, person, Passphrases(files))
    click.echo(t("baseline.confirmed", number=number, until=made.until))


@command.command("show", help=t("help.baseline_show"))
@click.argument("which", default="", metavar=t("meta.baseline"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_option
def show(which: str, style: str, home: str | None) -> int:
    """The baselines, and what is new, worse, gone since; exit code 1 where something is new or worse. ``which``: number or name of one,
    for its department alone."""
    from scanner.inventory import baseline
    from scanner.inventory.people import agreements
    from scanner.report.baselines import line, sums

    reader = common.reading(common.the_home(home).database)
    known = agreements.load(reader.db, ACT)
    one_only = _chosen(known, which) if which else None
    found = baseline.compared(reader.db, clock.today(), one_only)
    code = EXIT_POINTS if found.new or found.worse else EXIT_OK
    if style == "json":
        plain = {"baselines": [a.number for a in found.in_force], "broken": found.broken}
        parts = {n: [h._replace(content=None)._asdict() for h in getattr(found, n)] for n in ("new", "worse", "gone")}
        for held in (one for some in parts.values() for one in some):
            del held["content"]
        click.echo(in_json(json.dumps({**plain, **found.counts, "points": parts}, ensure_ascii=False)))
        return code
    for one in [one_only] if one_only else known:
        click.echo(_agreed(one, baseline.rows(reader.db, one.number)))
    for number in found.broken:
        click.echo(t("baseline.broken", number=number))
    if not found.in_force:
        click.echo(t("baseline.none"))
        return code
    click.echo(sums(found))
    for name in ("new", "worse", "gone"):
        held = getattr(found, name)
        for row in held[:_SHOWN]:
            click.echo(line(reader.db, name, row))
        if len(held) > _SHOWN:
            click.echo(t("table.more", count=len(held) - _SHOWN))
    return code


def _chosen(known: list[Agreement], which: str) -> Agreement:
    """The one of a number, or the last one of a name that counts or will count."""
    today = clock.today()
    mine = [one for one in known if which in (str(one.number), str(one.said.get("name") or ""))]
    if not mine:
        raise Failure(t("baseline.no_such", which=which), EXIT_USAGE)
    return max(mine, key=lambda one: (one.state(today) == "in_force", one.number))


def _agreed(one: Agreement, held: list[Held]) -> str:
    from scanner.inventory.baseline import by_code

    return t("baseline.agreed", count=len(held), codes=_codes(by_code(held)), extent=extent(one.said), **told(one))


def extent(said: object) -> str:
    """What a baseline is about: its name, contract, folder."""
    fields = dict(said) if isinstance(said, dict) else {}
    named = [str(fields[k]) for k in ("name", "contract", "folder") if fields.get(k)]
    return t("list.separator").join(named) or t("baseline.whole")


def _codes(counted: dict[str, int]) -> str:
    return t("list.separator").join(f"{code} {n}" for code, n in counted.items())


ending(command, ACT, "baseline")
