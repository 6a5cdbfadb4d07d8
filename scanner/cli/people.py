"""``sekisho people``: who may sign, and with which key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.passphrases import Passphrases
from scanner.cli.passphrases import option as passphrase_option
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.acts.signing import Rules
    from scanner.inventory.home import Home
    from scanner.inventory.people.registry import Proposal


@click.group("people", help=t("help.people"), epilog=t("epilog.people"))
def command() -> None:
    """Subcommands."""


def needed(policy_path: str | None, home: str | None) -> tuple[Home, Rules]:
    """State folder with an inventory, and the policy under which somebody acts."""
    from scanner.acts.signing import Rules
    from scanner.inventory.reader import Reader

    state = common.the_home(home)
    Reader(state.database).close()  # a clear message where there is no inventory yet
    found = common.find_policy(policy_path, state)
    if found is None:
        raise Failure(t("people.needs_policy"), EXIT_USAGE)
    policy, digest = common.load_policy(found)
    return state, Rules(policy, digest, str(found))


@command.command("begin", help=t("help.people_begin"))
@click.argument("first")
@click.argument("second")
@passphrase_option
@common.policy_option
@common.home_option
def begin(first: str, second: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """The founding ceremony; a folder may begin with it, as that of a hub does."""
    from scanner.acts import enrolment
    from scanner.inventory.home import prepare
    from scanner.inventory.store import Store

    begun = common.the_home(home)
    if not begun.database.exists():
        prepare(begun)
        Store(begun.database, only_notes=True).close()
    state, rules = needed(policy_path, home)
    head = enrolment.begin(state, rules, first, second, Passphrases(files).new)
    click.echo(t("people.begun", first=first, second=second))
    click.echo(t("people.head", head=head))


@command.command("enrol", help=t("help.people_enrol"))
@click.argument("worker")
@passphrase_option
@common.policy_option
@common.home_option
def enrol(worker: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """A worker makes a key."""
    from scanner.acts import enrolment

    state, rules = needed(policy_path, home)
    _told(enrolment.enrol(state, rules, worker, Passphrases(files).new))


@command.command("countersign", help=t("help.people_countersign"))
@click.argument("worker", required=False, default="")
@click.option("--rule", is_flag=True, help=t("option.people_rule"))
@click.option("--by", required=True, help=t("option.signed_by"))
@passphrase_option
@common.policy_option
@common.home_option
def countersign(
    worker: str, rule: bool, by: str, files: tuple[str, ...], policy_path: str | None, home: str | None
) -> None:
    """Another person signs."""
    from scanner.acts import enrolment

    if bool(worker) == rule:
        raise Failure(t("people.worker_or_rule"), EXIT_USAGE)
    state, rules = needed(policy_path, home)
    _told(enrolment.countersign(state, rules, worker, by, Passphrases(files)))


@command.command("change", help=t("help.people_change"))
@click.argument("worker")
@click.option("--lost", is_flag=True, help=t("option.people_lost"))
@passphrase_option
@common.policy_option
@common.home_option
def change(worker: str, lost: bool, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """A new key."""
    from scanner.acts import enrolment

    state, rules = needed(policy_path, home)
    asked = Passphrases(files)
    waiting = enrolment.change(state, rules, worker, None if lost else asked, asked.new)
    if waiting is None:
        click.echo(t("people.changed", worker=worker))
    else:
        _told(waiting)


@command.command("revoke", help=t("help.people_revoke"))
@click.argument("worker")
@click.option("--by", required=True, help=t("option.signed_by"))
@passphrase_option
@common.policy_option
@common.home_option
def revoke(worker: str, by: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """End a key."""
    from scanner.acts import enrolment

    state, rules = needed(policy_path, home)
    waiting = enrolment.revoke(state, rules, worker, by, Passphrases(files))
    if waiting is None:
        click.echo(t("people.revoked", worker=worker))
    else:
        _told(waiting)


@command.command("rule", help=t("help.people_rule"))
@click.argument("persons", type=click.Choice(["one", "two"]))
@click.option("--by", required=True, help=t("option.signed_by"))
@passphrase_option
@common.policy_option
@common.home_option
def rule(persons: str, by: str, files: tuple[str, ...], policy_path: str | None, home: str | None) -> None:
    """The rule of two."""
    from scanner.acts import enrolment

    state, rules = needed(policy_path, home)
    waiting = enrolment.rule(state, rules, persons == "two", by, Passphrases(files))
    click.echo(t("people.rule_two") if waiting is None else t("people.rule_waits"))


def _told(proposal: Proposal) -> None:
    if proposal.act == "rule":
        click.echo(t("people.rule_one"))
        return
    what = t(f"people.act_{proposal.act}")
    if proposal.missing:
        click.echo(t("people.waits", worker=proposal.number, what=what, missing=proposal.missing))
    else:
        click.echo(t("people.done", worker=proposal.number, what=what))


@command.command("list", help=t("help.people_list"))
@common.home_option
def list_(home: str | None) -> None:
    """Everybody whom the record knows."""
    from scanner.inventory.people import keyfile, registry

    state = common.the_home(home)
    reader = common.reading(state.database)
    reader.db.row_factory = None
    known = registry.load(reader.db)
    kept = keyfile.kept_head(state.keys)
    if not known.head:
        click.echo(t("people.not_founded"))
        return
    click.echo(t("people.head", head=known.head))
    if kept != known.head:
        click.echo(t("people.head_differs", kept=kept[:16] or "—", found=known.head[:16]))
    click.echo(t("people.rule_now_two" if known.two_persons() else "people.rule_now_one"))
    for key in known.keys:
        ended = t("people.until", seq=key.until) if key.until else t("people.in_force")
        click.echo(t("people.line", worker=key.number, public=key.public[:16], seq=key.since, ended=ended))
    for proposal in known.waiting.values():
        what = t(f"people.act_{proposal.act}")
        click.echo(t("people.waiting_line", worker=proposal.number or "—", what=what, missing=proposal.missing))
