"""``sekisho points review|correct|close|dismiss|suppressions|revoke``: what people decide."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.main import EXIT_USAGE, Failure
from scanner.cli.points import command
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.policy.models import Policy

_DAY = click.DateTime(["%Y-%m-%d"])
_by = click.option("--by", "person", required=True, help=t("option.decided_by"))
_reason = click.option("--reason", default="", help=t("option.decision_reason"))


def the_policy(context: click.Context, path: str | None) -> Policy | None:
    """The policy that applies to the state folder of this call."""
    found = common.find_policy(path, common.the_home(context.obj))
    return common.load_policy(found)[0] if found else None


def worker_named(policy: Policy | None, text: str) -> str:
    """One name for one person: number, name and accounts of a worker mean the same."""
    from scanner.duties.sending import person

    for contract in policy.contract if policy else ():
        known = person(contract, text)
        if any(person(contract, w.id) == known for w in contract.worker):
            return known
    return text


def _write(context: click.Context, act: Any) -> None:
    from scanner.inventory.reader import Reader
    from scanner.inventory.store import Store

    state = common.the_home(context.obj)
    Reader(state.database).close()  # a clear message where there is no inventory yet
    with Store(state.database, only_notes=True) as store:
        act(store.connection)


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
@click.option("--due", type=_DAY, help=t("option.due"))
@common.home_of_subcommand
@click.pass_context
def correct(context: click.Context, number: int, person: str, reason: str, due: datetime | None) -> None:
    """Being corrected."""
    _stage(context, number, "correct", person, reason, due.date() if due else None)


def _stage(context: click.Context, number: int, action: str, person: str, reason: str, due: date | None) -> None:
    from scanner.inventory import decisions

    shown: list[str] = []

    def act(db: Any) -> None:
        decisions.stage(db, number, action, person, reason, due)
        shown.append(db.execute("select due from points where id = ?", (number,)).fetchone()[0])

    _write(context, act)
    click.echo(t("points.staged", number=number, stage=t(f"decision.{action}"), due=shown[0]))


def _ending(function: Any) -> Any:
    for option in (
        click.option("--pattern", default="", metavar="GLOB", help=t("option.pattern")),
        click.option("--until", type=_DAY, help=t("option.until")),
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


def _in_a_year(day: date) -> date:
    """The same day a year on; the 28th where the month may be shorter then."""
    return date(day.year + 1, day.month, min(28, day.day))


def _end(
    context: click.Context,
    action: str,
    number: int,
    person: str,
    reviewer: str,
    reason: str,
    until: datetime | None,
    pattern: str,
    policy_path: str | None,
) -> None:
    from scanner.inventory import decisions

    policy = the_policy(context, policy_path)
    last = until.date() if until else _in_a_year(clock.today())
    if reviewer and worker_named(policy, person) == worker_named(policy, reviewer):
        raise Failure(t("points.same_person"), EXIT_USAGE)
    two = policy.review.two_persons if policy else True

    def act(db: Any) -> None:
        decisions.end(db, number, action, person, reviewer, reason, last, two_persons=two, pattern=pattern)

    _write(context, act)
    click.echo(t("points.ended", number=number, why=t(f"decision.{action}"), until=last))


@command.command("suppressions", help=t("help.points_suppressions"))
@common.home_of_subcommand
@click.pass_context
def suppressions(context: click.Context) -> None:
    """All decisions that keep a fact quiet, those taken back too."""
    from scanner.inventory.reader import Reader
    from scanner.model import display

    reader = Reader(common.the_home(context.obj).database)
    rows = reader.rows("select s.*, f.path from suppressions s left join files f on f.id = s.file_id order by s.id")
    for row in rows:
        target = row["pattern"] or row["subject"] or (display(row["path"]) if row["path"] else t("points.whole"))
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
                revoked=t("points.revoked_mark") if row["revoked"] else "",
            )
        )
    if not rows:
        click.echo(t("points.no_suppressions"))


@command.command("revoke", help=t("help.points_revoke"))
@click.argument("number", type=int)
@_by
@_reason
@common.home_of_subcommand
@click.pass_context
def revoke(context: click.Context, number: int, person: str, reason: str) -> None:
    """Take a decision back."""
    from scanner.inventory import decisions

    _write(context, lambda db: decisions.revoke(db, number, person, reason))
    click.echo(t("points.revoked", number=number))
