"""``sekisho agent``: enrol, status, leave, send. A terminal's side of a hub."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_GAPS, EXIT_OK, EXIT_POINTS
from scanner.messages import t
from scanner.printable import in_json


@click.group("agent", help=t("help.agent"), epilog=t("epilog.agent"))
@common.home_option
@click.pass_context
def command(context: click.Context, home: str | None) -> None:
    """A terminal of a hub."""
    context.obj = home


@command.command("enrol", help=t("help.agent_enrol"))
@click.argument("url")
@click.option("--token-file", metavar=t("meta.file"), help=t("option.token_file"))
@click.option("--ca", metavar=t("meta.file"), help=t("option.agent_ca"))
@common.home_of_subcommand
@click.pass_obj
def enrol(home: str | None, url: str, token_file: str | None, ca: str | None) -> None:
    """Ask a hub to take this terminal in."""
    from scanner.agent.enrolling import enrol as ask
    from scanner.agent.enrolling import token_from
    from scanner.inventory.home import prepare

    state = common.the_home(home)
    text = token_from(token_file)
    prepare(state)
    made = ask(state, url, text, Path(ca) if ca else None)
    click.echo(t("agent.enrolled", url=made.url, terminal=made.terminal, state=t(f"hub.state_{made.state}")))


@command.command("status", help=t("help.agent_status"))
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help=t("option.format"))
@common.home_of_subcommand
@click.pass_obj
def status(home: str | None, style: str) -> int:
    """Which hub, and what waits."""
    from scanner.agent import giving, link, outbox, quiet
    from scanner.fleet.vouching import shown
    from scanner.tlog.note import public_of

    database = common.the_home(home).database
    reader = common.reading(database) if database.exists() else None
    mine = link.read(reader.db) if reader is not None else None
    if reader is None or mine is None:
        click.echo("{}" if style == "json" else t("agent.none"))
        return EXIT_OK
    number, _ = outbox.last(reader.db)
    waiting = int(reader.db.execute("select count(*) from hub_outbox where acknowledged = 0").fetchone()[0])
    quiet_until = quiet.until(reader.db)
    left = Counter(giving.left(reader.db).values())
    if style == "json":
        facts = {
            k: getattr(mine, k) for k in ("url", "terminal", "name", "state", "heard", "policy_version", "requests")
        }
        click.echo(
            in_json(json.dumps({**facts, "batches": number, "waiting": waiting, "left": left}, ensure_ascii=False))
        )
    else:
        state = t(f"hub.state_{mine.state}")
        click.echo(t("agent.status", url=mine.url, terminal=mine.terminal, name=mine.name, state=state))
        if mine.state != "left":
            click.echo(t("agent.key", key=shown(public_of(link.seed(database)).hex())))
        heard = clock.shown(mine.heard) if mine.heard else "—"
        click.echo(t("agent.sent", batches=number, waiting=waiting, heard=heard, policy=mine.policy_version or "—"))
        for one in (r for r in mine.requests if "done" not in r):
            click.echo(t(f"agent.asked_{one['kind']}"))
        for why, count in sorted(left.items()):
            click.echo(t("agent.left_out", count=count, why=t(f"detail_value.{why}")))
        if quiet_until:
            click.echo(t("agent.quiet", until=clock.shown(quiet_until)))
    return EXIT_POINTS if mine.state in ("stopped", "revoked") else EXIT_OK


@command.command("leave", help=t("help.agent_leave"))
@common.home_of_subcommand
@click.pass_obj
def leave(home: str | None) -> None:
    """Send nothing any more."""
    from scanner.agent.enrolling import leave as end

    end(common.the_home(home))
    click.echo(t("agent.left"))


@command.command("send", help=t("help.agent_send"))
@common.policy_option
@common.home_of_subcommand
@click.pass_obj
def send(home: str | None, policy_path: str | None) -> int:
    """Tell the hub what is new."""
    from scanner.agent.sending import send as tell
    from scanner.agent.swept import rules_of

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    told = tell(state, rules_of(found) if found else None)
    if told.state == "waiting":
        click.echo(t("agent.waits"))
        return EXIT_GAPS
    if told.later:
        click.echo(t("agent.later", seconds=told.later))
        return EXIT_GAPS
    size = f"{sum(told.sizes):,}"
    click.echo(t("agent.done", batches=told.batches, bytes=size, signed=told.size or "—"))
    if told.policy:
        click.echo(t("agent.policy", version=told.policy))
    if told.originals:
        click.echo(t("agent.originals", count=told.originals))
    if told.deeds:
        click.echo(t("agent.deeds", count=told.deeds))
    for one in told.asked:
        click.echo(t(f"agent.asked_{one['kind']}"))
    return EXIT_OK
