"""``sekisho events``: points as events for other products, numbers for Prometheus."""

from __future__ import annotations

from pathlib import Path

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_GAPS, EXIT_OK, EXIT_USAGE, Failure
from scanner.messages import t


@click.group("events", help=t("help.events"), epilog=t("epilog.events"))
def command() -> None:
    """Subcommands."""


@command.command("export", help=t("help.events_export"))
@click.option(
    "--format",
    "style",
    type=click.Choice(["ocsf", "cef"]),
    default="ocsf",
    help=t("option.events_format"),
)
@click.option("--since", type=int, default=0, metavar=t("meta.arg_number"), help=t("option.events_since"))
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.output"))
@common.home_option
def export(style: str, since: int, output: str | None, home: str | None) -> None:
    """To a file or to standard output."""
    from scanner.report.events import cef, gathering, ocsf

    reader = common.reading(common.the_home(home).database)
    written = ocsf.written if style == "ocsf" else cef.written
    lines = (written(event) for event in gathering.since(reader, since))
    if output:
        common.put(Path(output), "".join(f"{line}\n" for line in lines).encode("utf-8"))
    else:
        for line in lines:
            common.exactly(f"{line}\n")


@command.command("send", help=t("help.events_send"))
@common.policy_option
@common.home_option
def send(policy_path: str | None, home: str | None) -> None:
    """What is new, to the syslog server of the policy."""
    from scanner.acts import telling
    from scanner.inventory.store import Store
    from scanner.report.events import cef, gathering, ocsf, syslog

    state = common.the_home(home)
    reader = common.reading(state.database)
    found = common.find_policy(policy_path, state)
    rules = common.load_policy(found)[0].events if found else None
    if rules is None or not rules.syslog:
        raise Failure(t("digest.no_syslog"), EXIT_USAGE)
    written = ocsf.written if rules.format == "ocsf" else cef.written
    new = list(gathering.since(reader, telling.events_mark(reader)))
    if new:
        telling.send_events(rules, (syslog.framed(event, written(event)) for event in new))
        with Store(state.database, only_notes=True) as store:
            store.note("events_sent", last=new[-1].entry, count=len(new))
    click.echo(t("digest.events_sent", count=len(new), address=f"tls://{rules.syslog}"))


@command.command("metrics", help=t("help.events_metrics"))
@click.option("-o", "--output", required=True, metavar=t("meta.file"), help=t("option.output"))
@common.policy_option
@common.home_option
def metrics(output: str, policy_path: str | None, home: str | None) -> None:
    """A file for Prometheus, replaced at once."""
    from scanner.report.events import prometheus

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    rules = (common.load_policy(found)[0], found.resolve().parent) if found else (None, None)
    text = prometheus.written(common.reading(state.database), clock.today(), *rules)
    common.put(Path(output), text.encode("utf-8"))


@command.command("import", help=t("help.events_import"))
@click.argument("file", metavar=t("meta.file"))
@click.option("--map", "mapping_path", required=True, metavar=t("meta.file"), help=t("option.events_map"))
@common.policy_option
@common.home_option
def import_(file: str, mapping_path: str, policy_path: str | None, home: str | None) -> int:
    """The log of another product, as declared facts; then the registers are settled against them."""
    from scanner.acts.logs import importing, mapping
    from scanner.cli.settling import settled
    from scanner.inventory.reader import Reader

    state = common.the_home(home)
    Reader(state.database).close()  # a clear message where there is no inventory yet
    known = mapping.load(Path(mapping_path))
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    done = importing.imported(state, policy, Path(file), known)
    if policy is not None:
        settled(policy_path, state)
    click.echo(t("logs.done", new=done.new, known=done.known, matched=done.matched, bad=sum(done.bad.values())))
    if done.strange:
        click.echo(t("logs.strange", count=done.strange), err=True)
    for why, count in sorted(done.bad.items()):
        lines = t("list.separator").join(map(str, done.lines[why]))
        more = t("logs.more") if count > len(done.lines[why]) else ""
        click.echo(t("logs.bad", why=t(f"logs.why_{why}"), count=count, lines=lines + more), err=True)
    return EXIT_GAPS if sum(done.bad[why] for why in done.bad if why != "other_action") else EXIT_OK
