"""``sekisho receive``."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from scanner.cli import common
from scanner.cli.days import DAY
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.messages import t


@click.command("receive", help=t("help.receive"), epilog=t("epilog.receive"))
@click.argument("path", metavar=t("meta.path"))
@click.option("--contract", "contract", required=True, metavar=t("meta.contract"), help=t("option.receive_contract"))
@click.option(
    "--origin",
    type=click.Choice(["provided", "collected", "created"]),
    default="provided",
    show_default=True,
    help=t("option.origin"),
)
@click.option("--name", default="", metavar=t("meta.title"), help=t("option.receive_name"))
@click.option("--date", "received", type=DAY, metavar=t("meta.day"), help=t("option.received"))
@click.option("--from", "giver", default="", help=t("option.giver"))
@click.option("--medium", default="", help=t("option.receive_medium"))
@click.option("--count", type=click.IntRange(0), help=t("option.declared_count"))
@click.option(
    "--depth", type=click.Choice(["quick", "balanced", "thorough"]), default="balanced", help=t("option.depth")
)
@click.option("--passwords", metavar=t("meta.file"), help=t("option.passwords"))
@click.option("--again", is_flag=True, help=t("option.again"))
@click.option("--accept-partial", is_flag=True, help=t("option.accept_partial"))
@common.policy_option
@common.home_option
def command(
    path: str,
    contract: str,
    origin: str,
    name: str,
    received: date | None,
    giver: str,
    medium: str,
    count: int | None,
    depth: str,
    passwords: str | None,
    again: bool,
    accept_partial: bool,
    policy_path: str | None,
    home: str | None,
) -> None:
    """Register entrusted data."""
    import difflib

    from scanner.acts.receive import Receipt, ReceiveError, receive
    from scanner.cli.scan import read_passwords
    from scanner.cli.settling import settled
    from scanner.duties.receipts import differs
    from scanner.inventory.home import prepare
    from scanner.report import wording

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    if found is None:
        raise Failure(t("policy.none_found", path=state.path / common.POLICY_NAME), EXIT_USAGE)
    policy, _ = common.load_policy(found)
    known = [c.id for c in policy.contract]
    if contract not in known:
        near = difflib.get_close_matches(contract, known, n=1)
        hint = " " + t("cli.did_you_mean", name=near[0]) if near else ""
        raise Failure(
            t("receive.unknown_contract", contract=contract, known=", ".join(known) or "—") + hint, EXIT_USAGE
        )
    prepare(state)
    receipt = Receipt(contract, origin, received, giver, medium, count, name)
    try:
        tried = read_passwords(passwords)
        original = receive(
            os.fsencode(path), receipt, state, depth=depth, passwords=tried, accept_partial=accept_partial, again=again
        )
    except ReceiveError as error:
        error.details["path"] = path  # as it was written on the command line
        raise
    common.log(state, "receive", contract=contract, family=original.family)
    if again:
        click.echo(t("receive.renewed", family=original.family, contract=contract, rows=f"{original.rows:,}"))
        return
    click.echo(
        t(
            "receive.done",
            family=original.family,
            name=original.name,
            contract=contract,
            rows=f"{original.rows:,}",
            persons=wording.persons(original.persons_min, original.persons_max),
            kinds=t("list.separator").join(wording.entity(e) for e in original.entities) or "—",
        )
    )
    if not original.rows:
        click.echo(t("receive.text_only", texts=f"{original.texts:,}"))
    if differs(original):
        settled(policy_path, state)  # the point stands at once, not from the next scan on
        found_persons = wording.persons(original.persons_min, original.persons_max)
        click.echo(t("receive.count_differs", declared=f"{original.declared_count:,}", found=found_persons))
    key_path = Path(state.keys)
    click.echo(t("receive.key_note", folder=key_path))
