"""``sekisho digest``: a short message of counts and days, shown or sent."""

from __future__ import annotations

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_OK, EXIT_USAGE, Failure
from scanner.messages import t


@click.command("digest", help=t("help.digest"), epilog=t("epilog.digest"))
@click.option("--send", is_flag=True, help=t("option.digest_send"))
@click.option("--now", "at_once", is_flag=True, help=t("option.digest_now"))
@common.policy_option
@common.home_option
def command(send: bool, at_once: bool, policy_path: str | None, home: str | None) -> int:
    """Show it, or send it where it is due."""
    from scanner.acts import telling
    from scanner.policy.outgoing import DigestRules
    from scanner.report import digest

    state = common.the_home(home)
    reader = common.reading(state.database)
    found = common.find_policy(policy_path, state)
    policy, base = (common.load_policy(found)[0], found.resolve().parent) if found else (None, None)
    rules = policy.digest if policy else DigestRules()
    last = telling.last_sent(reader)
    if not send:
        today = clock.today()
        made = digest.gathered(reader, last, today, policy, base)
        click.echo(digest.subject(made) + "\n\n" + digest.body(made, today))
        return EXIT_OK
    if rules.every == "off":
        raise Failure(t("digest.off"), EXIT_USAGE)
    if not at_once and not telling.due(rules, last):
        click.echo(t("digest.not_due", last=clock.shown(last)))
        return EXIT_OK
    for address in telling.send_digest(state, rules, reader, policy, base):
        click.echo(t("digest.sent", address=address))
    return EXIT_OK
