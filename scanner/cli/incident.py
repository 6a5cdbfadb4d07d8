"""``sekisho incident``: the incidents of the register, what is still to be written, and closing one, which takes two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.agreed import reason_option, signing_options
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.passphrases import Passphrases
from scanner.cli.people import needed
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.acts.signing import Rules
    from scanner.inventory.home import Home
    from scanner.inventory.people.agreements import Agreement
    from scanner.policy.acts import Incident

contract_option = click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.incident_contract"))


@click.group("incident", help=t("help.incident"), epilog=t("epilog.incident"))
def command() -> None:
    """Subcommands."""


@command.command("list", help=t("help.incident_list"))
@contract_option
@common.policy_option
@common.home_option
def list_(contract: str, policy_path: str | None, home: str | None) -> None:
    """Every incident of the registers: where it stands, and what its entry does not say yet."""
    from scanner.acts import incidents
    from scanner.policy.registers.labels import label

    state, rules = needed(policy_path, home)
    common.named_contract(contract, policy_path, state)
    signed = incidents.closed(common.reading(state.database).db)
    found = [(c.id, one) for c in rules.policy.contract if contract in ("", c.id) for one in c.incident]
    for owner, one in found:
        click.echo(_line(owner, one, signed.get((owner, one.id))))
        if lacking := incidents.missing(one):
            named = t("list.separator").join(label("incident", name) for name in lacking)
            click.echo("  " + t("incident.missing", names=named))
    for owner, number in signed:
        if contract in ("", owner) and (owner, number) not in {(c, one.id) for c, one in found}:
            gone = t("console.incident_gone")
            click.echo(t("incident.line", number=number, contract=owner, kind="—", known="—", state=gone))
    if not found:
        click.echo(t("console.no_incidents"))


def _line(owner: str, one: Incident, agreement: Agreement | None) -> str:
    from scanner.acts import incidents

    state = "open" if agreement is None else "closed" if agreement.second else "waits"
    if agreement is not None and not incidents.stands(agreement, one):
        state = "differs"
    kind, known = t(f"console.incident_kind_{one.kind}"), one.known_on or "—"
    return t(
        "incident.line", number=one.id, contract=owner, kind=kind, known=known, state=t(f"console.incident_{state}")
    )


@command.command("close", help=t("help.incident_close"))
@click.argument("number", metavar=t("meta.incident"))
@contract_option
@reason_option
@signing_options
def close(
    number: str,
    contract: str,
    reason: str,
    person: str,
    files: tuple[str, ...],
    policy_path: str | None,
    home: str | None,
) -> None:
    """The first signature."""
    from scanner.acts import incidents

    state, rules = needed(policy_path, home)
    owner, entry = _one(rules, contract, number)
    _shown(owner, entry)
    incidents.propose(state, rules, owner, entry.id, reason, person, Passphrases(files))
    click.echo(t("incident.proposed", number=entry.id, contract=owner))


@command.command("confirm", help=t("help.incident_confirm"))
@click.argument("number", metavar=t("meta.incident"))
@contract_option
@signing_options
def confirm(
    number: str, contract: str, person: str, files: tuple[str, ...], policy_path: str | None, home: str | None
) -> None:
    """The second signature."""
    from scanner.acts import incidents

    state, rules = needed(policy_path, home)
    owner, entry = _one(rules, contract, number)
    agreement = _signed(state, owner, entry.id)
    _shown(owner, entry)
    click.echo(t("incident.first", by=agreement.by, reason=agreement.reason))
    incidents.confirm(state, rules, agreement.number, person, Passphrases(files))
    click.echo(t("incident.confirmed", number=entry.id, contract=owner))


@command.command("reopen", help=t("help.incident_reopen"))
@click.argument("number", metavar=t("meta.incident"))
@contract_option
@reason_option
@signing_options
def reopen(
    number: str,
    contract: str,
    reason: str,
    person: str,
    files: tuple[str, ...],
    policy_path: str | None,
    home: str | None,
) -> None:
    """One signature, also about an entry that the register has no more."""
    from scanner.acts import incidents

    state, rules = needed(policy_path, home)
    signed = [key for key in incidents.closed(common.reading(state.database).db) if key[1] == number]
    owners = [c for c, _ in signed if contract in ("", c)]
    if len(owners) != 1:
        raise Failure(t("incident.which" if owners else "incident.not_signed", number=number), EXIT_USAGE)
    agreement = _signed(state, owners[0], number)
    incidents.reopen(state, rules, agreement.number, reason, person, Passphrases(files))
    click.echo(t("incident.reopened", number=number, contract=owners[0]))


def _one(rules: Rules, contract: str, number: str) -> tuple[str, Incident]:
    """The contract and the entry of a number; several contracts may have one of it."""
    from scanner.acts import incidents

    owners = [c.id for c in rules.policy.contract if contract in ("", c.id) for one in c.incident if one.id == number]
    if len(owners) > 1:
        raise Failure(t("incident.which", number=number), EXIT_USAGE)
    owner = owners[0] if owners else contract
    return owner, incidents.of(rules.policy, owner, number)


def _signed(state: Home, contract: str, number: str) -> Agreement:
    from scanner.acts import incidents

    found = incidents.closed(common.reading(state.database).db).get((contract, number))
    if found is None:
        raise Failure(t("incident.not_signed", number=number), EXIT_USAGE)
    return found


def _shown(contract: str, entry: Incident) -> None:
    """What is signed, before the passphrase is asked for."""
    from scanner.policy.registers.labels import label

    click.echo(t("incident.head", number=entry.id, contract=contract))
    for name, value in entry.model_dump(exclude_defaults=True).items():
        if name not in ("id", "more"):
            told = t("list.separator").join(map(str, value)) if isinstance(value, tuple) else value
            click.echo(f"  {label('incident', name)}: {told}")
