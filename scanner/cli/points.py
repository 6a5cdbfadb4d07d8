"""``sekisho points``: list, show with the working, declare."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.listing import QUERY, STYLES, Wish, listed
from scanner.cli.main import EXIT_OK, EXIT_USAGE, Failure
from scanner.messages import t
from scanner.printable import printable

if TYPE_CHECKING:
    from scanner.inventory.reader import Reader


@click.group("points", invoke_without_command=True, help=t("help.points"), epilog=t("epilog.points"))
@common.home_option
@click.option("--all", "every", is_flag=True, help=t("option.all_points"))
@click.option("--limit", type=click.IntRange(0), default=None, help=t("option.limit"))
@click.option("--accepted", is_flag=True, help=t("option.points_accepted"))
@click.option("--contract", default="", metavar=t("meta.contract"), help=t("option.points_contract"))
@click.option("--code", multiple=True, metavar=t("meta.code"), help=t("option.points_code"))
@click.option("--place", default="", metavar=t("meta.place"), help=t("option.points_place"))
@click.option(
    "--older-than", "older", type=click.IntRange(0), default=0, metavar=t("meta.days"), help=t("option.points_older")
)
@click.option("--late", is_flag=True, help=t("option.points_late"))
@click.option("--by", type=click.Choice(["file", "point"]), help=t("option.points_by"))
@click.option("--format", "style", type=click.Choice(STYLES), help=t("option.points_format"))
@click.option("-o", "--output", metavar=t("meta.file"), help=t("option.points_output"))
@common.policy_option
@click.pass_context
def command(context: click.Context, /, home: str | None, policy_path: str | None, **asked: Any) -> int:
    """List points; the subcommands take the same state folder."""
    context.obj = home
    if context.invoked_subcommand is not None:
        return EXIT_OK
    return listed(common.the_home(home), Wish(policy=policy_path, **asked))


def _line(row: sqlite3.Row) -> str:
    from scanner.model import display
    from scanner.report import wording

    marks = t("points.declared") if row["declared"] else ""
    if row["closed_why"]:
        marks = t(f"closed_why.{row['closed_why']}")
    else:
        marks = f"{t('point_stage.' + row['stage'])} {t('points.due', due=row['due'] or '—')} {marks}"
    subject = display(row["path"]) if row["path"] else printable(wording.subject(row["subject"]))
    head = f"{row['id']:>6}  {row['code']:<14} {t('point_state.' + row['state'])} {marks} {clock.day_of(row['opened'])}  {subject}"
    return f"{head}\n        {wording.point(row['code'])}"


def _one(reader_rows: list[sqlite3.Row], number: int) -> sqlite3.Row:
    if not reader_rows:
        raise Failure(t("points.no_such", number=number), EXIT_USAGE)
    return reader_rows[0]


def _borne(reader: Reader, number: int) -> Iterator[str]:
    """Labels and protection of the file that a point is about."""
    from scanner import labels

    for row in reader.rows(
        "select c.notes from points p join files f on f.id = p.file_id join contents c on c.id = f.content_id where p.id = ?",
        (number,),
    ):
        notes = json.loads(row["notes"] or "[]")
        if found := labels.told(notes):
            yield t("points.bears", labels=t("list.separator").join(found))
        if kind := labels.protection(notes):
            yield t(f"points.protected_{kind}")


@command.command("show", help=t("help.points_show"))
@click.argument("number", type=int)
@common.home_of_subcommand
@click.pass_context
def show(context: click.Context, number: int) -> None:
    """One point with its working."""
    from scanner.report import wording
    from scanner.report import working as workings

    reader = common.reading(common.the_home(context.obj).database)
    row = _one(reader.rows(f"{QUERY} where p.id = ?", (number,)), number)
    click.echo(_line(row))
    if row["origin"]:
        click.echo("        " + t("points.came_from", origin=wording.origin(row["origin"])))
    for line in _borne(reader, number):
        click.echo(f"        {line}")
    working = json.loads(row["working"]) if row["working"] else {}
    for label, value in workings.lines(working):
        click.echo(f"        {label}: {printable(value)}")
    if "excess" in working:
        terms = {
            "original": 1,
            **{k: working[k] for k in ("observed", "consented", "original", "excess") if k in working},
        }
        click.echo("        " + t("points.sum", **terms))
    for note in reader.rows(
        "select at, by, consent, reason from declarations where point_id = ? order by id", (number,)
    ):
        click.echo(
            "        "
            + t(
                "points.declaration",
                at=clock.day_of(note["at"]),
                by=note["by"],
                consent=note["consent"] or "—",
                reason=note["reason"] or "—",
            )
        )
    for note in reader.rows(
        "select at, action, by, reviewer, reason, due from decisions where point_id = ? order by id", (number,)
    ):
        click.echo(
            "        "
            + t(
                "points.decision",
                at=clock.day_of(note["at"]),
                action=t(f"decision.{note['action']}"),
                by=t("list.separator").join(filter(None, (note["by"], note["reviewer"]))),
                reason=note["reason"] or "—",
                due=note["due"] or "—",
            )
        )


@command.command("declare", help=t("help.points_declare"))
@click.argument("number", type=int)
@click.option("--by", "person", required=True, help=t("option.by"))
@click.option("--consent", default="", help=t("option.declare_consent"))
@click.option("--reason", default="", help=t("option.declare_reason"))
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def declare(
    context: click.Context, number: int, person: str, consent: str, reason: str, policy_path: str | None
) -> None:
    """The worker speaks first: a consent number or a reason."""
    from scanner.acts.declaring import declare as enter
    from scanner.inventory.reader import Reader

    state = common.the_home(context.obj)
    Reader(state.database).close()  # a clear message where there is no inventory yet
    found = common.find_policy(policy_path, state) if consent else None
    policy = common.load_policy(found)[0] if found else None
    enter(state, policy, number, person, consent=consent, reason=reason)
    click.echo(t("points.declared_done", number=number))


import_module("scanner.cli.queue")
import_module("scanner.cli.decide")  # the subcommands that decide; a module of their own because they change things
