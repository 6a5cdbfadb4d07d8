"""``sekisho hub``: init, serve, token, terminals, ask, status, head. For who keeps the hub."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.hub_backup import backup, restore
from scanner.cli.hub_originals import command as originals
from scanner.cli.hub_policy import command as policy
from scanner.cli.hub_quiet import quiet
from scanner.cli.hub_vouch import command as vouch
from scanner.cli.main import EXIT_GAPS, EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.cli.qr import put_qr
from scanner.messages import t, t_or
from scanner.printable import in_json, printable

if TYPE_CHECKING:
    from scanner.hub.desk import Desk
    from scanner.hub.waiting import Serving


@click.group("hub", help=t("help.hub"), epilog=t("epilog.hub"))
@common.home_option
@click.pass_context
def command(context: click.Context, home: str | None) -> None:
    """Many terminals, one officer."""
    context.obj = home


def opened(home: str | None) -> Desk:
    """The hub of the folder, until the command ends."""
    from scanner.hub.desk import opened as of

    desk = of(common.the_home(home))
    click.get_current_context().with_resource(desk.database)
    return desk


@command.command("init", help=t("help.hub_init"))
@click.option("--host", required=True, metavar=t("meta.host"), help=t("option.hub_host"))
@click.option("--officers", metavar=t("meta.dir"), help=t("option.hub_officers"))
@click.option("--database", default="", metavar=t("meta.url"), help=t("option.hub_database"))
@click.option("--certificate", metavar=t("meta.file"), help=t("option.hub_certificate"))
@click.option("--key", metavar=t("meta.file"), help=t("option.hub_key"))
@common.home_of_subcommand
@click.pass_obj
def init(
    home: str | None, host: str, officers: str | None, database: str, certificate: str | None, key: str | None
) -> None:
    """Make a hub."""
    from scanner.hub import desk
    from scanner.hub.officers import of_record

    if bool(certificate) != bool(key):
        raise Failure(t("hub.certificate_and_key"), EXIT_USAGE)
    files = (Path(certificate), Path(key)) if certificate and key else None
    made = desk.init(common.the_home(home), host, of_record(officers), database, files)
    click.echo(t("hub.made", path=made.home.path, vkey=made.vkey, officers=len(made.officers)))


@command.command("serve", help=t("help.hub_serve"))
@click.option("--listen", default="127.0.0.1:8790", metavar=t("meta.listen"), help=t("option.hub_listen"))
@common.home_of_subcommand
@click.pass_obj
def serve(home: str | None, listen: str) -> None:
    """Answer terminals until it is stopped."""
    from scanner.hub import waiting
    from scanner.hub.server import Server

    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise Failure(t("witness.bad_address", value=listen), EXIT_USAGE)
    state = common.the_home(home)
    with waiting.said(state):
        desk = waiting.opened(state, _waits)
        server = Server(desk, host.strip("[]"), int(port), lambda text: click.echo(text, err=True))
        waiting.keep(state)
        click.echo(t("hub.serving", address=listen))
        server.run()


def _waits(why: str, seconds: float) -> None:
    told = t("hub.waits", why=t(f"hub.database_{why}"), seconds=f"{seconds:.0f}")
    click.echo(f"{clock.stamp()} {told}", err=True)


@command.command("token", help=t("help.hub_token"))
@click.option("--days", type=click.IntRange(1, 366), default=7, help=t("option.hub_days"))
@click.option("--count", type=click.IntRange(1, 1_000_000), default=1, help=t("option.hub_count"))
@click.option("--approve", is_flag=True, help=t("option.hub_approve"))
@click.option("--list", "listed", is_flag=True, help=t("option.hub_list"))
@click.option("--end", metavar=t("meta.number"), help=t("option.hub_end"))
@common.home_of_subcommand
@click.pass_obj
def token(home: str | None, days: int, count: int, approve: bool, listed: bool, end: str | None) -> None:
    """A token that ends and counts."""
    from scanner.fleet.token import officers_digest
    from scanner.hub import terminals

    desk = opened(home)
    if end:
        terminals.end_token(desk.database, end)
        click.echo(t("hub.token_ended", id=end))
    elif listed:
        for number, ends, most, used, automatic, revoked in terminals.tokens(desk.database):
            state = (
                t("hub.token_revoked") if revoked else t("hub.token_automatic" if automatic else "hub.token_by_hand")
            )
            click.echo(t("hub.token_line", id=number, ends=clock.shown(ends), used=used, most=most, state=state))
    else:
        known = (desk.vkey, desk.pin, officers_digest(desk.officers))
        click.echo(terminals.new_token(desk.database, known, days=days, most=count, automatic=approve).text)


@command.group("terminals", help=t("help.hub_terminals"))
def terminals_group() -> None:
    """Who may send."""


@terminals_group.command("list", help=t("help.hub_terminals_list"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_of_subcommand
@click.pass_obj
def terminals_list(home: str | None, style: str) -> None:
    """Every terminal."""
    from scanner.hub.standing import lines

    _lines(lines(opened(home)), style)


def _lines(found: list, style: str) -> None:  # type: ignore[type-arg]
    if style == "json":
        click.echo(in_json(json.dumps([asdict(line) for line in found], ensure_ascii=False)))
        return
    for line in found:
        facts = t(
            "hub.terminal",
            name=line.name,
            id=line.id,
            state=t(f"hub.state_{line.state}"),
            heard=clock.shown(line.heard),
            version=line.version,
            policy=line.policy or "—",
            batches=line.batches,
            files=f"{line.files:,}",
            gaps=f"{line.gaps:,}",
            points=line.points,
            signed=line.signed,
        )
        click.echo(facts)
        for why in line.troubles:
            click.echo("  " + t(f"hub.why_{why}"))


@terminals_group.command("approve", help=t("help.hub_approve"))
@click.argument("names", nargs=-1, metavar=t("meta.name"))
@click.option("--all", "everyone", is_flag=True, help=t("option.hub_all"))
@common.home_of_subcommand
@click.pass_obj
def approve(home: str | None, names: tuple[str, ...], everyone: bool) -> None:
    """Let terminals send."""
    from scanner.hub import terminals

    if bool(names) == everyone:
        raise Failure(t("hub.whom"), EXIT_USAGE)
    for one in terminals.decide(opened(home).database, ("*",) if everyone else names, terminals.APPROVED):
        click.echo(t("hub.approved", name=one.name, id=one.id))


@terminals_group.command("revoke", help=t("help.hub_revoke"))
@click.argument("names", nargs=-1, required=True, metavar=t("meta.name"))
@common.home_of_subcommand
@click.pass_obj
def revoke(home: str | None, names: tuple[str, ...]) -> None:
    """End terminals at once."""
    from scanner.hub import terminals

    for one in terminals.decide(opened(home).database, names, terminals.REVOKED):
        click.echo(t("hub.revoked", name=one.name, id=one.id))


@command.command("ask", help=t("help.hub_ask"))
@click.argument("name")
@click.argument("kind", type=click.Choice(["scan", "report"]))
@common.home_of_subcommand
@click.pass_obj
def ask(home: str | None, name: str, kind: str) -> None:
    """Ask a terminal for something."""
    from scanner.hub import terminals

    click.echo(t("hub.asked", name=terminals.ask(opened(home).database, name, kind).name))


@command.command("status", help=t("help.hub_status"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_of_subcommand
@click.pass_obj
def status(home: str | None, style: str) -> int:
    """How the hub and its terminals stand."""
    from scanner.hub import waiting
    from scanner.hub.errors import HubError
    from scanner.hub.standing import whole

    state = common.the_home(home)
    serves = waiting.serving(state)
    running = asdict(serves) if serves is not None else None
    try:
        found = whole(opened(home))
    except HubError as error:
        why = waiting.state(state) if error.code == "database" else waiting.WRONG
        if why in (waiting.UP, waiting.WRONG):
            raise
        if style == "json":
            click.echo(json.dumps({"ready": False, "serving": running, "why": f"database_{why}"}))
        else:
            click.echo(t("hub.not_ready", why=t(f"hub.database_{why}")))
            click.echo(_running(serves))
        return EXIT_GAPS
    if style == "json":
        ready = serves is not None and not serves.waits
        click.echo(in_json(json.dumps({"ready": ready, "serving": running, **asdict(found)}, ensure_ascii=False)))
        return EXIT_POINTS if found.troubled else EXIT_OK
    click.echo(_running(serves))
    states = {t(f"hub.state_{state}"): count for state, count in found.states.items()}
    click.echo(
        t("hub.terminals", count=found.terminals, states=", ".join(f"{k} {v}" for k, v in states.items()) or "—")
    )
    click.echo(t("hub.batches", batches=f"{found.batches:,}", behind=found.behind))
    for why, name, count, last in found.refusals:
        told = t(f"hub.refused_{why}")
        click.echo(t("hub.refusal", why=told, name=name or "—", count=count, last=clock.shown(last)))
    for name, kind, answer, count, last in found.not_taken:
        words = {"what": t_or(f"hub.deed_{kind}", kind), "why": t_or(f"hub.answer_{answer}", answer)}
        click.echo(t("hub.not_taken", name=name or "—", count=count, last=clock.shown(last), **words))
    _lines([line for line in found.lines if line.troubles], "text")
    return EXIT_POINTS if found.troubled else EXIT_OK


def _running(serves: Serving | None) -> str:
    """Whether terminals are answered."""
    if serves is None:
        return t("hub.serves_not")
    since = clock.shown(serves.since)
    return t("hub.serves_waits" if serves.waits else "hub.serves", since=since, process=serves.process)


@command.command("head", help=t("help.hub_head"))
@click.argument("name", required=False)
@click.option("--anchor", "short", is_flag=True, help=t("option.hub_anchor"))
@click.option("--qr", metavar=t("meta.file"), help=t("option.qr"))
@common.home_of_subcommand
@click.pass_obj
def head(home: str | None, name: str | None, short: bool, qr: str | None) -> None:
    """The head of a terminal's record as the hub signed it last; without a name, of the hub's own record."""
    from scanner.hub import terminals
    from scanner.hub.errors import HubError
    from scanner.hub.witness import anchor_of
    from scanner.inventory import ledger

    if name is None:
        text = ledger.anchor(common.reading(opened(home).home.database).db)
        click.echo(text)
        if qr:
            put_qr(qr, text)
        return
    with opened(home).database.reading() as work:
        found = terminals.named(work, name)
    if not found.signed:
        raise HubError("nothing_signed", name=name)
    text = anchor_of(found)
    if short or qr:
        click.echo(text)
    else:
        common.exactly(printable(found.signed, lines=True))
    if qr:
        put_qr(qr, text)


command.add_command(policy)
command.add_command(originals)
command.add_command(quiet)
command.add_command(vouch)
command.add_command(backup)
command.add_command(restore)
