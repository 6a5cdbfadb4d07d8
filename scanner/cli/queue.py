"""``sekisho points next|assign|request|due|summary``: the points as a queue that people work off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from scanner import clock
from scanner.cli import common
from scanner.cli.days import DAY
from scanner.cli.listing import fitting
from scanner.cli.main import EXIT_OK, EXIT_POINTS, EXIT_USAGE, Failure
from scanner.cli.people import needed
from scanner.cli.points import command
from scanner.messages import t

if TYPE_CHECKING:
    from scanner.report.listing.owners import Owners
    from scanner.report.listing.subjects import Subject


def _open(home: str | None, policy_path: str | None, worker: str = "") -> tuple[list[Subject], Owners]:
    """Subjects with open points that no baseline accepts, the most urgent first, and whose they are; only those of ``worker``."""
    from scanner.cli.listing import unaccepted
    from scanner.report.listing import owners, subjects

    state = common.the_home(home)
    found = common.find_policy(policy_path, state)
    policy = common.load_policy(found)[0] if found else None
    reader = common.reading(state.database)
    today = clock.today()
    every, _ = unaccepted(subjects.load(reader, today=today), reader, today)
    told = owners.load(reader, policy, today)
    reader.close()
    if worker:
        known = owners.meant(policy, worker) if policy else frozenset({worker})
        if not known and worker not in {told.of(s) for s in every}:  # else of somebody who has left the registers
            raise Failure(t("queue.unknown", worker=worker), EXIT_USAGE)
        every = [s for s in every if told.of(s) in known | {worker}]
    return every, told


def _owner(owners: Owners, subject: Subject) -> str:
    return owners.of(subject) or t("queue.nobody")


@command.command("next", help=t("help.points_next"))
@click.option("--to", "worker", default="", metavar=t("meta.worker"), help=t("option.queue_to"))
@click.option("-n", "count", type=click.IntRange(1), default=1, show_default=True, help=t("option.queue_count"))
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def next_(context: click.Context, worker: str, count: int, policy_path: str | None) -> int:
    """What to do now."""
    from scanner.report.listing import table

    mine, owners = _open(context.obj, policy_path, worker)
    for subject in mine[:count]:
        click.echo("\n".join(table.told(subject, clock.today())))
        number = subject.first.id
        click.echo("    " + t("queue.owner", owner=_owner(owners, subject)))
        click.echo("    " + t("queue.how", number=number))
    if not mine:
        click.echo(t("queue.nothing"))
    elif len(mine) > count:
        click.echo(t("queue.after", count=len(mine) - count, every=len(mine)))
    return EXIT_POINTS if mine else EXIT_OK


@command.command("assign", help=t("help.points_assign"))
@click.argument("numbers", nargs=-1, required=True, type=int, metavar=t("meta.numbers"))
@click.option("--to", "worker", required=True, metavar=t("meta.worker"), help=t("option.assign_to"))
@click.option("--due", type=DAY, metavar=t("meta.day"), help=t("option.due"))
@click.option("--note", default="", help=t("option.assign_note"))
@click.option("--by", "person", required=True, help=t("option.decided_by"))
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def assign(
    context: click.Context,
    numbers: tuple[int, ...],
    worker: str,
    due: date | None,
    note: str,
    person: str,
    policy_path: str | None,
) -> None:
    """Give points to a worker; without a day each keeps the one that the policy gave it."""
    from scanner.acts import assigning
    from scanner.inventory.store import Store

    state, rules = needed(policy_path, context.obj)
    with Store(state.database, only_notes=True) as store:
        given = assigning.assign(store.connection, rules.policy, numbers, worker, person, due, note)
    click.echo(t("queue.assigned", count=len(numbers), worker=given, due=due or t("queue.own_due")))


@command.command("request", help=t("help.points_request"))
@click.argument("number", type=int)
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def request(context: click.Context, number: int, policy_path: str | None) -> None:
    """A text for the person at the terminal."""
    from scanner.report import wording
    from scanner.report.listing.urgency import todo

    every, owners = _open(context.obj, policy_path)
    subject = next((s for s in every if any(p.id == number for p in s.points)), None)
    if subject is None:
        raise Failure(t("points.not_open", number=number), EXIT_USAGE)
    point = next(p for p in subject.points if p.id == number)
    given = owners.given.get(number)
    words = {
        "to": owners.of(subject) or t("queue.whom"),
        "what": subject.shown,
        "number": number,
        "fact": wording.fact(point.code),
        "found": wording.counted(subject.kinds) or "—",
        "persons": wording.persons(subject.fewest, subject.most),
        "todo": todo(point.code),
        "due": point.due or "—",
        "note": f"\n{given.note}\n" if given and given.note else "",
    }
    click.echo(t("queue.request" if subject.path else "queue.request_other", **words))


@command.command("due", help=t("help.points_due"))
@click.option(
    "--within",
    type=click.IntRange(0),
    default=7,
    show_default=True,
    metavar=t("meta.days"),
    help=t("option.due_within"),
)
@click.option("--to", "worker", default="", metavar=t("meta.worker"), help=t("option.queue_to"))
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def due(context: click.Context, within: int, worker: str, policy_path: str | None) -> int:
    """What is past its day or will be soon, by owner: to be read out, or sent by whoever reminds."""
    every, owners = _open(context.obj, policy_path, worker)
    today = clock.today()
    last = (today + timedelta(days=within)).isoformat()
    mine = [s for s in every if s.due and s.due <= last]
    by_owner: dict[str, list[Subject]] = {}
    for subject in sorted(mine, key=lambda s: s.due):
        by_owner.setdefault(_owner(owners, subject), []).append(subject)
    for owner, subjects in sorted(by_owner.items()):
        late = sum(s.late(today) for s in subjects)
        click.echo(t("queue.reminder", owner=owner, count=len(subjects), late=late))
        for subject in subjects:
            mark = t("listing.late_mark") if subject.late(today) else ""
            click.echo(
                "    " + t("queue.line", number=subject.first.id, due=subject.due, mark=mark, what=subject.shown)
            )
    if not mine:
        click.echo(t("queue.nothing_due", days=within))
    return EXIT_POINTS if any(s.late(today) for s in mine) else EXIT_OK


@command.command("summary", help=t("help.points_summary"))
@click.option(
    "--by",
    "by",
    type=click.Choice(["folder", "owner"]),
    default="folder",
    show_default=True,
    help=t("option.summary_by"),
)
@click.option("--limit", type=click.IntRange(0), default=None, help=t("option.limit"))
@common.policy_option
@common.home_of_subcommand
@click.pass_context
def summary(context: click.Context, by: str, limit: int | None, policy_path: str | None) -> int:
    """Sums by folder or owner."""
    from scanner.report.listing.owners import folder, summed

    every, owners = _open(context.obj, policy_path)

    def name(subject: Subject) -> str:
        if by == "owner":
            return _owner(owners, subject)
        return folder(subject) or t("queue.no_file")

    rows = summed(every, name, clock.today())
    shown = fitting(limit, 1)
    for row in rows[:shown]:
        click.echo(t("queue.sum", **row._asdict()))
    if len(rows) > len(rows[:shown]):
        click.echo(t("queue.rest", count=len(rows) - len(rows[:shown])))
    if not rows:
        click.echo(t("queue.nothing"))
    return EXIT_POINTS if rows else EXIT_OK
