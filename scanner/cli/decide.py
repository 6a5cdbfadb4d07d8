"""``sekisho points review|correct|close|dismiss|approve|suppressions|revoke``: what people decide."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.days import DAY
from scanner.cli.passphrases import Passphrases
from scanner.cli.passphrases import option as passphrase_option
from scanner.cli.people import needed
from scanner.cli.points import command
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.acts.decisions import Decided
    from scanner.inventory.people.standing import Standings

_by = click.option("--by", "person", required=True, help=t("option.decided_by"))
_reason = click.option("--reason", default="", help=t("option.decision_reason"))


@command.command("review", help=t("help.points_review"))
@click.argument("number", type=int)
@_by
@_reason
@common.home_of_subcommand
@click.pass_context
def review(context: click.Context, number: int, person: str, reason: str) -> None:
    """Under review."""
    _stage(context, number, "review", person, reason, None)


@command.command("correct", help=t("help.points_correct"))
@click.argument("number", type=int)
@_by
@_reason
@click.option("--due", type=DAY, metavar=t("meta.day"), help=t("option.due"))
@common.home_of_subcommand
@click.pass_context
def correct(context: click.Context, number: int, person: str, reason: str, due: date | None) -> None:
    """Being corrected."""
    _stage(context, number, "correct", person, reason, due)


def _stage(context: click.Context, number: int, action: str, person: str, reason: str, due: date | None) -> None:
    from scanner.acts import decisions
    from scanner.inventory.reader import Reader
    from scanner.inventory.store import Store

    state = common.the_home(context.obj)
    Reader(state.database).close()  # a clear message where there is no inventory yet
    with Store(state.database, only_notes=True) as store:
        decisions.stage(store.connection, number, action, person, reason, due)
        shown = store.connection.execute("select due from points where id = ?", (number,)).fetchone()[0]
    click.echo(t("points.staged", number=number, stage=t(f"decision.{action}"), due=shown))


def _ending(function: Any) -> Any:
    for option in (
        passphrase_option,
        click.option("--most", type=click.IntRange(0), default=0, show_default=False, help=t("option.pattern_most")),
        click.option("--pattern", default="", metavar=t("meta.glob"), help=t("option.pattern")),
        click.option("--until", type=DAY, metavar=t("meta.day"), help=t("option.until")),
        _reason,
        click.option("--reviewer", default="", help=t("option.reviewer")),
        _by,
        common.policy_option,
        click.argument("number", type=int),
    ):
        function = option(function)
    return common.home_of_subcommand(click.pass_context(function))


@command.command("close", help=t("help.points_close"))
@_ending
def close(context: click.Context, **given: Any) -> None:
    """Accepted."""
    _end(context, "accept", **given)


@command.command("dismiss", help=t("help.points_dismiss"))
@_ending
def dismiss(context: click.Context, **given: Any) -> None:
    """False alarm."""
    _end(context, "dismiss", **given)


def _end(
    context: click.Context,
    action: str,
    number: int,
    person: str,
    reviewer: str,
    reason: str,
    until: date | None,
    pattern: str,
    most: int,
    files: tuple[str, ...],
    policy_path: str | None,
) -> None:
    from scanner.acts import decisions
    from scanner.acts.bounds import a_year_after

    state, rules = needed(policy_path, context.obj)
    last = until or a_year_after(clock.today())
    wish = decisions.Wish(action, reason, last, pattern, most)
    done = decisions.end(state, rules, number, wish, person, Passphrases(files), reviewer)
    click.echo(_under(done))
    if done.done:
        click.echo(t("points.ended", number=number, why=t(f"decision.{action}"), until=last))
    else:
        click.echo(t("points.proposed", number=number, why=t(f"decision.{action}")))


@command.command("approve", help=t("help.points_approve"))
@click.argument("number", type=int)
@click.option("--by", "person", required=True, help=t("option.signed_by"))
@passphrase_option
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def approve(context: click.Context, number: int, person: str, files: tuple[str, ...], policy_path: str | None) -> None:
    """The second person."""
    from scanner.acts import decisions

    state, rules = needed(policy_path, context.obj)
    proposed = decisions.proposed(state, number)
    if proposed is not None:  # what is signed is shown before the passphrase is asked for
        shown = {**proposed, "action": t(f"decision.{proposed['action']}")}
        click.echo(t("points.to_approve", number=number, **shown))
    done = decisions.approve(state, rules, number, person, Passphrases(files), proposed["proposal"] if proposed else 0)
    click.echo(_under(done))
    click.echo(t("points.approved", number=number))


def _under(done: Decided) -> str:
    rule = t("people.rule_now_two" if done.two_persons else "people.rule_now_one")
    return t("points.under", policy=done.policy[:16], rule=rule)


@command.command("suppressions", help=t("help.points_suppressions"))
@common.home_of_subcommand
@click.pass_context
def suppressions(context: click.Context) -> None:
    """All decisions that keep a fact quiet, those taken back too."""
    from scanner.inventory.people.standing import SELECT, Standings
    from scanner.model import display
    from scanner.report import wording

    reader = common.reading(common.the_home(context.obj).database)
    rows = reader.rows(f"{SELECT} order by s.pattern is null, s.id")
    standings = Standings(reader.db)
    for row in rows:
        named = row["pattern"] or wording.subject(row["subject"] or "")
        target = named or (display(row["path"]) if row["path"] else t("points.whole"))
        click.echo(
            t(
                "points.suppression",
                id=row["id"],
                code=row["code"],
                target=target,
                until=row["expires"] or "—",
                by=row["by"],
                reviewer=row["reviewer"] or "—",
                reason=row["reason"],
                revoked=_marks(row, standings),
            )
        )
    if not rows:
        click.echo(t("points.no_suppressions"))


def _marks(row: Any, standings: Standings) -> str:
    """Taken back, at its end, and what the signatures are worth."""
    marks = [t("points.revoked_mark")] if row["revoked"] else []
    marks += [t("points.exceeded_mark", most=row["most"])] if row["exceeded"] else []
    return "".join([*marks, t(f"points.standing_{standings.of(row)}")])


@command.command("revoke", help=t("help.points_revoke"))
@click.argument("number", type=int)
@_by
@_reason
@passphrase_option
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def revoke(
    context: click.Context, number: int, person: str, reason: str, files: tuple[str, ...], policy_path: str | None
) -> None:
    """Take a decision back."""
    from scanner.acts import decisions

    state, rules = needed(policy_path, context.obj)
    decisions.revoke(state, rules, number, person, reason, Passphrases(files))
    click.echo(t("points.revoked", number=number))
